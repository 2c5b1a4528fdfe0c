"""The workbook's ledger, the sheet 数据: every number and every text of every measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.checks import DATA, Book, stored
from rpt.assurance.proving.excel.lists import clipped
from rpt.assurance.proving.excel.package import address
from rpt.language.format import POINTS, RATE
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement, Metric, Source
from rpt.values.scope import ALL

_POINT = Decimal("0.01")
# the columns of 数据 that are numbers, from G on, by what they are of the measurement
_KINDS = ("value", "prior", "growth", "points", "target", "gap", "attainment")
_FIRST, _TARGET, _REASON, _NUMERATOR, _DENOMINATOR, _SOURCE = 7, 11, 14, 15, 16, 17


def ledger(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """数据 holds the ledger, whole or of the metrics that the document tells."""
    sheet = book.sheet(DATA)
    if sheet is None:
        yield book.broken("xlsx_sheet", f"没有工作表“{DATA}”")
        return
    told, whole = evidence.run.document.metrics, book.is_whole(evidence)
    wanted = [id for id, m in evidence.measured.items() if whole or m.metric in told]
    reader = _Reader(evidence)
    held: set[str] = set()
    coming = 0
    for row in range(2, sheet.last + 1):
        standing = {at[1]: cell.value for at, cell in sheet.row(row)}
        id = str(standing.get(1, ""))
        ids = [one for one in dict.fromkeys((id, _stated(standing))) if one in evidence.measured and one not in held]
        if not ids:
            yield book.broken("xlsx_ledger", f"不认识的编号“{id}”", DATA, (row, 1))
            continue
        while coming < len(wanted) and wanted[coming] in held:
            coming += 1
        turn = wanted[coming] if coming < len(wanted) else ""
        # where the id is not what metric, period and scope spell, the one that more of the row agrees with; of two
        # alike (31 days in January and in March) the one whose turn it is
        read = [(list(reader.differences(one, evidence.measured[one], row, standing)), one) for one in ids]
        found, id = min(read, key=lambda one: (len(one[0]), one[1] != turn))
        held.add(id)
        for column, what, expected, got in found:
            yield book.broken("xlsx_ledger", differs(what, expected, got), DATA, (row, column))
    book.take_all(sheet)
    for id in wanted:
        if id not in held:
            yield book.broken("xlsx_ledger", f"缺少 {id}", DATA)


def _stated(standing: Mapping[int, float | str]) -> str:
    """The id that a row's metric, period and scope spell."""
    metric, period, scope = (standing.get(column, "") for column in (3, 4, 5))
    return f"{metric}@{period}" + ("" if scope == ALL else f"[{scope}]")


class _Reader:
    """Holds rows of 数据 against measurements."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._ledger, self._reasons = evidence.run.ledger, evidence.run.told.reasons
        self._worded = {
            (target.metric, target.scope, target.period.key): target
            for target in self._ledger.targets
            if target.value is None and target.text
        }
        self._sources: dict[tuple[Source, ...], str] = {}

    def differences(
        self, id: str, m: Measurement, row: int, found: Mapping[int, float | str]
    ) -> Iterator[tuple[int, str, object, object]]:
        """Column, what stands there, what should, and what does (``found`` by column), wherever a row is not the
        measurement's."""
        metric = self._ledger.metrics[m.metric]
        key = m.period.key
        numbers = self._numbers(id, m, metric)
        texts = {1: id, 2: metric.label, 3: metric.id, 4: key, 5: m.scope, 6: metric.unit}
        reasons = dict.fromkeys(text for text in (m.reason, self._reasons.get(id)) if text)
        texts[_REASON], texts[_SOURCE] = "；".join(reasons), self._told(m.sources)
        worded = self._worded.get((m.metric, m.scope, key))
        if worded is not None:
            texts[_TARGET] = worded.text  # 60%/30%/10%: a promise in words
        for column, text in texts.items():
            if found.get(column, "") != text and column not in numbers:
                yield column, f"{id} 的说明", text or "空", found.get(column, "空")
        for column, number in numbers.items():
            cell, exact = found.get(column), float(number)
            if cell != exact and cell != stored(exact):
                what = f"{id} {address((row, column))}"
                yield column, what, f"{exact:.16G}", "没有" if cell is None else cell
        for column in found.keys() - texts.keys() - numbers.keys():
            yield column, f"{id} {address((row, column))}", "空", found[column]

    def _numbers(self, id: str, m: Measurement, metric: Metric) -> Mapping[int, Decimal]:
        """The numbers of a measurement's row by column."""
        followed = self._evidence.following(m, id)
        rate = metric.is_rate or metric.unit == POINTS
        found = {}
        for column, kind in enumerate(_KINDS, _FIRST):
            value = followed.get(kind)
            if value is None or kind == ("growth" if rate else "points"):
                continue
            points = metric.unit == POINTS or (metric.unit == RATE and kind in ("points", "gap"))
            found[column] = value / _POINT if points and kind != "attainment" else value
        if m.numerator is not None:
            found[_NUMERATOR] = m.numerator
        if m.denominator is not None:
            found[_DENOMINATOR] = m.denominator
        return found

    def _told(self, sources: tuple[Source, ...]) -> str:
        """``channel.xlsx › 渠道日报 5–2562（2558行）``; a table built from others has no file."""
        if sources not in self._sources:
            texts = dict.fromkeys(map(_source, sources))
            self._sources[sources] = clipped("；".join(texts))
        return self._sources[sources]


def _source(source: Source) -> str:
    where = " › ".join(part for part in (source.file, source.sheet) if part) or source.table
    rows = f" {source.first_row}–{source.last_row}" if source.last_row else ""
    return f"{where}{rows}（{source.rows}行）"
