"""Problems: rules over the compared ledger, one function each, listed in RULES.

A rule yields Findings; ``merge`` tells each problem once, and puts its driver, causes and actions beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from rpt.review.problems.balance import concentration, efficiency_falling
from rpt.review.problems.common import ORDER
from rpt.review.problems.contradictions import targets_contradict
from rpt.review.problems.lines import below_benchmark, target_missed, target_without_data
from rpt.review.problems.merge import merged
from rpt.review.problems.trends import growth_slowing, pace_slowing, spike, vanished, worsened
from rpt.values.finding import Finding
from rpt.values.review import Review

RULES: tuple[Callable[[Review], Iterator[Finding]], ...] = (
    target_missed,
    below_benchmark,
    growth_slowing,
    pace_slowing,
    efficiency_falling,
    worsened,
    vanished,
    concentration,
    spike,
    target_without_data,
    targets_contradict,
)


def find_problems(review: Review) -> tuple[Finding, ...]:
    """Run every rule on the report year; heaviest first: severity, then money, then distance from the line."""
    found = merged(review, [finding for rule in RULES for finding in rule(review)])
    return tuple(sorted(found, key=lambda f: (ORDER[f.severity], -abs(f.impact or Decimal(0)), -f.distance, f.text)))
