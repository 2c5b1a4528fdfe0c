"""A child process as its parent has it: started when needed, asked one job at a time, killed when its time is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import rpt
from rpt.intake import child

COMMAND = (sys.executable, "-P", "-m", child.__name__)
GRACE = 10.0  # seconds that a worker has to start, and a system to end a process that is over its time
_MOST_WORDS = 10_000  # bytes looked at of what a dying process says: it begins with the reason
_TIMED_OUT = (-int(getattr(signal, "SIGALRM", 14)), -int(getattr(signal, "SIGXCPU", 24)))


@dataclass(frozen=True)
class Ended:
    """How a job ended: exit code of its process (negative: signal), whether its time was up, what it said."""

    code: int
    timed_out: bool
    words: str


class Worker:
    """One child process, started when it is first needed and again after it died. What it says goes into ``log``."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def do(self, job: child.Job) -> Ended:
        """Have a job done, within its time and a little more.

        Raises OSError where no process can be started.
        """
        process = self._started()
        said = self._log.stat().st_size
        late = threading.Event()

        def kill() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(job.limits.seconds + GRACE, kill)
        timer.start()
        try:
            reply = _ask(process, job.line())
        finally:
            timer.cancel()
        code = int(reply) if reply else _last_code(process)
        if not reply or late.is_set():
            self.end()
        return Ended(code, late.is_set() or code in _TIMED_OUT, self._words(said))

    def _started(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._closed:
                raise OSError("closed")
            if self._process is None or self._process.poll() is not None:
                self.end()
                with self._log.open("ab") as log:
                    self._process = subprocess.Popen(
                        (*COMMAND, str(self._log.parent)),
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=log,
                        cwd=self._log.parent,
                        env=_environment(),
                        encoding="utf-8",
                        start_new_session=True,  # a group of its own: it is killed with all that it has started
                    )
            return self._process

    def _words(self, start: int) -> str:
        with self._log.open("rb") as log:
            log.seek(start)
            return log.read(_MOST_WORDS).decode("utf-8", "replace")

    def end(self) -> None:
        """End the process and whatever it has started."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()

    def close(self) -> None:
        """Kill the process: the job it is at fails, and no other is begun."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                _kill(self._process)


def _ask(process: subprocess.Popen[str], line: str) -> str:
    """Send a line and wait for the answer, which is empty where the process has gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except BrokenPipeError:
        return ""
    reply = process.stdout.readline()
    return reply if reply.endswith("\n") else ""


def _last_code(process: subprocess.Popen[str]) -> int:
    """The exit code of a process that has closed its output, and so is about to end."""
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        _kill(process)
        return process.wait()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process with all that it has started; one that has ended may have left others behind."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _environment() -> dict[str, str]:
    """The child finds rpt where this process found it, wherever it is started."""
    root = str(Path(rpt.__file__).parents[1])
    further = [str(Path(entry).absolute()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, *further]),
        "MALLOC_ARENA_MAX": "2",  # each takes address space, which is limited
        "RUST_BACKTRACE": "0",
    }
