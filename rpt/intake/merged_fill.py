"""Merged cells down a column: the rows they cover belong to the name in their first cell, and are given it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rpt.engine import Engine, quote
from rpt.intake.header import Match
from rpt.intake.raw import Merged
from rpt.intake.schema import ColumnSchema
from rpt.intake.sheet import Place, hold
from rpt.values.issue import Issue, Level


def fill_merged(engine: Engine, place: Place, raw: str, found: Match, merged: Sequence[Merged]) -> Iterator[Issue]:
    """Write the text of merged cells below the header into the empty cells that they cover, where the row holds
    anything else. Quantities are left alone: one number for several rows would be counted several times."""
    down = [area for area in merged if area.first_row > found.row and area.last_row > area.first_row]
    by_column: dict[int, list[Merged]] = {}
    for area in down:
        if (position := area.first_column - place.first_column) in found.columns:
            by_column.setdefault(position, []).append(area)
    if not by_column:
        return
    hold(engine, raw)
    names = [name for (name,) in engine.rows(f"select column_name from (describe {quote(raw)})") if name != "_row"]
    work = f"{raw}__filled_rows"
    filled = f"coalesce({', '.join(f'nullif(trim({quote(name)}), {chr(39) * 2})' for name in names)})"
    engine.table(work, f"select _row from {quote(raw)} where {filled} is not null")
    for position, areas in sorted(by_column.items()):
        column, first = found.columns[position], place.cell(position, areas[0].first_row)
        if _is_quantity(column):
            message = f"“{column.label}”有 {len(areas):,} 处合并单元格，数值只算在首行，没有分摊到其余各行"
            hint = "要按行分析时，请取消合并并填入各行自己的数"
            yield Issue("merged_quantity", Level.INFO, message, first, hint)
        elif count := _fill(engine, raw, work, names[position], areas):
            message = f"“{column.label}”有合并单元格，下面 {count:,} 行已按合并的值补上"
            yield Issue("merged_filled", Level.INFO, message, first)
    engine.run(f"drop table {quote(work)}")


def _is_quantity(column: ColumnSchema) -> bool:
    return column.is_numeric or column.type in ("rate", "measure")


def _fill(engine: Engine, raw: str, work: str, name: str, areas: Sequence[Merged]) -> int:
    """Fill one column; returns how many cells were filled."""
    cell, ranges = quote(name), ", ".join(f"({area.first_row}, {area.last_row})" for area in areas)
    given = f"""
        select below._row as covered, top.{cell} as given
        from (values {ranges}) as area(first, last)
        join {quote(raw)} as top on top._row = area.first
        join {quote(work)} as below on below._row > area.first and below._row <= area.last
        where nullif(trim(top.{cell}), '') is not null"""
    empty = f"nullif(trim({quote(raw)}.{cell}), '') is null"
    changed = engine.rows(
        f"update {quote(raw)} set {cell} = given from ({given}) where {quote(raw)}._row = covered and {empty}"
    )
    return int(changed[0][0])
