"""A child process as its parent has it: started when needed, asked one job at a time, killed when its time is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import rpt
from rpt.processes.serving import MEMORY, ROOM, Job

GRACE = 10.0  # seconds that a worker has to start, and a system to end a process that is over its time
_MOST_WORDS = 10_000  # bytes looked at of what a dying process says: it begins with the reason
_TIMED_OUT = (-int(getattr(signal, "SIGALRM", 14)), -int(getattr(signal, "SIGXCPU", 24)))
# how allocators, Rust and C libraries say that there is no memory
_NO_MEMORY = ("memory allocation of", "capacity overflow", "cannot allocate memory", "bad_alloc", "memoryerror")
Reason = Literal["time", "memory", "killed", "room", "crash"]


@dataclass(frozen=True)
class Ended:
    """How a job ended: exit code of its process (negative: signal), whether its time was up, what it said, and the most
    memory in bytes that it held (0 where its process took all others along)."""

    code: int
    timed_out: bool
    words: str
    peak: int = 0

    @property
    def reason(self) -> Reason:
        """Why a job that was not done ended."""
        if self.timed_out:
            return "time"
        if self.code == MEMORY or any(phrase in self.words.lower() for phrase in _NO_MEMORY):
            return "memory"
        if self.code == -int(getattr(signal, "SIGKILL", 9)):
            return "killed"
        return "room" if self.code == ROOM else "crash"

    @property
    def last_words(self) -> str | None:
        """The last line that it said, of at most 200 characters."""
        said = [line for line in self.words.strip().splitlines() if line and not line.startswith("note:")]
        return said[-1][:200] if said else None

    @property
    def how(self) -> str:
        """How its process ended, in words: 信号 SIGABRT, 退出码 1."""
        if self.code >= 0:
            return f"退出码 {self.code}"
        try:
            return f"信号 {signal.Signals(-self.code).name}"
        except ValueError:
            return f"信号 {-self.code}"


class Worker:
    """One child process, started when it is first needed and again after it died. What it says goes into ``log``.

    ``command`` is what it runs, with the log's folder as a further argument: a program that serves jobs of the kind
    that ``do`` is given.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._command, self._log = command, log
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def do(self, job: Job) -> Ended:
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
        code, peak = map(int, reply.split()) if reply else (_last_code(process), 0)
        if not reply or late.is_set():
            self.end()
        return Ended(code, late.is_set() or code in _TIMED_OUT, self._words(said), peak)

    def _started(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._closed:
                raise OSError("closed")
            if self._process is None or self._process.poll() is not None:
                self.end()
                with self._log.open("ab") as log:
                    self._process = subprocess.Popen(
                        (*self._command, str(self._log.parent)),
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


def module(name: str) -> tuple[str, ...]:
    """The command of a worker that runs a module."""
    return (sys.executable, "-P", "-m", name)
