"""What a metric was day by day, for the shape of a plan: as measured, or its months spread as turnover was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from rpt.planning.shape import Campaigns, Days
from rpt.values.ledger import Metric
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, members_of

Daily = Mapping[str, Mapping[str, Days]]  # metric -> scope -> day -> amount
TURNOVER, CAMPAIGN = "gmv", "活动"


def has_days(daily: Daily, metric: Metric) -> bool:
    """Whether a metric was measured by day."""
    return bool(daily.get(metric.id))


def by_day(review: Review, daily: Daily, campaigns: Campaigns, metric: Metric, scope: str) -> Days:
    """Day → amount of this year and the year before; empty where nothing is known.

    A group is the sum of its members, a campaign the days of its windows. A metric known by month alone is spread over
    each month's days in proportion to turnover at the same scope, or at all, or evenly.
    """
    if dimensions_of(scope) == (CAMPAIGN,):
        names = {members_of(at)[CAMPAIGN] for at in review.ledger.groups.get(scope, (scope,))}
        spans = [span for name in names for span in campaigns.get(name, {}).values()]
        whole = by_day(review, daily, campaigns, metric, ALL)
        return {day: value for day, value in whole.items() if any(first <= day <= last for first, last in spans)}
    if not has_days(daily, metric):
        return dict(_spread(review, daily, metric, scope))
    total: dict[date, Decimal] = {}
    for at in review.ledger.groups.get(scope, (scope,)):
        for day, value in daily[metric.id].get(at, {}).items():
            total[day] = total.get(day, Decimal(0)) + value
    return total


def _spread(review: Review, daily: Daily, metric: Metric, scope: str) -> Iterator[tuple[date, Decimal]]:
    known = daily.get(TURNOVER, {})
    turnover = known.get(scope) or known.get(ALL) or {}
    for month in (*Period(review.year - 1).months(), *Period(review.year).months()):
        found = review.ledger.get(metric.id, month, scope)
        if found is None or found.value is None:
            continue
        days = [month.starts_on + timedelta(n) for n in range((month.ends_on - month.starts_on).days + 1)]
        weights = [max(Decimal(0), turnover.get(day, Decimal(0))) for day in days]
        if not any(weights):
            weights = [Decimal(1)] * len(days)
        whole = sum(weights, Decimal(0))
        yield from ((day, found.value * weight / whole) for day, weight in zip(days, weights, strict=True))
