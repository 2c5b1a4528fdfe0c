"""The report as an Excel workbook: the document's tables and charts as typed cells, formulas and native charts.

Sheets, in order: 总览 (one page that stands alone), 目录, one per chapter, 溯源 (where each figure comes from), 数据
(the ledger), 图表数据 (what the charts draw), 口径, 数据问题. Every number is a number, every formula has its
exact value cached (previews on a phone never calculate), and the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rpt.values.comparison import Comparison
from rpt.values.document import Document
from rpt.values.explanation import Explanation
from rpt.values.finding import Finding
from rpt.values.issue import Issue, has_errors
from rpt.values.ledger import Ledger
from rpt.values.plan import Plan
from rpt.values.theme import Theme

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

__all__ = ["write_xlsx"]

_DATA, _DEFINITIONS, _ISSUES = "数据", "口径", "数据问题"


def write_xlsx(
    path: Path,
    document: Document,
    ledger: Ledger,
    comparisons: Sequence[Comparison],
    issues: Sequence[Issue],
    theme: Theme,
    *,
    created: datetime,
    plan: Plan | None = None,
    findings: Sequence[Finding] | None = None,
    traced: Sequence[Explanation] = (),
) -> None:
    """Write the workbook to ``path``.

    ``traced`` are the document's figures explained, for the sheet 溯源. With a ``plan`` its tables are open to edits
    and its levers live; with ``findings``, if only an empty list, 总览 has the problems. ``created`` goes into the
    file's properties (an aware time is turned into UTC). Nothing is written before every sheet is laid out; a failure
    to write raises OSError. Two tables' or charts' ids must differ.
    """
    from xlsxwriter.exceptions import FileCreateError

    from rpt.rendering.xlsx.sheets import with_key_figures

    document = with_key_figures(document)
    # No context manager: it would close, and so write, a workbook that failed half-way.
    workbook = _new_workbook(path, document, theme, created)
    _write_sheets(workbook, document, ledger, comparisons, issues, theme, plan, findings, traced)
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(f"cannot write {path}: {error}") from error


def _new_workbook(path: Path, document: Document, theme: Theme, created: datetime) -> Workbook:
    """An empty workbook in our typeface and colours that never guesses what a string means."""
    from io import StringIO

    import xlsxwriter

    from rpt.rendering.xlsx.styles import BODY, FONT, theme_xml

    options = {
        "constant_memory": False,
        "in_memory": True,  # its parts would stand in the system's folder for temporary files, and stay if killed
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": BODY},
    }
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.use_custom_theme(StringIO(theme_xml(theme.accent)))
    moment = created.astimezone(UTC).replace(tzinfo=None) if created.tzinfo else created
    properties = {"title": document.title, "subject": document.subtitle, "company": document.company}
    workbook.set_properties(properties | {"author": document.company, "created": moment})
    return workbook


def _write_sheets(
    workbook: Workbook,
    document: Document,
    ledger: Ledger,
    comparisons: Sequence[Comparison],
    issues: Sequence[Issue],
    theme: Theme,
    plan: Plan | None,
    findings: Sequence[Finding] | None,
    traced: Sequence[Explanation],
) -> None:
    """Add every sheet in the order readers see them, then fill them: first what others refer to."""
    from rpt.rendering.xlsx.chartdata import DATA_SHEET, is_drawn, write_chart_data
    from rpt.rendering.xlsx.contents import CONTENTS, Entry, write_contents
    from rpt.rendering.xlsx.data import write_data
    from rpt.rendering.xlsx.layout import sheet_names
    from rpt.rendering.xlsx.lists import write_definitions, write_issues
    from rpt.rendering.xlsx.overview import OVERVIEW, Targets, write_overview
    from rpt.rendering.xlsx.planning import TARGETS
    from rpt.rendering.xlsx.sheets import sections_of, summary_of, write_section
    from rpt.rendering.xlsx.styles import GREY, RED, Styles
    from rpt.rendering.xlsx.tracing import TRACE, spots, write_trace

    styles = Styles(workbook, theme)
    heading = f"{document.company} {document.title}".strip()
    sections = sections_of(document, plan)
    reserved = (OVERVIEW, CONTENTS, TRACE, _DATA, DATA_SHEET, _DEFINITIONS, _ISSUES)
    names = sheet_names([section.title for section in sections], reserved)
    drawn = [chart for chart in document.charts if is_drawn(chart)]
    back = [*([TRACE] if traced else []), _DATA, *([DATA_SHEET] if drawn else []), _DEFINITIONS, _ISSUES]
    sheets = {name: workbook.add_worksheet(name) for name in (OVERVIEW, CONTENTS, *names, *back)}

    references = write_chart_data(sheets[DATA_SHEET], styles, drawn, heading) if drawn else {}
    rows = {one.ref: f"'{TRACE}'!A{at}" for at, one in enumerate(traced, 2)}
    entries, targets = [Entry(OVERVIEW, "一页看完：关键指标、主要问题、下一年目标与举措")], None
    written = []
    for name, section in zip(names, sections, strict=True):
        canvas = write_section(workbook, sheets[name], styles, section, references, document, rows)
        entries.append(Entry(name, "", tuple(canvas.places)))
        written.append((name, canvas.cells))
        for table in section.tables:
            if table.id == TARGETS:
                targets = Targets(table, name, canvas.cells)
    first = write_overview(
        workbook, sheets[OVERVIEW], styles, document, summary_of(document), references, findings, plan, targets
    )
    about = {
        TRACE: f"本报告{len(traced)}个数的算法、来源文件与单元格、所在位置，可筛选；点各表的表题可到这里",
        _DATA: f"全部{len(ledger.measurements)}项指标数值：同比、目标、来源文件与行号，可筛选",
        DATA_SHEET: "各图所用数据",
        _DEFINITIONS: f"{len(ledger.metrics)}项指标的定义、单位、方向与汇总方式",
        _ISSUES: f"{len(issues)}项数据问题及处理建议" if issues else "未发现问题",
    }
    write_contents(
        sheets[CONTENTS], styles, [*entries, *(Entry(name, about[name]) for name in back)], heading, OVERVIEW
    )
    if traced:
        where = spots(document, [(OVERVIEW, first.cells), *written])
        write_trace(sheets[TRACE], styles, traced, where, heading)
    write_data(sheets[_DATA], styles, ledger, comparisons, heading)
    write_definitions(sheets[_DEFINITIONS], styles, ledger, heading)
    write_issues(sheets[_ISSUES], styles, issues, heading)
    for name, sheet in sheets.items():
        sheet.set_tab_color(GREY if name in back else theme.accent)
    if has_errors(issues):
        sheets[_ISSUES].set_tab_color(RED)
    sheets[OVERVIEW].activate()
