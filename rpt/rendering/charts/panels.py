"""One panel of small multiples: its lines over their own categories, the labels at them, and what a pointer reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Canvas
from rpt.rendering.charts.lines import trace
from rpt.rendering.charts.numbers import known, label, series_values
from rpt.rendering.charts.palette import AXIS, MUTED, Paint, Palette
from rpt.rendering.charts.text import clean, fit, width
from rpt.values.document import Chart, Series
from rpt.values.theme import Theme

FOOT = 22.0  # px below a panel for its first and last category
SMALL = SIZE - 1
EDGE = 4.0  # px for the points of the first column
ABOVE = 11.0  # px from a point to the middle of its label
CLEAR = SIZE * 0.6  # px between a label's middle and a line that does not touch it
BEHIND = (3.5, 2.5)  # dashes of the lines behind, which colour alone would not tell apart in a grey print


@dataclass(frozen=True)
class Strand:
    """One line of a panel: its name beside the panel's, its shown values and its look."""

    series: Series
    values: list[Decimal | None]
    paint: Paint

    @property
    def last(self) -> int:
        """The place of the last value; −1 for none."""
        return max((i for i, value in enumerate(self.values) if value is not None), default=-1)

    @property
    def peak(self) -> int:
        """The place of the first highest value; −1 for none."""
        top = max(known(self.values), default=None)
        return self.values.index(top) if top is not None else -1


@dataclass(frozen=True)
class Panel:
    """A name, lines painted one after the other (the strongest last), and the categories that they run over.

    ``end`` is the label of the strongest line's last value; empty where the label of its peak says it.
    """

    name: str
    strands: tuple[Strand, ...]
    categories: tuple[str, ...]
    end: str

    @property
    def lead(self) -> Strand:
        """The strongest line."""
        return self.strands[-1]

    @property
    def values(self) -> list[Decimal | None]:
        """The values of all lines."""
        return [value for strand in self.strands for value in strand.values]

    @property
    def named(self) -> bool:
        """Whether the panel has a name of its own, so that its lines are named too and its peak is labelled."""
        return bool(self.lead.series.panel)


@dataclass(frozen=True)
class Shape:
    """Px of a panel's plot, above it, and of its name's middle above it."""

    plot: float
    above: float
    name: float

    @property
    def height(self) -> float:
        """Px of the whole panel."""
        return self.above + self.plot + FOOT


@dataclass(frozen=True)
class Box:
    """Where a panel's plot is, in px of the canvas, and the ends of its scale; ``room`` is its width with labels."""

    shape: Shape
    left: float
    top: float
    width: float
    room: float
    low: float
    high: float

    @property
    def floor(self) -> float:
        """Px of the plot's lower edge."""
        return self.top + self.shape.plot

    def place(self, value: Decimal) -> float:
        """Px from the canvas's top for a value."""
        return self.top + self.shape.plot * (self.high - float(value)) / (self.high - self.low)

    def xs(self, count: int) -> list[float]:
        """Px of ``count`` categories over the plot's width."""
        return [self.left + self.width * i / max(count - 1, 1) for i in range(count)]


def panels_of(chart: Chart, theme: Theme) -> list[Panel]:
    """The chart's panels in the order of their first series. Lines of the same name look the same in all of them."""
    palette = Palette.of(theme)
    names = list(dict.fromkeys(series.name for series in chart.series if series.panel))
    looks = dict(zip(names, palette.paints(names), strict=True))
    found: dict[str | int, list[Strand]] = {}
    for s, series in enumerate(chart.series):
        paint = looks[series.name] if series.panel else palette.paints([""])[0]
        if not paint.strong:
            paint = replace(paint, dash=BEHIND)
        values = series_values(chart, series)
        if series.panel:
            values = values[: len(series.values)]
        found.setdefault(series.panel or s, []).append(Strand(series, values, paint))
    return [_panel(chart, strands) for strands in found.values()]


def _panel(chart: Chart, strands: list[Strand]) -> Panel:
    ordered = tuple(sorted(strands, key=lambda strand: strand.paint.strong))
    lead = ordered[-1]
    name = clean(lead.series.panel or lead.series.name)
    count = max(len(strand.values) for strand in ordered)
    said = lead.last >= 0 and not (lead.series.panel and lead.last == lead.peak)
    return Panel(name, ordered, chart.categories[:count], label(chart, lead.values[lead.last]) if said else "")


