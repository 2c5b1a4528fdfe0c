"""The child side of reading: ``python -m rpt.intake.child SCRATCH`` reads files, each in its own process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rpt.intake.formats import read
from rpt.intake.handover import Reading, leave
from rpt.intake.raw import sha256
from rpt.processes import serving


@dataclass(frozen=True, kw_only=True)
class Job(serving.Job):
    """A file to read: its path, its name in messages, what it is, the folder for the result, and the limits."""

    path: str
    shown: str
    kind: str
    folder: str
    encoding: str = ""


def main() -> None:
    """Do the jobs of standard input until it ends."""
    import duckdb  # noqa: F401 - loaded once, for all the files
    import fastexcel  # noqa: F401

    serving.serve(Job, do)


def do(job: Job) -> int:
    """Read one file and leave its sheets in the job's folder."""
    path = Path(job.path)
    sheets, issues = read(path, job.shown, job.kind, job.encoding)
    leave(
        Path(job.folder), Reading(sha256(path) if sheets else "", tuple(sheets), tuple(issues)), job.limits.memory_bytes
    )
    return serving.DONE


if __name__ == "__main__":
    main()
