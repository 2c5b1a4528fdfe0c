"""The chapters as sheets: their tables and charts in order, those of the plan live and open to edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.chartdata import Reference
from rpt.rendering.xlsx.contents import CONTENTS
from rpt.rendering.xlsx.extents import column_widths
from rpt.rendering.xlsx.extras import NO_EXTRAS, Extras
from rpt.rendering.xlsx.heatmap import heatmap_widths
from rpt.rendering.xlsx.layout import LEFT, Canvas
from rpt.rendering.xlsx.levers import SENSITIVITY, live_table, trial, usable
from rpt.rendering.xlsx.placing import write_charts
from rpt.rendering.xlsx.planning import ACTIONS, TARGETS, editable_actions, editable_targets, is_target_of
from rpt.rendering.xlsx.styles import Styles
from rpt.rendering.xlsx.tables import write_table
from rpt.values.document import Chart, Document, Table
from rpt.values.plan import Plan

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SUMMARY, KEY_FIGURES = "summary", "kpi"


@dataclass(frozen=True)
class Section:
    """A chapter as a sheet holds it: its title, its tables and charts, and by a table's id what Excel adds to it."""

    title: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    extras: Mapping[str, Extras] = field(default_factory=dict)


def with_key_figures(document: Document) -> Document:
    """The document with its table of key figures in the summary, wherever the pages have it: 总览 stands alone."""
    tables = (replace(table, chapter=SUMMARY) if table.id == KEY_FIGURES else table for table in document.tables)
    return replace(document, tables=tuple(tables))


def sections_of(document: Document, plan: Plan | None) -> list[Section]:
    """The chapters that have tables or charts, in order; what names no known chapter stands under 其他."""
    titles = {chapter.key: chapter.title for chapter in document.chapters if chapter.key != SUMMARY}
    found = [
        Section(title, *_parts_of(document, lambda key, wanted=key: key == wanted)) for key, title in titles.items()
    ]
    found.append(Section("其他", *_parts_of(document, lambda key: key != SUMMARY and key not in titles)))
    return [_with_plan(section, plan) for section in found if section.tables or section.charts]


def summary_of(document: Document) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    """The tables and charts of the summary, which stand on 总览."""
    return _parts_of(document, lambda key: key == SUMMARY)


def write_section(
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    section: Section,
    references: Mapping[str, Sequence[Reference]],
    document: Document,
    traced: Mapping[str, str],
) -> Canvas:
    """Write one chapter's sheet: tables in order, then charts. The canvas knows where everything stands. The titles of
    tables lead to where their figures are ``traced``: ids → cells."""
    canvas = Canvas(sheet, styles, _widths(section), f"{document.company} {document.title}".strip())
    canvas.traced = traced
    canvas.head(sheet.get_name(), f"{document.company}　{document.title}".strip(), CONTENTS)
    for table in section.tables:
        extras = section.extras.get(table.id, NO_EXTRAS)
        top, bottom = write_table(canvas, table, extras)
        if extras.name:
            _name(workbook, sheet, extras.name, top, bottom, len(table.columns))
    write_charts(workbook, canvas, section.charts, references)
    canvas.finish(repeat_header=len(section.tables) == 1 and not section.charts)
    return canvas


def _with_plan(section: Section, plan: Plan | None) -> Section:
    """The section with the plan's tables open to edits; a table that does not have the plan's rows stays as it is."""
    if plan is None:
        return section
    tables: list[Table] = []
    extras: dict[str, Extras] = {}
    for table in section.tables:
        made = [(table, NO_EXTRAS)]
        if table.id == TARGETS and len(table.rows) == len(plan.targets):
            made = [editable_targets(table, plan)]
        elif table.id == ACTIONS and len(table.rows) == len(plan.actions):
            made = [editable_actions(table, plan)]
        elif table.id == SENSITIVITY and plan.sensitivity is not None and usable(plan.sensitivity, table):
            made = [trial(plan.sensitivity, table, _turnover_row(tables, plan)), live_table(plan.sensitivity, table)]
        tables += [one for one, _ in made]
        extras |= {one.id: more for one, more in made}
    return Section(section.title, tuple(tables), section.charts, extras)


def _turnover_row(above: Sequence[Table], plan: Plan) -> int | None:
    """The row of next year's turnover in the table of targets, where that stands above."""
    rows = next((table.rows for table in above if table.id == TARGETS), ())
    return next((at for at, row in enumerate(rows) if is_target_of(row, f"gmv@{plan.year}.target")), None)


def _name(workbook: Workbook, sheet: Worksheet, name: str, top: int, bottom: int, columns: int) -> None:
    """Give a table's header and rows a name that outlives inserted rows."""
    from xlsxwriter.utility import quote_sheetname, xl_range_abs

    area = xl_range_abs(top, LEFT, bottom, LEFT + columns - 1)
    workbook.define_name(name, f"={quote_sheetname(sheet.get_name())}!{area}")


def _parts_of(document: Document, wanted: Any) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    """The tables and charts whose chapter key is wanted."""
    tables = tuple(table for table in document.tables if wanted(table.chapter))
    return tables, tuple(chart for chart in document.charts if wanted(chart.chapter))


def _widths(section: Section) -> list[float]:
    """Column widths that fit a section's tables and heat maps."""
    plans = [column_widths(section.tables), *(heatmap_widths(c) for c in section.charts if c.kind == "heatmap")]
    longest = max(map(len, plans))
    return [max(plan[index] for plan in plans if index < len(plan)) for index in range(longest)]
