"""Waterfall: from one total to another in steps that rise and fall."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.bars import AIR, row_names
from rpt.rendering.charts.canvas import SIZE, Align, Canvas, Margins
from rpt.rendering.charts.columns import HEIGHT, LABEL, SLOT
from rpt.rendering.charts.numbers import label, series_values, span
from rpt.rendering.charts.palette import AXIS, INK, MUTED, WHITE, Paint, Palette, mix
from rpt.rendering.charts.parts import foot, foot_room, heading
from rpt.rendering.charts.text import Label, axis_labels, clean, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

HALF = 0.3  # of a slot: half a column
PITCH = 18.0  # px from row to row where the steps lie


@dataclass(frozen=True)
class Step:
    """One column from ``start`` to ``end``, where the next begins; ``text`` is its label, signed but for totals."""

    name: str
    start: Decimal
    end: Decimal
    value: Decimal | None
    total: bool
    text: str

    @property
    def falls(self) -> bool:
        """Whether it goes down, so that its label stands at its lower end."""
        return self.value is not None and self.value < 0


def waterfall(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """The first and the last value stand on zero, those between hang from where the one before ended.

    Steps too many for upright columns lie down, one to a row.
    """
    steps = _steps(chart)
    slot = min(SLOT, wide / len(steps))
    foots = axis_labels([step.name for step in steps], slot, SIZE)
    every = foots is not None and len(foots) == len(steps)
    if foots is None or not every or max(width(step.text, SIZE) for step in steps) > slot - 2:
        return _lying(chart, Palette.of(theme), steps, wide)
    return _upright(chart, Palette.of(theme), steps, (slot, wide), foots)


def _steps(chart: Chart) -> list[Step]:
    values = series_values(chart, chart.series[0])
    steps: list[Step] = []
    level = Decimal(0)
    for i, value in enumerate(values):
        total = i in (0, len(values) - 1)
        start = Decimal(0) if total and value is not None else level
        level = start + (value or 0)
        text = label(chart, value, sign=not total)
        steps.append(Step(clean(chart.categories[i]), start, level, value, total, text))
    return steps


def _look(palette: Palette, step: Step) -> Paint:
    if step.total:
        return Paint(palette.dark, palette.dark, INK)
    if not step.falls:
        return Paint(palette.rise, palette.rise, palette.rise if step.value else MUTED)
    # A fall is pale with a firm edge: it stays apart from a rise on a grey print.
    return Paint(mix(palette.fall, WHITE, 0.78), palette.fall, palette.fall, outline=palette.fall)


def _upright(
    chart: Chart, palette: Palette, steps: list[Step], room: tuple[float, float], foots: list[Label]
) -> Canvas:
    slot, wide = room
    low, high = span(end for step in steps for end in (step.start, step.end))
    near = low + (high - low) * LABEL / HEIGHT
    # Labels of falls that end near the foot need room below it.
    below = LABEL if any(step.falls and float(step.end) < near for step in steps) else 0.0
    top = heading(chart, wide)
    margins = Margins(0, top.height + LABEL, wide - slot * len(steps), foot_room(foots))
    ys = low - (high - low) / HEIGHT * below, high
    canvas = Canvas(slot * len(steps), HEIGHT + below, margins, (-0.5, len(steps) - 0.5), ys)
    top.draw(canvas)
    for i, step in enumerate(steps):
        paint = _look(palette, step)
        if step.value:
            datum: dict[str, object] = {"category": step.name, "value": float(step.value)}
            canvas.rect((i - HALF, i + HALF), (float(step.start), float(step.end)), paint, datum)
        if i + 1 < len(steps):  # a step of nothing is crossed by its connector
            begin = i + HALF if step.value else i - HALF
            canvas.rule((begin, i + 1 - HALF), (float(step.end), float(step.end)), AXIS)
        edge = float(min(step.start, step.end) if step.falls else max(step.start, step.end))
        dy = 9 if step.falls else -8
        canvas.text(step.text, i, edge, dy=dy, align="center", colour=paint.text, bold=True)
    canvas.rule(canvas.xs, (0, 0), AXIS, above=True)
    foot(canvas, foots)
    for i, step in enumerate(steps):
        canvas.tip((i - 0.5, i + 0.5), canvas.ys, _tip(chart, step))
    return canvas


def _lying(chart: Chart, palette: Palette, steps: list[Step], wide: float) -> Canvas:
    low, high = span(end for step in steps for end in (step.start, step.end))
    names = row_names(chart.categories, PITCH, wide)
    left = max(width(line, SIZE) for lines in names for line in lines) + 10
    room = max(width(step.text, SIZE) for step in steps) + AIR + 2
    before = room if any(step.falls for step in steps) else 0.0
    top = heading(chart, wide)
    margins = Margins(left + before, top.height, room, 2)
    count = len(steps)
    canvas = Canvas(wide - left - before - room, PITCH * count, margins, (low, high), (count - 0.5, -0.5))
    top.draw(canvas)
    for i, (step, lines) in enumerate(zip(steps, names, strict=True)):
        canvas.lines(lines, low, i, dx=-before - 10, dy=0, align="right")
        paint = _look(palette, step)
        if step.value:
            datum: dict[str, object] = {"category": step.name, "value": float(step.value)}
            canvas.rect((float(step.start), float(step.end)), (i - HALF, i + HALF), paint, datum)
        if i + 1 < count:
            begin = i + HALF if step.value else i - HALF
            canvas.rule((float(step.end), float(step.end)), (begin, i + 1 - HALF), AXIS)
        edge = float(min(step.start, step.end) if step.falls else max(step.start, step.end))
        dx = -AIR if step.falls else AIR
        align: Align = "right" if step.falls else "left"
        canvas.text(step.text, edge, i, dx=dx, align=align, colour=paint.text, bold=True)
    canvas.rule((0, 0), canvas.ys, AXIS, above=True)
    for i, step in enumerate(steps):
        tips.row(canvas, i, _tip(chart, step))
    return canvas


def _tip(chart: Chart, step: Step) -> list[str]:
    """A step's name and signed value, and what is reached with it."""
    reached = [] if step.total or step.value is None else [f"至此：{tips.said(chart, step.end)}"]
    return [step.name, tips.said(chart, step.value, sign=not step.total), *reached]
