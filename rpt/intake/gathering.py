"""What a run has read so far: typed rows of every sheet, by the table they belong to, and what was found on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rpt.engine import Engine, EngineError, quote
from rpt.engine.dataset import Origin as Sheet
from rpt.intake.export import ExportSheet, read_export
from rpt.intake.handover import Reading
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
        self._sheets = 0

    def add(self, file: SourceFile, read: Reading) -> None:
        """Type the sheets of a file that its entry is about."""
        self.issues += read.issues
        unfilled: list[Unfilled] = []
        for sheet in read.sheets:
            if not file.reads(sheet.name):
                continue
            self._sheets += 1
            place = Place(file.shown, sheet.name, self._sheets, sheet.first_column)
            try:
                unfilled += (
                    self._export(place, sheet, file, read) if file.export else self._own(place, sheet, file, read)
                )
            except EngineError as error:
                self.issues.append(_unusable(place, sheet, error))
        self.issues += unfilled_issues(unfilled, self._rows_of(file.shown))
        has_error = any(issue.origin.file == file.shown and issue.level is Level.ERROR for issue in self.issues)
        if not read.issues and not self._is_fed(file.shown) and not has_error:
            self.issues.append(_nothing_in(file))

    def _own(self, place: Place, sheet: RawSheet, file: SourceFile, read: Reading) -> list[Unfilled]:
        target = f"part_{place.id}"
        found, issues = read_own(self.engine, place, sheet, file, self.known, target)
        self.issues += issues
        if found is None:
            return []
        self.issues += self._ids.protect(self.engine, place, found, target)
        rows, first, last = self.engine.rows(
            f"select count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) from {quote(target)}"
        )[0]
        names = self.engine.rows(f"select column_name from (describe {quote(target)})")
        columns = frozenset(name for (name,) in names) - {"_src", "_row"}
        name, letters = ("", ()) if sheet.typed else (sheet.name, place.letters(found.columns))
        origin = Sheet(place.id, file.shown, name, read.sha256, rows, first, last, letters)
        self.tables[found.table.name].append(Part(target, columns, origin, place, found, file.path))
        return [] if rows else [Unfilled(found.table.label, Origin(file.shown, sheet.name))]

    def _export(self, place: Place, sheet: RawSheet, file: SourceFile, read: Reading) -> list[Unfilled]:
        assert file.export is not None
        target = f"export_{place.id}"
        found, issues = read_export(self.engine, place, sheet, file.export, self.known, target)
        self.issues += issues
        if found is None:
            return []
        feed, matched, stated = found
        self.issues += self._ids.protect(self.engine, place, matched, target)
        rows = int(self.engine.rows(f"select count(*) from {quote(target)}")[0][0])
        columns = frozenset(column.key for column in matched.columns.values())
        letters = place.letters(matched.columns)
        origin = Sheet(place.id, file.shown, sheet.name, read.sha256, rows, columns=letters)
        part = Part(target, columns, origin, place, matched, file.path)
        self.exports[feed.table].append(ExportSheet(file.export, feed, part, stated))
        return [] if rows else [Unfilled(feed.label, Origin(file.shown, sheet.name))]

    def _parts(self, file: str) -> list[Part]:
        parts = [part for table in self.tables.values() for part in table]
        parts += [sheet.part for exported in self.exports.values() for sheet in exported]
        return [part for part in parts if part.origin.file == file]

    def _rows_of(self, file: str) -> int:
        return sum(part.origin.rows for part in self._parts(file))

    def _is_fed(self, file: str) -> bool:
        return bool(self._parts(file))


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
