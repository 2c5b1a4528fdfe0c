"""Bullet chart: what was reached against what was promised, with the figures in columns beside it."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate

from rpt.rendering.charts import tips
from rpt.rendering.charts.bars import bar, row_names
from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.numbers import NOTHING, label, series_values, share_label, span
from rpt.rendering.charts.palette import AXIS, GRID, INK, MUTED, Palette
from rpt.rendering.charts.parts import ROW, heading
from rpt.rendering.charts.text import clean, fit, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

PITCH, THICK, TICK = 30.0, 12.0, 20.0
COLUMN_GAP = 18.0
ATTAINMENT = "完成率"


def bullet(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """Series are actual and target; a third one, where given, holds the attainment as fractions.

    Without it attainment is actual ÷ target, which is right where up is better: who charts measures of which less is
    better passes target ÷ actual as the third series.
    """
    if len(chart.series) < 2:
        return bar(chart, theme, wide)
    palette = Palette.of(theme)
    actual, target = (series_values(chart, series) for series in chart.series[:2])
    rates = _rates(chart, actual, target)
    columns = _columns(chart, actual, target, rates)
    rooms = [max(width(text, SIZE) for text in column) + COLUMN_GAP for column in columns]
    names = row_names(chart.categories, PITCH, wide)
    left = max(width(line, SIZE) for lines in names for line in lines) + 10
    low, high = span([*actual, *target])
    top = heading(chart, wide)
    head = max(top.height, ROW + 6)
    margins = Margins(left, head, sum(rooms) + 2, 2)
    count = len(chart.categories)
    plot = wide - left - margins.right
    canvas = Canvas(plot, PITCH * count, margins, (low, high), (count - 0.5, -0.5))
    top.draw(canvas)
    _figures(canvas, palette, columns, rooms, rates)
    for i, lines in enumerate(names):
        canvas.lines(lines, low, i, dx=-10, dy=-(len(lines) - 1) * SIZE * 0.6, align="right")
        _row(canvas, chart, palette, i, actual[i], target[i])
        pairs = zip(chart.series, (actual[i], target[i]), strict=False)
        figures = [f"{clean(series.name)}：{tips.said(chart, value)}" for series, value in pairs]
        tips.row(canvas, i, [clean(chart.categories[i]), *figures, f"{ATTAINMENT}：{columns[2][i + 1]}"])
    canvas.rule((0, 0), canvas.ys, AXIS, above=True)
    return canvas


def _rates(chart: Chart, actual: list[Decimal | None], target: list[Decimal | None]) -> list[Decimal | None]:
    """Attainment in percent × 1/100 per category: the third series, or actual ÷ target where that means something."""
    if len(chart.series) > 2:
        given = list(chart.series[2].values[: len(actual)])
        return given + [None] * (len(actual) - len(given))
    return [
        a / t if a is not None and t is not None and a >= 0 and t > 0 else None
        for a, t in zip(actual, target, strict=True)
    ]


def _columns(
    chart: Chart, actual: list[Decimal | None], target: list[Decimal | None], rates: list[Decimal | None]
) -> list[list[str]]:
    """The texts of the three columns, heads first."""
    heads = [fit(clean(series.name), SIZE, 90) for series in chart.series[:2]]
    return [
        [heads[0], *(label(chart, value) for value in actual)],
        [heads[1], *(label(chart, value) for value in target)],
        [ATTAINMENT, *(NOTHING if rate is None else share_label(rate, Decimal(1)) for rate in rates)],
    ]


def _row(
    canvas: Canvas, chart: Chart, palette: Palette, i: int, actual: Decimal | None, target: Decimal | None
) -> None:
    """The bar of one category and the dark tick of its target."""
    half, tick = THICK / PITCH / 2, TICK / PITCH / 2
    canvas.rule(canvas.xs, (i + 0.5, i + 0.5), GRID)
    paint = palette.paints([""])[0]
    if actual is not None:
        datum: dict[str, object] = {"category": clean(chart.categories[i]), "value": float(actual)}
        canvas.rect((0, float(actual)), (i - half, i + half), paint, datum)
    if target is not None:
        x = float(target)
        # White edges keep the tick apart from a bar that runs past it.
        canvas.rule((x, x), (i - tick, i + tick), "#FFFFFF", 5, above=True)
        canvas.rule((x, x), (i - tick, i + tick), INK, 2.5, above=True)


def _figures(
    canvas: Canvas, palette: Palette, columns: list[list[str]], rooms: list[float], rates: list[Decimal | None]
) -> None:
    """Actual, target and attainment, right-aligned; a miss in the theme's colour for it and in bold.

    They are drawn as they are read: a PDF's reader takes neighbours of one line from left to right, in whatever order
    they were drawn, and the figures of a chart of one row are such neighbours. A bold rate would be drawn beside the
    bold actual, before the target: it comes after all else.
    """
    edges = list(accumulate(rooms))
    for column, (texts, edge) in enumerate(zip(columns, edges, strict=True)):
        for i, text in enumerate(texts[1:]):
            rate = rates[i]
            missed = column == 2 and rate is not None and rate < 1
            colour = palette.bad if missed else MUTED if column == 1 else INK
            bold = missed or column == 0
            canvas.text(text, canvas.xs[1], i, dx=edge, align="right", colour=colour, bold=bold, last=missed)
    for texts, edge in zip(columns, edges, strict=True):
        canvas.text(texts[0], canvas.xs[1], canvas.y_at(-ROW / 2 - 6), dx=edge, align="right", colour=MUTED)
