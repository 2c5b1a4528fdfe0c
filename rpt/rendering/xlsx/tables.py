"""A table of the document as typed cells: number and title, unit, three rules, live formulas, notes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rpt.rendering.xlsx.cells import Operand, decimals, display, formula_text
from rpt.rendering.xlsx.layout import LEFT, LINE, NARROWEST, WIDEST, Canvas, lines_needed, text_width
from rpt.rendering.xlsx.styles import BODY, INK, MEDIUM, MUTED, TABLE_TITLE, THIN, tone
from rpt.values.document import Cell, Column, Figure, Row, Table

_NOTE_STARTS = ("注", "数据来源", "来源", "说明", "资料来源")
_MOST_LINES = 12
_LONG_HEADING = 12  # characters
_INDENT = 1.5  # characters


def column_widths(tables: Iterable[Table]) -> list[float]:
    """Widths in characters that fit every table stacked on a sheet, column by column."""
    widths: list[float] = []
    for table in tables:
        for index, column in enumerate(table.columns):
            sizes = [_heading_width(column, table), *(text_width(_shown(row, column, table)) for row in table.rows)]
            wanted = min(WIDEST, max(NARROWEST, *(size * 1.05 + 3.5 for size in sizes)))
            if index < len(widths):
                widths[index] = max(widths[index], wanted)
            else:
                widths.append(wanted)
    return widths


def write_table(canvas: Canvas, table: Table) -> None:
    """Write a table at the canvas's next row and leave the canvas below its notes."""
    heights = [_row_height(canvas, table, row) for row in table.rows]
    header_height = _header_height(canvas, table)
    # A title never stands alone at a page's foot: at least the first rows come with it.
    whole = 22 + header_height + sum(heights) + LINE * len(table.notes)
    canvas.keep(whole if whole < canvas.page_points * 0.6 else 22 + header_height + sum(heights[:4]))
    _write_title(canvas, table)
    top = canvas.line(header_height)
    canvas.header_row = top
    numeric = [_is_numeric(table, column) for column in table.columns]
    for index, column in enumerate(table.columns):
        style = canvas.styles.get(bold=True, text_wrap=True, **_side(numeric, index), **_rules(True, False))
        canvas.sheet.write_string(top, LEFT + index, _heading(column, table), style)
    for number, (row, height) in enumerate(zip(table.rows, heights, strict=True)):
        _write_row(canvas, table, row, canvas.line(height), numeric, number == len(table.rows) - 1)
    if not table.rows:
        _write_empty(canvas, table)
    canvas.silence(_area(top, canvas.row - 1, len(table.columns)))
    for note in table.notes:
        text = note if note.startswith(_NOTE_STARTS) else f"注：{note}"
        canvas.paragraph(text, canvas.styles.get(font_size=9, font_color=MUTED, text_wrap=True), 9)
    canvas.gap(12)


def _write_title(canvas: Canvas, table: Table) -> None:
    """Number and title at the left, unit at the right of the table; beside the title where the table is narrow."""
    title = f"{table.number} {table.title}".strip()
    unit = f"单位：{table.unit}" if table.unit else ""
    own_width = sum(canvas.widths[: len(table.columns)])
    if unit and (len(table.columns) < 2 or text_width(title) * TABLE_TITLE / BODY + text_width(unit) + 4 > own_width):
        title, unit = f"{title}（{unit}）", ""
    row = canvas.line(22)
    canvas.sheet.write_string(row, LEFT, title, canvas.styles.get(bold=True, font_size=TABLE_TITLE))
    if unit:
        style = canvas.styles.get(font_size=9, font_color=MUTED, align="right")
        canvas.sheet.write_string(row, LEFT + len(table.columns) - 1, unit, style)


def _write_row(canvas: Canvas, table: Table, row: Row, at: int, numeric: list[bool], last: bool) -> None:
    """Write the cells of one row: numbers, live formulas over the row's own cells, and text."""
    operands = _operands(table, row, at)
    for index, column in enumerate(table.columns):
        cell = row.cells.get(column.key)
        where = (at, LEFT + index)
        look = _rules(False, last, row.emphasis) | _side(numeric, index) | {"bold": row.emphasis or None}
        if isinstance(cell, Figure):
            look["font_color"] = tone(cell.good, cell.arrow, canvas.styles.theme) or INK
        if not isinstance(cell, Figure) or cell.value is None:
            _write_text(canvas, where, cell, look)
            continue
        shown = display(cell, column, row, table.unit)
        style = canvas.styles.get(num_format=shown.number_format, **(look | {"align": "right", "indent": None}))
        formula = _formula(cell, operands, column, row, table)
        if formula:
            canvas.sheet.write_formula(*where, formula, style, shown.cell(cell.value))
        else:
            canvas.sheet.write_number(*where, shown.cell(cell.value), style)


