"""The child side of reading: ``python -m rpt.intake.child SCRATCH`` reads files, each in its own process.

What opens a file may abort, panic, hang or take all memory, and takes only its own process with it. Readers are loaded
once and every file is read in a fork, under limits of address space, of processor and of wall time. Where a system
cannot fork, one file is read and the process ends.

A line of JSON on standard input is a ``Job``, a line on standard output the exit code of the process that did it
(negative: the signal that ended it).
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import shutil
import signal
import sys
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rpt.intake.formats import first_line, read
from rpt.intake.handover import Reading, leave
from rpt.intake.preflight import preflight
from rpt.intake.raw import sha256
from rpt.intake.refusal import EXPORT_AGAIN, damaged
from rpt.values.issue import Issue
from rpt.values.limits import Limits

# Exit codes: done (the result is in the folder), out of memory, no room for the result, and any other failure.
DONE, MEMORY, ROOM, FAILED = 0, 81, 82, 83


@dataclass(frozen=True)
class Job:
    """A file to read: its path, its name in messages, the folder for the result, the limits, and the encoding that
    rpt.toml states, if any."""

    path: str
    shown: str
    folder: str
    limits: Limits = field(default_factory=Limits)
    encoding: str = ""

    def line(self) -> str:
        """The job as a line of text."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def of(cls, line: str) -> Job:
        """The job of a line that ``line`` made."""
        told = json.loads(line)
        return cls(**{**told, "limits": Limits(**told["limits"])})


def main() -> None:
    """Do the jobs of standard input until it ends; then the scratch folder, the one argument, is removed."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a reader prints is no reply
    import duckdb  # noqa: F401 - loaded once, for all the files
    import fastexcel  # noqa: F401

    with contextlib.suppress(BrokenPipeError):
        for line in sys.stdin:
            job = Job.of(line)
            if not hasattr(os, "fork"):
                sys.exit(do(job))
            replies.write(f"{_in_a_fork(job)}\n")
            replies.flush()
    # nobody asks any more, and a parent that lives kills its children: it was killed, and what it kept is in the way
    shutil.rmtree(sys.argv[1], ignore_errors=True)


def _in_a_fork(job: Job) -> int:
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            _limit(job)
            code = do(job)
        finally:
            os._exit(code)  # nothing of the parent's is flushed or tidied up twice
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _limit(job: Job) -> None:
    """Have the system end this process where it goes too far; a limit that a system does not have is left out."""
    import resource

    seconds = math.ceil(job.limits.seconds) + 1  # after the alarm, unless several threads are at it
    memory = job.limits.memory_bytes
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),  # a dump would be a copy of the file's data
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError) as error:
            sys.stderr.write(f"limit {limit} not set: {error}\n")
    signal.setitimer(signal.ITIMER_REAL, job.limits.seconds)  # nobody catches the alarm: it ends the process


def do(job: Job) -> int:
    """Read one file and leave its sheets in the job's folder. What goes wrong is an exit code and a line of text."""
    try:
        reading = look_and_read(job)
        try:
            leave(Path(job.folder), reading, job.limits.memory_bytes)
        except Exception as error:
            if _code(error) != FAILED or not any(sheet.typed for sheet in reading.sheets):
                raise
            # it is while a columnar file is handed over that it is read
            broken = damaged("parquet 文件读不出来", EXPORT_AGAIN, first_line(error)).issue(job.shown)
            leave(Path(job.folder), Reading("", (), (broken,)), job.limits.memory_bytes)
    except MemoryError:
        return MEMORY
    except BaseException as error:  # noqa: BLE001 - a panic of a Rust reader is a BaseException
        sys.stderr.write("".join(traceback.format_exception_only(error)))
        return _code(error)
    return DONE


def look_and_read(job: Job) -> Reading:
    """The file's sheets as its reader gives them; a reader sees it only once preflight has let it pass."""
    path = Path(job.path)
    checked = preflight(path, job.limits, job.shown)
    if isinstance(checked, Issue):
        return Reading("", (), (checked,))
    sheets, issues = read(path, job.shown, checked.kind, job.limits, job.encoding)
    return Reading(sha256(path) if sheets else "", tuple(sheets), tuple(issues))


def _code(error: BaseException) -> int:
    name = type(error).__name__
    if name == "OutOfMemoryException":  # the database's
        return MEMORY
    room = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG)
    if room or (name == "IOException" and ("No space left" in str(error) or "File too large" in str(error))):
        return ROOM
    return FAILED


if __name__ == "__main__":
    main()