def draw_panel(canvas: Canvas, chart: Chart, box: Box, panel: Panel) -> None:
    """Name, base line, lines, labels of the strongest line, and the first and last category below."""
    canvas.text(fit(panel.name, SIZE, box.room), box.left, box.top - box.shape.name, dx=-EDGE, bold=True)
    xs = box.xs(len(panel.categories))
    if known(panel.values):
        canvas.rule((box.left, box.left + box.width), (box.place(Decimal(0)),) * 2, AXIS)
    else:
        middle = box.left + box.width / 2, box.top + box.shape.plot / 2
        canvas.text("无数据", *middle, align="center", colour=MUTED)
    points: list[tuple[float, float]] = []
    for strand in panel.strands:
        ys = [None if value is None else box.place(value) for value in strand.values]
        # A name of its own in the whole chart: lines of one name would be joined.
        trace(canvas, clean(strand.series.title), xs, ys, strand.paint, every=False)
        points += _samples(xs, ys)
    if panel.named and panel.lead.peak >= 0:
        _peak(canvas, chart, box, panel, xs, points)
    if panel.end:
        _end(canvas, box, panel, xs, points)
    _times(canvas, box, panel)
    _tips(canvas, chart, box, panel, xs)


def _peak(
    canvas: Canvas, chart: Chart, box: Box, panel: Panel, xs: list[float], points: list[tuple[float, float]]
) -> None:
    """The strongest line's highest point: its category and value above it, or above the lines in the label's way."""
    lead = panel.lead
    at, value = lead.peak, lead.values[lead.peak]
    assert value is not None
    space = box.width + EDGE if panel.end else box.room + EDGE  # an end's label has its place beside the plot
    amount = label(chart, value)
    text = f"{clean(panel.categories[at])} {amount}"
    text = text if width(text, SIZE) <= space else amount
    half = width(text, SIZE) / 2
    left = min(max(xs[at] - half, box.left - EDGE), box.left - EDGE + space - 2 * half)
    y = box.place(value)
    under = [py for px, py in points if left - 2 <= px <= left + 2 * half + 2]
    above = y - ABOVE
    if any(abs(py - above) < CLEAR for py in under):
        above = min(under) - ABOVE
    if at != lead.last:  # which has its point
        canvas.dot(xs[at], y, lead.paint.line, 6)
    canvas.text(text, left + half, above, align="center", colour=lead.paint.text, bold=True)


def _end(canvas: Canvas, box: Box, panel: Panel, xs: list[float], points: list[tuple[float, float]]) -> None:
    """The strongest line's last value beside its end, or a little below where another line goes on there."""
    lead = panel.lead
    value = lead.values[lead.last]
    assert value is not None
    x, y = xs[lead.last] + 6, box.place(value)
    beside = [py for px, py in points if x <= px <= x + width(panel.end, SIZE)]
    low = min(y + ABOVE, box.floor - CLEAR)
    if any(abs(py - y) < CLEAR for py in beside) and all(abs(py - low) >= CLEAR for py in beside):
        y = low
    canvas.text(panel.end, x, y, colour=lead.paint.text, bold=True)


def _samples(xs: Sequence[float], ys: Sequence[float | None]) -> list[tuple[float, float]]:
    """Points of a line in px, a few between any two neighbours."""
    places = list(zip(xs, ys, strict=False))
    found = [(x, y) for x, y in places if y is not None]
    for (x, y), (right, other) in pairwise(places):
        if y is not None and other is not None:
            found += [(x + (right - x) * k / 8, y + (other - y) * k / 8) for k in range(1, 8)]
    return found


def _times(canvas: Canvas, box: Box, panel: Panel) -> None:
    """The first category at the left and the last at the right; the last alone where both don't fit."""
    first, last = clean(panel.categories[0]), clean(panel.categories[-1])
    room = box.width - width(last, SMALL) - 8
    alone = len(panel.categories) == 1
    if alone or width(first, SMALL) <= room:
        text = fit(first, SMALL, box.width)
        canvas.text(text, box.left, box.floor, dx=-EDGE, dy=12, colour=MUTED, size=SMALL)
    if not alone:
        text = fit(last, SMALL, box.width)
        canvas.text(text, box.left + box.width, box.floor, dy=12, align="right", colour=MUTED, size=SMALL)


def _tips(canvas: Canvas, chart: Chart, box: Box, panel: Panel, xs: list[float]) -> None:
    """A tip per category: a lone line's value, else every line's by name as far as it goes."""
    strands = sorted(panel.strands, key=lambda strand: chart.series.index(strand.series))
    half = box.width / max(len(xs) - 1, 1) / 2
    for i, x in enumerate(xs):
        edges = max(box.left - EDGE, x - half), min(box.left + box.width + EDGE, x + half)
        figures = [
            (f"{clean(strand.series.name)}：" if panel.named else "") + tips.said(chart, strand.values[i])
            for strand in strands
            if i < len(strand.values)
        ]
        canvas.tip(edges, (box.floor, box.top), (f"{panel.name} · {clean(panel.categories[i])}", *figures))