def _write_text(canvas: Canvas, where: tuple[int, int], cell: Cell, look: dict[str, Any]) -> None:
    """Write words, or the reason a figure gives in place of a number; what starts with = stays text."""
    text = cell.text if isinstance(cell, Figure) else cell
    style: Any = canvas.styles.get(text_wrap=True, **look)
    if text:
        canvas.sheet.write_string(*where, text, style)
    else:
        canvas.sheet.write_blank(*where, None, style)


def _operands(table: Table, row: Row, at: int) -> dict[str, Operand]:
    """The numeric cells of a row by column key, as formulas refer to them."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    found = {}
    for index, column in enumerate(table.columns):
        cell = row.cells.get(column.key)
        if isinstance(cell, Figure) and cell.value is not None:
            scale: Decimal = display(cell, column, row, table.unit).scale
            found[column.key] = Operand(xl_rowcol_to_cell(at, LEFT + index), cell.value, scale)
    return found


def _formula(figure: Figure, operands: dict[str, Operand], column: Column, row: Row, table: Table) -> str | None:
    """The figure's live formula where both its operands are numbers of this row."""
    if figure.formula is None or figure.value is None:
        return None
    first, second = (operands.get(key) for key in figure.formula.operands)
    if first is None or second is None:
        return None
    return formula_text(figure.formula, display(figure, column, row, table.unit), figure.value, first, second)


def _rules(header: bool, last: bool, total: bool = False) -> dict[str, Any]:
    """The borders of a three-line table: strong above and below, thin under the header and above a total."""
    rules: dict[str, Any] = {"top_color": INK, "bottom_color": INK}
    if header:
        rules |= {"top": MEDIUM, "bottom": THIN}
    if total:
        rules["top"] = THIN
    if last:
        rules["bottom"] = MEDIUM
    return rules


def _write_empty(canvas: Canvas, table: Table) -> None:
    """A table without rows says so rather than showing a bare header."""
    row = canvas.line()
    style: Any = canvas.styles.get(font_color=MUTED, **_rules(False, True))
    for index in range(len(table.columns)):
        canvas.sheet.write_string(row, LEFT + index, "" if index else "无", style)


def _area(top: int, bottom: int, columns: int) -> str:
    """The range of a table's cells."""
    from xlsxwriter.utility import xl_range

    area: str = xl_range(top, LEFT, bottom, LEFT + max(columns - 1, 0))
    return area


def _is_numeric(table: Table, column: Column) -> bool:
    """Whether a column holds numbers, by its format or by a figure in it."""
    return column.number_format is not None or any(
        isinstance(cell := row.cells.get(column.key), Figure) and cell.value is not None for row in table.rows
    )


def _side(numeric: list[bool], index: int) -> dict[str, Any]:
    """Numbers to the right, words to the left at a distance from what stands before them."""
    if numeric[index]:
        return {"align": "right"}
    return {"align": "left", "indent": 1 if index else None}


def _heading(column: Column, table: Table) -> str:
    """A column's title with its unit, unless the title or the table says it already."""
    if not column.unit or column.unit in ("%", table.unit) or column.unit in column.title:
        return column.title
    return f"{column.title}（{column.unit}）"


def _heading_width(column: Column, table: Table) -> float:
    """The width a heading asks for: one longer than its numbers are likely to be stands on two lines."""
    width = text_width(_heading(column, table))
    return max(_LONG_HEADING, width / 2 + 2) if _is_numeric(table, column) and width > _LONG_HEADING else width


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
    return f"{number:,.{decimals(pattern)}f}" + words + "%" * ("%" in pattern) + " " * (pattern[0] in "▲▼+")


def _row_height(canvas: Canvas, table: Table, row: Row) -> float:
    """The height of a row in points, by the cell that wraps most."""
    lines = 1
    for column, width in zip(table.columns, canvas.widths, strict=False):
        cell = row.cells.get(column.key)
        if isinstance(cell, str) or (isinstance(cell, Figure) and cell.value is None):
            lines = max(lines, lines_needed(cell if isinstance(cell, str) else cell.text, width - _INDENT))
    return LINE if lines == 1 else 6 + 14 * min(lines, _MOST_LINES)


def _header_height(canvas: Canvas, table: Table) -> float:
    lines = [lines_needed(_heading(c, table), w - _INDENT) for c, w in zip(table.columns, canvas.widths, strict=False)]
    return 5 + 14 * max(lines, default=1)
