"""Channels add up to totals, months to years, shares to one: in the ledger, and in the tables as printed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rpt.assurance.proving.document.figures import DOCUMENT
from rpt.assurance.proving.evidence import Evidence, broken, differs, same
from rpt.values.document import Column, Figure, Table
from rpt.values.issue import Issue
from rpt.values.ledger import Ledger
from rpt.values.period import Period
from rpt.values.scope import scope_of

_CHANNEL = "渠道"  # every row is of one channel, unmapped ones of 未归类
_SHARES = ("占比", "占全年")
_LEDGER = "指标数值"


def totals(evidence: Evidence) -> Iterator[Issue]:
    """The ledger's channels add up to its totals, platforms to their channel, months to their year."""
    ledger, cut = evidence.run.ledger, evidence.run.cut
    for metric in ledger.metrics.values():
        if not metric.is_additive:
            continue
        for year in (Period(year) for year in ledger.years()):
            scopes = [scope_of({_CHANNEL: name}) for name in ledger.members(metric.id, _CHANNEL, year)]
            yield from _adds(ledger, metric.id, year, [(year, scope) for scope in scopes], "各渠道")
            is_whole = cut >= year.ends_on and cut.month == 12
            if year.year == cut.year or is_whole:
                months = [(month, "全部") for month in year.months() if month.starts_on <= cut]
                if all(ledger.get(metric.id, month) for month, _ in months):
                    yield from _adds(ledger, metric.id, year, months, "各月")


def _adds(ledger: Ledger, metric: str, year: Period, parts: list[tuple[Period, str]], who: str) -> Iterator[Issue]:
    whole = ledger.get(metric, year)
    if whole is None or whole.value is None or not parts:
        return
    found = [ledger.get(metric, period, scope) for period, scope in parts]
    total = sum((m.value for m in found if m is not None and m.value is not None), Decimal(0))
    if not same(total, whole.value):
        yield broken("total", differs(f"{whole.id} {who}之和", whole.value, total), _LEDGER)


def shares(evidence: Evidence) -> Iterator[Issue]:
    """Where a table's last row is a total of 100%, the shares above it add up to it."""
    for table in evidence.run.document.tables:
        for column in table.columns:
            if any(word in column.title for word in _SHARES):
                yield from _share_column(evidence, table, column)


def _share_column(evidence: Evidence, table: Table, column: Column) -> Iterator[Issue]:
    last = table.rows[-1] if table.rows else None
    whole = last.cells.get(column.key) if last is not None and last.emphasis else None
    if not isinstance(whole, Figure) or whole.value != 1:
        return
    groups = evidence.run.ledger.groups
    cells = [row.cells.get(column.key) for row in table.rows[:-1]]
    parts = [cell for cell in cells if isinstance(cell, Figure) and cell.value is not None]
    if any(f"[{group}]" in part.ref for part in parts for group in groups):
        return  # a group overlaps with its members
    total = sum((part.value for part in parts if part.value is not None), Decimal(0))
    if abs(total - 1) > Decimal("1e-9") * max(1, len(parts)):
        where = f"{table.number} {table.title}"
        yield broken("total", differs(f"{where} “{column.title}”之和", "100%", f"{total:%}"), DOCUMENT, where)


def printed(evidence: Evidence) -> Iterator[Issue]:
    """Where the figures of an additive metric stand above their total in a table, they add up to it."""
    for table in evidence.run.document.tables:
        last = table.rows[-1] if len(table.rows) > 2 else None
        if last is None or not last.emphasis:
            continue
        for column in table.columns:
            yield from _column(evidence, table, column)


def _column(evidence: Evidence, table: Table, column: Column) -> Iterator[Issue]:
    cells = [row.cells.get(column.key) for row in table.rows]
    figures = [cell for cell in cells if isinstance(cell, Figure) and cell.value is not None]
    measured = [evidence.measured.get(figure.ref) for figure in figures]
    if len(figures) < len(cells) or not all(measured):
        return
    *parts, whole = [m for m in measured if m is not None]
    ledger = evidence.run.ledger
    if not ledger.metrics[whole.metric].is_additive or any(m.metric != whole.metric for m in parts):
        return
    channels = {m.scope for m in parts} == {
        scope_of({_CHANNEL: name}) for name in ledger.members(whole.metric, _CHANNEL, whole.period)
    }
    months = [m.period for m in parts] in (whole.period.months(), whole.period.quarters())
    if not (channels or months):
        return
    total = sum((m.value for m in parts if m.value is not None), Decimal(0))
    if whole.value is not None and not same(total, whole.value):
        where = f"{table.number} {table.title}"
        yield broken("total", differs(f"{where} “{column.title}”之和", whole.value, total), DOCUMENT, where)
