"""One sheet of the team's own: which table it is, its rows typed by that table's headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rpt.engine import Engine
from rpt.intake.file_period import named_period, names_of
from rpt.intake.header import Match, match, recognise
from rpt.intake.long_ids import rounded_ids
from rpt.intake.losses import rows_lost
from rpt.intake.merged_fill import fill_merged
from rpt.intake.missing_date import add_date, date_from_names
from rpt.intake.personal import drop_personal
from rpt.intake.raw import RawSheet
from rpt.intake.schema import TableSchema
from rpt.intake.sheet import Place, SheetCleaner, head, ingest, let_go
from rpt.intake.sources import SourceFile
from rpt.intake.typed import clean_typed
from rpt.values.blank import GUIDE, LISTS
from rpt.values.issue import Issue, Level, Origin

_LISTED = 8  # columns named in one hint


def read_own(
    engine: Engine, place: Place, sheet: RawSheet, file: SourceFile, known: Mapping[str, TableSchema], target: str
) -> tuple[Match | None, list[Issue]]:
    """Type a sheet into ``target``; None where it is no table of ours, or lacks what the table needs."""
    if sheet.typed:
        return clean_typed(engine, place, sheet.path, file.table, known, target)
    raw = f"raw_{place.id}"
    ingest(engine, sheet, raw, may_stay=True)
    rows = head(engine, raw)
    period = named_period(names_of(place.file, place.sheet))
    dated = period is not None
    found = match(known[file.table], rows) if file.table else recognise(sheet.name, rows, known, dated=dated)
    if found is None:
        return None, list(_unrecognised(place, file, sheet))
    day, issue = date_from_names(place, found, period)
    issues = [issue] if issue else []
    if found.missing and day is None:
        if not (issue and issue.level is Level.ERROR):
            issues.append(_missing(place, found))
        return None, issues
    found, dropped = drop_personal(engine, place, raw, found)
    issues += [*dropped, *_unknown_columns(place, found)]
    issues += rows_lost(engine, Origin(place.file, place.sheet), raw, sheet.rows)
    issues += fill_merged(engine, place, raw, found, sheet.merged)
    issues += SheetCleaner(engine, place, found, raw, target, sheet.notes).clean()
    issues += rounded_ids(engine, place, found, target)
    if day is not None:
        add_date(engine, found.table, target, day)
    let_go(engine, raw)
    return found, issues


def _unrecognised(place: Place, file: SourceFile, sheet: RawSheet) -> Iterator[Issue]:
    if sheet.name in (GUIDE, LISTS):
        return
    level = Level.ERROR if file.table else Level.INFO
    # a header of formulas without a result can't be known
    unsaved = sum(note.kind == "no_value" for note in sheet.notes)
    cause = f"（有 {unsaved:,} 个公式没有保存结果）" if unsaved else ""
    message, hint = f"没有认出这张工作表是哪一张表，已略过{cause}", "工作表可按表名命名，如“渠道日报”"
    yield Issue("sheet_unknown", level, message, Origin(place.file, place.sheet), hint)


def _missing(place: Place, found: Match) -> Issue:
    labels = "、".join(f"“{column.label}”" for column in found.missing)
    hint = f"请补上该列，或在 rpt.toml 的 [aliases.{found.table.name}] 里写明它的列名（rpt check --map 可代写）"
    if found.lacks_only_its_date:
        hint += "；按月导出的文件可把月份写进文件名，如 2025-03.xlsx"
    if found.unknown:
        # a column may be there under a name that could mean two (抖音/GMV, 天猫/GMV)
        listed = "、".join(f"“{' '.join(label.split())}”" for label in list(found.unknown.values())[:_LISTED])
        hint += f"。表里没有用到的列：{listed}{'等' if len(found.unknown) > _LISTED else ''}"
    message = f"表“{found.table.label}”缺少必需的列：{labels}"
    return Issue("column_missing", Level.ERROR, message, place.cell(0, found.row), hint)


def _unknown_columns(place: Place, found: Match) -> Iterator[Issue]:
    for position, label in found.unknown.items():
        message = f"表“{found.table.label}”没有用到列“{' '.join(label.split())}”"
        yield Issue("column_unknown", Level.INFO, message, place.cell(position, found.row), "", label)
