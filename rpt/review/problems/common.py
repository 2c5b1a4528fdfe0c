"""What the rules share: the lines they draw, the year's figures, and how heavy a distance weighs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rpt.language.naming import scoped_label
from rpt.values.comparison import Comparison
from rpt.values.finding import Severity
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of

CUTS = (("平台",), ("渠道",))  # the cuts whose members can be a problem of their own
CENT = Decimal("0.01")
ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


def yearly(review: Review) -> Iterator[Comparison]:
    """The figures of the report year."""
    year = Period(review.year)
    return (c for c in review.comparisons if c.measurement.period == year)


def is_cut(scope: str) -> bool:
    """The whole, or one channel, platform or group of them."""
    return scope == ALL or dimensions_of(scope) in CUTS


def subject(c: Comparison) -> str:
    """What a sentence is about."""
    return scoped_label(c.metric, c.measurement.scope)


def weight(review: Review, distance: Decimal) -> Severity:
    """How heavy a distance from a line weighs."""
    return Severity.HIGH if distance >= review.lines.severe else Severity.MEDIUM


def impact(review: Review, c: Comparison, difference: Decimal) -> Decimal | None:
    """What a difference costs in 元, negative; None where nothing says so.

    Money that adds up is its own cost. Else the catalogue says what one unit of a metric's numerator is ``worth``
    (元 where it is money, or the metric that values it): a ratio's cost is difference × denominator × worth, so that
    lost conversion costs visitors × basket, and a point of ROI costs the spend.
    """
    metric, m = c.metric, c.measurement
    if not metric.worth:
        return -abs(difference) if metric.unit == "元" and metric.is_additive else None
    each: Decimal | None = Decimal(1)
    if metric.worth != "元":
        valued = review.get(metric.worth, m.period, m.scope)
        each = valued.value if valued else None
    base = m.denominator if metric.aggregation == "ratio" else Decimal(1)
    return None if each is None or base is None else -abs(difference * base * each).quantize(CENT)
