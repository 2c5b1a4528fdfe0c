"""From this year's turnover to next year's target by the team's measures, overlap taken out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.values.period import Period
from rpt.values.plan import Action, BridgeStep, PlanBridge
from rpt.values.review import Review

NOBODY = "未定责任人"


def bridge(review: Review, actions: Sequence[Action]) -> PlanBridge | None:
    """The bridge; None without this year's turnover, a target, or any measure with an expected amount."""
    now = review.ledger.get("gmv", Period(review.year))
    target = review.ledger.target("gmv", Period(review.year + 1))
    if now is None or now.value is None or target is None or target.value is None:
        return None
    if all(action.expected is None for action in actions):
        return None
    return build(review.year + 1, now.value, target.value, actions)


def build(year: int, start: Decimal, target: Decimal, actions: Sequence[Action]) -> PlanBridge:
    """Steps by owner in the order of their amounts; then what overlaps, then what no measure covers."""
    counted = without_overlap(actions)
    by_owner: dict[str, list[Decimal]] = {}
    for action in actions:
        if action.expected is not None:
            by_owner.setdefault(action.owner or NOBODY, []).append(action.expected)
    steps = sorted(
        (BridgeStep(owner, len(amounts), sum(amounts, Decimal(0))) for owner, amounts in by_owner.items()),
        key=lambda step: -step.amount,
    )
    gross = sum((step.amount for step in steps), Decimal(0))
    net = sum((amount for amount in counted if amount is not None), Decimal(0))
    return PlanBridge(year, start, target, tuple(steps), net - gross, target - start - net, counted)


def without_overlap(actions: Sequence[Action]) -> tuple[Decimal | None, ...]:
    """What of each measure counts: of several on one metric and scope only the largest, since they would win the same
    turnover twice; a measure without a metric stands alone, one without an amount counts as None."""
    largest: dict[tuple[str, str], int] = {}
    for at, action in enumerate(actions):
        key = (action.metric, action.scope)
        if action.metric and action.expected is not None:
            best = largest.get(key)
            if best is None or action.expected > (actions[best].expected or Decimal(0)):
                largest[key] = at
    kept = set(largest.values())
    return tuple(
        action.expected
        if action.expected is None or action.expected <= 0 or not action.metric or at in kept
        else Decimal(0)
        for at, action in enumerate(actions)
    )
