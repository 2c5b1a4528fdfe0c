"""Stacked columns: parts of a whole, category by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Canvas
from rpt.rendering.charts.columns import MARKS, SLOT, WIDEST, Frame
from rpt.rendering.charts.numbers import axis, known, label, series_values
from rpt.rendering.charts.palette import WHITE, Paint, Palette, ink_on
from rpt.rendering.charts.parts import SWATCH, apart, grid, grid_room, heading, swatch
from rpt.rendering.charts.text import axis_labels, clean, fit, upright_labels, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

SHARE = 0.62  # of a slot


@dataclass(frozen=True)
class Part:
    """One series' piece of a column, from ``start`` to ``end``; of no height where there is no value."""

    start: Decimal
    end: Decimal
    value: Decimal | None

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return float(self.start + self.end) / 2


def stacked(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """The first series at the bottom and darkest, negative parts below zero; names stand beside the last column."""
    values = [series_values(chart, series) for series in chart.series]
    count = len(chart.categories)
    piles = _piles(values, count)
    ends = [end for pile in piles for part in pile for end in (part.start, part.end)]
    totals = [sum(known(part.value for part in pile), Decimal(0)) for pile in piles]
    names = [fit(clean(series.name), SIZE, 120) for series in chart.series]
    right = max(width(name, SIZE) for name in names) + SWATCH + 18
    room = min(SLOT, (wide - right) / count) * 0.96
    # Shares of a whole all add up to 100%: saying so above every column tells nothing.
    whole = chart.percent and all(abs(total - 100) < Decimal("0.05") for total in totals)
    labelled = whole or (count <= MARKS and max(width(label(chart, total), SIZE) for total in totals) <= room)
    scale = axis(ends)
    left = 0.0 if labelled else grid_room(chart, scale)
    slot = min(SLOT, (wide - right - left) / count)
    categories = [clean(name) for name in chart.categories]
    foots = axis_labels(categories, slot, SIZE) or upright_labels(categories, slot, SIZE)
    top = heading(chart, wide)
    frame = Frame(top.height, slot, foots, labelled, scale, left, wide)
    canvas = frame.canvas(count, ends)
    top.draw(canvas)
    if not labelled:
        grid(canvas, chart, scale)
    shades = Palette.of(theme).ramp(len(values))
    share = min(SHARE, WIDEST * 1.3 / slot)
    for i, pile in enumerate(piles):
        _draw(canvas, chart, i, pile, shades, share)
        if labelled and not whole:
            highest = float(max(part.end for part in pile))
            canvas.text(label(chart, totals[i]), i, max(highest, 0), dy=-8, align="center", bold=True)
    _beside(canvas, names, shades, piles[-1], count - 1 + share / 2)
    frame.finish(canvas)
    tips.upright(canvas, chart, () if whole else [f"合计：{tips.said(chart, total)}" for total in totals])
    return canvas


def _piles(values: list[list[Decimal | None]], count: int) -> list[list[Part]]:
    """The parts of every column. A missing part takes its place on the side where its series usually is."""
    below = [sum(known(row), Decimal(0)) < 0 for row in values]
    piles = []
    for i in range(count):
        up, down = Decimal(0), Decimal(0)
        pile = []
        for row, under in zip(values, below, strict=True):
            value = row[i]
            falls = value < 0 if value else under
            start = down if falls else up
            end = start + (value or 0)
            up, down = (up, end) if falls else (end, down)
            pile.append(Part(start, end, value))
        piles.append(pile)
    return piles


def _draw(canvas: Canvas, chart: Chart, i: int, pile: Sequence[Part], shades: list[str], share: float) -> None:
    """One column, its parts labelled where they are large enough."""
    px = canvas.width / len(chart.categories) * share
    for s, (part, shade) in enumerate(zip(pile, shades, strict=True)):
        if not part.value:
            continue
        datum: dict[str, object] = {"category": clean(chart.categories[i])}
        datum |= {"series": clean(chart.series[s].name), "value": float(part.value)}
        paint = Paint(shade, shade, shade, outline=WHITE)
        canvas.rect((i - share / 2, i + share / 2), (float(part.start), float(part.end)), paint, datum)
        text = label(chart, part.value)
        tall = abs(canvas.px_of_y(float(part.start)) - canvas.px_of_y(float(part.end)))
        if tall >= SIZE * 1.35 and width(text, SIZE) <= px - 2:
            canvas.text(text, i, part.middle, align="center", colour=ink_on(shade))


def _beside(canvas: Canvas, names: list[str], shades: list[str], pile: Sequence[Part], x: float) -> None:
    """The series' names beside the last column, each near its part."""
    # Parts of no height share one spot: a hair's breadth keeps their names in the pile's order.
    wanted = [canvas.px_of_y(part.middle) - 0.01 * s for s, part in enumerate(pile)]
    px = canvas.px_of_x(x) + 10
    for name, shade, py in zip(names, shades, apart(wanted, SIZE * 1.35, 2, canvas.height - 8), strict=True):
        swatch(canvas, px, py, Paint(shade, shade, shade))
        canvas.text(name, canvas.x_at(px), canvas.y_at(py), dx=SWATCH + 4)
