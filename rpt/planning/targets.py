"""Next year's targets against the past: the change each asks for, and the best change there ever was."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from rpt.values.ledger import SUMMED, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Feasibility, Verdict
from rpt.values.review import Review

BEYOND = Decimal("1.5")  # so many times the best change of the past needs arguing for, not only effort
_CONTEXT = Context(prec=28)


def coming_targets(review: Review) -> tuple[Target, ...]:
    """Next year's targets that someone set, in the workbook's order."""
    year = Period(review.year + 1)
    return tuple(t for t in review.ledger.targets if t.period == year and t.origin != SUMMED)


def feasibility(review: Review, targets: Sequence[Target]) -> tuple[Feasibility, ...]:
    """Every target beside this year's value and the best year-on-year change the ledger knows for it."""
    return tuple(_feasible(review, target) for target in targets)


def _feasible(review: Review, target: Target) -> Feasibility:
    metric = review.ledger.metrics[target.metric]
    now = review.ledger.get(target.metric, Period(review.year), target.scope)
    actual = now.value if now is not None else None
    if actual is None or target.value is None or metric.better == "none":
        return Feasibility(target, actual, None, None, None, "无可比")
    needed = change_of(metric, actual, target.value)
    best, year = _best(review, metric, target.scope)
    monthly = target.value / 12 if metric.is_additive else None
    monthly_actual = actual / 12 if metric.is_additive else None
    return Feasibility(
        target,
        actual,
        needed,
        best,
        year,
        verdict(metric, needed, best),
        monthly=monthly,
        monthly_actual=monthly_actual,
    )


def change_of(metric: Metric, before: Decimal, after: Decimal) -> Decimal | None:
    """Growth as a fraction, or the difference of rates; None where the base is not positive."""
    if metric.is_rate:
        return _CONTEXT.subtract(after, before)
    return _CONTEXT.divide(_CONTEXT.subtract(after, before), before) if before > 0 else None


def verdict(metric: Metric, needed: Decimal | None, best: Decimal | None) -> Verdict:
    """已达到 where nothing is asked; 可达 up to the best change of the past; 有挑战 up to 1.5 times it; 需论证 beyond,
    and where there never was a change for the better; 无可比 without a past."""
    sign = -1 if metric.better == "down" else 1
    if needed is None:
        return "无可比"
    if needed * sign <= 0:
        return "已达到"
    if best is None:
        return "无可比"
    if needed * sign <= best * sign:
        return "可达"
    return "有挑战" if 0 < needed * sign <= best * sign * BEYOND else "需论证"


def _best(review: Review, metric: Metric, scope: str) -> tuple[Decimal | None, int | None]:
    """The change that went furthest the good way, and its year."""
    changes = []
    for year in review.ledger.years():
        period = Period(year)
        after, before = (review.ledger.get(metric.id, p, scope) for p in (period, period.year_ago))
        if year > review.year or after is None or before is None or after.value is None or before.value is None:
            continue
        change = change_of(metric, before.value, after.value)
        if change is not None:
            changes.append((change, year))
    if not changes:
        return None, None
    return min(changes) if metric.better == "down" else max(changes)
