"""One sheet of a known tool's export: which feed it is, its rows typed by the feed's own headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from rpt.engine import Engine, literal, quote
from rpt.intake.file_period import latest_day
from rpt.intake.header import Match, match
from rpt.intake.long_ids import rounded_ids
from rpt.intake.losses import rows_lost
from rpt.intake.merged_fill import fill_merged
from rpt.intake.parts import Part
from rpt.intake.personal import drop_personal
from rpt.intake.preset import Export, Feed
from rpt.intake.raw import RawSheet
from rpt.intake.schema import TableSchema, normalise
from rpt.intake.sheet import Place, SheetCleaner, head, hold, ingest, let_go
from rpt.project.inputs import ExportSource
from rpt.values.issue import Issue, Level, Origin


@dataclass(frozen=True)
class ExportSheet:
    """A sheet's rows, typed by the feed's columns; ``stated`` is the day or month in the file's name, where the rows
    lack it."""

    export: Export
    feed: Feed
    part: Part
    stated: date | None

    @property
    def columns(self) -> frozenset[str]:
        """The columns that its rows have, one from the file's name included."""
        named = {self.feed.named} if self.stated is not None and self.feed.named else set()
        return self.part.columns | named


def read_export(
    engine: Engine,
    place: Place,
    sheet: RawSheet,
    export: Export,
    known: Mapping[str, TableSchema],
    target: str,
) -> tuple[tuple[Feed, Match, date | None] | None, list[Issue]]:
    """Type a sheet into ``target`` by the first feed of the preset whose columns it has."""
    if sheet.typed:
        hint = "请改用导出的 xlsx 或 csv"
        return None, [Issue("file_type", Level.ERROR, "预设不能读 parquet", Origin(place.file), hint)]
    raw = f"raw_{place.id}"
    ingest(engine, sheet, raw, may_stay=True)
    found = _recognise(head(engine, raw), export, known)
    if found is None:
        message = f"不是预设“{export.preset.name}”认识的工作表，已略过"
        return None, [Issue("sheet_unknown", Level.INFO, message, Origin(place.file, place.sheet))]
    feed, matched = found
    if matched.missing:
        return None, [_missing(place, feed, matched, export)]
    stated, issues = _stated_in_name(feed, matched, place)
    if issues:
        return None, issues
    matched, issues = drop_personal(engine, place, raw, matched)
    issues += rows_lost(engine, Origin(place.file, place.sheet), raw, sheet.rows)
    issues += _drop_rows(engine, place, raw, matched, export.source.drop)
    issues += _unknown(place, feed, matched)
    issues += fill_merged(engine, place, raw, matched, sheet.merged)
    issues += SheetCleaner(engine, place, _with_units(matched, export.source), raw, target, sheet.notes).clean()
    issues += rounded_ids(engine, place, matched, target)
    let_go(engine, raw)
    return (feed, matched, stated), issues


def _missing(place: Place, feed: Feed, matched: Match, export: Export) -> Issue:
    labels = "、".join(f"“{column.label}”" for column in matched.missing)
    example = f'aliases = {{ "{matched.missing[0].label}" = "你们的列名" }}'
    hint = f'列名不同时，请在 rpt.toml 的 [exports."{export.name}"] 里写明，如 {example}'
    message = f"“{feed.label}”缺少必需的列：{labels}"
    return Issue("column_missing", Level.ERROR, message, place.cell(0, matched.row), hint)


def _stated_in_name(feed: Feed, matched: Match, place: Place) -> tuple[date | None, list[Issue]]:
    """The day or month that the file's name states for rows that lack it; an error where it states none."""
    if feed.named is None or any(column.key == feed.named for column in matched.columns.values()):
        return None, []
    stated = latest_day(place.file)
    if stated is not None:
        return (stated.replace(day=1) if feed.named == "month" else stated), []
    wanted, example = ("月份", "2025-06") if feed.named == "month" else ("日期", "2025-06-18")
    message = f"“{feed.label}”的行里没有{wanted}，文件名里也没有"
    file = PurePosixPath(place.file)
    hint = f"请在文件名里写明，如 {file.stem}_{example}{file.suffix}"
    return None, [Issue("date_missing", Level.ERROR, message, Origin(place.file, place.sheet), hint)]


def _recognise(
    head: Sequence[Sequence[str | None]], export: Export, known: Mapping[str, TableSchema]
) -> tuple[Feed, Match] | None:
    """The first feed with all its columns; else the one that comes nearest, whose match says what is missing."""
    matches = [
        (feed, found)
        for feed in export.preset.feeds
        if (found := match(feed.as_table(known[feed.table], export.source), head)) is not None
    ]
    complete = [pair for pair in matches if not pair[1].missing]
    return next(iter(complete), None) or min(matches, key=lambda pair: len(pair[1].missing), default=None)


def _with_units(matched: Match, source: ExportSource) -> Match:
    """The units that the project states for columns whose header states none."""
    stated = {normalise(label): unit for label, unit in source.units.items()}
    units = {
        position: stated[normalise(column.label)]
        for position, column in matched.columns.items()
        if normalise(column.label) in stated
    }
    return replace(matched, units={**units, **matched.units})


def _drop_rows(engine: Engine, place: Place, raw: str, matched: Match, words: Sequence[str]) -> Iterator[Issue]:
    """Rows that a word of the project marks as no data are taken out, and said. 合计 and its like go in any case."""
    described = engine.rows(f"select column_name from (describe {quote(raw)})")
    names = [name for (name,) in described if name != "_row"]
    labels = [names[position] for position, c in matched.columns.items() if not c.is_numeric and c.type != "rate"]
    if not words or not labels:
        return
    listed = ", ".join(literal(word) for word in words)
    marked = " or ".join(f"coalesce(trim({quote(name)}) in ({listed}), false)" for name in labels)
    test = f"_row > {matched.row} and ({marked})"
    count = engine.rows(f"select count(*) from {quote(raw)} where {test}")[0][0]
    if count:
        hold(engine, raw)
        engine.run(f"delete from {quote(raw)} where {test}")
        message = f"按 drop 去掉 {count} 行（{'、'.join(words)}）"
        yield Issue("rows_dropped", Level.INFO, message, Origin(place.file, place.sheet))


def _unknown(place: Place, feed: Feed, matched: Match) -> Iterator[Issue]:
    for position, label in matched.unknown.items():
        if not feed.knows(label):
            message = f"“{feed.label}”没有用到列“{' '.join(label.split())}”"
            yield Issue("column_unknown", Level.INFO, message, place.cell(position, matched.row), "", label)
