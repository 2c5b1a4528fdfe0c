"""Whatever of a workbook no other check has looked at: its numbers and texts must still be the run's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from rpt.assurance.evidence import Evidence
from rpt.assurance.excel import Book, stored
from rpt.assurance.workbook import SheetRead
from rpt.values.document import Figure
from rpt.values.issue import Issue
from rpt.values.ledger import Source, measurement_id

_ISSUES, _TRACE = "数据问题", "溯源"  # what was wrong with the data is told beside the document
_OVERVIEW, _PROBLEMS, _NEXT = "总览", "主要问题", ("年目标（", "重点举措（")
_SCALES = (Decimal(1), Decimal("0.01"), Decimal(10_000), Decimal(100_000_000))
_EPOCH = date(1899, 12, 30)  # day 0 of a workbook's calendar
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ORDER = re.compile(r"\d{1,2}　")  # the numbers of the problems on 总览
_COUNT = re.compile(r"(?:全部|共|本报告)?(\d+)(?:项|个数).*")
_PIECE = re.compile(r"[\n；，。：（）]|至(?=\d)")


def rest(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """Every other number is one of the document's or the plan's; every other text with a digit is one that the run
    says."""
    _leave_problems(evidence, book)
    numbers, words = _numbers(evidence), _Words(evidence, book)
    for sheet in book.sheets:
        if sheet.name == _ISSUES:
            continue
        if sheet.name == _TRACE:
            yield from _traced(evidence, book, sheet)
            continue
        told = book.told.get(sheet.name, set())
        for at, cell in sheet.cells.items():
            if at in told:
                continue
            if isinstance(cell.value, float):
                if cell.value not in numbers:
                    yield book.broken("xlsx_number", f"来历不明的数“{cell.value:.16G}”", sheet.name, at)
            elif not words.know(cell.value):
                yield book.broken("xlsx_text", f"来历不明的文字“{cell.value[:60]}”", sheet.name, at)


def _traced(evidence: Evidence, book: Book, sheet: SheetRead) -> Iterator[Issue]:
    """The exact values of 溯源, each held against the figure whose id stands in its row."""
    values: dict[str, set[Decimal]] = defaultdict(set)
    for figure in (*evidence.run.document.figures, *(cell for _, cell in evidence.figures())):
        if figure.value is not None:
            values[figure.ref].add(figure.value)
    for (row, column), cell in sheet.cells.items():
        if not isinstance(cell.value, float):
            continue
        ref = sheet.text((row, 1))
        if cell.value not in {found for value in values[ref] for found in _stored(value)}:
            message = f"“{ref}”的精确值不符：{cell.value:.16G}"
            yield book.broken("xlsx_number", message, sheet.name, (row, column))


def _stored(value: Decimal) -> Iterator[float]:
    """A value as a cell may hold it: in base units, points, 万 or 亿."""
    for scale in _SCALES:
        yield float(value / scale)
        yield stored(float(value / scale))


def _leave_problems(evidence: Evidence, book: Book) -> None:
    """The year's problems on 总览 are judged by the document's own list, where it has one; else by nothing: the archive
    does not hold them."""
    sheet = book.sheet(_OVERVIEW)
    if sheet is None or "findings" in evidence.tables:
        return
    heads = sorted(row for row, column in sheet.cells if column == 2)
    inside = False
    for row in heads:
        text = sheet.text((row, 2))
        inside = text.startswith(_PROBLEMS) or (inside and not any(word in text for word in _NEXT))
        if inside:
            for at in [at for at in sheet.cells if at[0] == row]:
                book.take(sheet, at)


def _numbers(evidence: Evidence) -> set[float]:
    """Every number of the document's tables and of the plan, as a cell may hold it: in base units, points, 万 or 亿;
    and days, which are numbers to a workbook."""
    run = evidence.run
    exact = {figure.value for _, figure in evidence.figures() if figure.value is not None}
    days = {date.min}
    for value in _leaves(run.plan):
        if isinstance(value, Decimal):
            exact.add(value)
        elif isinstance(value, date):
            days.add(value)
    known = {found for value in exact for found in _stored(value)}
    return known | {float(scale) for scale in _SCALES} | {float((day - _EPOCH).days) for day in days}


def _leaves(value: object) -> Iterator[object]:
    """The plain values inside a dataclass."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


