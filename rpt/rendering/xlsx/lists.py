"""The sheets people filter and look things up in: 口径 and 数据问题, and the frame they share with 数据."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rpt.language.listed import AGGREGATIONS, DIRECTIONS, LEVELS
from rpt.rendering.xlsx.contents import CONTENTS
from rpt.rendering.xlsx.layout import lines_needed, set_up_page, text_width
from rpt.rendering.xlsx.styles import HAIRLINE, INK, LINK, MUTED, RED, THIN, Styles, mix
from rpt.values.issue import Issue, Level
from rpt.values.ledger import Ledger

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_BACK = f"返回{CONTENTS}"
_CELL_LIMIT = 32_000  # Excel takes 32,767 characters


@dataclass(frozen=True)
class Heading:
    """A column of a list: its title and its width in characters."""

    title: str
    width: float
    numeric: bool = False
    indent: int | None = None  # words right after numbers keep their distance


def clip(text: str) -> str:
    """Text within what one Excel cell takes."""
    return text if len(text) <= _CELL_LIMIT else text[:_CELL_LIMIT] + "……"


def head_list(sheet: Worksheet, styles: Styles, headings: Sequence[Heading]) -> None:
    """Write a list's header row with its column widths; the first heading is the way back to the contents.

    The header stays in the first row, where filters, pivots and programs look for it.
    """
    sheet.hide_gridlines(2)
    sheet.set_row(0, 34)
    fill = mix(styles.accent, "#FFFFFF", 0.90)
    for column, heading in enumerate(headings):
        align = "right" if heading.numeric else "left"
        style = styles.get(bold=True, bg_color=fill, bottom=THIN, bottom_color=INK, align=align, indent=heading.indent)
        sheet.set_column(column, column, heading.width)
        sheet.write_string(0, column, heading.title, style)
    look: dict[str, Any] = {"bg_color": fill, "bottom": THIN, "bottom_color": INK, "text_wrap": True}
    sheet.write_url(0, 0, f"internal:'{CONTENTS}'!A1", styles.get(**look), headings[0].title, _BACK)
    small = styles.get(font_size=8, font_color=LINK, underline=1)
    sheet.write_rich_string(0, 0, styles.get(bold=True), headings[0].title, small, f"\n{_BACK}", styles.get(**look))


def finish_list(
    sheet: Worksheet,
    rows: int,
    columns: int,
    heading: str,
    frozen_columns: int = 0,
    printed: tuple[int, int] | None = None,
) -> None:
    """Filter, frozen header, print area and page of a list of ``rows`` rows below its header.

    ``printed`` is how many rows and columns paper gets at most; where some are left out, the footer says so.
    """
    sheet.freeze_panes(1, frozen_columns)
    if rows:
        sheet.autofilter(0, 0, rows, columns - 1)
    shown, across = (rows, columns) if printed is None else (min(printed[0], rows), printed[1])
    left_out = f"数据表共{rows}行{columns}列，供筛选查阅；只打印前{shown}行{across}列" if shown < rows else ""
    set_up_page(sheet, True, heading, (0, 0), left_out)
    sheet.set_margins(left=0.35, right=0.35, top=0.75, bottom=0.75)
    sheet.print_area(0, 0, max(shown, 1), across - 1)


def _write_texts(sheet: Worksheet, styles: Styles, headings: Sequence[Heading], rows: Sequence[Sequence[str]]) -> None:
    """Write rows of text that wraps, each as high as it needs."""
    style: Any = styles.get(text_wrap=True, valign="top", bottom=THIN, bottom_color=HAIRLINE)
    for number, row in enumerate(rows, start=1):
        lines = max(lines_needed(text, heading.width) for text, heading in zip(row, headings, strict=True))
        sheet.set_row(number, 6 + 14 * min(lines, 20))
        for column, text in enumerate(row):
            sheet.write_string(number, column, clip(text), style)


def write_definitions(sheet: Worksheet, styles: Styles, ledger: Ledger, heading: str) -> None:
    """口径: what every metric of the ledger means, and why one could not be measured."""
    headings = [
        Heading("指标", 24),
        Heading("指标编号", 26),
        Heading("单位", 9),
        Heading("方向", 11),
        Heading("汇总方式", 32),
        Heading("口径", 60),
        Heading("备注", 24),
    ]
    rows = [
        (
            metric.label,
            metric.id,
            metric.unit,
            DIRECTIONS[metric.better],
            AGGREGATIONS[metric.aggregation],
            metric.definition,
            f"未计算：{ledger.missing[metric.id]}" if metric.id in ledger.missing else "",
        )
        for metric in ledger.metrics.values()
    ]
    head_list(sheet, styles, headings)
    _write_texts(sheet, styles, headings, rows)
    finish_list(sheet, len(rows), len(headings), heading, frozen_columns=1)


def write_issues(sheet: Worksheet, styles: Styles, issues: Sequence[Issue], heading: str) -> None:
    """数据问题: every problem found in the data with its cell, or a line that says there is none."""
    headings = [
        Heading("级别", 8),
        Heading("文件", 22),
        Heading("工作表", 16),
        Heading("单元格", 10),
        Heading("值", 18),
        Heading("说明", 52),
        Heading("建议", 44),
    ]
    head_list(sheet, styles, headings)
    rows = [
        (
            LEVELS[issue.level],
            issue.origin.file or "",
            issue.origin.sheet or "",
            issue.origin.cell or "",
            issue.value or "",
            issue.message,
            issue.hint,
        )
        for issue in issues
    ]
    _write_texts(sheet, styles, headings, rows)
    look: dict[str, Any] = {"text_wrap": True, "valign": "top", "bottom": THIN, "bottom_color": HAIRLINE}
    for number, issue in enumerate(issues, start=1):
        if issue.level is Level.ERROR:
            sheet.write_string(number, 0, LEVELS[issue.level], styles.get(bold=True, font_color=RED, **look))
    if rows:
        sheet.ignore_errors({"number_stored_as_text": f"E2:E{len(rows) + 1}"})
    else:
        sheet.write_string(1, 0, "未发现问题", styles.get(font_color=MUTED))
    finish_list(sheet, len(rows), len(headings), heading)


def widest(texts: Sequence[str], least: float, most: float) -> float:
    """A column width in characters that fits the texts, within bounds."""
    return min(most, max([least, *(text_width(text) * 1.08 + 2.5 for text in set(texts))]))
