"""Small multiples: one small line chart per series, all of the same make."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.lines import line, trace
from rpt.rendering.charts.numbers import known, label, series_values
from rpt.rendering.charts.palette import AXIS, MUTED, Paint, Palette
from rpt.rendering.charts.parts import heading
from rpt.rendering.charts.text import clean, fit, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

PANEL, GUTTER = 62.0, 26.0  # px of a panel's plot, and between panels
NAME, FOOT = 24.0, 22.0  # px above a panel for its name, and below it for its first and last category
SMALL = SIZE - 1
EDGE = 4.0  # px for the points of the first column
ROOMY = 480.0  # px; narrower charts have two panels to the row
ALIKE = 5  # series whose largest values differ by more than this factor get a scale each


@dataclass(frozen=True)
class Panel:
    """Where one series is drawn, in px of the plot, and the ends of its scale."""

    left: float
    top: float
    width: float
    room: float  # px of the panel with its end label
    low: float
    high: float

    def place(self, value: float) -> float:
        """Px from the plot's top for a value."""
        return self.top + PANEL * (self.high - value) / (self.high - self.low)


def multiples(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """Panels in rows, with one scale where the series are alike and one each (which the chart then says) otherwise."""
    if len(chart.series) == 1:
        return line(chart, theme, wide)
    values = [series_values(chart, series) for series in chart.series]
    columns = 2 if wide < ROOMY else {2: 2, 3: 3, 4: 4, 5: 3, 6: 3, 9: 3}.get(len(values), 4)
    peaks = [max(map(abs, known(row)), default=Decimal(0)) for row in values]
    shared = max(peaks) <= ALIKE * min((peak for peak in peaks if peak), default=Decimal(1))
    ends = [_end(chart, row) for row in values]
    end_room = max(width(text, SIZE) for _, text in ends) + 8
    panel = (wide - EDGE - GUTTER * (columns - 1)) / columns
    rows = -(-len(values) // columns)
    top = heading(chart, wide)
    height = rows * (NAME + PANEL + FOOT)
    canvas = Canvas(wide - EDGE, height, Margins(EDGE, top.height, 0, 18), (0, wide - EDGE), (height, 0))
    top.draw(canvas)
    paint = Palette.of(theme).paints([""])[0]
    for s, row in enumerate(values):
        low, high = _scale(values if shared else [row])
        left, y = (s % columns) * (panel + GUTTER), (s // columns) * (NAME + PANEL + FOOT)
        box = Panel(left, y + NAME, panel - end_room, panel, low, high)
        _panel(canvas, chart, box, clean(chart.series[s].name), row, ends[s], paint)
    note = "各图纵轴刻度相同" if shared else "各图纵轴刻度各自独立，仅比较走势"
    canvas.text(note, 0, height, dx=-EDGE, dy=7, colour=MUTED, size=SMALL)
    return canvas


def _end(chart: Chart, row: list[Decimal | None]) -> tuple[int, str]:
    """The last place with a value (−1 for none) and its label."""
    last = max((i for i, value in enumerate(row) if value is not None), default=-1)
    return last, label(chart, row[last] if last >= 0 else None)


def _scale(rows: list[list[Decimal | None]]) -> tuple[float, float]:
    present = known(value for row in rows for value in row)
    low, high = min([Decimal(0), *present]), max([Decimal(0), *present])
    return (float(low), float(high)) if low < high else (0.0, 1.0)


def _panel(
    canvas: Canvas, chart: Chart, box: Panel, name: str, row: list[Decimal | None], end: tuple[int, str], paint: Paint
) -> None:
    """Name, base line, line, last value, and the first and last category below."""
    edges = box.left, box.left + box.width
    canvas.text(fit(name, SIZE, box.room), box.left, box.top, dx=-EDGE, dy=-15, bold=True)
    if end[0] >= 0:
        canvas.rule(edges, (box.place(0.0),) * 2, AXIS)
    step = box.width / max(len(row) - 1, 1)
    xs = [box.left + step * i for i in range(len(row))]
    ys = [None if value is None else box.place(float(value)) for value in row]
    trace(canvas, name, xs, ys, paint, every=False)
    last, text = end
    y = ys[last] if last >= 0 else None
    if y is None:
        canvas.text("无数据", sum(edges) / 2, box.top + PANEL / 2, align="center", colour=MUTED)
    else:
        canvas.text(text, xs[last], y, dx=6, colour=paint.text, bold=True)
    _times(canvas, chart, box)
    for i, value in enumerate(row):
        edges = (max(box.left - EDGE, xs[i] - step / 2), min(box.left + box.width + EDGE, xs[i] + step / 2))
        canvas.tip(
            edges, (box.top + PANEL, box.top), (f"{name} · {clean(chart.categories[i])}", tips.said(chart, value))
        )


def _times(canvas: Canvas, chart: Chart, box: Panel) -> None:
    """The first category at the left and the last at the right; the last alone where both don't fit."""
    first, last = clean(chart.categories[0]), clean(chart.categories[-1])
    y = box.top + PANEL
    room = box.width - width(last, SMALL) - 8
    if len(chart.categories) > 1 and width(first, SMALL) <= room:
        canvas.text(first, box.left, y, dx=-EDGE, dy=12, colour=MUTED, size=SMALL)
    canvas.text(fit(last, SMALL, box.width), box.left + box.width, y, dy=12, align="right", colour=MUTED, size=SMALL)
