"""Figures in large type on 总览: each with its growth and its attainment, linked to the cells of the table below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.cells import display
from rpt.rendering.xlsx.layout import LEFT, Canvas
from rpt.rendering.xlsx.styles import MUTED, mix, tone
from rpt.rendering.xlsx.tables import write_table
from rpt.values.document import Column, Figure, FigureKind, Row, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_CARDS = 4
_HEIGHTS = (18, 30, 16, 16)  # points: name, figure, growth, attainment


def write_key_figures(canvas: Canvas, tables: Sequence[Table]) -> None:
    """The first figures large, then the tables they come from."""
    chosen = _cards(tables[0]) if tables else []
    start = canvas.row
    if chosen:
        for height in _HEIGHTS:
            canvas.line(height)
        canvas.gap(10)
    for table in tables:
        write_table(canvas, table)
    for at, number in enumerate(chosen):  # one column for the first, which holds names and is wide; two for the others
        left = LEFT + max(2 * at - 1, 0)
        _write_card(canvas, tables[0], number, start, left, left + (at > 0))


def _cards(table: Table) -> list[int]:
    """The rows shown large: those held against a target first, in the table's order; none of a table too narrow."""
    valued = [at for at, row in enumerate(table.rows) if _of(table, row, FigureKind.VALUE)]
    promised = [at for at in valued if _of(table, table.rows[at], FigureKind.ATTAINMENT)]
    chosen = (promised + [at for at in valued if at not in promised])[:_CARDS]
    return sorted(chosen) if len(chosen) == _CARDS and len(table.columns) >= 2 * _CARDS - 1 else []


def _of(table: Table, row: Row, *kinds: FigureKind) -> tuple[Column, Figure] | None:
    """The first figure of one of these kinds in a row that is a number, with its column."""
    for column in table.columns:
        cell = row.cells.get(column.key)
        if isinstance(cell, Figure) and cell.value is not None and cell.kind in kinds:
            return column, cell
    return None


def _write_card(canvas: Canvas, table: Table, number: int, top: int, left: int, right: int) -> None:
    """One figure large, with its growth and its attainment below, all of them links to the table's cells."""
    row = table.rows[number]
    fill = mix(canvas.styles.accent, "#FFFFFF", 0.93)
    base: dict[str, Any] = {"bg_color": fill, "left": 5, "left_color": canvas.styles.accent, "indent": 1}
    label = row.cells.get(table.columns[0].key)
    name = canvas.styles.get(font_color=MUTED, font_size=9, **base)
    _wide(canvas, top, left, right, name)
    canvas.sheet.write_string(top, left, label if isinstance(label, str) else "", name)
    unit = row.cells.get("unit")
    lines: tuple[tuple[str, int, tuple[FigureKind, ...]], ...] = (
        (unit if isinstance(unit, str) and unit not in ("%", "—") else "", 15, (FigureKind.VALUE,)),
        ("", 9, (FigureKind.GROWTH, FigureKind.POINTS)),
        ("", 9, (FigureKind.ATTAINMENT,)),
    )
    for offset, (after, size, kinds) in enumerate(lines, 1):
        found = _of(table, row, *kinds)
        if found is None:
            _wide(canvas, top + offset, left, right, canvas.styles.get(**base))
            continue
        column, figure = found
        shown = display(figure, column, row, table.unit)
        before = column.title if offset > 1 else ""  # a month's first growth is 环比, a year's 同比
        pattern = ";".join(_worded(part, before, after) for part in shown.number_format.split(";"))
        colour = tone(figure.good, figure.arrow, canvas.styles.theme)
        style = canvas.styles.get(
            num_format=pattern, align="left", font_size=size, bold=size > 9 or None, font_color=colour, **base
        )
        _wide(canvas, top + offset, left, right, style)
        address = canvas.cells[table.id, number, column.key].address
        canvas.sheet.write_formula(top + offset, left, f"={address}", style, shown.cell(figure.value or 0))  # type: ignore[arg-type]


def _worded(pattern: str, before: str, after: str) -> str:
    """A number format with words around the number."""
    return (f'"{before}" ' if before else "") + pattern + (f'"{after}"' if after else "")


def _wide(canvas: Canvas, row: int, left: int, right: int, style: Format) -> None:
    if right > left:
        canvas.sheet.merge_range(row, left, row, right, "", style)
    else:
        canvas.sheet.write_blank(row, left, None, style)
