"""The child side of reading: ``python -m rpt.intake.child SCRATCH`` reads files, each in its own process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rpt.intake.formats import first_line, read
from rpt.intake.formats.large_text import large_text
from rpt.intake.handover import Reading, leave
from rpt.intake.preflight import preflight
from rpt.intake.raw import LargeSheet, RawSheet, sha256
from rpt.intake.refusal import EXPORT_AGAIN, damaged
from rpt.processes import serving
from rpt.values.issue import Issue


@dataclass(frozen=True)
class Job(serving.Job):
    """A file to read: its path, its name in messages, the folder for the result, and the encoding that rpt.toml
    states, if any."""

    path: str
    shown: str
    folder: str
    encoding: str = ""


def main() -> None:
    """Do the jobs of standard input until it ends."""
    import duckdb  # noqa: F401 - loaded once, for all the files
    import fastexcel  # noqa: F401

    serving.serve(Job, do)


def do(job: Job) -> int:
    """Read one file and leave its sheets in the job's folder."""
    if _stream(job):
        return serving.DONE
    folder, reading = Path(job.folder), look_and_read(job)
    try:
        leave(folder, reading, job.limits.memory_bytes)
    except Exception as error:
        if serving.code_of(error) != serving.FAILED:
            raise
        if any(isinstance(sheet.data, LargeSheet) for sheet in reading.sheets):
            leave(folder, look_and_read(job, whole=True), job.limits.memory_bytes)
            return serving.DONE
        if not any(sheet.typed for sheet in reading.sheets):
            raise
        # it is when a columnar file is handed over that it is read
        broken = damaged("parquet 文件读不出来", EXPORT_AGAIN, first_line(error)).issue(job.shown)
        leave(folder, Reading("", (), (broken,)), job.limits.memory_bytes)
    return serving.DONE


def _stream(job: Job) -> bool:
    """Hand over large plain text without holding it; False where the file is no such thing, or turns out to be none."""
    path = Path(job.path)
    text = large_text(path, job.encoding)
    if text is None or isinstance(preflight(path, job.limits, job.shown), Issue):
        return False
    reading = Reading(sha256(path), (RawSheet(Path(job.shown).stem, text),), ())
    try:
        leave(Path(job.folder), reading, job.limits.memory_bytes)
    except Exception as error:
        if serving.code_of(error) != serving.FAILED:
            raise
        return False
    return True


def look_and_read(job: Job, *, whole: bool = False) -> Reading:
    """The file's sheets as its reader gives them; a reader sees it only once preflight has let it pass. Large sheets
    are left where they are, if not read as a ``whole``."""
    path = Path(job.path)
    checked = preflight(path, job.limits, job.shown)
    if isinstance(checked, Issue):
        return Reading("", (), (checked,))
    if whole:
        checked = replace(checked, glances={})
    sheets, issues = read(checked, job.shown, job.limits, job.encoding)
    return Reading(sha256(path) if sheets else "", tuple(sheets), tuple(issues))


if __name__ == "__main__":
    main()
