"""A running child process that serves jobs: lines go to it, and one comes back for each."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import rpt

_MOST_WORDS = 10_000  # bytes looked at of what a dying process says: it begins with the reason


class Server:
    """A child process from its start on. What it says goes into ``log``; the log's folder is its last argument, where
    it works, and what it removes if its parent is killed. Raises OSError where no process can be started."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as stream:
            self._heard = stream.tell()  # before it starts: one that dies at once has its last words behind it
            self._process = subprocess.Popen(
                (*command, str(log.parent)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                cwd=log.parent,
                env=environment,
                encoding="utf-8",
                start_new_session=True,  # a group of its own: it is killed with all that it has started
            )

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def ask(self, line: str) -> str:
        """Send a line and wait for the answer, which is empty where the process has gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        reply = self._process.stdout.readline()
        return reply if reply.endswith("\n") else ""

    def last_code(self) -> int:
        """The exit code of a process that has closed its output, and so is about to end."""
        try:
            return self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def words(self) -> str:
        """The first words in the log since this was last asked, or since the process was started."""
        with self.log.open("rb") as log:
            log.seek(self._heard)
            first = log.read(_MOST_WORDS)
            self._heard = log.seek(0, os.SEEK_END)
        return first.decode("utf-8", "replace")

    def kill(self) -> None:
        """Kill the process with all that it has started; one that has ended may have left others behind."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def end(self) -> None:
        """Kill the process, wait for its end and close what led to it."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()


def environment() -> dict[str, str]:
    """What a child starts with: it finds rpt where this process found it, wherever it is started."""
    root = str(Path(rpt.__file__).parents[1])
    further = [str(Path(entry).absolute()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, *further]),
        "MALLOC_ARENA_MAX": "2",  # each takes address space, which is limited
        "RUST_BACKTRACE": "0",
    }
