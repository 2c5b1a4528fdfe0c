"""Horizontal bars: ranked values with their labels at the bars' ends."""

from __future__ import annotations

from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Align, Canvas, Margins
from rpt.rendering.charts.numbers import label, series_values, span
from rpt.rendering.charts.palette import AXIS, INK, MUTED, Paint, Palette
from rpt.rendering.charts.parts import heading
from rpt.rendering.charts.text import balanced, clean, fit, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

NAME_ROOM = 0.27  # of the chart at most for category names
AIR = 6.0


def bar(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """One bar per category and series; the first category's labels carry the series' names, so there is no key."""
    paints = Palette.of(theme).paints([series.name for series in chart.series])
    values = [series_values(chart, series) for series in chart.series]
    pitch, thick = _pitch(len(chart.categories), len(chart.series))
    names = row_names(chart.categories, pitch, wide)
    ends = [_ends(chart, values, i) for i in range(len(chart.categories))]
    left = max(width(line, SIZE) for lines in names for line in lines) + 10
    top = heading(chart, wide)
    low, high = span(value for row in values for value in row)
    room, plot = _plot_room(values, ends, wide - left, low, high)
    margins = Margins(left + room, top.height, wide - left - room - plot, 2)
    count = len(chart.categories)
    canvas = Canvas(plot, pitch * count, margins, (low, high), (count - 0.5, -0.5))
    top.draw(canvas)
    for i, lines in enumerate(names):
        dy = -(len(lines) - 1) * SIZE * 0.6
        canvas.lines(lines, low, i, dx=-room - 10, dy=dy, align="right")
        for s, paint in enumerate(paints):
            middle = i + (s - (len(paints) - 1) / 2) * (thick + 1) / pitch
            half = thick / pitch / 2
            _bar(canvas, chart, (i, s), values[s][i], (middle - half, middle + half), ends[i][s], paint)
    canvas.rule((0, 0), canvas.ys, AXIS, above=True)
    tips.lying(canvas, chart)
    return canvas


def row_names(categories: tuple[str, ...], pitch: float, wide: float) -> list[tuple[str, ...]]:
    """Category names broken to the rows' height: two lines where rows are tall enough, else one."""
    lines = 2 if pitch >= 2.5 * SIZE else 1
    return [balanced(clean(name), SIZE, NAME_ROOM * wide, lines) for name in categories]


def _pitch(categories: int, series: int) -> tuple[float, float]:
    """Px from row to row, and of one bar."""
    if series == 1:
        pitch = min(30.0, max(15.0, 260 / categories))
        return pitch, round(min(16.0, pitch * 0.62), 1)
    thick = 11.0 if categories * series <= 8 else 9.0
    return series * (thick + 1) + (10 if categories <= 10 else 6), thick


def _ends(chart: Chart, values: list[list[Decimal | None]], i: int) -> list[tuple[str, str]]:
    """Value label and, beside the first category's bars where there are several series, the series' name."""
    named = len(chart.series) > 1 and i == 0
    return [
        (label(chart, row[i]), fit(clean(series.name), SIZE, 130) if named else "")
        for row, series in zip(values, chart.series, strict=True)
    ]


def _plot_room(
    values: list[list[Decimal | None]], ends: list[list[tuple[str, str]]], room: float, low: float, high: float
) -> tuple[float, float]:
    """Px left of the bars for labels of negative values, and the widest plot at which no label leaves the chart."""
    plot = room
    marks = [(float(value or 0), _end_room(*ends[i][s])) for s, row in enumerate(values) for i, value in enumerate(row)]
    before = max((need for size, need in marks if size < 0), default=0.0)
    for size, need in marks:
        if size >= 0 and size > low:
            plot = min(plot, (room - before - need) * (high - low) / (size - low))
    return before, max(60.0, min(plot, room - before))


def _end_room(text: str, name: str) -> float:
    return AIR + width(text, SIZE) + (width(name, SIZE) + AIR if name else 0) + 2


def _bar(
    canvas: Canvas,
    chart: Chart,
    place: tuple[int, int],
    value: Decimal | None,
    across: tuple[float, float],
    end: tuple[str, str],
    paint: Paint,
) -> None:
    """A bar of category and series ``place``, with its label beyond its end (left of it where it is negative)."""
    size = float(value or 0)
    if value is not None:
        datum: dict[str, object] = {"category": clean(chart.categories[place[0]])}
        datum |= {"series": clean(chart.series[place[1]].name), "value": size}
        canvas.rect((0, size), across, paint, datum)
    middle = sum(across) / 2
    lone = len(chart.series) == 1
    colour = MUTED if value is None else INK if lone else paint.text
    align: Align = "right" if size < 0 else "left"
    away = -1 if size < 0 else 1
    text, name = end
    canvas.text(text, size, middle, dx=away * AIR, align=align, colour=colour, bold=paint.strong and not lone)
    if name:
        canvas.text(name, size, middle, dx=away * (2 * AIR + width(text, SIZE)), align=align, colour=colour)
