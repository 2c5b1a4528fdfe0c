"""Small multiples: small line charts of the same make, one per series or, where series name a panel, one per panel."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.rendering.charts.canvas import SIZE, Canvas, Margins
from rpt.rendering.charts.lines import line
from rpt.rendering.charts.numbers import known
from rpt.rendering.charts.palette import MUTED, Paint
from rpt.rendering.charts.panels import EDGE, SMALL, Box, Panel, Shape, draw_panel, panels_of
from rpt.rendering.charts.parts import heading
from rpt.rendering.charts.text import width
from rpt.values.document import Chart
from rpt.values.theme import Theme

GUTTER = 26.0  # px between panels
ROOMY = 480.0  # px; narrower charts have two panels to the row
ALIKE = 5  # panels whose largest values differ by more than this factor get a scale each
LOW = Shape(plot=62.0, above=24.0, name=15.0)  # a line alone
TALL = Shape(plot=85.0, above=41.0, name=28.0)  # lines one behind the other, the peak named above them


def multiples(chart: Chart, theme: Theme, wide: float) -> Canvas:
    """Panels in rows, with one scale where they are alike and one each (which the chart then says) otherwise.

    Panels of a line each are many to the row; panels of several lines are two, with a key of the lines above.
    """
    named = any(series.panel for series in chart.series)
    if len(chart.series) == 1 and not named:
        return line(chart, theme, wide)
    panels = panels_of(chart, theme)
    shape = TALL if named else LOW
    columns = _columns(len(panels), wide, named)
    peaks = [max(map(abs, known(panel.values)), default=Decimal(0)) for panel in panels]
    alike = max(peaks) <= ALIKE * min((peak for peak in peaks if peak), default=Decimal(1))
    end_room = max((width(panel.end, SIZE) + 8 for panel in panels if panel.end), default=EDGE)
    room = (wide - EDGE - GUTTER * (columns - 1)) / columns
    top = heading(chart, wide, _key(panels) if named else (), strokes=True)
    height = -(-len(panels) // columns) * shape.height
    canvas = Canvas(wide - EDGE, height, Margins(EDGE, top.height, 0, 18), (0, wide - EDGE), (height, 0))
    top.draw(canvas)
    for p, panel in enumerate(panels):
        low, high = _scale([v for one in panels for v in one.values] if alike else panel.values)
        left, y = (p % columns) * (room + GUTTER), (p // columns) * shape.height
        box = Box(shape, left, y + shape.above, room - end_room, room, low, high)
        draw_panel(canvas, chart, box, panel)
    canvas.text(_note(panels, alike), 0, height, dx=-EDGE, dy=7, colour=MUTED, size=SMALL)
    return canvas


def _columns(count: int, wide: float, named: bool) -> int:
    """Panels to the row."""
    if named or wide < ROOMY:
        return min(count, 2)
    return {2: 2, 3: 3, 4: 4, 5: 3, 6: 3, 9: 3}.get(count, 4)


def _key(panels: Sequence[Panel]) -> list[tuple[str, Paint]]:
    """The lines that several panels share, once each, the strongest first."""
    strands = [strand for panel in panels for strand in panel.strands if panel.named]
    looks = {strand.series.name: strand.paint for strand in strands}
    return sorted(looks.items(), key=lambda look: not look[1].strong)


def _note(panels: Sequence[Panel], alike: bool) -> str:
    """What may be compared between panels."""
    note = "各图纵轴刻度相同" if alike else "各图纵轴刻度各自独立，仅比较走势"
    return f"{note}；横轴长短不一" if len({len(panel.categories) for panel in panels}) > 1 else note


def _scale(values: Sequence[Decimal | None]) -> tuple[float, float]:
    present = known(values)
    low, high = min([Decimal(0), *present]), max([Decimal(0), *present])
    return (float(low), float(high)) if low < high else (0.0, 1.0)
