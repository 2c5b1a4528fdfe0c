"""A table of the document as typed cells: number and title, unit, three rules, live formulas, notes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rpt.rendering.xlsx.cells import ONE, Display, Operand, display, formula_text
from rpt.rendering.xlsx.extents import header_height, heading, is_numeric, row_height
from rpt.rendering.xlsx.extras import HEADING, NO_EXTRAS, Extras, guard_inputs, is_aside
from rpt.rendering.xlsx.layout import LEFT, LINE, Canvas, text_width
from rpt.rendering.xlsx.rules import Judged, bars, judge
from rpt.rendering.xlsx.styles import (
    BODY,
    GREY,
    HAIR,
    INK,
    INPUT,
    INPUT_EDGE,
    MEDIUM,
    MUTED,
    TABLE_TITLE,
    THIN,
    tone,
)
from rpt.values.document import Cell, Column, Figure, Row, Table

_NOTE_STARTS = ("注", "数据来源", "来源", "说明", "资料来源")
_DAY = "yyyy-mm-dd"
_SHARES = ("占比", "占全年", "占缺口", "贡献率")


def write_table(canvas: Canvas, table: Table, extras: Extras = NO_EXTRAS) -> tuple[int, int]:
    """Write a table at the canvas's next row and leave the canvas below its notes; its header's and last row."""
    heights = [row_height(canvas, table, row) for row in table.rows]
    header = header_height(canvas, table)
    # A title never stands alone at a page's foot: at least the first rows come with it.
    whole = 22 + header + sum(heights) + LINE * len(table.notes)
    canvas.keep(whole if whole < canvas.page_points * 0.6 else 22 + header + sum(heights[:4]))
    _write_title(canvas, table)
    top = canvas.line(header)
    canvas.header_row = top
    _note_cells(canvas, table, top)
    numeric = [is_numeric(table, column) for column in table.columns]
    _write_header(canvas, table, extras, top, numeric)
    judged: list[Judged] = []
    for number, (row, height) in enumerate(zip(table.rows, heights, strict=True)):
        if number == len(heights) - 1:  # notes never stand alone on a page
            canvas.keep(height + LINE * len(table.notes))
        judged += _write_row(canvas, table, extras, number, row, canvas.line(height), numeric)
    if not table.rows:
        _write_empty(canvas, table)
    bottom = canvas.row - 1
    judge(canvas.sheet, canvas.styles, judged)
    for index, column in enumerate(table.columns):
        if any(word in column.title for word in _SHARES) and "百分点" not in column.unit:
            shares = [cell for cell in judged if cell.column == LEFT + index]
            bars(canvas.sheet, canvas.styles, [c for c in shares if not table.rows[c.row - top - 1].emphasis])
    guard_inputs(canvas, extras, [column.key for column in table.columns], top, LEFT)
    canvas.silence(_area(top, bottom, len(table.columns)))
    for note in table.notes:
        text = note if note.startswith(_NOTE_STARTS) else f"注：{note}"
        canvas.paragraph(text, canvas.styles.get(font_size=9, font_color=MUTED, text_wrap=True), 9)
    canvas.gap(12)
    return top, bottom


def _note_cells(canvas: Canvas, table: Table, top: int) -> None:
    """Tell the canvas where the table's headings and numbers stand, for formulas."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    for index, column in enumerate(table.columns):
        address = xl_rowcol_to_cell(top, LEFT + index, row_abs=True)
        canvas.cells[table.id, HEADING, column.key] = Operand(address, Decimal(0), ONE)
        for number, row in enumerate(table.rows):
            cell = row.cells.get(column.key)
            if isinstance(cell, Figure) and cell.value is not None:
                scale = display(cell, column, row, table.unit).scale
                where = xl_rowcol_to_cell(top + 1 + number, LEFT + index)
                canvas.cells[table.id, number, column.key] = Operand(where, cell.value, scale)


def _write_header(canvas: Canvas, table: Table, extras: Extras, top: int, numeric: list[bool]) -> None:
    """Write the headings: words, or numbers whose format makes words of them."""
    for index, column in enumerate(table.columns):
        look: dict[str, Any] = {"bold": True, "text_wrap": True, **_side(numeric, index), **_rules(True, False)}
        if is_aside(column):
            look |= {"font_color": GREY, "font_size": 8, "bold": None}
        if column.key in extras.headings:
            value, pattern = extras.headings[column.key]
            canvas.sheet.write_number(top, LEFT + index, float(value), canvas.styles.get(num_format=pattern, **look))
        else:
            canvas.sheet.write_string(top, LEFT + index, heading(column, table), canvas.styles.get(**look))


