"""Heatmap: a table whose cells are shaded by their values."""

from __future__ import annotations

from decimal import Decimal

from rpt.rendering.charts import tips
from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.numbers import known, label, series_values
from rpt.rendering.charts.palette import GRID, INK, MUTED, WHITE, Paint, Palette, ink_on, mix
from rpt.rendering.charts.parts import ROW, SWATCH, heading
from rpt.rendering.charts.text import axis_labels, balanced, clean, upright_labels, width
from rpt.values.document import Chart
from rpt.values.theme import Theme

CELL = 25.0  # px of a row
WIDEST = 104.0  # px of a cell
NAME_ROOM = 0.24  # of the chart at most for series names
KEY_STEPS = 5


def heatmap(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """Series are rows, categories columns. Cells too narrow for their values leave the reading to a key of shades."""
    rows = [series_values(chart, series) for series in chart.series]
    palette, count = Palette.of(theme), len(chart.categories)
    names = [balanced(clean(series.name), SIZE, NAME_ROOM * wide, 2) for series in chart.series]
    left = max(width(line, SIZE) for lines in names for line in lines) + 10
    slot = min(WIDEST, (wide - left) / count)
    texts, size, unit = _cell_texts(chart, rows, slot - 2.5)
    top = heading(chart, wide, unit=unit)
    categories = [clean(name) for name in chart.categories]
    heads = axis_labels(categories, slot, SIZE) or upright_labels(categories, slot, SIZE)
    head = max(len(item.lines) for item in heads) * SIZE * 1.2
    over = max(top.height, 0 if texts else ROW + 6)
    plot = slot * count
    margins = Margins(left, over + head + 6, wide - left - plot, 3)
    canvas = Canvas(plot, CELL * len(rows), margins, (-0.5, count - 0.5), (len(rows) - 0.5, -0.5))
    top.draw(canvas)
    for item in heads:  # heads stand on the cells: a shorter one starts lower
        dy = -8 - (len(item.lines) - 1) * SIZE * 1.2
        canvas.lines(item.lines, item.at, canvas.y_at(0), dy=dy)
    shades = _shades(rows)
    for r, lines in enumerate(names):
        canvas.lines(lines, -0.5, r, dx=-10, dy=-(len(lines) - 1) * SIZE * 0.6, align="right")
        for c, value in enumerate(rows[r]):
            fill = WHITE if value is None else _shade(palette, value, shades)
            datum: dict[str, object] = {"category": categories[c], "series": clean(chart.series[r].name)}
            datum["value"] = None if value is None else float(value)
            edge = WHITE if slot > 8 and value is not None else GRID if slot > 8 else None
            canvas.rect((c - 0.5, c + 0.5), (r - 0.5, r + 0.5), Paint(fill, fill, INK, outline=edge), datum)
            if texts:
                colour = MUTED if value is None else ink_on(fill)
                canvas.text(texts[r][c], c, r, align="center", size=size, colour=colour)
            canvas.tip(
                (c - 0.5, c + 0.5),
                (r - 0.5, r + 0.5),
                (f"{clean(chart.series[r].name)} · {categories[c]}", tips.said(chart, value)),
            )
    if not texts:
        _key(canvas, chart, palette, rows)
    return canvas


def _cell_texts(
    chart: Chart, rows: list[list[Decimal | None]], room: float
) -> tuple[list[list[str]], float, str | None]:
    """The cells' labels, their size in px and the unit to print above: the % moves there where it costs the room."""
    texts = [[label(chart, value) for value in row] for row in rows]
    for size in (SIZE, SIZE - 1):
        if all(width(text, size) <= room for row in texts for text in row):
            return texts, size, None
    if chart.percent:
        bare = [[text.removesuffix("%") for text in row] for row in texts]
        if all(width(text, SIZE - 1) <= room for row in bare for text in row):
            return bare, SIZE - 1, "%"
    return [], SIZE, None


def _shades(rows: list[list[Decimal | None]]) -> tuple[Decimal, Decimal]:
    """The values at the ends of the scale of shades."""
    present = known(value for row in rows for value in row)
    return min(present, default=Decimal(0)), max(present, default=Decimal(0))


def _shade(palette: Palette, value: Decimal, ends: tuple[Decimal, Decimal]) -> str:
    """Pale to dark accent from least to most; where values fall below zero, they take the colour of falls from zero."""
    low, high = ends
    if low < 0:
        reach = max(-low, high)
        share = float(abs(value) / reach)
        return mix(WHITE, palette.fall if value < 0 else palette.accent, 0.04 + 0.9 * share)
    share = float((value - low) / (high - low)) if high > low else 0.5
    return mix(mix(WHITE, palette.accent, 0.06), palette.accent, share)


def _key(canvas: Canvas, chart: Chart, palette: Palette, rows: list[list[Decimal | None]]) -> None:
    """Shades from the least to the most at the top right."""
    low, high = _shades(rows)
    py = ROW / 2 - canvas.margins.top
    right = canvas.width + canvas.margins.right
    most = label(chart, high)
    canvas.text(most, canvas.x_at(right), canvas.y_at(py), align="right", colour=MUTED)
    px = right - width(most, SIZE) - 6 - KEY_STEPS * 2 * SWATCH
    canvas.text(label(chart, low), canvas.x_at(px), canvas.y_at(py), dx=-6, align="right", colour=MUTED)
    for step in range(KEY_STEPS):
        fill = _shade(palette, low + (high - low) * step / (KEY_STEPS - 1), (low, high))
        xs = canvas.x_at(px + step * 2 * SWATCH), canvas.x_at(px + (step + 1) * 2 * SWATCH)
        canvas.rect(xs, (canvas.y_at(py - SWATCH / 2), canvas.y_at(py + SWATCH / 2)), Paint(fill, fill, INK))
