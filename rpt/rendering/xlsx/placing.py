"""Native charts on a sheet: two side by side where there is room, heat maps as cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rpt.rendering.xlsx.chartdata import Reference, is_drawn
from rpt.rendering.xlsx.charts import chart_height, is_wide, native_chart
from rpt.rendering.xlsx.heatmap import write_heatmap
from rpt.rendering.xlsx.layout import LEFT, Canvas
from rpt.values.document import Chart

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_PIXELS_TO_POINTS = 0.75
_CHART_ROW = 15.0
_GAP = 16  # pixels between two charts
_EDGE = 4  # pixels between a chart and the cells around it


def write_charts(
    workbook: Workbook, canvas: Canvas, charts: Sequence[Chart], references: Mapping[str, Sequence[Reference]]
) -> None:
    """Heat maps (which are cells), then native charts two by two."""
    for chart in charts:
        if chart.kind == "heatmap":
            write_heatmap(canvas, chart)
    drawn = [chart for chart in charts if is_drawn(chart)]
    for pair in _pairs(drawn, canvas.width_pixels):
        _place(workbook, canvas, pair, references)


def _pairs(charts: Sequence[Chart], width: int) -> list[tuple[Chart, ...]]:
    """Charts that share a row: two where there is room for both, a wide one alone."""
    rows: list[tuple[Chart, ...]] = []
    for chart in charts:
        fits = rows and len(rows[-1]) == 1 and not is_wide(chart) and not is_wide(rows[-1][0]) and width >= 640
        if fits:
            rows[-1] = (*rows[-1], chart)
        else:
            rows.append((chart,))
    return rows


def _place(
    workbook: Workbook, canvas: Canvas, charts: Sequence[Chart], references: Mapping[str, Sequence[Reference]]
) -> None:
    """Insert the charts of one row side by side over as many rows as they need."""
    height = max(chart_height(chart) for chart in charts)
    rows = math.ceil((height + 2 * _EDGE) * _PIXELS_TO_POINTS / _CHART_ROW)
    canvas.keep(rows * _CHART_ROW)
    top = canvas.row
    width = (canvas.width_pixels - _EDGE - _GAP * (len(charts) - 1)) // len(charts)
    for index, chart in enumerate(charts):
        canvas.places.append((chart.number, chart.title, top))
        native = native_chart(workbook, chart, references[chart.id], canvas.styles.theme)
        native.set_size({"width": width, "height": height})
        # Sized with its cells (1): where a font makes columns wider or narrower, the chart stays in the print area.
        where = {"x_offset": index * (width + _GAP), "y_offset": _EDGE, "object_position": 1, "description": chart.alt}
        canvas.sheet.insert_chart(top, LEFT, native, where)
    for _ in range(rows):
        canvas.line(_CHART_ROW)
