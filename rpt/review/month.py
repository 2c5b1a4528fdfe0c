"""A month inside its year: held against the month before, and the year to date against the year's targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal

from rpt.review.compare import compare_previous
from rpt.review.turnover import Spans, by_turnover
from rpt.values.focus import Focus, Progress
from rpt.values.ledger import Ledger, Target, measurement_id
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review

_CONTEXT = Context(prec=28)
BY_SHARE = "全年目标×上年同期占比"


def targets_to_date(ledger: Ledger, whole_year: Sequence[Target], cut: date) -> Ledger:
    """The ledger with targets of the year to ``cut`` for what adds up: the months' where they are set, else last
    year's share of these months × the year's target, to the cent.

    In the middle of a month there is neither: months are promised whole.
    """
    year = Period(cut.year)
    set_by_month = {(t.metric, t.scope) for t in ledger.targets if t.period == year}
    kept = list(ledger.targets)
    month = Period(cut.year, PeriodKind.MONTH, cut.month)
    if cut < month.ends_on:
        kept = [t for t in kept if t.period != year or not ledger.metrics[t.metric].is_additive]
        return ledger.with_targets(kept, ledger.benchmarks)
    for target in whole_year:
        metric = ledger.metrics[target.metric]
        if target.period != year or target.value is None or not metric.is_additive:
            continue
        share = _share(ledger, target, cut.month)
        if (target.metric, target.scope) not in set_by_month and share is not None:
            value = _CONTEXT.multiply(target.value, share).quantize(Decimal("0.01"))
            kept.append(replace(target, value=value, text="", note=BY_SHARE))
    return ledger.with_targets(kept, ledger.benchmarks)


def _share(ledger: Ledger, target: Target, months: int) -> Decimal | None:
    """Last year's share of its first ``months`` in its twelve."""
    found = [ledger.get(target.metric, month, target.scope) for month in target.period.year_ago.months()]
    values = [m.value for m in found if m is not None and m.value is not None]
    whole = sum(values, Decimal(0))
    return _CONTEXT.divide(sum(values[:months], Decimal(0)), whole) if len(values) == 12 and whole > 0 else None


def focus_on(review: Review, month: Period, cut: date, earlier: Ledger, whole_year: Sequence[Target]) -> Review:
    """The review with its look at one month; ``earlier`` holds the month before, cut at the same day as this one."""
    previous = Spans(earlier, month.previous, review.ledger, month)
    year_ago = Spans(review.ledger, month.year_ago, review.ledger, month)
    focus = Focus(
        month,
        cut,
        tuple(compare_previous(review.ledger, month, earlier)),
        tuple(_progress(review, cut, whole_year)),
        frozenset((t.metric, t.scope) for t in review.ledger.targets if t.note == BY_SHARE),
    )
    drivers = (*by_turnover(previous, ".previous"), *by_turnover(year_ago, ".year_ago"))
    return replace(review, focus=focus, drivers=(*review.drivers, *drivers))


def _progress(review: Review, cut: date, whole_year: Sequence[Target]) -> Iterator[Progress]:
    """What adds up and has a target of the year: how much of it is reached, and how much of the year is gone."""
    year = Period(cut.year)
    gone, days = ((end - year.starts_on).days + 1 for end in (cut, year.ends_on))
    elapsed = _CONTEXT.divide(Decimal(gone), Decimal(days))
    for target in whole_year:
        m = review.ledger.get(target.metric, year, target.scope)
        additive = review.ledger.metrics[target.metric].is_additive
        if target.period != year or not additive or m is None or m.value is None or not target.value:
            continue
        reached = _CONTEXT.divide(m.value, target.value)
        ref = measurement_id(target.metric, year, target.scope)
        yield Progress(target.metric, target.scope, ref, m.value, target.value, reached, elapsed)
