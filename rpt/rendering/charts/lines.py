"""Line charts: months, days, years; each line named at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Align, Canvas, Margins
from rpt.rendering.charts.columns import MARKS, column
from rpt.rendering.charts.numbers import Axis, axis, known, label, series_values
from rpt.rendering.charts.palette import AXIS, INK, Paint, Palette
from rpt.rendering.charts.parts import Heading, apart, foot, foot_room, grid, grid_room, heading, named, named_room
from rpt.rendering.charts.text import Label, axis_labels, clean, fit, upright_labels, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

HEIGHT = 180.0
LINE = SIZE * 1.4  # px between names at the lines' ends
END = 7.0  # px between a line's end and its name
INSET = 10.0  # px between the scale and the first point
VALLEY = 24.0  # px below a low point for its label
FEW = 62  # points; more are a fine line


@dataclass(frozen=True)
class End:
    """A line's last point: its place, its value, and the name and value that stand beside it."""

    at: int
    value: float
    name: str
    text: str

    @property
    def room(self) -> float:
        """Px that name and value take."""
        return named_room(self.name, self.text)


def line(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """One line per series. A single short one carries its values; otherwise the scale does, and each end its own.

    A single category is no line: it becomes ``column``.
    """
    count = len(chart.categories)
    if count == 1:
        return column(chart, theme, wide)
    values = [series_values(chart, series) for series in chart.series]
    paints = Palette.of(theme).paints([series.name for series in chart.series])
    flat = [value for row in values for value in row]
    widest = max((width(label(chart, value), SIZE) for value in known(flat)), default=0.0)
    labelled = len(values) == 1 and count <= MARKS and widest + 4 <= wide / count
    scale = axis(flat)
    ends = _ends(chart, values)
    canvas, foots, top = _plot(chart, wide, labelled, scale, widest, ends)
    top.draw(canvas)
    if not labelled:
        grid(canvas, chart, scale)
    # The strongest line is painted last, over the others.
    for s in sorted(range(len(values)), key=lambda s: paints[s].strong):
        ys = [None if value is None else float(value) for value in values[s]]
        every = count <= MARKS and paints[s].strong
        trace(canvas, clean(chart.series[s].name), range(count), ys, paints[s], every=every)
    if labelled:
        canvas.rule(canvas.xs, (0, 0), AXIS)
        _point_labels(canvas, chart, values[0])
    else:
        _end_labels(canvas, values, ends, paints)
        _peak(canvas, chart, values, paints)
    foot(canvas, foots)
    tips.upright(canvas, chart)
    return canvas


def _plot(
    chart: Chart, wide: float, labelled: bool, scale: Axis, widest: float, ends: dict[int, End]
) -> tuple[Canvas, list[Label], Heading]:
    """The canvas with room for labels at points or at line ends, its category labels and its heading."""
    count = len(chart.categories)
    left = widest / 2 + 4 if labelled else grid_room(chart, scale) + (INSET if count <= FEW else 0)
    right = widest / 2 + 4 if labelled else END + max((end.room for end in ends.values()), default=0) + 2
    slot = (wide - left - right) / (count - 1)
    foots = axis_labels([clean(name) for name in chart.categories], slot, SIZE)
    if foots is None:
        foots = upright_labels([clean(name) for name in chart.categories], slot, SIZE)
    left = max(left, *(_overhang(f.lines) for f in foots if f.at == 0), 0)
    right = max(right, *(_overhang(f.lines) for f in foots if f.at == count - 1), 0)
    inset = INSET if count <= FEW and not labelled else 0.0
    height = max(HEIGHT, len(ends) * LINE + 10)
    top = heading(chart, wide)
    over = 18 if labelled or count > FEW else 8
    plot = wide - left - right + inset
    low, high = float(scale.low), float(scale.high)
    lowest = min(end for series in chart.series for end in map(float, known(series_values(chart, series))))
    if labelled and (lowest - low) / (high - low) * height < VALLEY:  # room for a label under a valley
        low -= (high - low) * VALLEY / height
    xs = -inset / (plot - inset) * (count - 1), count - 1.0
    return (
        Canvas(plot, height, Margins(left - inset, top.height + over, right, foot_room(foots)), xs, (low, high)),
        foots,
        top,
    )


def trace(
    canvas: Canvas, name: str, xs: Sequence[float], ys: Sequence[float | None], paint: Paint, *, every: bool
) -> None:
    """A line with its gaps left open; points at its end, where one stands alone, and where ``every`` one is wanted."""
    few = len(ys) <= FEW
    thick = paint.weight if few else 1.4 if paint.strong else 1.0
    last = max((i for i, y in enumerate(ys) if y is not None), default=-1)
    for run in _runs(ys):
        if len(run) > 1:
            canvas.line([(xs[i], y) for i, y in run], paint, name, thick)
        for i, y in run:
            if len(run) == 1 or i == last or every:
                canvas.dot(xs[i], y, paint.line, 6 if paint.strong else 5, {"series": name})


def _runs(ys: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Stretches of values without a gap, with their places."""
    run: list[tuple[int, float]] = []
    for i, y in enumerate(ys):
        if y is not None:
            run.append((i, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _ends(chart: Chart, values: list[list[Decimal | None]]) -> dict[int, End]:
    """The last point of every series that has one. A lone line needs no name."""
    ends = {}
    for s, row in enumerate(values):
        for at, value in [(i, value) for i, value in enumerate(row) if value is not None][-1:]:
            name = "" if len(values) == 1 else fit(clean(chart.series[s].name), SIZE, 110)
            ends[s] = End(at, float(value), name, label(chart, value))
    return ends


def _end_labels(
    canvas: Canvas, values: list[list[Decimal | None]], ends: dict[int, End], paints: tuple[Paint, ...]
) -> None:
    """Names and values beside the lines' last points, moved apart where they would touch.

    A line that ends early has others beside its end: its name goes where they are not.
    """
    full = {s: end for s, end in ends.items() if end.at == len(values[s]) - 1}
    wanted = [canvas.px_of_y(end.value) for end in full.values()]
    taken: list[tuple[float, float, float]] = []  # px from, to and middle of the names written
    for (s, end), py in zip(full.items(), apart(wanted, LINE, 0, canvas.height), strict=True):
        named(canvas, end.name, end.text, end.at, canvas.y_at(py), dx=END, paint=paints[s])
        taken.append((canvas.width + END, canvas.width + END + end.room, py))
    for s, end in ends.items():
        if s not in full:
            dx, dy = _free_spot(canvas, values, end, taken)
            px, py = canvas.px_of_x(end.at) + dx, canvas.px_of_y(end.value) + dy
            taken.append((px, px + end.room, py))
            named(canvas, end.name, end.text, end.at, end.value, dx=dx, dy=dy, paint=paints[s])


def _free_spot(
    canvas: Canvas, values: list[list[Decimal | None]], end: End, taken: list[tuple[float, float, float]]
) -> tuple[float, float]:
    """The shift in px from a line's end to the nearest spot where its name crosses no line and no other name.

    In a crowd it may cross a line, but no name.
    """
    x, y = canvas.px_of_x(end.at), canvas.px_of_y(end.value)
    steps = [LINE * k for k in range(1, int(canvas.height / LINE) + 1)]
    aside = -INSET, -end.room, END
    spots = [(END, 0.0), *((dx, side * far) for far in steps for side in (-1, 1) for dx in aside)]
    edge = canvas.width + canvas.margins.right
    apart_from_names = [
        (dx, dy)
        for dx, dy in spots
        if x + dx >= -0.5  # INSET left of the first point is the plot's edge, but for rounding
        and x + dx + end.room <= edge
        and 6 <= y + dy <= canvas.height - 6
        if all(b < x + dx or a > x + dx + end.room or abs(py - y - dy) >= LINE - 1 for a, b, py in taken)
    ]
    points = list(_samples(canvas, values))
    for dx, dy in apart_from_names:
        inside = (py for px, py in points if x + dx - 6 <= px <= x + dx + end.room + 6)
        if all(abs(py - y - dy) >= LINE * 0.7 for py in inside):
            return dx, dy
    return apart_from_names[0] if apart_from_names else (END, max(6 - y, -LINE))


def _samples(canvas: Canvas, values: list[list[Decimal | None]]) -> Iterator[tuple[float, float]]:
    """Points of all lines in px, a few between any two neighbours."""
    for row in values:
        for i, (a, b) in enumerate(pairwise(row)):
            if a is not None and b is not None:
                for k in range(9):
                    y = float(a) + (float(b) - float(a)) * k / 8
                    yield canvas.px_of_x(i + k / 8), canvas.px_of_y(y)


def _peak(canvas: Canvas, chart: Chart, values: list[list[Decimal | None]], paints: tuple[Paint, ...]) -> None:
    """The highest point of a long line, named with its day, where no other line is above it."""
    if len(chart.categories) <= FEW or not known(v for row in values for v in row):
        return
    top = max(known(v for row in values for v in row))
    lead = next((s for s, paint in enumerate(paints) if paint.strong and top in values[s]), None)
    if lead is None:
        return
    i = values[lead].index(top)
    text = f"{clean(chart.categories[i])}：{label(chart, top)}"
    half = width(text, SIZE) / 2
    px = min(max(canvas.px_of_x(i), half - canvas.margins.left), canvas.width + canvas.margins.right - half)
    canvas.dot(i, float(top), paints[lead].line, 6)
    canvas.text(text, canvas.x_at(px), float(top), dy=-11, align="center", colour=paints[lead].text, bold=True)


def _point_labels(canvas: Canvas, chart: Chart, values: list[Decimal | None]) -> None:
    """The value at every point: below it in a valley, else above it and beside a steep slope."""
    slot = canvas.width / (len(values) - 1)
    for i, value in enumerate(values):
        if value is None:
            continue
        text, y = label(chart, value), canvas.px_of_y(float(value))
        before, after = (
            y - canvas.px_of_y(float(other)) if other is not None else None
            for other in (values[i - 1] if i else None, values[i + 1] if i + 1 < len(values) else None)
        )
        valley = (before or after) is not None and all(rise is None or rise > 0 for rise in (before, after))
        # Px by which a line climbs over half the label's width: more than this and it would cross the label.
        half = width(text, SIZE) / 2
        right, left = ((rise or 0) * half / slot > 5.5 for rise in (after, before))
        align: Align = "center" if valley or right == left else "right" if right else "left"
        dx = {"center": 0.0, "right": 5.0, "left": -5.0}[align]
        last = i == len(values) - 1
        canvas.text(text, i, float(value), dx=dx, dy=12 if valley else -11, align=align, colour=INK, bold=last)


def _overhang(lines: tuple[str, ...]) -> float:
    return max(width(text, SIZE) for text in lines) / 2 + 1
