"""Vertical bars in groups, and the frame that all vertical bars stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.bars import bar
from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.numbers import Axis, axis, label, series_values, span
from rpt.rendering.charts.palette import AXIS, INK, MUTED, PRIOR, Paint, Palette
from rpt.rendering.charts.parts import foot, foot_room, grid, grid_room, heading
from rpt.rendering.charts.text import Label, axis_labels, clean, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

HEIGHT = 150.0
MARKS = 14  # more marks than this carry no labels of their own
WIDEST = 56.0  # px of one column
SLOT = 214.0  # px from category to category at most
NAME = 13.0  # px above a label for the series' name
LABEL = 16.0  # px above or below a column for its label

_YEARS = re.compile(r"20\d\d年?")


@dataclass(frozen=True)
class Frame:
    """The place of vertical bars: ``slot`` px per category, the scale at the left unless the bars are ``labelled``."""

    top: float
    slot: float
    foots: Sequence[Label]
    labelled: bool
    scale: Axis
    left: float
    wide: float

    def canvas(self, count: int, values: Sequence[Decimal | None]) -> Canvas:
        """The canvas: with room for labels at the bars' ends, or with the scale's ends."""
        low, high = span(values) if self.labelled else (float(self.scale.low), float(self.scale.high))
        below = LABEL if self.labelled and low < 0 else 0
        low -= (high - low) / HEIGHT * below
        plot = self.slot * count
        top = self.top + (LABEL if self.labelled else 4)
        margins = Margins(self.left, top, self.wide - self.left - plot, foot_room(self.foots))
        return Canvas(plot, HEIGHT + below, margins, (-0.5, count - 0.5), (low, high))

    def finish(self, canvas: Canvas) -> None:
        """The zero line and the category labels."""
        canvas.rule(canvas.xs, (0, 0), AXIS, above=True)
        foot(canvas, self.foots)


def column(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """Columns side by side per category, the series named above the first ones, or in a key where that has no room.

    Categories whose names would not fit below lie down: the chart becomes ``bar``.
    """
    values = [series_values(chart, series) for series in chart.series]
    paints = Palette.of(theme).paints([series.name for series in chart.series])
    count = len(chart.categories)
    flat = [value for row in values for value in row]
    room = min(SLOT, wide / count) * (0.96 if len(paints) == 1 else 0.86 / len(paints))
    labelled = len(flat) <= MARKS and max(width(label(chart, value), SIZE) for value in flat) <= room
    scale = axis(flat)
    left = 0.0 if labelled else grid_room(chart, scale)
    slot = min(SLOT, (wide - left) / count)
    foots = axis_labels([clean(name) for name in chart.categories], slot, SIZE)
    if foots is None:
        return bar(chart, theme, wide)
    several = len(paints) > 1
    named = several and labelled and _names_fit(chart, values, room)
    key = [(series.name, paint) for series, paint in zip(chart.series, paints, strict=True)]
    top = heading(chart, wide, key if several and not named else ())
    frame = Frame(top.height + (NAME if named else 0), slot, foots, labelled, scale, left, wide)
    canvas = frame.canvas(count, flat)
    top.draw(canvas)
    if not labelled:
        grid(canvas, chart, scale)
    share = min(0.56 if len(paints) == 1 else 0.78, len(paints) * WIDEST / slot) / len(paints)
    for s, row in enumerate(values):
        for i, value in enumerate(row):
            middle = i + (s - (len(paints) - 1) / 2) * share
            _column(canvas, chart, (i, s), value, (middle, share), _paint(chart, paints[s], i), labelled)
            if named and i == 0:
                name = clean(chart.series[s].name)
                canvas.text(name, middle, float(value or 0), dy=-8 - NAME, align="center", colour=paints[s].text)
    frame.finish(canvas)
    tips.upright(canvas, chart)
    return canvas


def _names_fit(chart: Chart, values: list[list[Decimal | None]], room: float) -> bool:
    """Whether the series' names have room above the first category's columns, so that no key is needed."""
    names = [clean(series.name) for series in chart.series]
    return max(width(name, SIZE) for name in names) <= room and all((row[0] or 0) >= 0 for row in values)


def _paint(chart: Chart, paint: Paint, i: int) -> Paint:
    """A series' look, but earlier years in grey where a lone series runs over years."""
    years = len(chart.series) == 1 and all(_YEARS.fullmatch(category.strip()) for category in chart.categories)
    return Paint(PRIOR, PRIOR, INK) if years and i < len(chart.categories) - 1 else paint


def _column(
    canvas: Canvas,
    chart: Chart,
    place: tuple[int, int],
    value: Decimal | None,
    across: tuple[float, float],
    paint: Paint,
    labelled: bool,
) -> None:
    """The column of category and series ``place``; ``across`` is its middle and width in categories."""
    middle, share = across
    size = float(value or 0)
    lone = len(chart.series) == 1
    half = share / 2 * (1 if lone else 0.94)
    if value is not None:
        datum: dict[str, object] = {"category": clean(chart.categories[place[0]])}
        datum |= {"series": clean(chart.series[place[1]].name), "value": size}
        canvas.rect((middle - half, middle + half), (0, size), paint, datum)
    if labelled:
        colour = MUTED if value is None else INK if lone else paint.text
        bold = paint.strong and not lone
        dy = 9 if size < 0 else -8
        canvas.text(label(chart, value), middle, size, dy=dy, align="center", colour=colour, bold=bold)
