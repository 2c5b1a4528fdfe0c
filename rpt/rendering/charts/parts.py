"""What charts have in common: the line above with unit and key, the grid, category labels, names at line ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.numbers import Axis
from rpt.rendering.charts.palette import AXIS, GRID, MUTED, Paint
from rpt.rendering.charts.text import Label, clean, fit, width
from rpt.values.document import Chart

ROW = 18.0  # px of one line of the heading
SWATCH = 9.0
STROKE = 20.0  # px of a line's sample
GAP = 16.0


@dataclass(frozen=True)
class Heading:
    """The line above a plot: its unit and a key of series, flowing over as many rows as they need."""

    items: tuple[tuple[str, Paint | None, float, int], ...]  # text, look, px from the left, row
    strokes: bool = False  # the key shows pieces of lines rather than squares

    @property
    def height(self) -> float:
        """Px it takes above the plot, with air below; 4 where there is nothing to say."""
        return (self.items[-1][3] + 1) * ROW + 6 if self.items else 4.0

    def draw(self, canvas: Canvas) -> None:
        """Write it at the top left corner of the chart."""
        for text, paint, left, row in self.items:
            px, py = left - canvas.margins.left, row * ROW + ROW / 2 - canvas.margins.top
            x, y = canvas.x_at(px), canvas.y_at(py)
            if paint and self.strokes:
                canvas.line([(x, y), (canvas.x_at(px + STROKE), y)], paint, f"key/{text}", paint.weight)
            elif paint:
                swatch(canvas, px, py, paint)
            dx = _sample(self.strokes) if paint else 0
            canvas.text(text, x, y, dx=dx, size=SIZE, colour=paint.text if paint else MUTED)


def heading(
    chart: Chart, wide: float, key: Sequence[tuple[str, Paint]] = (), unit: str | None = None, *, strokes: bool = False
) -> Heading:
    """The heading of a chart: 单位 (rates say none, their labels carry %) and the series not named elsewhere, each
    with a square of its colour or, with ``strokes``, a piece of its line."""
    unit = clean(("" if chart.percent else chart.unit) if unit is None else unit)
    entries: list[tuple[str, Paint | None]] = [(f"单位：{unit}", None)] if unit else []
    entries += [(fit(clean(name), SIZE, 200), paint) for name, paint in key]
    items, left, row = [], 0.0, 0
    for text, paint in entries:
        room = width(text, SIZE) + (_sample(strokes) if paint else 0)
        if left and left + room > wide:
            left, row = 0.0, row + 1
        items.append((text, paint, left, row))
        left += room + GAP
    return Heading(tuple(items), strokes)


def _sample(strokes: bool) -> float:
    """Px of a series' sample in the key, with its distance to the name."""
    return (STROKE if strokes else SWATCH) + 5


def swatch(canvas: Canvas, px: float, py: float, paint: Paint) -> None:
    """A small square in a series' look, its left edge at ``px`` and its middle at ``py``."""
    half = SWATCH / 2
    xs = canvas.x_at(px), canvas.x_at(px + SWATCH)
    canvas.rect(xs, (canvas.y_at(py - half), canvas.y_at(py + half)), paint)


def grid(canvas: Canvas, chart: Chart, axis: Axis) -> None:
    """Light horizontal lines with their values to the left; the zero line darker."""
    for tick in axis.ticks:
        y = float(tick)
        canvas.rule(canvas.xs, (y, y), AXIS if tick == 0 else GRID, above=tick == 0)
        canvas.text(axis.label(chart, tick), canvas.xs[0], y, dx=-8, align="right", colour=MUTED)


def grid_room(chart: Chart, axis: Axis) -> float:
    """Px that the values of the grid take at the left."""
    return max(width(axis.label(chart, tick), SIZE) for tick in axis.ticks) + 10


def foot(canvas: Canvas, labels: Sequence[Label], size: float = SIZE) -> None:
    """Category labels below the plot."""
    for label in labels:
        canvas.lines(label.lines, label.at, canvas.y_at(canvas.height), dy=12, size=size)


def foot_room(labels: Sequence[Label], size: float = SIZE) -> float:
    """Px that category labels take below the plot."""
    return 8 + max((len(label.lines) for label in labels), default=0) * size * 1.2 + 4


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, in their order, ``gap`` or more apart, within ``low``–``high`` where they fit."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # Neighbours that collide form a block centred on what its members want (pool adjacent violators).
    blocks: list[tuple[list[int], float]] = []  # members, position of the first
    for i in order:
        members, start = [i], wanted[i]
        while blocks and start < blocks[-1][1] + gap * len(blocks[-1][0]):
            members = blocks.pop()[0] + members
            start = sum(wanted[m] - gap * k for k, m in enumerate(members)) / len(members)
        start = max(low, min(start, high - gap * (len(members) - 1)))
        while blocks and start < blocks[-1][1] + gap * len(blocks[-1][0]):
            before, first = blocks.pop()
            members, start = before + members, min(first, high - gap * (len(before) + len(members) - 1))
            start = max(low, start)
        blocks.append((members, start))
    placed = [0.0] * len(wanted)
    for members, start in blocks:
        for k, member in enumerate(members):
            placed[member] = start + gap * k
    return placed


def named(canvas: Canvas, name: str, value: str, x: float, y: float, *, dx: float, dy: float = 0, paint: Paint) -> None:
    """A series' name and value at a point: the name plain, the value bold."""
    if name:
        canvas.text(name, x, y, dx=dx, dy=dy, colour=paint.text)
    gap = width(name, SIZE) + 5 if name else 0
    canvas.text(value, x, y, dx=dx + gap, dy=dy, colour=paint.text, bold=True)


def named_room(name: str, value: str) -> float:
    """Px that ``named`` takes."""
    return (width(name, SIZE) + 5 if name else 0) + width(value, SIZE)


def nothing(wide: float) -> Canvas:
    """What stands where a chart has no data: it says so."""
    canvas = Canvas(wide, 60, Margins(), (0, 1), (0, 1))
    canvas.text("暂无数据", 0.5, 0.5, align="center", colour=MUTED)
    return canvas
