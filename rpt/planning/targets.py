"""Next year's targets against the past: the change each asks for, the best change there ever was, and arithmetic
that contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal

from rpt.language.figures import free_figure
from rpt.language.format import percent, quantity
from rpt.values.ledger import Metric, Target, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Contradiction, Feasibility, Verdict
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, members_of, scope_of

BEYOND = Decimal("1.5")  # so many times the best change of the past needs arguing for, not only effort
SAME = Decimal("0.0005")  # a tenth of a percent, rounded, is no contradiction
SUMMED = "渠道月度目标合计"  # targets that are sums of others, not set by anyone
_GROWTH = re.compile(r"(?:同比)?(?:增长|增幅|增速)\s*(?:达|为|到)?\s*(\d+(?:\.\d+)?)\s*%")
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


def contradictions(review: Review) -> tuple[Contradiction, ...]:
    """Targets of next year that cannot all hold: parts that do not sum to their whole, shares above 100%, a growth in
    the note that does not follow from the figures."""
    return (*_sums(review), *_months(review), *_shares(review), *_growths(review))


def _sums(review: Review) -> Iterator[Contradiction]:
    coming, this = Period(review.year + 1), Period(review.year)
    for metric in review.ledger.metrics.values():
        whole = review.ledger.target(metric.id, coming)
        if not metric.is_additive or whole is None or not whole.value:
            continue
        for dimension in ("渠道", "平台"):
            scopes = [scope_of({dimension: name}) for name in review.ledger.members(metric.id, dimension, this)]
            parts = [review.ledger.target(metric.id, coming, scope) for scope in scopes]
            values = [part.value for part in parts if part is not None and part.value is not None]
            summed = sum(values, Decimal(0))
            complete = len(values) == len(scopes) > 1
            if (complete and _apart(summed, whole.value)) or (values and summed > whole.value * (1 + SAME)):
                ids = tuple(measurement_id(metric.id, coming, scope) for scope in (ALL, *scopes))
                yield _differs(metric, f"各{dimension}目标合计", summed, whole.value, f"sum_{dimension}", ids)


def _months(review: Review) -> Iterator[Contradiction]:
    coming = Period(review.year + 1)
    for metric in review.ledger.metrics.values():
        whole = review.ledger.target(metric.id, coming)
        months = [review.ledger.target(metric.id, month) for month in coming.months()]
        values = [month.value for month in months if month is not None and month.value is not None]
        if not metric.is_additive or whole is None or not whole.value or len(values) < 12:
            continue
        if _apart(sum(values, Decimal(0)), whole.value):
            ids = (measurement_id(metric.id, coming),)
            yield _differs(metric, "各月目标合计", sum(values, Decimal(0)), whole.value, "sum_months", ids)


def _differs(
    metric: Metric, what: str, summed: Decimal, whole: Decimal, code: str, ids: tuple[str, ...]
) -> Contradiction:
    gap = summed - whole
    words = (
        f"{metric.label}{what}",
        free_figure(f"{ids[0]}.{code}", summed, metric.unit, quantity(summed, metric.unit, metric.digits)),
        "，多于全年目标" if gap > 0 else "，少于全年目标",
        free_figure(f"{ids[0]}.{code}_gap", abs(gap), metric.unit, quantity(abs(gap), metric.unit, metric.digits)),
    )
    return Contradiction(code, words, ids)


def _shares(review: Review) -> Iterator[Contradiction]:
    """Shares of one whole that add up to more than all of it."""
    by_metric: dict[tuple[str, str], list[Target]] = {}
    for target in coming_targets(review):
        metric = review.ledger.metrics[target.metric]
        if metric.aggregation == "share" and target.value is not None and len(dimensions_of(target.scope)) == 1:
            if target.scope in review.ledger.groups:
                continue
            by_metric.setdefault((metric.id, next(iter(members_of(target.scope)))), []).append(target)
    for (id, dimension), targets in by_metric.items():
        summed = sum((t.value or Decimal(0) for t in targets), Decimal(0))
        if summed > 1 + SAME:
            ids = tuple(measurement_id(id, t.period, t.scope) for t in targets)
            text = (
                f"各{dimension}{review.ledger.metrics[id].label}目标合计",
                free_figure(f"{ids[0]}.sum", summed, "比率"),
            )
            yield Contradiction("shares", (*text, "，超过全部"), ids)


def _growths(review: Review) -> Iterator[Contradiction]:
    """A note that names a growth (增长50%) which the target over this year's value is not."""
    for target in coming_targets(review):
        metric, said = review.ledger.metrics[target.metric], _GROWTH.search(target.note)
        now = review.ledger.get(target.metric, Period(review.year), target.scope)
        if said is None or metric.is_rate or target.value is None or now is None or not now.value or now.value < 0:
            continue
        stated, follows = Decimal(said[1]) / 100, _CONTEXT.subtract(_CONTEXT.divide(target.value, now.value), 1)
        if abs(stated - follows) > Decimal("0.005"):
            id = measurement_id(target.metric, target.period, target.scope)
            text = (
                f"{metric.label}目标备注写增长",
                free_figure(f"{id}.stated_growth", stated, "比率", percent(stated)),
                "，按本年实际推算应为",
                free_figure(f"{id}.needed", follows, "比率", percent(follows)),
            )
            yield Contradiction("growth", text, (id,))


def _apart(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) > abs(b) * SAME
