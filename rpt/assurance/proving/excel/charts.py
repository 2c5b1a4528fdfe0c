"""The sheet 图表数据: the numbers and names that the workbook's charts are drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.checks import CHART_DATA, Book, stored
from rpt.assurance.proving.excel.package import SheetRead
from rpt.assurance.proving.excel.tables import block, word
from rpt.values.document import Chart
from rpt.values.issue import Issue

_LEFT = 2
_HIDDEN = "底座"  # what lifts a waterfall's bars; nobody sees it


def charts(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """图表数据 holds what the charts draw."""
    sheet = book.sheet(CHART_DATA)
    drawn = [chart for chart in evidence.run.document.charts if chart.kind != "heatmap" and chart.categories]
    if sheet is None:
        if drawn:
            yield book.broken("xlsx_sheet", f"没有工作表“{CHART_DATA}”")
        return
    rows = blocks(sheet)
    for chart in drawn:
        name = f"{chart.number} {chart.title}".strip()
        row = rows.get(name)
        if row is None:
            yield book.broken("xlsx_chart", f"没有图“{name}”的数据", CHART_DATA)
            continue
        yield from word(book, sheet, (row, _LEFT), name + unit_of(chart), f"{chart.number} 的题名")
        yield from word(book, sheet, (row + 1, _LEFT), "类别", f"{chart.number} 的表头")
        if chart.kind == "waterfall":
            yield from _waterfall(book, chart, sheet, row + 1)
        else:
            yield from block(book, chart, sheet, row + 2, across=False)


def blocks(sheet: SheetRead) -> dict[str, int]:
    """The rows of 图表数据 in which charts' blocks begin, by their titles without the unit."""
    texts = {at: sheet.text(at) for at in sheet.cells if at[1] == _LEFT}
    return {re.sub(r"（单位：[^）]*）$", "", text): at[0] for at, text in texts.items() if text}


def unit_of(chart: Chart) -> str:
    """The unit as a chart's title names it: not percent, which stands at the labels, nor a ratio, which has none."""
    named = chart.unit and not chart.percent and not chart.unit.startswith(("∶", ":"))
    return f"（单位：{chart.unit}）" if named else ""


def _waterfall(book: Book, chart: Chart, sheet: SheetRead, head: int) -> Iterator[Issue]:
    """A waterfall's columns are an unseen base and the bars: the bars of a row add up to its step, the base lifts them
    to where the steps before have come."""
    names = {
        column: sheet.text((head, column)) for _, column in sheet.cells if column > 2 and sheet.text((head, column))
    }
    for other, category in enumerate(chart.categories, 1):
        yield from word(book, sheet, (head + other, _LEFT), category, f"{chart.number} 的类别")
    level = Decimal(0)
    steps = chart.series[0].values if chart.series else ()
    for at, step in enumerate(steps):
        row = head + 1 + at
        found = {name: book.take(sheet, (row, column)) for column, name in names.items()}
        numbers = {name: Decimal(cell.value) for name, cell in found.items() if cell and isinstance(cell.value, float)}
        step = step or Decimal(0)
        start, end = (Decimal(0), step) if at in (0, len(steps) - 1) else (level, level + step)
        level = end
        bars = sum((abs(number) for name, number in numbers.items() if name != _HIDDEN), Decimal(0))
        lifted = min(abs(start), abs(end)) if start * end >= 0 else Decimal(0)
        for what, expected, got in (("", abs(step), bars), ("的底", lifted, abs(numbers.get(_HIDDEN, Decimal(0))))):
            if float(got) not in (stored(float(expected / chart.scale)), float(expected / chart.scale)):
                message = differs(f"{chart.number} {chart.categories[at]}{what}", expected / chart.scale, got)
                standing = (
                    column for column, name in names.items() if name in numbers and (name == _HIDDEN) == bool(what)
                )
                yield book.broken("xlsx_chart", message, CHART_DATA, (row, next(standing, min(names, default=3))))
