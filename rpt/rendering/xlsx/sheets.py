"""The report's sheets: 总览, which stands alone, and one per chapter with its tables and charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.anchors import anchor
from rpt.rendering.xlsx.chartdata import Reference, is_drawn
from rpt.rendering.xlsx.charts import chart_height, is_wide, native_chart
from rpt.rendering.xlsx.heatmap import heatmap_widths, write_heatmap
from rpt.rendering.xlsx.layout import LEFT, Canvas, lines_needed
from rpt.rendering.xlsx.styles import HAIRLINE, LINK, MUTED, PAGE_TITLE, Styles
from rpt.rendering.xlsx.tables import column_widths, write_table
from rpt.values.document import Chart, Document, Table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SUMMARY = "summary"
OVERVIEW = "总览"
_PIXELS_TO_POINTS = 0.75
_CHART_ROW = 15.0
_GAP = 16  # pixels between two charts
_EDGE = 4  # pixels between a chart and the cells around it


@dataclass(frozen=True)
class Section:
    """A chapter as a sheet holds it: its title and the tables and charts that stand in it."""

    title: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a sheet's name and what is on it."""

    sheet: str
    holds: str


def sections_of(document: Document) -> list[Section]:
    """The chapters that have tables or charts, in order; what names no known chapter stands under 其他."""
    titles = {chapter.key: chapter.title for chapter in document.chapters if chapter.key != SUMMARY}
    found = [
        Section(title, *_parts_of(document, lambda key, wanted=key: key == wanted)) for key, title in titles.items()
    ]
    found.append(Section("其他", *_parts_of(document, lambda key: key != SUMMARY and key not in titles)))
    return [section for section in found if section.tables or section.charts]


def summary_of(document: Document) -> Section:
    """What stands on 总览 itself."""
    return Section(OVERVIEW, *_parts_of(document, lambda key: key == SUMMARY))


def contents_of(section: Section) -> str:
    """Numbers and titles of a section's tables and charts, for the contents."""
    parts: list[Table | Chart] = [*section.tables, *section.charts]
    return "；".join(f"{part.number} {part.title}".strip() for part in parts)


def write_section(
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    section: Section,
    references: Mapping[str, Sequence[Reference]],
    document: Document,
) -> None:
    """Write one chapter's sheet: tables in order, then charts."""
    canvas = Canvas(sheet, styles, _widths(section), f"{document.company} {document.title}".strip())
    canvas.head(sheet.get_name(), f"{document.company}　{document.title}".strip(), OVERVIEW)
    _write_parts(workbook, canvas, section, references)
    canvas.finish(repeat_header=len(section.tables) == 1 and not section.charts)


def write_overview(
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    document: Document,
    entries: Iterable[Entry],
    references: Mapping[str, Sequence[Reference]],
) -> None:
    """Write 总览: who, what, as of when, the key figures, and a linked list of the other sheets."""
    section = summary_of(document)
    canvas = Canvas(sheet, styles, _widths(section) or [18.0], f"{document.company} {document.title}".strip())
    _write_cover(canvas, document)
    _write_parts(workbook, canvas, section, references)
    _write_contents(canvas, list(entries))
    canvas.finish()


def _parts_of(document: Document, wanted: Any) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    """The tables and charts whose chapter key is wanted."""
    tables = tuple(table for table in document.tables if wanted(table.chapter))
    return tables, tuple(chart for chart in document.charts if wanted(chart.chapter))


def _widths(section: Section) -> list[float]:
    """Column widths that fit a section's tables and heat maps."""
    plans = [column_widths(section.tables), *(heatmap_widths(c) for c in section.charts if c.kind == "heatmap")]
    longest = max(map(len, plans))
    return [max(plan[index] for plan in plans if index < len(plan)) for index in range(longest)]


