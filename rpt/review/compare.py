"""Comparison: every figure beside last year's and its target, a month's beside the month before, all metrics alike.

Growth is value ÷ prior − 1 where that is an honest number; elsewhere a Reason stands in its place. Rates change in
percentage points. All divisions carry 28 digits, so that every platform prints the same.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Context, Decimal

from rpt.values.comparison import Base, Comparison, Reason
from rpt.values.ledger import Better, Ledger, Measurement, Metric
from rpt.values.period import Period

_CONTEXT = Context(prec=28)
_POINTS = "百分点"  # a metric that is itself a difference of rates


def compare_all(
    ledger: Ledger, periods: Collection[Period] | None = None, metrics: Collection[str] | None = None
) -> list[Comparison]:
    """Compare every measurement, in the ledger's order, or those of these periods and metric ids only."""
    return [
        compare(ledger, measurement)
        for measurement in ledger.measurements
        if (periods is None or measurement.period in periods) and (metrics is None or measurement.metric in metrics)
    ]


def compare(ledger: Ledger, measurement: Measurement) -> Comparison:
    """Compare one measurement with the same metric and scope a year earlier, and with its target of this period.

    A campaign's scope carries the campaign, so its year ago is last year's window. Raises KeyError for a measurement
    of a metric the ledger does not know.
    """
    before = ledger.get(measurement.metric, measurement.period.year_ago, measurement.scope)
    target = ledger.target(measurement.metric, measurement.period, measurement.scope)
    return comparison(
        ledger.metrics[measurement.metric],
        measurement,
        prior=before.value if before else None,
        target=target.value if target else None,
    )


def compare_previous(ledger: Ledger, month: Period, earlier: Ledger) -> list[Comparison]:
    """Compare every figure of a month with the month before, which ``earlier`` holds; targets are the year's affair.

    ``earlier`` is the ledger itself, or one that ends on the same day of the month before where ``month`` is not over.
    """
    before = month.previous
    found = []
    for measurement in ledger.measurements:
        if measurement.period == month:
            m = earlier.get(measurement.metric, before, measurement.scope)
            metric = ledger.metrics[measurement.metric]
            found.append(comparison(metric, measurement, prior=m.value if m else None, base=Base.PREVIOUS))
    return found


def comparison(
    metric: Metric,
    measurement: Measurement,
    prior: Decimal | None = None,
    target: Decimal | None = None,
    base: Base = Base.YEAR_AGO,
) -> Comparison:
    """Put a measurement beside a prior and a target, all in base units, None where there is none."""
    value = measurement.value
    rate = metric.is_rate or metric.unit == _POINTS
    change = None if value is None or prior is None else _CONTEXT.subtract(value, prior)
    gap = None if value is None or target is None else _CONTEXT.subtract(value, target)
    reason = _reason(value, prior, rate=rate)
    growth = None
    if change is not None and prior and reason is None and not rate:
        growth = _CONTEXT.divide(change, prior)
    return Comparison(
        metric=metric,
        measurement=measurement,
        prior=prior,
        change=change,
        growth=growth,
        points=change if rate else None,
        reason=reason,
        target=target,
        gap=gap,
        attainment=attainment(value, target, metric.better),
        progress=None if change == 0 else _favourable(change, metric.better),
        on_target=_favourable(gap, metric.better),
        base=base,
    )


def attainment(value: Decimal | None, target: Decimal | None, better: Better) -> Decimal | None:
    """How much of the target is reached, 1 being all: value ÷ target where up is better, target ÷ value where down is.

    None where neither is better, and where a zero or negative figure makes the quotient say nothing.
    """
    if value is None or target is None or target <= 0 or value < 0:
        return None
    if better == "up":
        return _CONTEXT.divide(value, target)
    return _CONTEXT.divide(target, value) if better == "down" and value else None


def _favourable(difference: Decimal | None, better: Better) -> bool | None:
    """Whether a difference points the good way; no difference does (a target met exactly is met)."""
    if difference is None or better == "none":
        return None
    return difference >= 0 if better == "up" else difference <= 0


def _reason(value: Decimal | None, prior: Decimal | None, *, rate: bool) -> Reason | None:
    """Why there is no growth to state. Rates need no base other than zero: their points are honest everywhere."""
    if value is None:
        return Reason.NO_VALUE
    if prior is None:
        return Reason.NO_BASE
    if rate or (value > 0 and prior > 0):
        return None
    if prior == 0:
        return Reason.NEW if value else Reason.BOTH_ZERO
    if value == 0:
        return Reason.TO_ZERO
    if prior > 0:
        return Reason.TURNED_NEGATIVE
    return Reason.TURNED_POSITIVE if value > 0 else Reason.STILL_NEGATIVE
