"""Comparable growth: the year per day (a leap year has one more), 1—2月 together (Spring Festival moves between
them), campaigns per day of their windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal

from rpt.values.comparable import Comparable
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label

_CONTEXT = Context(prec=28)
_FINE = Decimal("0.000001")


def comparable_growth(review: Review) -> tuple[Comparable, ...]:
    """Every span of the report year that has turnover and days in both years: the year, 1—2月, each campaign."""
    return tuple(found for found in _spans(review) if found is not None)


def _spans(review: Review) -> Iterator[Comparable | None]:
    year = Period(review.year)
    yield _compared(review, "全年" if not review.is_partial else "本期", [(year, ALL)], "calendar_days")
    months = [Period(review.year, PeriodKind.MONTH, n) for n in (1, 2)]
    yield _compared(review, "1—2月合并", [(month, ALL) for month in months], "calendar_days")
    for measurement in review.ledger.of("gmv", "活动", year):
        scope = measurement.scope
        if dimensions_of(scope) == ("活动",) and scope not in review.ledger.groups:
            yield _compared(review, member_label(scope), [(year, scope)], "campaign_days")


def _compared(review: Review, label: str, spans: Sequence[tuple[Period, str]], counted: str) -> Comparable | None:
    """One row over spans that are added up; None where a figure or a day is missing in either year."""
    sums = []
    for metric in ("gmv", counted):
        for back in (False, True):
            found = [
                review.ledger.get(metric, period.year_ago if back else period, scope)
                if metric in review.ledger.metrics
                else None
                for period, scope in spans
            ]
            values = [m.value for m in found if m is not None and m.value is not None]
            if len(values) < len(spans):
                return None
            sums.append(sum(values, Decimal(0)))
    value, raw_prior, days, days_before = sums
    if raw_prior <= 0 or days <= 0 or days_before <= 0:
        return None
    # rounded far below the cent, so that differences of it stay exact
    prior = _CONTEXT.divide(_CONTEXT.multiply(raw_prior, days), days_before).quantize(_FINE)
    ref = "+".join(f"gmv@{period.key}" + ("" if scope == ALL else f"[{scope}]") for period, scope in spans)
    raw, growth = (_CONTEXT.divide(value - base, base) for base in (raw_prior, prior))
    return Comparable(label, ref, value, raw_prior, raw, (days, days_before), prior, growth)
