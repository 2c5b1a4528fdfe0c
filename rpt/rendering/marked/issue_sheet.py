"""The sheet 问题清单 of a marked copy: every issue of the file, with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rpt.rendering.marked.cells import address_of
from rpt.rendering.marked.scan import plain, quoted
from rpt.rendering.marked.styles import Styles
from rpt.values.issue import Issue, Level

NAME = "问题清单"
LEVELS = {Level.ERROR: "错误", Level.WARNING: "提醒", Level.INFO: "说明"}
_HEADS = ("级别", "工作表", "单元格", "值", "问题", "怎么改", "备注")
_WIDTHS = (7, 16, 10, 20, 52, 44, 24)
_MOST_LINKS = 65_530  # Excel takes no more on a sheet
_MOST_ROWS = 1_000_000
_LONGEST = 2_000


@dataclass(frozen=True)
class Line:
    """An issue in the list: where its link leads (a sheet's name and a cell) if anywhere, and what else to say."""

    issue: Issue
    link: str = ""
    remark: str = ""


def issue_sheet(title: str, notes: Sequence[str], lines: Sequence[Line], styles: Styles, main: str) -> bytes:
    """The sheet's XML. Texts stand in the cells themselves: the workbook's shared strings stay untouched."""
    heading, head = styles.plain(bold=True, size=14), styles.plain(head=True)
    text, link = styles.plain(), styles.plain(link=True)
    levels = {level: styles.plain(level=level) for level in LEVELS}
    note = styles.plain(size=12)
    rows = [_row(1, [(title, heading)])]
    rows += [_row(at, [(said, note)]) for at, said in enumerate(notes, 2)]
    top = len(notes) + 2
    rows.append(_row(top, [(name, head) for name in _HEADS]))
    links: list[str] = []
    for row, line in enumerate(lines[:_MOST_ROWS], top + 1):
        issue, origin = line.issue, line.issue.origin
        linked = bool(line.link) and len(links) < _MOST_LINKS
        cells = [(LEVELS[issue.level], levels[issue.level]), (origin.sheet or "", text)]
        cells += [(origin.cell or "", link if linked else text)]
        cells += [(said, text) for said in (issue.value or "", issue.message, issue.hint, line.remark)]
        rows.append(_row(row, cells))
        if linked:
            links.append(
                f'<hyperlink ref="C{row}" location="{quoted(line.link)}" display="{quoted(origin.cell or "")}"/>'
            )
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    last = address_of((top + max(len(lines[:_MOST_ROWS]), 1), len(_HEADS)))
    linked_cells = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{main}">'
        f'<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A{top}:{last}"/>{linked_cells}'
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _row(number: int, cells: Sequence[tuple[str, int]]) -> str:
    made = "".join(
        f'<c r="{address_of((number, column))}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{plain(_short(text))}</t></is></c>"
        for column, (text, style) in enumerate(cells, 1)
    )
    return f'<row r="{number}">{made}</row>'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "……"