def _write_title(canvas: Canvas, table: Table) -> None:
    """Number and title at the left, unit at the right of the table; beside the title where the table is narrow."""
    title = f"{table.number} {table.title}".strip()
    unit = f"单位：{table.unit}" if table.unit else ""
    own_width = sum(canvas.widths[: len(table.columns)])
    if unit and (len(table.columns) < 2 or text_width(title) * TABLE_TITLE / BODY + text_width(unit) + 4 > own_width):
        title, unit = f"{title}（{unit}）", ""
    row = canvas.line(22)
    canvas.places.append((table.number, table.title, row))
    style = canvas.styles.get(bold=True, font_size=TABLE_TITLE)
    figures = (cell for line in table.rows for cell in line.cells.values() if isinstance(cell, Figure))
    back = next((canvas.traced[figure.ref] for figure in figures if figure.ref in canvas.traced), "")
    if back:
        canvas.sheet.write_url(row, LEFT, f"internal:{back}", style, title, "本表各数的算法与来源")
    else:
        canvas.sheet.write_string(row, LEFT, title, style)
    if unit:
        style = canvas.styles.get(font_size=9, font_color=MUTED, align="right")
        canvas.sheet.write_string(row, LEFT + len(table.columns) - 1, unit, style)


def _write_row(
    canvas: Canvas, table: Table, extras: Extras, number: int, row: Row, at: int, numeric: list[bool]
) -> list[Judged]:
    """Write the cells of one row: numbers, live formulas, days and text; the figures that were written as numbers."""
    judged = []
    last = number == len(table.rows) - 1
    for index, column in enumerate(table.columns):
        cell = row.cells.get(column.key)
        where = (at, LEFT + index)
        look = _rules(False, last, row.emphasis) | _side(numeric, index) | {"bold": row.emphasis or None}
        if is_aside(column):
            look |= {"font_color": GREY, "font_size": 8, "bold": None}
        elif isinstance(cell, Figure):
            look["font_color"] = tone(cell.good, cell.arrow, canvas.styles.theme) or INK
        if (number, column.key) in extras.inputs:
            look |= _input_look(last)
        if isinstance(cell, Figure) and cell.value is not None:
            _write_number(canvas, table, extras, (number, column), row, where, look)
            judged.append(Judged(*where, cell, display(cell, column, row, table.unit).number_format))
        elif (number, column.key) in extras.dates:
            _write_day(canvas, where, extras.dates[number, column.key], look)
        else:
            _write_text(canvas, where, cell, look, wraps=not is_aside(column))
    return judged


def _input_look(last: bool) -> dict[str, Any]:
    """The look of a cell to edit: pale yellow in a thin frame, the table's last rule kept."""
    look: dict[str, Any] = {"bg_color": INPUT, "border": HAIR, "border_color": INPUT_EDGE}
    return look | ({"bottom": MEDIUM, "bottom_color": INK} if last else {})


def _write_number(
    canvas: Canvas,
    table: Table,
    extras: Extras,
    at: tuple[int, Column],
    row: Row,
    where: tuple[int, int],
    look: dict[str, Any],
) -> None:
    """Write a figure's number, as a formula where it follows from other cells, with its exact value cached."""
    number, column = at
    cell = row.cells[column.key]
    if not isinstance(cell, Figure) or cell.value is None:
        raise TypeError(f"not a number: {cell!r}")
    shown = display(cell, column, row, table.unit)
    style = canvas.styles.get(num_format=shown.number_format, **(look | {"align": "right", "indent": None}))
    made = extras.formulas.get((number, column.key))
    formula = made(lambda *key: canvas.cells[key]) if made else _formula(canvas, table, number, cell, shown)
    if formula:
        canvas.sheet.write_formula(*where, formula, style, shown.cell(cell.value))
    else:
        canvas.sheet.write_number(*where, shown.cell(cell.value), style)


def _formula(canvas: Canvas, table: Table, number: int, figure: Figure, shown: Display) -> str | None:
    """The figure's live formula where both its operands are numbers of this row."""
    if figure.formula is None or figure.value is None:
        return None
    first, second = (canvas.cells.get((table.id, number, key)) for key in figure.formula.operands)
    if first is None or second is None:
        return None
    return formula_text(figure.formula, shown, figure.value, first, second)


def _write_day(canvas: Canvas, where: tuple[int, int], day: date, look: dict[str, Any]) -> None:
    style: Any = canvas.styles.get(num_format=_DAY, **(look | {"align": "left"}))
    canvas.sheet.write_datetime(*where, day, style)


def _write_text(
    canvas: Canvas, where: tuple[int, int], cell: Cell, look: dict[str, Any], *, wraps: bool = True
) -> None:
    """Write words, or the reason a figure gives in place of a number; what starts with = stays text."""
    text = cell.text if isinstance(cell, Figure) else cell
    style: Any = canvas.styles.get(text_wrap=wraps or None, **look)
    if text:
        canvas.sheet.write_string(*where, text, style)
    else:
        canvas.sheet.write_blank(*where, None, style)


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


def _side(numeric: list[bool], index: int) -> dict[str, Any]:
    """Numbers to the right, words to the left at a distance from what stands before them."""
    if numeric[index]:
        return {"align": "right"}
    return {"align": "left", "indent": 1 if index else None}
