"""The workbook's lists 口径, 数据问题 and 溯源 held against the run, row by row and text by text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.checks import DEFINITIONS, ISSUES, TRACE, Book, judge
from rpt.assurance.proving.excel.package import SheetRead
from rpt.language.format import POINTS, period_text
from rpt.language.listed import AGGREGATIONS, DIRECTIONS, LEVELS
from rpt.values.explanation import Explanation, Extract
from rpt.values.issue import Issue
from rpt.values.period import Period

_CELL_LIMIT = 32_000  # characters of a cell; the rest is cut off
_LINK_LIMIT = 255  # characters of a link's text
_VALUE, _PLACE = 5, 11
_POINT = Decimal("0.01")
Row = Sequence[str | Decimal]


def definitions(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """口径: every metric that 数据 has, and why one could not be measured."""
    ledger, told = evidence.run.ledger, evidence.run.document.metrics
    whole = book.is_whole(evidence)
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
        if whole or metric.id in told
    ]
    yield from _list(book, DEFINITIONS, rows)


def issues(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """数据问题: every problem of the data, or that there is none."""
    rows: list[Row] = []
    for issue in evidence.run.told.issues:
        origin = issue.origin
        where = (origin.file or "", origin.sheet or "", origin.cell or "")
        rows.append((LEVELS[issue.level], *where, issue.value or "", issue.message, issue.hint))
    yield from _list(book, ISSUES, rows or [("未发现问题",)])


def trace(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """溯源: every figure of the document with its formula, its sources, and the cells in which it stands."""
    traced = evidence.run.told.traced
    if not traced and book.sheet(TRACE) is None:
        return
    yield from _list(book, TRACE, [_traced(one) for one in traced])
    sheet = book.sheet(TRACE)
    if sheet is None:
        return
    for row, one in enumerate(traced, 2):
        cell = book.take(sheet, (row, _PLACE))
        found = cell.value if cell is not None and isinstance(cell.value, str) else ""
        places = book.places.get(one.ref, [])
        if not _stands(found, places):
            expected = "；".join(places)[:_LINK_LIMIT]
            yield book.broken("xlsx_list", differs(f"{one.ref} 的位置", expected, found), TRACE, (row, _PLACE))


def _traced(one: Explanation) -> Row:
    """The texts of a figure's row up to its places; its value is a number in base units, or in points."""
    made, unit = one.calculation, one.unit
    value = one.reason if one.value is None else one.value / (_POINT if unit == POINTS else Decimal(1))
    sources = [_source(extract) for extract in one.sources] or list(one.notes)
    printed = dict.fromkeys(place.table.partition("　")[0] or f"{place.chapter}正文" for place in one.printed)
    period = period_text(Period.parse(one.period)) if one.period else ""
    words, numbers = (made.words, made.numbers) if made else ("", "")
    return (one.ref, one.label, period, one.scope, value, unit, words, numbers, "；".join(sources), "、".join(printed))


def _source(extract: Extract) -> str:
    where = " › ".join(part for part in (extract.file, extract.sheet) if part) or extract.table
    rows = extract.cells or (f"{extract.first_row}–{extract.last_row}" if extract.last_row else "")
    return f"{where} {rows}（{extract.rows}行）"


def _stands(text: str, places: Sequence[str]) -> bool:
    """Whether a link's text names these places, in whatever order, as far as there is room."""
    if len("；".join(places)) <= _LINK_LIMIT:
        return sorted(text.split("；")) == sorted(places or [""])
    *named, last = text.split("；")
    return len(text) == _LINK_LIMIT and set(named) <= set(places) and any(place.startswith(last) for place in places)


def _list(book: Book, name: str, rows: Sequence[Row]) -> Iterator[Issue]:
    """A list sheet has these rows under its heading, and no other."""
    sheet = book.sheet(name)
    if sheet is None:
        yield book.broken("xlsx_sheet", f"没有工作表“{name}”")
        return
    for number, row in enumerate(rows, 2):
        yield from _row(book, sheet, number, row)
    for at in sheet.cells:
        if at[0] > len(rows) + 1 or (at[0] > 1 and name != TRACE and at[1] > len(rows[0])):
            book.take(sheet, at)
            yield book.broken("xlsx_list", "多出的内容", name, at)


def _row(book: Book, sheet: SheetRead, number: int, row: Iterable[str | Decimal]) -> Iterator[Issue]:
    what = sheet.text((number, 1))
    for column, wanted in enumerate(row, 1):
        at = (number, column)
        if isinstance(wanted, Decimal):
            yield from judge(book, sheet, at, float(wanted), what)
            continue
        cell = book.take(sheet, at)
        found = "" if cell is None else cell.value
        if found != clipped(wanted):
            yield book.broken("xlsx_list", differs(what, wanted or "空", found or "空"), sheet.name, at)


def clipped(text: str) -> str:
    """A text as far as a cell takes it."""
    return text if len(text) <= _CELL_LIMIT else text[:_CELL_LIMIT] + "……"
