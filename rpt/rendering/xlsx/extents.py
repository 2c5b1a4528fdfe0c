"""How much room a table takes: its columns' widths in characters, its rows' heights in points."""

from __future__ import annotations

from collections.abc import Iterable

from rpt.rendering.xlsx.cells import decimals, display
from rpt.rendering.xlsx.extras import is_aside
from rpt.rendering.xlsx.layout import LINE, NARROWEST, WIDEST, Canvas, lines_needed, text_width
from rpt.rendering.xlsx.rules import MISSED
from rpt.values.document import Column, Figure, FigureKind, Row, Table

_MOST_LINES = 12
_LONG_HEADING = 12  # characters
_INDENT = 1.5  # characters
_ASIDE = 12.0  # characters; an id runs on over the empty cells beside it


def column_widths(tables: Iterable[Table]) -> list[float]:
    """Widths in characters that fit every table stacked on a sheet, column by column."""
    widths: list[float] = []
    for table in tables:
        for index, column in enumerate(table.columns):
            if is_aside(column):
                widths += [_ASIDE] * (index + 1 - len(widths))
                continue
            sizes = [_heading_width(column, table), *(text_width(_shown(row, column, table)) for row in table.rows)]
            wanted = min(WIDEST, max(NARROWEST, *(size * 1.05 + 3.5 for size in sizes)))
            if index < len(widths):
                widths[index] = max(widths[index], wanted)
            else:
                widths.append(wanted)
    return widths


def is_numeric(table: Table, column: Column) -> bool:
    """Whether a column holds numbers, by its format or by a figure in it."""
    return column.number_format is not None or any(
        isinstance(cell := row.cells.get(column.key), Figure) and cell.value is not None for row in table.rows
    )


def heading(column: Column, table: Table) -> str:
    """A column's title with its unit, unless the title or the table says it already."""
    if not column.unit or column.unit in ("%", table.unit) or column.unit in column.title:
        return column.title
    if column.title.endswith("）"):  # one bracket, not two that follow each other
        return f"{column.title.removesuffix('）')}，{column.unit}）"
    return f"{column.title}（{column.unit}）"


def _heading_width(column: Column, table: Table) -> float:
    """The width a heading asks for: one longer than its numbers are likely to be stands on two lines."""
    width = text_width(heading(column, table))
    return max(_LONG_HEADING, width / 2 + 2) if is_numeric(table, column) and width > _LONG_HEADING else width


def _shown(row: Row, column: Column, table: Table) -> str:
    """About the text a cell shows, to measure it."""
    cell = row.cells.get(column.key)
    if not isinstance(cell, Figure):
        return cell or ""
    if cell.value is None:
        return cell.text
    shown = display(cell, column, row, table.unit)
    pattern = shown.number_format.split(";")[0]
    number = cell.value / shown.scale * (100 if "%" in pattern else 1)
    words = pattern.split('"')[1] if '"' in pattern else ""
    if cell.kind is FigureKind.ATTAINMENT:
        words += MISSED
    return f"{number:,.{decimals(pattern)}f}" + words + "%" * ("%" in pattern) + " " * (pattern[0] in "▲▼+")


def row_height(canvas: Canvas, table: Table, row: Row) -> float:
    """The height of a row in points, by the cell that wraps most."""
    lines = 1
    for column, width in zip(table.columns, canvas.widths, strict=False):
        if is_aside(column):
            continue
        cell = row.cells.get(column.key)
        if isinstance(cell, str) or (isinstance(cell, Figure) and cell.value is None):
            lines = max(lines, lines_needed(cell if isinstance(cell, str) else cell.text, width - _INDENT))
    return LINE if lines == 1 else 6 + 14 * min(lines, _MOST_LINES)


def header_height(canvas: Canvas, table: Table) -> float:
    """The height of a header in points, by the heading that wraps most."""
    lines = [lines_needed(heading(c, table), w - _INDENT) for c, w in zip(table.columns, canvas.widths, strict=False)]
    return 5 + 14 * max(lines, default=1)
