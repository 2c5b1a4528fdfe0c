"""The workbook's tables and heat maps: found by their captions, each cell held against the document's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.checks import Book, judge
from rpt.assurance.proving.excel.package import At, SheetRead, address
from rpt.language.format import POINTS, RATE
from rpt.values.document import Chart, Column, Figure, FigureKind, Row, Table
from rpt.values.issue import Issue

_LEFT = 2  # the column in which tables begin; the first is a margin
_NOTE_STARTS = ("注", "数据来源", "来源", "说明", "资料来源")
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
        found = captions.get(name) or _nearly(captions, table)
        if found is None:
            yield book.broken("xlsx_table", f"没有表“{name}”")
            continue
        yield from _table(book, table, *found)


def _nearly(captions: Mapping[str, tuple[SheetRead, At]], table: Table) -> tuple[SheetRead, At] | None:
    """The caption that has a table's number, or its title, but not both."""
    near = (at for name, at in captions.items() if name.partition(" ")[0] == table.number)
    return next(near, next((at for name, at in captions.items() if name.endswith(table.title)), None))


def _captions(book: Book) -> dict[str, tuple[SheetRead, At]]:
    """Where a caption stands: number and title, with the unit behind where the table is narrow."""
    found: dict[str, tuple[SheetRead, At]] = {}
    for sheet in book.reports:
        for at, cell in sheet.cells.items():
            if at[1] == _LEFT and isinstance(cell.value, str) and cell.value[:1] in ("表", "图"):
                name = re.sub(r"（单位：[^）]*）$", "", cell.value)
                found.setdefault(name, (sheet, at))
    return found


def _table(book: Book, table: Table, sheet: SheetRead, caption: At) -> Iterator[Issue]:
    top = caption[0] + 1
    yield from _caption(book, table, sheet, caption)
    found = list(_columns(table, sheet, top))
    for column, at in found:
        yield from _heading(book, table, column, sheet, (top, at))
        for number, row in enumerate(table.rows):
            yield from _cell(book, table, row, column, sheet, (top + 1 + number, at))
    for number, row in enumerate(table.rows, top + 1):
        for column, at in found:
            cell = row.cells.get(column.key)
            if isinstance(cell, Figure) and cell.value is not None:
                book.places.setdefault(cell.ref, []).append(f"{sheet.name}!{address((number, at))}")
    book.expect(sheet.name, (note if note.startswith(_NOTE_STARTS) else f"注：{note}" for note in table.notes))


def _caption(book: Book, table: Table, sheet: SheetRead, caption: At) -> Iterator[Issue]:
    """Number and title, with the unit behind where the table is narrow, else at the right of the same row."""
    unit = f"单位：{table.unit}" if table.unit else ""
    names = {f"{table.number} {table.title}".strip()}
    names |= {f"{name}（{unit}）" for name in names if unit}
    for at, cell in [(at, cell) for at, cell in sheet.row(caption[0])]:
        book.take(sheet, at)
        if cell.value not in (names if at == caption else {unit}):
            message = differs("表的题名或单位", "、".join(sorted(names) if at == caption else [unit]), cell.value)
            yield book.broken("xlsx_table", message, sheet.name, at)


def _heading(book: Book, table: Table, column: Column, sheet: SheetRead, at: At) -> Iterator[Issue]:
    """A column's title with its unit where neither title nor table says it; numbers as headings are their table's."""
    cell = sheet.cells.get(at)
    if cell is None or not isinstance(cell.value, str):
        return
    book.take(sheet, at)
    wanted = heading(table, column)
    if cell.value != wanted:
        yield book.broken("xlsx_table", differs(f"{table.number} 的表头", wanted, cell.value), sheet.name, at)


def heading(table: Table, column: Column) -> str:
    """What heads a column."""
    if not column.unit or column.unit in ("%", table.unit) or column.unit in column.title:
        return column.title
    if column.title.endswith("）"):
        return f"{column.title[:-1]}，{column.unit}）"
    return f"{column.title}（{column.unit}）"


def _columns(table: Table, sheet: SheetRead, top: int) -> Iterator[tuple[Column, int]]:
    """The document's columns with where they stand; one that the workbook has in another form is left out."""
    at = _LEFT
    for column in table.columns:
        for place in range(at, at + 3):
            heading = sheet.cells.get((top, place))
            if heading is None:
                continue
            if isinstance(heading.value, float) or heading.value.startswith(column.title.removesuffix("）")):
                yield column, place
                at = place + 1
                break


def row_of(book: Book, table: Table, sheet: SheetRead, at: int) -> Iterator[Issue]:
    """A table's only row, standing in a row of a sheet."""
    for offset, column in enumerate(table.columns):
        yield from _cell(book, table, table.rows[0], column, sheet, (at, _LEFT + offset))


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
        for at, cell in [(at, cell) for at, cell in sheet.row(caption[0])]:
            book.take(sheet, at)
            if cell.value != (f"{chart.number} {chart.title}" if at == caption else f"单位：{chart.unit}"):
                yield book.broken("xlsx_chart", f"多出“{cell.value}”", sheet.name, at)
        yield from block(book, chart, sheet, caption[0] + 2, across=True)


def block(book: Book, chart: Chart, sheet: SheetRead, top: int, *, across: bool) -> Iterator[Issue]:
    """A chart as cells from row ``top`` on, series as rows (``across``) or as columns: names, categories, values."""

    def place(series: int, category: int) -> At:
        """The cell of a value; −1 are the names."""
        return (top + series, _LEFT + 1 + category) if across else (top + category, _LEFT + 1 + series)

    for other, category in enumerate(chart.categories):
        yield from word(book, sheet, place(-1, other), category, f"{chart.number} 的类别")
    for one, series in enumerate(chart.series):
        name = series.name if across else series.title
        yield from word(book, sheet, place(one, -1), name, f"{chart.number} 的系列")
        for other, value in enumerate(series.values[: len(chart.categories)]):
            at = place(one, other)
            if value is None:
                cell = book.take(sheet, at)
                if cell is not None and cell.value != "—":
                    yield book.broken(
                        "xlsx_chart", differs(f"{chart.number} {series.title}", "空", cell.value), sheet.name, at
                    )
                continue
            what = f"{chart.number} {series.title} {chart.categories[other]}"
            yield from judge(book, sheet, at, float(value / chart.scale), what)


def word(book: Book, sheet: SheetRead, at: At, wanted: str, what: str) -> Iterator[Issue]:
    """Whether a cell holds a text."""
    cell = book.take(sheet, at)
    found = "" if cell is None else cell.value
    if found != wanted:
        yield book.broken("xlsx_text", differs(what, wanted or "空", found or "空"), sheet.name, at)
