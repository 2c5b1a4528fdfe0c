"""The workbook's tables and heat maps: found by their captions, each cell held against the document's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rpt.assurance.evidence import Evidence, differs
from rpt.assurance.excel import Book, judge
from rpt.assurance.workbook import At, SheetRead
from rpt.language.format import POINTS, RATE
from rpt.values.document import Chart, Column, Figure, FigureKind, Row, Table
from rpt.values.issue import Issue

_LEFT = 2  # the column in which tables begin; the first is a margin
CONTENTS, CHART_DATA = "目录", "图表数据"
_POINT = Decimal("0.01")
_DIFFERENCES = (FigureKind.CHANGE, FigureKind.GAP, FigureKind.POINTS)
_CENT = Decimal("0.005")  # the document has amounts to the cent where the workbook computes on
_LAST = Decimal("1e-4")  # and shares of a gap made of them; that a cache is its formula's is checked elsewhere


def tables(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """Every figure of every table is a number, or a formula's cached value, equal to the document's to the last digit;
    every text is the document's."""
    captions = _captions(book)
    for table in evidence.run.document.tables:
        name = f"{table.number} {table.title}".strip()
        found = captions.get(name)
        if found is None:
            yield book.broken("xlsx_table", f"没有表“{name}”")
            continue
        yield from _table(book, table, *found)


def _captions(book: Book) -> dict[str, tuple[SheetRead, At]]:
    """Where a caption stands: number and title, with the unit behind where the table is narrow."""
    found: dict[str, tuple[SheetRead, At]] = {}
    for sheet in book.sheets:
        if sheet.name in (CONTENTS, CHART_DATA):
            continue
        for at, cell in sheet.cells.items():
            if at[1] == _LEFT and isinstance(cell.value, str) and cell.value[:1] in ("表", "图"):
                name = re.sub(r"（单位：[^）]*）$", "", cell.value)
                found.setdefault(name, (sheet, at))
    return found


def _table(book: Book, table: Table, sheet: SheetRead, caption: At) -> Iterator[Issue]:
    book.take(sheet, caption)
    top = caption[0] + 1
    for column, at in _columns(table, sheet, top):
        book.take(sheet, (top, at))
        for number, row in enumerate(table.rows):
            yield from _cell(book, table, row, column, sheet, (top + 1 + number, at))


def _columns(table: Table, sheet: SheetRead, top: int) -> Iterator[tuple[Column, int]]:
    """The document's columns with where they stand; one that the workbook has in another form is left out."""
    at = _LEFT
    for column in table.columns:
        for place in range(at, at + 3):
            heading = sheet.cells.get((top, place))
            if heading is None:
                continue
            if isinstance(heading.value, float) or heading.value.startswith(column.title):
                yield column, place
                at = place + 1
                break


def _cell(book: Book, table: Table, row: Row, column: Column, sheet: SheetRead, at: At) -> Iterator[Issue]:
    cell = row.cells.get(column.key)
    what = f"{table.number} {cell.ref if isinstance(cell, Figure) else column.title}"
    if isinstance(cell, Figure) and cell.value is not None:
        scale = _scale(cell, column, row)
        read = sheet.cells.get(at)
        if read is not None and read.formula and isinstance(read.value, float):
            off = abs(Decimal(read.value) * scale - cell.value)
            if off <= max(_CENT if cell.unit == "元" else Decimal(0), _LAST * max(Decimal(1), abs(cell.value))):
                book.take(sheet, at)
                return  # to the last digit it is what its formula gives
        yield from judge(book, sheet, at, float(cell.value / scale), what)
        return
    said = cell.text if isinstance(cell, Figure) else cell or ""
    read = book.take(sheet, at)
    found = "" if read is None else read.value
    if found != said and not (isinstance(found, str) and "".join(found.split()) == "".join(said.split())):
        yield book.broken("xlsx_cell", differs(what, said or "空", found or "空"), sheet.name, at)


def _scale(figure: Figure, column: Column, row: Row) -> Decimal:
    """What a figure's value is divided by in its cell: nothing for rates, 0.01 for differences of rates, else what the
    row states, or the column. A free number is the column's, whatever the row is of."""
    if figure.kind in (FigureKind.GROWTH, FigureKind.ATTAINMENT):
        return Decimal(1)
    if figure.unit == POINTS or (figure.unit == RATE and figure.kind in _DIFFERENCES):
        return _POINT
    scale = column.scale if figure.kind is FigureKind.NUMBER or row.scale is None else row.scale
    pattern = column.number_format if figure.kind is FigureKind.NUMBER else row.number_format or column.number_format
    if pattern not in (None, "General") and (figure.unit == RATE) != ("%" in pattern):
        return Decimal(1)  # a rate among money, or money among rates, stands in its own unit
    return scale


def heatmaps(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """Heat maps are cells: a row per series, a column per category."""
    captions = _captions(book)
    for chart in evidence.run.document.charts:
        if chart.kind != "heatmap":
            continue
        found = captions.get(f"{chart.number} {chart.title}")
        if found is None:
            yield book.broken("xlsx_chart", f"没有图“{chart.number} {chart.title}”")
            continue
        sheet, caption = found
        yield from block(book, chart, sheet, caption[0] + 2, across=True)


def block(book: Book, chart: Chart, sheet: SheetRead, top: int, *, across: bool) -> Iterator[Issue]:
    """The values of a chart as cells from row ``top`` on, series as rows (``across``) or as columns."""
    for one, series in enumerate(chart.series):
        for other, value in enumerate(series.values[: len(chart.categories)]):
            at = (top + one, _LEFT + 1 + other) if across else (top + other, _LEFT + 1 + one)
            if value is None:
                book.take(sheet, at)
                continue
            what = f"{chart.number} {series.title} {chart.categories[other]}"
            yield from judge(book, sheet, at, float(value / chart.scale), what)
