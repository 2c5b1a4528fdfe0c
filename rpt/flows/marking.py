"""The child side of marking: ``python -m rpt.flows.marking SCRATCH`` makes marked copies, each in its own process.

A source is user's content: what it holds may take a patching process along, never the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rpt.engine import quote
from rpt.engine.duck import Duck
from rpt.intake.formats import read
from rpt.intake.handover import Reading, leave, take
from rpt.intake.preflight import Checked, preflight
from rpt.intake.raw import RawSheet
from rpt.intake.sheet import ingest
from rpt.processes.serving import DONE, Job, serve
from rpt.rendering.marked import NotMarkableError, mark_workbook, write_text_workbook
from rpt.values.issue import Issue, Level, Origin

REFUSED = 84  # exit code: no copy can be made; why stands in the job's folder
REFUSAL = "refusal"
_SHEET_NAME = 31  # characters that Excel takes
_OTHER_WORKBOOKS = ("xls", "xlsb", "ods")
Written = tuple[str, str, str, str | None, str | None, str | None, str, str | None]


@dataclass(frozen=True, kw_only=True)
class Marking(Job):
    """A copy to make: of which file, its name in messages, where to, a folder for the work on it, the file's issues,
    and the encoding that rpt.toml states of its text."""

    source: str
    shown: str
    target: str
    folder: str
    issues: Sequence[Written]
    encoding: str = ""


def written(issue: Issue) -> Written:
    """An issue as it travels to the child."""
    origin = issue.origin
    return (issue.code, issue.level, issue.message, origin.file, origin.sheet, origin.cell, issue.hint, issue.value)


def _issue(told: Written) -> Issue:
    code, level, message, file, sheet, cell, hint, value = told
    return Issue(code, Level(level), message, Origin(file, sheet, cell), hint, value)


def do(job: Marking) -> int:
    """Make one copy; where that is refused, leave the message and the hint, a line each."""
    try:
        _copy(job, Path(job.source), Path(job.target), [_issue(told) for told in job.issues])
    except NotMarkableError as error:
        (Path(job.folder) / REFUSAL).write_text(f"{error.message}\n{error.hint}", encoding="utf-8")
        return REFUSED
    return DONE


def _copy(job: Marking, source: Path, target: Path, issues: Sequence[Issue]) -> None:
    checked = preflight(source, job.limits, job.shown)
    if isinstance(checked, Issue):  # it has changed since it was read
        raise NotMarkableError(checked.message, checked.hint)
    if checked.kind == "xlsx":
        mark_workbook(source, target, issues, source.name)
    elif checked.kind in _OTHER_WORKBOOKS:
        raise NotMarkableError(f"{checked.kind} 文件不做标记副本", "另存为 .xlsx 后再运行 rpt check --mark")
    elif checked.kind == "parquet":
        raise NotMarkableError("parquet 文件不做标记副本", "问题已列在上面")
    else:
        _copy_text(job, checked, target, issues)


def _copy_text(job: Marking, checked: Checked, target: Path, issues: Sequence[Issue]) -> None:
    """A csv, or a web page or XML that calls itself .xls: its rows as text in a workbook, marked."""
    folder = Path(job.folder)
    found, _ = read(checked, job.shown, job.limits, job.encoding)
    if not found:
        raise NotMarkableError("这种文件不做标记副本", "问题已列在上面")
    leave(folder, Reading("", tuple(found), ()), job.limits.memory_bytes)
    sheets = take(folder, job.shown).sheets
    names = {sheet.name: _sheet_name(sheet.name, at) for at, sheet in enumerate(sheets)}
    renamed = [_in_sheet(issue, names) for issue in issues]
    plain = folder / "text.xlsx"
    is_whole = write_text_workbook(plain, {names[sheet.name]: _rows(sheet) for sheet in sheets})
    notes = ["来源不是 xlsx：副本里各行按文本列出，格式与来源不同。"]
    if not is_whole:
        notes.append("来源的行数超过一张工作表的上限，副本只有前 1,048,576 行。")
    mark_workbook(plain, target, renamed, checked.path.name, notes)


def _rows(sheet: RawSheet) -> Iterator[list[str | None]]:
    """The rows of a sheet in order, in the columns where they stand."""
    engine = Duck()
    ingest(engine, sheet, "raw")
    for row in engine.rows(f"select * from {quote('raw')} order by _row"):
        left: list[str | None] = [None] * sheet.first_column
        yield left + [None if cell is None else str(cell) for cell in row[1:]]


def _sheet_name(name: str, at: int) -> str:
    """A name that Excel takes: a csv's is its file's."""
    kept = "".join("_" if sign in "[]:*?/\\" else sign for sign in name).strip("'")[:_SHEET_NAME]
    return kept if not at else f"{kept[: _SHEET_NAME - 3]}_{at + 1}" if len(name) > _SHEET_NAME else kept


def _in_sheet(issue: Issue, names: dict[str, str]) -> Issue:
    sheet = issue.origin.sheet
    return issue if sheet is None else replace(issue, origin=replace(issue.origin, sheet=names.get(sheet, sheet)))


if __name__ == "__main__":
    serve(Marking, do)
