"""Native Excel charts over the cells of 图表数据: one accent colour, light grid, labels at the marks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.chartdata import BASE, Reference, number_format, shows_unit
from rpt.rendering.xlsx.layout import text_width
from rpt.rendering.xlsx.styles import (
    FONT,
    GREY,
    HAIRLINE,
    INK,
    MUTED,
    direction_colours,
    mix,
    palette,
)
from rpt.values.document import Chart
from rpt.values.theme import Theme

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as NativeChart
    from xlsxwriter.workbook import Workbook

MOST_LABELS = 14  # more marks than this are read off an axis
_MOST_CATEGORY_LABELS = 14
_HEIGHT = 236  # pixels; two rows of charts fit on a landscape page
_DASHES = ("solid", "solid", "dash", "solid", "round_dot", "dash", "round_dot")

_TYPES: dict[str, dict[str, str]] = {
    "bar": {"type": "bar"},
    "bullet": {"type": "bar"},
    "column": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "waterfall": {"type": "column", "subtype": "stacked"},
    "line": {"type": "line"},
    "multiples": {"type": "line"},
}


def native_chart(workbook: Workbook, chart: Chart, references: Sequence[Reference], theme: Theme) -> NativeChart:
    """The chart as an Excel chart object that refers to its numbers' cells; a heat map is cells, not a chart."""
    native = workbook.add_chart(dict(_TYPES[chart.kind]))
    horizontal = chart.kind in ("bar", "bullet")
    marks = len(chart.categories) * len(chart.series)
    labelled = marks <= MOST_LABELS and chart.kind != "stacked"
    if chart.kind == "waterfall":
        _add_steps(native, chart, references, theme)
    elif chart.kind in ("line", "multiples"):
        _add_lines(native, chart, references, theme)
    else:
        _add_bars(native, chart, references, theme, labelled)
    unit = f"（单位：{chart.unit}）" if shows_unit(chart) and chart.unit not in chart.title else ""
    native.set_title(
        {
            "name": f"{chart.number} {chart.title}{unit}".strip(),
            "overlay": False,
            "layout": {"x": 0.015, "y": 0.025},
            "name_font": {"name": FONT, "size": 10.5, "bold": True, "color": INK},
        }
    )
    _set_axes(native, chart, horizontal, labelled or chart.kind == "waterfall")
    _set_legend(native, chart)
    native.set_chartarea({"border": {"color": HAIRLINE, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    native.set_plotarea({"fill": {"none": True}, "border": {"none": True}})
    native.show_blanks_as("gap")
    return native


def series_colours(chart: Chart, theme: Theme) -> list[str]:
    """A colour per series: this year and the actual in the accent, last year and the target in grey.

    Series that share a panel on the page share a colour here.
    """
    names = [series.title for series in chart.series]
    if chart.kind == "bullet":
        return [theme.accent, GREY, *palette(theme.accent)[2:]][: len(names)]
    years = [re.search(r"20\d\d", name) for name in names]
    if len(names) == 2 and all(years) and chart.kind != "stacked":
        newest = max(range(2), key=lambda index: years[index][0])  # type: ignore[index]
        return [theme.accent if index == newest else GREY for index in range(2)]
    if len(names) == 2 and re.search("上年|去年|同期|上期", names[0]):
        return [GREY, theme.accent]
    colours = palette(theme.accent)
    groups = list(dict.fromkeys(series.panel or series.title for series in chart.series))
    return [colours[groups.index(series.panel or series.title) % len(colours)] for series in chart.series]


def chart_height(chart: Chart) -> int:
    """Pixels a chart needs: bars by their number, the rest alike so that two stand side by side."""
    if chart.kind in ("bar", "bullet"):
        per_category = 18 + 12 * (len(chart.series) - 1)
        return min(max(_HEIGHT, 80 + per_category * len(chart.categories)), 620)
    return _HEIGHT + (110 if _names_width(chart) > 150 else 0)  # names too long to stand level are slanted


def is_wide(chart: Chart) -> bool:
    """Whether a chart needs the full width of the sheet: many categories, or long names under its columns."""
    if chart.kind in ("bar", "bullet"):
        return False
    return len(chart.categories) > 16 or (len(chart.categories) > 12 and _names_width(chart) > 60)


def _names_width(chart: Chart) -> int:
    """The characters that a chart's category names take side by side; a long series shows one name in several."""
    shown = (
        chart.categories[:: math.ceil(len(chart.categories) / 12)] if len(chart.categories) > 30 else chart.categories
    )
    return sum(text_width(name) + 1 for name in shown)


def _font(size: float = 9, colour: str = MUTED, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": colour, "bold": bold}


def _labels(chart: Chart, **more: Any) -> dict[str, Any]:
    """Value labels in the chart's format."""
    return {"value": True, "num_format": number_format(chart), "font": _font(9, INK), **more}


def _add_bars(native: NativeChart, chart: Chart, references: Sequence[Reference], theme: Theme, labelled: bool) -> None:
    """Bars and columns, grouped or stacked."""
    stacked = chart.kind == "stacked"
    if len(chart.categories) < 3:
        gap = 200  # one or two columns need not fill the chart
    else:
        gap = 45 if stacked or len(references) == 1 else 40 if chart.kind in ("bar", "bullet") else 70
    for reference, colour in zip(references, series_colours(chart, theme), strict=True):
        options = reference.options() | {
            "fill": {"color": colour},
            "border": {"color": "#FFFFFF", "width": 0.75} if stacked else {"none": True},
            "gap": gap,
            "overlap": 100 if stacked else -6,
        }
        if labelled:
            size = 9 if len(references) == 1 or len(chart.categories) < 6 else 8
            options["data_labels"] = _labels(chart, position="outside_end") | {"font": _font(size, INK)}
        elif stacked and len(chart.categories) * len(references) <= 2 * MOST_LABELS:
            dark = _lightness(colour) < 0.6
            options["data_labels"] = _labels(chart, position="center") | {
                "font": _font(8.5, "#FFFFFF" if dark else INK)
            }
        native.add_series(options)


def _add_lines(native: NativeChart, chart: Chart, references: Sequence[Reference], theme: Theme) -> None:
    """Lines, each told apart by lightness and dash; a short single line carries all its values, others their last."""
    for index, (reference, colour) in enumerate(zip(references, series_colours(chart, theme), strict=True)):
        options = reference.options() | {
            "line": {"color": colour, **_stroke(chart, index)},
            "marker": {
                "type": "circle" if len(chart.categories) <= MOST_LABELS else "none",
                "size": 5,
                "fill": {"color": colour},
                "border": {"color": "#FFFFFF"},
            },
            "smooth": False,
        }
        if len(references) == 1 and len(chart.categories) <= MOST_LABELS:
            options["data_labels"] = _labels(chart, position="above")
        elif len(references) <= 2:  # more would lie on one another
            above = _last_value(reference) >= max(_last_value(other) for other in references)
            options["data_labels"] = _last_label(chart, reference, colour, "above" if above else "below")
        native.add_series(options)


def _stroke(chart: Chart, index: int) -> dict[str, Any]:
    """A line's width and dash; within a panel all but the last stand behind it, dashed and thin."""
    panel = chart.series[index].panel
    if not panel:
        return {"width": 2.25, "dash_type": _DASHES[index % len(_DASHES)]}
    behind = any(later.panel == panel for later in chart.series[index + 1 :])
    return {"width": 1.25, "dash_type": "dash"} if behind else {"width": 2.25, "dash_type": "solid"}


def _last_value(reference: Reference) -> Decimal:
    """The last known value of a series; 0 where it has none."""
    return next((value for value in reversed(reference.values) if value is not None), Decimal(0))


def _last_label(chart: Chart, reference: Reference, colour: str, position: str) -> dict[str, Any]:
    """A label on the last point that has a value, and on no other."""
    known = [index for index, value in enumerate(reference.values) if value is not None]
    last = known[-1] if known else -1
    custom = [{} if index == last else {"delete": True} for index in range(len(reference.values))]
    text = mix(colour, "#000000", 0.25)
    return _labels(chart, position=position, custom=custom) | {"font": _font(9, text, True)}


def _add_steps(native: NativeChart, chart: Chart, references: Sequence[Reference], theme: Theme) -> None:
    """A waterfall: an unseen base under totals, rises and falls. Labels carry + and −, so colour is not needed."""
    up, down = direction_colours(theme)
    up, down = mix(up, "#FFFFFF", 0.4), mix(down, "#FFFFFF", 0.4)  # dark labels stay legible on thin bars
    colours = {"合计": theme.accent, "增加": up, "升破零": up, "减少": down, "跌破零": down}
    pattern = number_format(chart)
    shown = {"合计": pattern, "增加": f"+{pattern}", "减少": f"−{pattern}"}
    crossing = any(reference.name in ("升破零", "跌破零") for reference in references)
    for reference in references:
        options = reference.options() | {"gap": 40, "overlap": 100, "border": {"none": True}}
        if reference.name == BASE:
            options["fill"] = {"none": True}
        else:
            options["fill"] = {"color": colours[reference.name]}
            if reference.name in shown and not crossing:
                # A bar is as high as its change; what it shows is the change with its sign.
                sign = shown[reference.name]
                options["data_labels"] = _labels(chart, position="center") | {
                    "num_format": f"{sign};{sign};",
                    "font": _font(9, "#FFFFFF" if reference.name == "合计" else INK, True),
                }
        native.add_series(options)


def _set_axes(native: NativeChart, chart: Chart, horizontal: bool, labelled: bool) -> None:
    """Category names on a light line; values on an axis with a light grid only where no label says them."""
    count = len(chart.categories)
    categories: dict[str, Any] = {
        "num_font": _font(9, INK),
        "line": {"color": GREY, "width": 0.75},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "label_position": "low",
        "major_gridlines": {"visible": False},
        "text_axis": True,  # months and years are names here, never a scale Excel may thin out
    }
    if horizontal:
        categories |= {"reverse": True, "crossing": "max"}  # the first category on top, values still below
    elif count > _MOST_CATEGORY_LABELS:
        categories["interval_unit"] = math.ceil(count / 12)
    values: dict[str, Any] = {
        "num_format": number_format(chart) if chart.percent or _small(chart) else "#,##0",
        "num_font": _font(),
        "line": {"none": True},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "major_gridlines": {"visible": not labelled, "line": {"color": "#E6E9ED", "width": 0.75}},
    }
    if chart.percent:
        values["num_format"] = "0%" if not _small(chart) else number_format(chart)
    if labelled and chart.kind not in ("line", "multiples"):
        values["visible"] = False
    # In a bar chart xlsxwriter's y axis is the one with the categories.
    native.set_x_axis(values if horizontal else categories)
    native.set_y_axis(categories if horizontal else values)


def _small(chart: Chart) -> bool:
    """Whether the chart's largest value is so small that an axis needs its decimals."""
    sizes = [abs(v / chart.scale) for series in chart.series for v in series.values if v is not None]
    return max(sizes, default=Decimal(0)) < (Decimal("0.05") if chart.percent else Decimal(5))


def _set_legend(native: NativeChart, chart: Chart) -> None:
    """A legend only where several series need telling apart."""
    if len(chart.series) < 2 or chart.kind == "waterfall":
        native.set_legend({"none": True})
    else:
        native.set_legend({"position": "bottom", "font": _font(9, INK)})


def _lightness(colour: str) -> float:
    """Perceived lightness of a colour, 0 to 1 (Rec. 601 luma)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