def _write_parts(
    workbook: Workbook, canvas: Canvas, section: Section, references: Mapping[str, Sequence[Reference]]
) -> None:
    """Tables, then heat maps (which are cells), then native charts two by two."""
    for table in section.tables:
        write_table(canvas, table)
        anchor(workbook, canvas, table)
    for chart in section.charts:
        if chart.kind == "heatmap":
            write_heatmap(canvas, chart)
    drawn = [chart for chart in section.charts if is_drawn(chart)]
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
        native = native_chart(workbook, chart, references[chart.id], canvas.styles.theme)
        native.set_size({"width": width, "height": height})
        # Sized with its cells (1): where a font makes columns wider or narrower, the chart stays in the print area.
        where = {"x_offset": index * (width + _GAP), "y_offset": _EDGE, "object_position": 1, "description": chart.alt}
        canvas.sheet.insert_chart(top, LEFT, native, where)
    for _ in range(rows):
        canvas.line(_CHART_ROW)


def _write_cover(canvas: Canvas, document: Document) -> None:
    """Company, title, subtitle and the facts of the cover, with a logo at the right where the theme has one."""
    get = canvas.styles.get
    top = canvas.line(18)
    canvas.sheet.write_string(top, LEFT, document.company, get(font_color=MUTED, font_size=11))
    row = canvas.line(28)
    title = get(bold=True, font_size=PAGE_TITLE, font_color=canvas.styles.accent)
    canvas.sheet.write_string(row, LEFT, document.title, title)
    _insert_logo(canvas, top)
    row = canvas.line(20)
    rule: Any = {"bottom": 2, "bottom_color": canvas.styles.accent}
    for column in range(LEFT, canvas.last_column + 1):
        canvas.sheet.write_blank(row, column, None, get(**rule))
    canvas.sheet.write_string(row, LEFT, document.subtitle, get(font_color=MUTED, **rule))
    canvas.gap(8)
    for name, fact in document.facts.items():
        lines = lines_needed(fact, canvas.width_from(LEFT + 1))
        row = canvas.line(max(18, 4 + 14 * lines))
        canvas.sheet.write_string(row, LEFT, name, get(font_color=MUTED, valign="top"))
        canvas.spread(row, LEFT + 1, fact, get(text_wrap=True, valign="top"))
    canvas.gap(12)


def _insert_logo(canvas: Canvas, row: int) -> None:
    """Put the logo at the top right, 44 pixels high. Excel takes PNG and JPEG; an SVG is for HTML and PDF alone."""
    logo = Path(canvas.styles.theme.logo)
    if logo.suffix.lower() not in (".png", ".jpg", ".jpeg") or not logo.is_file():
        return
    from xlsxwriter.image import Image

    image = Image(str(logo))
    scale = 44 / image.height
    offset = max(canvas.width_pixels - image.width * scale, 0)
    options = {"x_scale": scale, "y_scale": scale, "x_offset": offset, "y_offset": 2, "description": "公司标识"}
    canvas.sheet.insert_image(row, LEFT, str(logo), options)


def _write_contents(canvas: Canvas, entries: Sequence[Entry]) -> None:
    """The contents: each sheet as a link, and what it holds."""
    width = canvas.width_from(LEFT + 1)
    heights = [max(16.5, 4 + 13.5 * lines_needed(entry.holds, width)) for entry in entries]
    canvas.keep(20 + sum(heights))
    canvas.caption("目录")
    for entry, height in zip(entries, heights, strict=True):
        row = canvas.line(height)
        rule: Any = {"bottom": 1, "bottom_color": HAIRLINE, "valign": "top"}
        link = canvas.styles.get(font_color=LINK, underline=1, **rule)
        canvas.sheet.write_url(row, LEFT, f"internal:'{entry.sheet}'!A1", link, entry.sheet, f"转到 {entry.sheet}")
        canvas.spread(row, LEFT + 1, entry.holds, canvas.styles.get(font_color=MUTED, text_wrap=True, **rule))
