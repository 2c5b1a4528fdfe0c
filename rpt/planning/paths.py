"""The path of every target that does not add up over months: where to stand by the end of each quarter."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.values.ledger import Target
from rpt.values.period import Period
from rpt.values.plan import RatePath
from rpt.values.review import Review
from rpt.values.scope import dimensions_of


def rate_paths(review: Review, targets: Sequence[Target]) -> tuple[RatePath, ...]:
    """Where each rate, time and level should stand by the end of each quarter: even steps from this year's value.

    Values are of the twelve months up to the quarter's end, so that the fourth is the year's target itself. Targets of
    a campaign, and those without a value of this year, have no path.
    """
    found = []
    for target in targets:
        metric = review.ledger.metrics[target.metric]
        now = review.ledger.get(target.metric, Period(review.year), target.scope)
        if metric.is_additive or target.value is None or now is None or now.value is None:
            continue
        if "活动" in dimensions_of(target.scope) or _reached(metric.better, now.value, target.value):
            continue
        move = (target.value - now.value) / 4
        quarters = (*(now.value + move * n for n in (1, 2, 3)), target.value)
        found.append(RatePath(target, now.value, quarters))
    return tuple(found)


def _reached(better: str, value: Decimal, target: Decimal) -> bool:
    return value >= target if better == "up" else value <= target if better == "down" else True
