"""The sheet 溯源: every figure of the document with its formula, its source rows, and a link to the cell it stands in.

The links lead from here to the cells, and back from the titles of the tables: a number that is a link looks like one,
and is opened by whoever only means to select it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rpt.language.format import period_text
from rpt.rendering.xlsx.cells import unit_display
from rpt.rendering.xlsx.lists import Heading, clip, finish_list, head_list
from rpt.rendering.xlsx.styles import HAIR, HAIRLINE, LINK, Styles
from rpt.values.document import Document, Figure
from rpt.values.explanation import Explanation, Extract
from rpt.values.period import Period

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

TRACE = "溯源"
_HEADINGS = (
    Heading("编号", 32),
    Heading("名称", 34),
    Heading("期间", 14),
    Heading("范围", 18),
    Heading("精确值", 19, numeric=True),
    Heading("单位", 8, indent=1),
    Heading("算法", 34),
    Heading("代入的数", 40),
    Heading("来源", 52),
    Heading("印在", 30),
    Heading("位置", 22),
)
_VALUE, _PLACE = 4, 10
_EDGE: dict[str, Any] = {"bottom": HAIR, "bottom_color": HAIRLINE}
_PRINTED = (200, 11)  # the sheet is for looking things up; whole it would fill a hundred pages


@dataclass(frozen=True)
class Spot:
    """A cell of the workbook: its sheet and address."""

    sheet: str
    address: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"


def spots(
    document: Document, sheets: Sequence[tuple[str, Mapping[tuple[str, int, str], Any]]]
) -> dict[str, list[Spot]]:
    """Where each id stands: ``sheets`` are names with the cells that their canvas wrote (table id, row, column key)."""
    figures = {
        (table.id, number, key): cell.ref
        for table in document.tables
        for number, row in enumerate(table.rows)
        for key, cell in row.cells.items()
        if isinstance(cell, Figure)
    }
    found: dict[str, list[Spot]] = {}
    for name, cells in sheets:
        for at, operand in cells.items():
            if at in figures:
                found.setdefault(figures[at], []).append(Spot(name, operand.address.replace("$", "")))
    return found


def write_trace(
    sheet: Worksheet, styles: Styles, traced: Sequence[Explanation], where: Mapping[str, Sequence[Spot]], heading: str
) -> None:
    """One row per figure, filtered and frozen like the other lists; the place is a link to the first of its cells."""
    head_list(sheet, styles, _HEADINGS)
    sheet.set_default_row(17)
    plain = [styles.get(indent=one.indent, **_EDGE) for one in _HEADINGS]
    link = styles.get(font_color=LINK, underline=1, **_EDGE)
    for at, one in enumerate(traced, 1):
        cells = where.get(one.ref, ())
        for column, text in enumerate(_texts(one)):
            if text:
                sheet.write_string(at, column, clip(text), plain[column])
            else:
                sheet.write_blank(at, column, None, plain[column])
        if one.value is not None:
            shown = unit_display(one.unit, one.value)
            style = styles.get(num_format=shown.number_format, align="right", **_EDGE)
            sheet.write_number(at, _VALUE, shown.cell(one.value), style)
        if cells:
            target = f"internal:'{cells[0].sheet}'!{cells[0].address}"
            sheet.write_url(at, _PLACE, target, link, "；".join(map(str, cells))[:255], f"转到{cells[0]}"[:255])
    if traced:
        sheet.ignore_errors({"number_stored_as_text": f"A2:K{len(traced) + 1}"})
    finish_list(sheet, len(traced), len(_HEADINGS), heading, frozen_columns=2, printed=_PRINTED)


def _texts(one: Explanation) -> tuple[str, ...]:
    made = one.calculation
    sources = [_source(extract) for extract in one.sources] or list(one.notes)
    places = dict.fromkeys(place.table.partition("　")[0] or f"{place.chapter}正文" for place in one.printed)
    value = "" if one.value is not None else one.reason
    words, numbers = (made.words, made.numbers) if made else ("", "")
    period = period_text(Period.parse(one.period)) if one.period else ""
    lead = (one.ref, one.label, period, one.scope, value, one.unit)
    return (*lead, words, numbers, "；".join(sources), "、".join(places), "")


def _source(extract: Extract) -> str:
    where = " › ".join(part for part in (extract.file, extract.sheet) if part) or extract.table
    rows = extract.cells or (f"{extract.first_row}–{extract.last_row}" if extract.last_row else "")
    return f"{where} {rows}（{extract.rows}行）"
