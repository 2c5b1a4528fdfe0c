"""Last year's plan, item by item: what was promised, what was reached."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.parse import ParseError, parse_measure
from rpt.values.ledger import Better
from rpt.values.period import Period
from rpt.values.plan import Fulfilment, PlanItem, State
from rpt.values.review import Review

DONE = frozenset({"完成", "已完成"})  # states with which people close a measure


def fulfilment(review: Review) -> tuple[Fulfilment, ...]:
    """The items planned for the report year against its figures; empty while the year is not over.

    Figures decide; a measure that promised none is done where its state says so.
    """
    if review.is_partial:
        return ()
    return tuple(_became(review, item) for item in review.promises.last_plan if item.year == review.year)


def _became(review: Review, item: PlanItem) -> Fulfilment:
    metric = review.ledger.metrics.get(item.metric)
    now = review.ledger.get(item.metric, Period(review.year), item.scope) if metric else None
    actual = now.value if now is not None else None
    target = _target(item)
    if target is None and item.state in DONE:
        return Fulfilment(item, None, actual, "完成")
    if metric is None or actual is None or target is None:
        return Fulfilment(item, target, actual, "无数据")
    return Fulfilment(item, target, actual, _state(metric.better, actual, target))


def _target(item: PlanItem) -> Decimal | None:
    try:
        return parse_measure(item.target).value if item.target else None
    except ParseError:
        return None


def _state(better: Better, actual: Decimal, target: Decimal) -> State:
    reached = actual <= target if better == "down" else actual >= target
    return "完成" if reached else "未完成"
