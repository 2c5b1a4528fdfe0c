"""What a run has read so far: typed rows of every sheet, by the table they belong to, and what was found on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from rpt.engine import Engine, EngineError, quote
from rpt.engine.dataset import Origin as Sheet
from rpt.intake.export import ExportSheet, read_export
from rpt.intake.handover import Reading
from rpt.intake.kept import KeptFiles, TypedFile, TypedSheet
from rpt.intake.own_sheet import read_own
from rpt.intake.parts import Part
from rpt.intake.person_ids import PersonIds
from rpt.intake.raw import RawSheet
from rpt.intake.schema import TableSchema
from rpt.intake.sheet import Place
from rpt.intake.sources import SourceFile
from rpt.intake.unfilled import Unfilled, unfilled_issues
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin


class Gathering:
    """Takes one file's reading after the other. ``tables`` are the team's own sheets, ``exports`` those of tools, whose
    rows wait until all files are read and the later ones are known."""

    def __init__(self, project: Project, engine: Engine, known: Mapping[str, TableSchema]) -> None:
        self.engine, self.known = engine, known
        self.tables: dict[str, list[Part]] = defaultdict(list)
        self.exports: dict[str, list[ExportSheet]] = defaultdict(list)
        self.issues: list[Issue] = []
        self._ids = PersonIds(project)
        self._kept = KeptFiles(project, known, self._ids)
        self._sheets = 0

    def kept(self, file: SourceFile) -> TypedFile | None:
        """What an earlier run kept of a file."""
        return self._kept.find(file)

    def add(self, file: SourceFile, read: Reading) -> None:
        """Type the sheets of a file that its entry is about, and keep what came of them for the next run."""
        self.issues += read.issues
        typed, tables = [], {}
        for number, sheet in enumerate(sheet for sheet in read.sheets if file.reads(sheet.name)):
            place = self._place(file, sheet.name, sheet.first_column)
            try:
                found = self._export(place, sheet, file) if file.export else self._own(place, sheet, file)
            except EngineError as error:
                found = TypedSheet(sheet.name, sheet.first_column, (_unusable(place, sheet, error),))
            if found.match is not None:
                tables[number] = _target(place)
            self._take(place, file, read.sha256, found)
            typed.append(found)
        made = TypedFile(read.sha256, read.issues, tuple(typed))
        self._end(file, made)
        self._kept.keep(self.engine, file, made, tables)

    def take(self, file: SourceFile, kept: TypedFile) -> None:
        """Take over what an earlier run kept of a file."""
        self.issues += kept.issues
        for number, sheet in enumerate(kept.sheets):
            place = self._place(file, sheet.name, sheet.first_column)
            if sheet.match is not None:
                self.engine.table(_target(place), f"select * replace ({place.id} as _src) from {kept.rows_of(number)}")
            self._take(place, file, kept.sha256, sheet)
        self._end(file, kept)

    def thin_out(self) -> None:
        """Have what is kept for the next runs stay within its room."""
        self._kept.thin_out()

    def _place(self, file: SourceFile, sheet: str, first_column: int) -> Place:
        self._sheets += 1
        return Place(file.shown, sheet, self._sheets, first_column)

    def _take(self, place: Place, file: SourceFile, digest: str, sheet: TypedSheet) -> None:
        self.issues += sheet.issues
        if sheet.match is None:
            return
        name, letters = ("", ()) if sheet.is_columnar else (sheet.name, place.letters(sheet.match.columns))
        origin = Sheet(place.id, file.shown, name, digest, sheet.rows, sheet.first_row, sheet.last_row, letters)
        part = Part(_target(place), sheet.columns, origin, place, sheet.match, file.path)
        if file.export is not None and sheet.feed is not None:
            self.exports[sheet.feed.table].append(ExportSheet(file.export, sheet.feed, part, sheet.stated))
        else:
            self.tables[sheet.match.table.name].append(part)

    def _end(self, file: SourceFile, typed: TypedFile) -> None:
        """What is said of a file as a whole, once its sheets are known."""
        unfilled = [
            Unfilled(sheet.match.table.label, Origin(file.shown, sheet.name))
            for sheet in typed.sheets
            if sheet.match is not None and not sheet.rows
        ]
        self.issues += unfilled_issues(unfilled, self._rows_of(file.shown))
        has_error = any(issue.origin.file == file.shown and issue.level is Level.ERROR for issue in self.issues)
        if not typed.issues and not self._is_fed(file.shown) and not has_error:
            self.issues.append(_nothing_in(file))

    def _own(self, place: Place, sheet: RawSheet, file: SourceFile) -> TypedSheet:
        found, issues = read_own(self.engine, place, sheet, file, self.known, _target(place))
        made = TypedSheet(sheet.name, sheet.first_column, tuple(issues), is_columnar=sheet.typed)
        return made if found is None else self._measured(place, replace(made, match=found))

    def _export(self, place: Place, sheet: RawSheet, file: SourceFile) -> TypedSheet:
        assert file.export is not None
        found, issues = read_export(self.engine, place, sheet, file.export, self.known, _target(place))
        made = TypedSheet(sheet.name, sheet.first_column, tuple(issues))
        if found is None:
            return made
        feed, matched, stated = found
        typed = self._measured(place, replace(made, match=matched, feed=feed, stated=stated))
        return replace(typed, first_row=0, last_row=0)  # rows go on under other numbers, once feeds are put together

    def _measured(self, place: Place, sheet: TypedSheet) -> TypedSheet:
        """A typed sheet with its extent, once the ids of people in it are hashed."""
        assert sheet.match is not None
        issues = self._ids.protect(self.engine, place, sheet.match, _target(place))
        target = quote(_target(place))
        rows, first, last = self.engine.rows(
            f"select count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) from {target}"
        )[0]
        names = self.engine.rows(f"select column_name from (describe {target})")
        columns = frozenset(name for (name,) in names) - {"_src", "_row"}
        return replace(
            sheet, issues=(*sheet.issues, *issues), columns=columns, rows=rows, first_row=first, last_row=last
        )

    def _parts(self, file: str) -> list[Part]:
        parts = [part for table in self.tables.values() for part in table]
        parts += [sheet.part for exported in self.exports.values() for sheet in exported]
        return [part for part in parts if part.origin.file == file]

    def _rows_of(self, file: str) -> int:
        return sum(part.origin.rows for part in self._parts(file))

    def _is_fed(self, file: str) -> bool:
        return bool(self._parts(file))


def _target(place: Place) -> str:
    """The engine's table of a sheet's typed rows."""
    return f"part_{place.id}"


def _unusable(place: Place, sheet: RawSheet, error: EngineError) -> Issue:
    if sheet.typed:
        message, hint = "parquet 文件损坏，读不出来", "请重新导出该文件"
        return Issue("unreadable", Level.ERROR, message, Origin(place.file), hint, str(error)[:200])
    message, hint = "这张工作表没有读进来", "请用 Excel 或 WPS 打开确认，另存为 .xlsx 后重试"
    return Issue("unreadable", Level.ERROR, message, Origin(place.file, place.sheet), hint, str(error)[:200])


def _nothing_in(file: SourceFile) -> Issue:
    if file.export is not None:
        message = f"文件不像预设“{file.export.preset.name}”的导出：没有认出表头"
        hint = f'请核对 rpt.toml 的 [exports."{file.export.name}"]；列名不同时可在其中写 aliases'
        return Issue("file_empty", Level.ERROR, message, Origin(file.shown), hint)
    message, hint = (
        "文件里没有认出任何一张表",
        "工作表可按表名命名，如“渠道日报”，表头要有该表的列名；rpt check --map 可提出对应关系",
    )
    return Issue("file_empty", Level.WARNING, message, Origin(file.shown), hint)
