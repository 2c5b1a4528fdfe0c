"""What a pointer reads off a chart: each category's figures, named, rounded and with their unit as they are printed.

Tips are invisible boxes over the marks that carry their text as a tooltip; the drawn SVG leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.rendering.charts.canvas import Canvas
from rpt.rendering.charts.numbers import label, series_values
from rpt.rendering.charts.text import clean
from rpt.values.document import Chart


def said(chart: Chart, value: Decimal | None, *, sign: bool = False) -> str:
    """A shown value with its unit: 4,870万元, 32.0%, +90天; 无数据 where there is none."""
    if value is None:
        return "无数据"
    return label(chart, value, sign=sign) + ("" if chart.percent else clean(chart.unit))


def tip_lines(chart: Chart, values: Sequence[Sequence[Decimal | None]], i: int) -> list[str]:
    """A category's name, and below it each series with its value; a lone series says its value alone."""
    if len(values) == 1:
        return [clean(chart.categories[i]), said(chart, values[0][i])]
    pairs = zip(chart.series, values, strict=True)
    return [clean(chart.categories[i]), *(f"{clean(series.name)}：{said(chart, row[i])}" for series, row in pairs)]


def upright(canvas: Canvas, chart: Chart, more: Sequence[str] = ()) -> None:
    """A tip per category over the height of the plot, for charts whose categories run from left to right.

    ``more`` is one further line per category, or nothing.
    """
    values = [series_values(chart, series) for series in chart.series]
    for i in range(len(chart.categories)):
        lines = tip_lines(chart, values, i) + ([more[i]] if more else [])
        edges = max(i - 0.5, canvas.xs[0]), min(i + 0.5, canvas.xs[1])
        canvas.tip(edges, canvas.ys, lines)


def lying(canvas: Canvas, chart: Chart) -> None:
    """A tip per category from the names to the right edge, for charts whose categories run downwards."""
    values = [series_values(chart, series) for series in chart.series]
    for i in range(len(chart.categories)):
        row(canvas, i, tip_lines(chart, values, i))


def row(canvas: Canvas, i: int, lines: Sequence[str]) -> None:
    """One tip over the row of category ``i``, names and figures beside the plot included."""
    edges = canvas.x_at(-canvas.margins.left), canvas.x_at(canvas.width + canvas.margins.right)
    canvas.tip(edges, (i - 0.5, i + 0.5), lines)
