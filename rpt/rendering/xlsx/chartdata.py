"""The numbers native charts refer to: neat blocks on the sheet 图表数据, scaled as the charts show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.contents import CONTENTS
from rpt.rendering.xlsx.layout import LEFT, LINE, Canvas, text_width
from rpt.rendering.xlsx.styles import HAIRLINE, INK, MEDIUM, MUTED, THIN, Styles
from rpt.values.document import Chart, Series

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

DATA_SHEET = "图表数据"
BASE = "底座"
_ROW = 16.5  # points


@dataclass(frozen=True)
class Reference:
    """Where one series of a chart stands: its name's cell, its categories and its values (first row to last).

    ``values`` are in base units; ``cells`` are the numbers of the cells.
    """

    name: str
    values: tuple[Decimal | None, ...]
    cells: tuple[float | None, ...]
    first_row: int
    last_row: int
    column: int
    category_column: int

    def _range(self, column: int, first: int, last: int) -> list[str | int]:
        return [DATA_SHEET, first, column, last, column]

    def options(self) -> dict[str, Any]:
        """The series' references as xlsxwriter's add_series takes them."""
        return {
            "name": [DATA_SHEET, self.first_row - 1, self.column],
            "categories": self._range(self.category_column, self.first_row, self.last_row),
            "values": self._range(self.column, self.first_row, self.last_row),
            "values_data": list(self.cells),  # xlsxwriter's own cache has 0 for a blank cell
        }


def is_drawn(chart: Chart) -> bool:
    """Whether a chart becomes an Excel chart: it has numbers, and is not a heat map, which is cells."""
    return chart.kind != "heatmap" and bool(chart.categories and chart.series)


def number_format(chart: Chart) -> str:
    """The format of a chart's labels: percent of fractions, else grouped digits."""
    whole = "0" if chart.percent else "#,##0"
    ratio = f'"{chart.unit}"' if chart.unit.startswith("∶") else ""
    return (f"{whole}.{'0' * chart.digits}" if chart.digits else whole) + ("%" if chart.percent else ratio)


def shows_unit(chart: Chart) -> bool:
    """Whether a chart's title names its unit: percent signs stand at the labels, and a ratio (∶1) has none to name."""
    return bool(chart.unit) and not chart.percent and not chart.unit.startswith(("∶", ":"))


def plotted(chart: Chart) -> tuple[Series, ...]:
    """The series a native chart draws: the chart's own, or a waterfall's base and steps."""
    return waterfall(chart) if chart.kind == "waterfall" else chart.series


def waterfall(chart: Chart) -> tuple[Series, ...]:
    """A waterfall as stacked columns: an unseen base, the totals, what rises and what falls.

    The first and last step are totals, those between are changes. A bar that crosses zero is drawn in two parts,
    above and below it (series 升破零 and 跌破零), since stacked columns pile up on each side of zero.
    """
    steps = chart.series[0].values if chart.series else ()
    parts: dict[str, list[Decimal | None]] = {
        name: [None] * len(steps) for name in (BASE, "合计", "增加", "减少", "升破零", "跌破零")
    }
    level = Decimal(0)
    for index, step in enumerate(steps):
        if step is None:
            continue
        total = index in (0, len(steps) - 1)
        start, end = (Decimal(0), step) if total else (level, level + step)
        level = end
        kind = "合计" if total else ("增加" if step >= 0 else "减少")
        low, high = min(start, end), max(start, end)
        if low < 0 < high:
            parts[kind][index] = high
            parts["升破零" if step >= 0 else "跌破零"][index] = low
        else:
            near, far = (low, high) if low >= 0 else (high, low)
            parts[BASE][index] = near or None
            parts[kind][index] = far - near
    return tuple(
        Series(name, tuple(values))
        for name, values in parts.items()
        if name in (BASE, "合计", "增加", "减少") or any(value is not None for value in values)
    )


def write_chart_data(
    sheet: Worksheet, styles: Styles, charts: Sequence[Chart], heading: str
) -> dict[str, list[Reference]]:
    """Write a block per chart, one below the other, and give each chart's series their places (by chart id)."""
    drawn = [(chart, plotted(chart)) for chart in charts]
    names = max([14, *(text_width(category) + 3 for chart in charts for category in chart.categories)])
    values = max([12, *(text_width(one.title) + 4 for _, series in drawn for one in series)])
    most = max((len(series) for _, series in drawn), default=1)
    canvas = Canvas(sheet, styles, [min(names, 40), *([min(values, 24)] * most)], heading)
    canvas.head(DATA_SHEET, heading, CONTENTS)
    references = {chart.id: _write_block(canvas, chart, series) for chart, series in drawn}
    canvas.silence(f"B1:B{canvas.row}")  # years as categories
    canvas.finish()
    return references


def _write_block(canvas: Canvas, chart: Chart, series: Sequence[Series]) -> list[Reference]:
    """Write one chart's numbers: title, header, a row per category, a column per series."""
    get, sheet = canvas.styles.get, canvas.sheet
    canvas.keep(22 + LINE + _ROW * len(chart.categories))
    unit = f"（单位：{chart.unit}）" if shows_unit(chart) else ""
    canvas.caption(f"{chart.number} {chart.title}{unit}".strip())
    head: dict[str, Any] = {"bold": True, "top": MEDIUM, "bottom": THIN, "top_color": INK, "bottom_color": INK}
    top = canvas.line()
    sheet.write_string(top, LEFT, "类别", get(**head))
    for index, one in enumerate(series):
        muted = {"font_color": MUTED} if one.name == BASE else {}
        sheet.write_string(top, LEFT + 1 + index, one.title, get(align="right", **(head | muted)))
    last = top + len(chart.categories)
    cells = [tuple(None if v is None else float(v / chart.scale) for v in _aligned(chart, one)) for one in series]
    for offset, category in enumerate(chart.categories):
        row = canvas.line(_ROW)
        end = row == last
        edge: dict[str, Any] = {"bottom": MEDIUM if end else THIN, "bottom_color": INK if end else HAIRLINE}
        sheet.write_string(row, LEFT, category, get(**edge))
        style: Any = get(num_format=number_format(chart), align="right", **edge)
        for index, numbers in enumerate(cells):
            number = numbers[offset]
            if number is None:
                sheet.write_blank(row, LEFT + 1 + index, None, style)
            else:
                sheet.write_number(row, LEFT + 1 + index, number, style)
    canvas.gap(12)
    return [
        Reference(one.title, _aligned(chart, one), numbers, top + 1, last, LEFT + 1 + index, LEFT)
        for index, (one, numbers) in enumerate(zip(series, cells, strict=True))
    ]


def _aligned(chart: Chart, series: Series) -> tuple[Decimal | None, ...]:
    """A series' values, as many as there are categories."""
    count = len(chart.categories)
    return (*series.values[:count], *[None] * (count - len(series.values)))
