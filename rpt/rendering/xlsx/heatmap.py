"""A heat map as cells: series are rows, categories columns, shaded by value so that dark text stays legible."""

from __future__ import annotations

from typing import Any

from rpt.rendering.xlsx.chartdata import number_format, shows_unit
from rpt.rendering.xlsx.layout import LEFT, LINE, NARROWEST, WIDEST, Canvas, text_width
from rpt.rendering.xlsx.styles import INK, MEDIUM, MUTED, TABLE_TITLE, THIN, direction_colours, mix
from rpt.values.document import Chart

_WHITE = "#FFFFFF"


def heatmap_widths(chart: Chart) -> list[float]:
    """Column widths in characters: the names of the rows, then a column per category."""
    names = max([NARROWEST, *(text_width(series.name) * 1.08 + 2.5 for series in chart.series)])
    return [min(names, WIDEST), *(max(NARROWEST, text_width(category) + 2.5) for category in chart.categories)]


def write_heatmap(canvas: Canvas, chart: Chart) -> None:
    """Write a heat map at the canvas's next row; its numbers are the cells themselves."""
    canvas.keep(22 + LINE * (len(chart.series) + 1))
    get = canvas.styles.get
    row = canvas.line(22)
    canvas.places.append((chart.number, chart.title, row))
    canvas.sheet.write_string(row, LEFT, f"{chart.number} {chart.title}", get(bold=True, font_size=TABLE_TITLE))
    if shows_unit(chart):
        unit = get(font_size=9, font_color=MUTED, align="right")
        canvas.sheet.write_string(row, LEFT + len(chart.categories), f"单位：{chart.unit}", unit)
    top = canvas.line()
    head: dict[str, Any] = {"bold": True, "top": MEDIUM, "bottom": THIN, "top_color": INK, "bottom_color": INK}
    canvas.sheet.write_blank(top, LEFT, None, get(**head))
    for index, category in enumerate(chart.categories):
        canvas.sheet.write_string(top, LEFT + 1 + index, category, get(align="right", **head))
    for number, series in enumerate(chart.series):
        edge = {"bottom": MEDIUM, "bottom_color": INK} if number == len(chart.series) - 1 else {}
        at = canvas.line()
        canvas.sheet.write_string(at, LEFT, series.name, get(**edge))
        shown: Any = get(num_format=number_format(chart), align="right", **edge)
        for index, value in enumerate(series.values):
            if value is None:
                canvas.sheet.write_string(at, LEFT + 1 + index, "—", shown)
            else:
                canvas.sheet.write_number(at, LEFT + 1 + index, float(value / chart.scale), shown)
    if chart.series and chart.categories:
        area = (top + 1, LEFT + 1, canvas.row - 1, LEFT + len(chart.categories))
        canvas.sheet.conditional_format(*area, _scale(canvas, chart))
    canvas.gap(12)


def _scale(canvas: Canvas, chart: Chart) -> dict[str, Any]:
    """White to a light accent; where values fall on both sides of zero, white is zero."""
    values = [value for series in chart.series for value in series.values if value is not None]
    if values and min(values) < 0 < max(values):
        up, down = direction_colours(canvas.styles.theme)
        return {
            "type": "3_color_scale",
            "min_color": mix(down, _WHITE, 0.5),
            "mid_type": "num",
            "mid_value": 0,
            "mid_color": _WHITE,
            "max_color": mix(up, _WHITE, 0.5),
        }
    return {"type": "2_color_scale", "min_color": "#FDFDFE", "max_color": mix(canvas.styles.accent, _WHITE, 0.45)}
