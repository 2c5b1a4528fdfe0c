"""The workbook's ledger, the numbers its charts are drawn from, and whatever no other check has looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rpt.assurance.evidence import Evidence, differs
from rpt.assurance.excel import Book, judge, stored
from rpt.assurance.excel_tables import CHART_DATA, block
from rpt.assurance.workbook import SheetRead
from rpt.language.format import POINTS, RATE
from rpt.values.document import Chart
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement

_DATA, _ISSUES = "数据", "数据问题"
_POINT = Decimal("0.01")
# the columns of 数据 that are numbers, from G on, by what they are of the measurement
_KINDS = ("value", "prior", "growth", "points", "target", "gap", "attainment")
_FIRST, _NUMERATOR, _DENOMINATOR = 7, 15, 16
_HIDDEN = "底座"  # what lifts a waterfall's bars; nobody sees it


def ledger(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """数据 holds the ledger, whole or of the metrics that the document tells: every number of every measurement."""
    sheet = book.sheet(_DATA)
    if sheet is None:
        yield book.broken("xlsx_sheet", f"没有工作表“{_DATA}”")
        return
    held = {}
    for row in range(2, max((at[0] for at in sheet.cells), default=1) + 1):
        id = sheet.text((row, 1))
        m = evidence.measured.get(id)
        if m is None:
            yield book.broken("xlsx_ledger", f"不认识的编号“{id}”", _DATA, (row, 1))
            continue
        held[id] = m
        yield from _line(evidence, book, sheet, row, m)
    told = evidence.run.document.metrics
    whole = len({m.metric for m in held.values()} - told) > 0
    for id, m in evidence.measured.items():
        if id not in held and (whole or m.metric in told):
            yield book.broken("xlsx_ledger", f"缺少 {id}", _DATA)


def _line(evidence: Evidence, book: Book, sheet: SheetRead, row: int, m: Measurement) -> Iterator[Issue]:
    metric = evidence.run.ledger.metrics[m.metric]
    texts = (m.id, metric.label, metric.id, m.period.key, m.scope, metric.unit)
    for column, text in enumerate(texts, 1):
        cell = book.take(sheet, (row, column))
        if cell is None or cell.value != text:
            found = "空" if cell is None else cell.value
            yield book.broken("xlsx_ledger", differs(f"{m.id} 的说明", text, found), _DATA, (row, column))
    rate = metric.is_rate or metric.unit == POINTS
    for column, kind in enumerate(_KINDS, _FIRST):
        value = evidence.follows(m, kind)
        if value is None and (row, column) not in sheet.cells:
            continue
        if (kind == "growth" and rate) or (kind == "points" and not rate):
            value = None
        if metric.unit == POINTS or (kind in ("points", "gap") and metric.unit == RATE):
            value = value if value is None or kind == "attainment" else value / _POINT
        yield from _number(book, sheet, row, column, value, texts[0], kind)
    yield from _number(book, sheet, row, _NUMERATOR, m.numerator, texts[0], "分子")
    yield from _number(book, sheet, row, _DENOMINATOR, m.denominator, texts[0], "分母")


def _number(
    book: Book, sheet: SheetRead, row: int, column: int, value: Decimal | None, id: str, kind: str
) -> Iterator[Issue]:
    at, what = (row, column), f"{id} {kind}"
    if value is not None:
        yield from judge(book, sheet, at, float(value), what)
    elif (cell := sheet.cells.get(at)) is not None and isinstance(cell.value, float):
        yield book.broken("xlsx_ledger", differs(what, "没有", cell.value), _DATA, at)


def charts(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """图表数据 holds what the charts draw."""
    sheet = book.sheet(CHART_DATA)
    drawn = [chart for chart in evidence.run.document.charts if chart.kind != "heatmap" and chart.categories]
    if sheet is None:
        if drawn:
            yield book.broken("xlsx_sheet", f"没有工作表“{CHART_DATA}”")
        return
    rows = {
        re.sub(r"（单位：[^）]*）$", "", sheet.text(at)): at[0] for at in sheet.cells if at[1] == 2 and sheet.text(at)
    }
    for chart in drawn:
        row = rows.get(f"{chart.number} {chart.title}".strip())
        if row is None:
            yield book.broken("xlsx_chart", f"没有图“{chart.number} {chart.title}”的数据", CHART_DATA)
        elif chart.kind == "waterfall":
            yield from _waterfall(book, chart, sheet, row + 1)
        else:
            yield from block(book, chart, sheet, row + 2, across=False)


def _waterfall(book: Book, chart: Chart, sheet: SheetRead, head: int) -> Iterator[Issue]:
    """A waterfall's columns are an unseen base and the bars: the bars of a row add up to its step, the base lifts them
    to where the steps before have come."""
    names = {
        column: sheet.text((head, column)) for _, column in sheet.cells if column > 2 and sheet.text((head, column))
    }
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
                yield book.broken("xlsx_chart", message, CHART_DATA, (row, min(names, default=3)))
