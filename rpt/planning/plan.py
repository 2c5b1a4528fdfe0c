"""The whole plan of the year after the report year."""

from __future__ import annotations

from rpt.planning.bridge import bridge
from rpt.planning.fulfilment import fulfilment
from rpt.planning.paths import rate_paths
from rpt.planning.rolldown import roll_downs
from rpt.planning.sensitivity import sensitivity
from rpt.planning.series import Daily
from rpt.planning.shape import Campaigns
from rpt.planning.targets import coming_targets, feasibility
from rpt.values.plan import Plan
from rpt.values.review import Review


def make_plan(review: Review, daily: Daily, campaigns: Campaigns) -> Plan:
    """Plan the next year. ``daily`` are amounts by metric, scope and day, ``campaigns`` windows by name and year.

    A year that is not over is no base for the next: then only targets and measures are handed on.
    """
    year = review.year + 1
    targets = coming_targets(review)
    actions = tuple(action for action in review.promises.actions if action.year == year)
    if review.is_partial:
        return Plan(year, targets, actions=actions)
    return Plan(
        year=year,
        targets=targets,
        feasibility=feasibility(review, targets),
        rolldowns=roll_downs(review, daily, campaigns),
        paths=rate_paths(review, targets),
        sensitivity=sensitivity(review),
        bridge=bridge(review, actions),
        actions=actions,
        fulfilment=fulfilment(review),
    )