class _Words:
    """The texts that a run says somewhere."""

    def __init__(self, evidence: Evidence, book: Book) -> None:
        run = evidence.run
        document, ledger = run.document, run.ledger
        said = [unit.text for unit in evidence.page.units]
        said += [document.title, document.subtitle, document.company, *document.facts.values()]
        exhibits = [(part.number, part.title) for part in document.tables]
        exhibits += [(part.number, part.title) for part in document.charts]
        said += [text for number, title in exhibits for text in (title, f"{number} {title}")]
        said += [chapter.title for chapter in document.chapters]
        said += [f"{column.title}（{column.unit}）" for table in document.tables for column in table.columns]
        said += [
            name for chart in document.charts for name in (*chart.categories, *(one.title for one in chart.series))
        ]
        said += [cell.text if isinstance(cell, Figure) else cell or "" for table in document.tables
                 for row in table.rows for cell in row.cells.values()]  # fmt: skip
        said += [note for table in document.tables for note in table.notes]
        for metric in ledger.metrics.values():
            said += [metric.label, metric.id, metric.definition, metric.unit]
        said += [*ledger.missing.values(), *(target.text for target in ledger.targets)]
        said += [m.reason for m in ledger.measurements if m.reason]
        if run.plan is not None:
            said.append(f"改后用rpt plan {run.plan.year} --from读回")
            said += [measurement_id(one.metric, one.period, one.scope) for one in run.plan.targets]
            said += [f"action.{run.plan.year}.{number}" for number in range(1, len(run.plan.actions) + 1)]
        said += [str(value) for value in _leaves(run.plan) if isinstance(value, str | date)]
        self._said = {_squeezed(text) for text in said}
        self._said |= {_squeezed(_source(source)) for m in ledger.measurements for source in m.sources}
        self._all = "\n".join(self._said)
        heading = document.company + document.title
        self._said |= {_squeezed(heading)}
        self._counts = {str(count) for count in _counts(evidence, book)}

    def know(self, text: str) -> bool:
        """Whether the run says this: whole, or in pieces; of a piece that only the workbook has, its numbers."""
        squeezed = _squeezed(text)
        if not _NUMBER.search(squeezed) or squeezed in self._said:
            return True
        pieces = _PIECE.split(_ORDER.sub("", text))
        return all(self._knows_piece(_squeezed(piece)) for piece in pieces)

    def _knows_piece(self, piece: str) -> bool:
        counted = _COUNT.fullmatch(piece)
        if counted:
            return counted[1] in self._counts
        return not _NUMBER.search(piece) or piece in self._said or piece in self._all


def _counts(evidence: Evidence, book: Book) -> Iterator[int]:
    """How many there are of what the workbook counts: measurements, metrics, problems, targets, measures, issues."""
    run = evidence.run
    for sheet in book.sheets:
        yield sum(at[1] == 1 for at in sheet.cells) - 1
    yield from (len(run.ledger.measurements), len(run.ledger.metrics))
    yield from (len(table.rows) for table in run.document.tables)
    if run.plan is not None:
        yield from (len(run.plan.targets), len(run.plan.actions))


def _source(source: Source) -> str:
    where = " › ".join(part for part in (source.file, source.sheet) if part) or source.table
    rows = f" {source.first_row}–{source.last_row}" if source.last_row else ""
    return f"{where}{rows}（{source.rows}行）"


def _squeezed(text: str) -> str:
    return "".join(text.split())
