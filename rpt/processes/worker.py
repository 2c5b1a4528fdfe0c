"""A child process as its parent has it: started when needed, asked one job at a time, killed when its time is up."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rpt.processes import warm
from rpt.processes.ended import TIMED_OUT, Ended
from rpt.processes.server import Server
from rpt.processes.serving import Job

GRACE = 10.0  # seconds that a worker has to start, and a system to end a process that is over its time


class Worker:
    """One child process, started when it is first needed and again after it died. What it says goes into ``log``.

    ``command`` is what it runs, with the log's folder as a further argument: a program that serves jobs of the kind
    that ``do`` is given. Where servers are kept warm it may be one that has served others, with a log of its own.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._command, self._log = command, log
        self._server: Server | None = None
        self._lock = threading.Lock()
        self._busy = self._closed = False

    def start(self) -> None:
        """Start the process, so that it has loaded what its jobs need when the first comes. Raises OSError."""
        with self._lock:
            self._running()

    def do(self, job: Job) -> Ended:
        """Have a job done, within its time and a little more.

        Raises OSError where no process can be started.
        """
        server = self._begun()
        late = threading.Event()

        def kill() -> None:
            late.set()
            server.kill()

        timer = threading.Timer(job.limits.seconds + GRACE, kill)
        timer.start()
        try:
            reply = server.ask(job.line())
        finally:
            timer.cancel()
        code, peak = map(int, reply.split()) if reply else (server.last_code(), 0)
        if reply and not late.is_set():
            with self._lock:
                self._busy = False
        else:
            self.end()
        return Ended(code, late.is_set() or code in TIMED_OUT, server.words(), peak)

    def _begun(self) -> Server:
        """The server for a job, which from now on is busy with it."""
        with self._lock:
            server = self._running()
            self._busy = True
            return server

    def _running(self) -> Server:
        if self._closed:
            raise OSError("closed")
        if self._server is not None and not self._server.is_alive:
            self._server.end()
            self._server = None
        self._server = self._server or warm.started(self._command, self._log)
        return self._server

    def end(self) -> None:
        """Let the process go: one that is busy is killed with whatever it has started."""
        with self._lock:
            server, self._server = self._server, None
            is_busy, self._busy = self._busy, False
        if server is not None and is_busy:
            server.end()
        elif server is not None:
            warm.released(server)

    def close(self) -> None:
        """Begin no other job, and kill the process if it is busy: that job fails."""
        with self._lock:
            self._closed = True
            if self._server is not None and self._busy:
                self._server.kill()


def end_all(workers: Sequence[Worker], threads: ThreadPoolExecutor) -> None:
    """End processes at once, and the threads that wait for them; jobs not begun are not done."""
    for worker in workers:
        worker.close()
    threads.shutdown(cancel_futures=True)
    for worker in workers:
        worker.end()


def module(name: str) -> tuple[str, ...]:
    """The command of a worker that runs a module."""
    return (sys.executable, "-P", "-m", name)
