"""The workbook's native charts: what they cache is what their cells hold, and the cells are their chart's own."""

from __future__ import annotations

from collections.abc import Iterator

from rpt.assurance.proving.drawings import strange
from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.charts import blocks, unit_of
from rpt.assurance.proving.excel.checks import CHART_DATA, Book, stored
from rpt.assurance.proving.excel.package import At, CellRead, ChartRead, SheetRead, address, position
from rpt.values.document import Chart
from rpt.values.issue import Issue


def drawn(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """Every chart that has numbers is drawn once, from the block of 图表数据 under its own title."""
    sheet = book.sheet(CHART_DATA)
    if sheet is None:
        return
    wanted = {_title(chart): chart for chart in evidence.run.document.charts}
    rows = blocks(sheet)
    for read in book.charts:
        title = read.texts[0] if read.texts else ""
        chart = wanted.pop(title, None)
        row = rows.get(f"{chart.number} {chart.title}".strip()) if chart else None
        if chart is None or row is None:
            yield book.broken("xlsx_chart", f"图的题名“{title}”不是正文的图", read.part)
            continue
        for text in strange(chart, ["".join(text.split()) for text in read.texts[1:]]):
            yield book.broken("xlsx_chart", f"图中多出“{text}”，不是它的数据", f"{chart.number} {chart.title}")
        yield from _caches(book, read, chart, sheet, range(row + 1, row + 2 + len(chart.categories)))
    for title, chart in wanted.items():
        if chart.kind != "heatmap" and chart.categories and chart.series:
            yield book.broken("xlsx_chart", f"没有图“{title}”", CHART_DATA)


def _title(chart: Chart) -> str:
    unit = unit_of(chart)
    return f"{chart.number} {chart.title}{'' if chart.unit in chart.title else unit}".strip()


def _caches(book: Book, read: ChartRead, chart: Chart, sheet: SheetRead, own: range) -> Iterator[Issue]:
    place = f"{chart.number} {chart.title}"
    for reference, cached in read.caches:
        cells = list(_cells(reference))
        if not cells or any(at[0] not in own for at in cells):
            yield book.broken("xlsx_chart", f"图引用的“{reference}”不是它的数据", place)
            continue
        for number, at in enumerate(cells):
            cell, found = sheet.cells.get(at), cached.get(number, "")
            if not _holds(cell, found, book.exact.get((sheet.name, at))):
                expected = "空" if cell is None else cell.value
                yield book.broken("xlsx_chart", differs(f"图缓存的 {CHART_DATA}!{address(at)}", expected, found), place)


def _holds(cell: CellRead | None, cached: str, exact: float | None) -> bool:
    """Whether a cache is its cell's text, or its number before the workbook's rounding where that is known."""
    if cell is None or isinstance(cell.value, str):
        return cached == (cell.value if cell is not None else "")
    try:
        number = float(cached)
    except ValueError:
        return False
    return number == exact or (exact is None and cell.value in (number, stored(number)))


def _cells(reference: str) -> Iterator[At]:
    """The cells of a range of 图表数据, one column wide."""
    name, _, area = reference.rpartition("!")
    first, _, last = area.partition(":")
    try:
        (top, left), (bottom, right) = position(first), position(last or first)
    except ValueError:
        return
    if name.strip("'") == CHART_DATA and left == right:
        yield from ((row, left) for row in range(top, bottom + 1))
