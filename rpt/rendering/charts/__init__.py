"""Charts: typed specs (``values.document.Chart``) drawn as inline SVG through Vega-Lite, one look for all.

``vega_lite`` gives the specification, ``draw`` the SVG. A kind is a function from chart and theme to a ``Canvas``,
listed in ``KINDS``. Charts print no title (the document does), name lines and bars directly rather than in a legend,
and carry their values wherever about fourteen marks or fewer leave room for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rpt.rendering.charts.bars import bar
from rpt.rendering.charts.bullet import bullet
from rpt.rendering.charts.canvas import WIDTH, Canvas
from rpt.rendering.charts.columns import column
from rpt.rendering.charts.heatmap import heatmap
from rpt.rendering.charts.lines import line
from rpt.rendering.charts.multiples import multiples
from rpt.rendering.charts.parts import nothing
from rpt.rendering.charts.stacked import stacked
from rpt.rendering.charts.svg import inline, render, render_all
from rpt.rendering.charts.text import clean
from rpt.rendering.charts.waterfall import waterfall
from rpt.values.document import Chart, ChartKind
from rpt.values.theme import Theme

__all__ = ["KINDS", "Rendered", "draw", "draw_all", "vega_lite"]

Rendered = Callable[[Sequence[Mapping[str, object]]], list[str]]  # specifications → their SVGs, in the same order

KINDS: Mapping[ChartKind, Callable[[Chart, Theme, float], Canvas]] = {
    "bar": bar,
    "column": column,
    "line": line,
    "stacked": stacked,
    "bullet": bullet,
    "heatmap": heatmap,
    "waterfall": waterfall,
    "multiples": multiples,
}


def vega_lite(chart: Chart, theme: Theme, wide: float = WIDTH) -> dict[str, object]:
    """The Vega-Lite specification of a chart ``wide`` px across, data included; without any value it says 暂无数据."""
    values = (value for series in chart.series for value in series.values[: len(chart.categories)])
    has_data = any(value is not None and value.is_finite() for value in values)
    return (KINDS[chart.kind](chart, theme, wide) if has_data else nothing(wide)).spec()


def draw(chart: Chart, theme: Theme, wide: float = WIDTH) -> str:
    """A chart as inline SVG (``<svg role="img">``), described by its alt text, or by its title where it has none.

    Raises ValueError where the theme's accent is no colour. The first chart of a process takes about a second to
    start V8, each further one some 30 ms.
    """
    return _inline(render(vega_lite(chart, theme, wide)), chart)


def draw_all(charts: Sequence[Chart], theme: Theme, rendered: Rendered = render_all) -> dict[str, str]:
    """All charts by id, drawn by ``rendered``. Raises ValueError where two charts share an id."""
    ids = [chart.id for chart in charts]
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"two charts with the id {id!r}")
    drawn = rendered([vega_lite(chart, theme) for chart in charts])
    return {chart.id: _inline(svg, chart) for chart, svg in zip(charts, drawn, strict=True)}


def _inline(svg: str, chart: Chart) -> str:
    return inline(svg, chart.id, clean(chart.alt or chart.title))
