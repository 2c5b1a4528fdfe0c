"""Marked copies of the sources: which files get one, where it goes, and why others get none."""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rpt.engine import quote
from rpt.engine.duck import Duck
from rpt.intake.load import MARKED_FOLDER, MARKED_SUFFIX
from rpt.intake.raw import RawSheet
from rpt.intake.reading import Wanted, reading
from rpt.intake.sheet import ingest
from rpt.project.model import Project
from rpt.rendering.marked import NotMarkableError, mark_workbook, write_text_workbook
from rpt.state.atomic import replacing, sweep
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.limits import Limits

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SHEET_NAME = 31  # characters that Excel takes


def mark(project: Project, issues: Sequence[Issue], out: Path | None) -> tuple[list[Artifact], list[Issue]]:
    """Write a marked copy of each source that has errors or warnings in its sheets, into ``out``/已标记.

    Sources are never written to. Returns the copies, and a warning for each file that no copy could be made of.
    """
    folder = (out or project.out) / MARKED_FOLDER
    sweep(folder)
    by_file: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.origin.file:
            by_file[issue.origin.file].append(issue)
    sources = {shown: project.folder / shown for shown in by_file if (project.folder / shown).is_file()}
    wanted = {
        shown: path
        for shown, path in sources.items()
        if any(issue.origin.sheet and issue.level is not Level.INFO for issue in by_file[shown])
    }
    artifacts: list[Artifact] = []
    skipped: list[Issue] = []
    for shown, target in _targets(folder, wanted).items():
        if target.resolve() in {path.resolve() for path in sources.values()}:
            raise UserError(f"标记副本会覆盖来源文件：{target}", "请用 --out 换一个输出文件夹，或给来源文件改名")
        try:
            with replacing(target) as temporary:
                _copy(wanted[shown], shown, temporary, by_file[shown], project.limits)
        except NotMarkableError as error:
            skipped.append(Issue("mark_skipped", Level.WARNING, error.message, Origin(shown), error.hint))
            continue
        content = target.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        artifacts.append(Artifact(target.suffix[1:], target, len(content), digest))
    return artifacts, skipped


def _targets(folder: Path, wanted: dict[str, Path]) -> dict[str, Path]:
    """Where each copy goes; files of one name are told apart by their folder and ending."""
    stems = [path.stem.lower() for path in wanted.values()]
    targets = {}
    for shown, path in wanted.items():
        alone = stems.count(path.stem.lower()) == 1
        stem = path.stem if alone else shown.strip("/").replace("/", "_").replace(":", "")
        suffix = ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
        targets[shown] = folder / f"{stem}{MARKED_SUFFIX}{suffix}"
    return targets


def _copy(source: Path, shown: str, target: Path, issues: Sequence[Issue], limits: Limits) -> None:
    with source.open("rb") as file:
        head = file.read(4)
    if head == _ZIP:
        mark_workbook(source, target, issues, source.name)
    elif head == _OLE:
        raise NotMarkableError(f"{source.suffix[1:]} 文件不做标记副本", "另存为 .xlsx 后再运行 rpt check --mark")
    else:
        _copy_text(source, shown, target, issues, limits)


def _copy_text(source: Path, shown: str, target: Path, issues: Sequence[Issue], limits: Limits) -> None:
    """A csv, or a web page or XML that calls itself .xls: its rows as text in a workbook, marked."""
    with reading([Wanted(source, shown)], limits) as readings, tempfile.TemporaryDirectory() as scratch:
        sheets = next(readings).sheets
        if not sheets or any(sheet.typed for sheet in sheets):
            raise NotMarkableError("这种文件不做标记副本", "问题已列在上面")
        names = {sheet.name: _sheet_name(sheet.name, at) for at, sheet in enumerate(sheets)}
        renamed = [_in_sheet(issue, names) for issue in issues]
        plain = Path(scratch) / "text.xlsx"
        is_whole = write_text_workbook(plain, {names[sheet.name]: _rows(sheet) for sheet in sheets})
        notes = ["来源不是 xlsx：副本里各行按文本列出，格式与来源不同。"]
        if not is_whole:
            notes.append("来源的行数超过一张工作表的上限，副本只有前 1,048,576 行。")
        mark_workbook(plain, target, renamed, source.name, notes)


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
