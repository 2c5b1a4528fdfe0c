"""The child side: jobs come as lines, each is done in a process of its own under its limits.

What opens a file may abort, panic, hang or take all memory, and takes only its own process with it. Libraries are
loaded once and every job is done in a fork, under limits of address space, of processor and of wall time. Where a
system cannot fork, one job is done and the process ends.

A line of JSON on standard input is a ``Job``. A line on standard output is the exit code of the process that did it
(negative: the signal that ended it) and the most memory it held, in bytes.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import select
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Self, TypeVar

from rpt.values.limits import Limits

# Exit codes: done (the result is where it was asked for), out of memory, no room for the result, any other failure.
DONE, MEMORY, ROOM, FAILED = 0, 81, 82, 83

# Bytes of address space that stacks of threads and their heaps take before any work is done. In less, libraries end in
# whatever way they happen to: an abort, a segment that cannot be loaded, a null pointer.
_LEAST = 192 << 20

J = TypeVar("J", bound="Job")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one job may take. Kinds of jobs add what is to be done."""

    limits: Limits = field(default_factory=Limits)

    def line(self) -> str:
        """The job as a line of text."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Self:
        """The job of a line that ``line`` made."""
        told = json.loads(line)
        return cls(**{**told, "limits": Limits(**told["limits"])})


def serve(kind: type[J], do: Callable[[J], int]) -> None:
    """Do the jobs of standard input until it ends; then the scratch folder, the one argument, is removed."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no reply
    with contextlib.suppress(BrokenPipeError):
        for line in sys.stdin:
            job = kind.read(line)
            if not hasattr(os, "fork"):
                sys.exit(_done(do, job))
            code, peak = _in_a_fork(do, job)
            replies.write(f"{code} {peak}\n")
            replies.flush()
    # nobody asks any more, and a parent that lives kills its children: it was killed, and what it kept is in the way
    shutil.rmtree(sys.argv[1], ignore_errors=True)


def serve_here(kind: type[J], do: Callable[[J], int]) -> None:
    """Do the jobs of standard input one after the other in this process, without limits: they are rpt's own work, which
    has children with limits of their own. The process ends at once with whoever asks, in the middle of a job too."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    lines: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        shutil.rmtree(sys.argv[1], ignore_errors=True)
        os._exit(FAILED)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        replies.write(f"{_done(do, kind.read(lines.get()))} 0\n")
        replies.flush()


def _in_a_fork(do: Callable[[J], int], job: J) -> tuple[int, int]:
    ended, held = os.pipe()  # the child holds one end, which its end closes
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            _limit(job.limits)
            code = _done(do, job) if _space() + _LEAST <= job.limits.memory_bytes else MEMORY
        finally:
            os._exit(code)  # nothing of the parent's is flushed or tidied up twice
    os.close(held)
    if ended not in select.select([ended, sys.stdin], [], [])[0]:  # nobody waits for the answer: our parent was killed
        os.kill(child, signal.SIGKILL)
    os.close(ended)
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _limit(limits: Limits) -> None:
    """Have the system end this process where it goes too far; a limit that a system does not have is left out."""
    import resource

    seconds = math.ceil(limits.seconds) + 1  # after the alarm, unless several threads are at it
    for limit, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),  # a dump would be a copy of the file's data
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError) as error:
            sys.stderr.write(f"limit {limit} not set: {error}\n")
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)  # nobody catches the alarm: it ends the process


def _space() -> int:
    """The address space in bytes that this process has, or 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _done(do: Callable[[J], int], job: J) -> int:
    """Do a job. What goes wrong is an exit code and a line of text."""
    try:
        return do(job)
    except MemoryError:
        return MEMORY
    except BaseException as error:  # noqa: BLE001 - a panic of a Rust library is a BaseException
        sys.stderr.write("".join(traceback.format_exception_only(error)))
        return code_of(error)


def code_of(error: BaseException) -> int:
    """The exit code of a job that an exception ended."""
    name = type(error).__name__
    if name in ("MemoryError", "OutOfMemoryException"):  # the latter is the database's
        return MEMORY
    room = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG)
    if room or (name == "IOException" and ("No space left" in str(error) or "File too large" in str(error))):
        return ROOM
    return FAILED
