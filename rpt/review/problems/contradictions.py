"""Targets of the coming year that cannot all hold: parts that do not make their whole, factors that do not multiply to
it, and a growth in a note that does not follow from target and actual."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal

from rpt.language.figures import free_figure
from rpt.language.format import percent, points, quantity
from rpt.language.naming import scoped_label
from rpt.language.precision import half_unit
from rpt.language.wording import Phrase
from rpt.review.problems.common import weight
from rpt.values.document import Figure
from rpt.values.finding import CONTRADICTION, Finding, Severity
from rpt.values.ledger import SUMMED, Metric, Target, measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, members_of, scope_of

SAME = Decimal("0.0005")  # a tenth of a percent, rounded, is no contradiction
DIMENSIONS = ("渠道", "平台")  # each has all of the business in it
PRODUCTS = (  # a metric and those whose product it is by definition
    ("gmv", ("visitors", "conversion", "daily_aov")),
    ("gmv", ("orders", "order_value")),
    ("ad_amount", ("ad_spend", "paid_roi")),
)
_GROWTH = re.compile(r"(增长|增加|增幅|增速|下降|降低|减少)\s*(?:达到?|为|约)?\s*(\d+(?:\.\d+)?)\s*(%|个?百分点)")
_POINTS = re.compile(r"(提高|提升|上升|压降)\s*(?:达到?|为|约)?\s*(\d+(?:\.\d+)?)\s*(个?百分点)")
_DOWN = ("下降", "降低", "减少", "压降")
_BASE = re.compile(r"[较比]\s*(\d{4})\s*年")
_CONTEXT = Context(prec=28)


def targets_contradict(review: Review) -> Iterator[Finding]:
    """Every contradiction among next year's targets. ``impact`` is the difference in 元 (parts − whole) of money; the
    evidence are the parts' ids, then the whole's."""
    coming = Period(review.year + 1)
    wholes = [t for t in review.ledger.targets if t.period == coming and t.origin != SUMMED and t.value]
    for target in wholes:
        if review.ledger.metrics[target.metric].is_additive:
            yield from _sums(review, target)
            yield from _periods(review, target)
        yield from _products(review, target)
        yield from _growth(review, target)
    yield from _shares(review, wholes)


def _sums(review: Review, whole: Target) -> Iterator[Finding]:
    """Channels, or platforms, against the total; a channel's platforms and a group's members against it."""
    if whole.scope == ALL:
        for dimension in DIMENSIONS:
            members = review.ledger.members(whole.metric, dimension, Period(review.year))
            yield from _sum(review, whole, f"各{dimension}", [scope_of({dimension: name}) for name in members])
    elif parts := review.ledger.parts.get(whole.scope) or review.ledger.groups.get(whole.scope):
        yield from _sum(review, whole, f"各{dimensions_of(parts[0])[0]}", parts)


def _sum(review: Review, whole: Target, what: str, scopes: Sequence[str]) -> Iterator[Finding]:
    found = [review.ledger.target(whole.metric, whole.period, scope) for scope in scopes]
    parts = [part for part in found if part is not None and part.value is not None]
    if any(part.origin != SUMMED for part in parts):  # else they are the months, told by them
        yield from _against(review, whole, what, parts, complete=len(parts) == len(scopes))


def _periods(review: Review, whole: Target) -> Iterator[Finding]:
    """The months and the quarters against the year; quarters that are sums of the months say nothing of their own."""
    for what, periods in (("各月", whole.period.months()), ("各季度", whole.period.quarters())):
        found = [review.ledger.target(whole.metric, period, whole.scope) for period in periods]
        parts = [part for part in found if part is not None and part.value is not None]
        if what == "各月" or any(part.origin != SUMMED for part in parts):
            yield from _against(review, whole, what, parts, complete=len(parts) == len(periods))


def _against(review: Review, whole: Target, what: str, parts: Sequence[Target], *, complete: bool) -> Iterator[Finding]:
    """Parts that are all there and make something else, or that are more than the whole already."""
    total = whole.value or Decimal(0)
    summed = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    gap = summed - total
    if not parts or abs(gap) <= abs(total) * SAME or not (complete or gap > 0):
        return
    metric, id = review.ledger.metrics[whole.metric], _id(whole)
    title = (
        f"{whole.period.year}年{scoped_label(metric, whole.scope)}{what}目标合计",
        _amount(metric, f"{id}.sum_{what}", summed),
        "，多于全年目标" if gap > 0 else "，少于全年目标",
        _amount(metric, f"{id}.sum_{what}_gap", abs(gap)),
    )
    yield _finding(review, metric, whole, title, (*map(_id, parts), id), gap)


def _products(review: Review, whole: Target) -> Iterator[Finding]:
    """Factors whose product is not their whole, by more than what rounding each as it is written explains."""
    for metric, names in PRODUCTS:
        if metric != whole.metric:
            continue
        found = [review.ledger.target(name, whole.period, whole.scope) for name in names]
        factors = [f for f in found if f is not None and f.value is not None and f.value > 0]
        if len(factors) < len(names) or whole.value is None:
            continue
        low = high = product = Decimal(1)
        for factor in factors:
            value = factor.value or Decimal(0)
            half = half_unit(factor.text, value)
            low, product, high = low * (value - half), product * value, high * (value + half)
        if low * (1 - SAME) <= whole.value <= high * (1 + SAME):
            continue
        noun, id = review.ledger.metrics[metric], _id(whole)
        named = "、".join(review.ledger.metrics[name].label for name in names)
        gap = product - whole.value
        title = (
            f"{whole.period.year}年{scoped_label(noun, whole.scope)}按{named}目标相乘为",
            _amount(noun, f"{id}.product_{len(names)}", product),
            "，多于其目标" if gap > 0 else "，少于其目标",
            _amount(noun, f"{id}.product_{len(names)}_gap", abs(gap)),
        )
        yield _finding(review, noun, whole, title, (*map(_id, factors), id), gap)


def _shares(review: Review, targets: Sequence[Target]) -> Iterator[Finding]:
    """Shares of one whole that make more than all of it, or other than all where every member has one."""
    by_cut: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        share = review.ledger.metrics[target.metric].aggregation == "share"
        if share and len(dimensions_of(target.scope)) == 1 and target.scope not in review.ledger.groups:
            by_cut.setdefault((target.metric, next(iter(members_of(target.scope)))), []).append(target)
    for (name, dimension), parts in by_cut.items():
        metric, summed = review.ledger.metrics[name], sum((t.value or Decimal(0) for t in parts), Decimal(0))
        members = review.ledger.members(name, dimension, Period(review.year))
        complete = len(members) > 1 and {scope_of({dimension: m}) for m in members} <= {t.scope for t in parts}
        if summed <= 1 + SAME and not (complete and summed < 1 - SAME):
            continue
        ref = measurement_id(name, parts[0].period)
        title = (
            f"{parts[0].period.year}年各{dimension}{metric.label}目标合计",
            free_figure(f"{ref}.sum_{dimension}", summed, "比率"),
            "，超过全部" if summed > 1 else "，不足全部",
        )
        distance = abs(summed - 1)
        yield Finding(CONTRADICTION, _weight(review, distance), title, name, ALL, tuple(map(_id, parts)), distance)


def _growth(review: Review, target: Target) -> Iterator[Finding]:
    """A note that names a growth, or points of a rate, which the target against this year's value is not."""
    metric = review.ledger.metrics[target.metric]
    now = review.ledger.get(target.metric, Period(review.year), target.scope)
    said = _GROWTH.search(target.note) or _POINTS.search(target.note)
    base = _BASE.search(target.note)
    if review.is_partial or said is None or now is None or now.value is None or now.value <= 0 or target.value is None:
        return
    by_points = said[3] != "%"
    if (base and int(base[1]) != review.year) or by_points != metric.is_rate:
        return
    stated = Decimal(said[2]) / 100 * (-1 if said[1] in _DOWN else 1)
    change = _CONTEXT.subtract(target.value, now.value)
    follows = change if by_points else _CONTEXT.divide(change, now.value)
    if abs(stated - follows) <= half_unit(said[2], stated):
        return
    id, digits = _id(target), max(1, len(said[2].partition(".")[2]))
    spell = points if by_points else percent
    title = (
        f"{target.period.year}年{scoped_label(metric, target.scope)}目标备注写{said[1]}",
        free_figure(f"{id}.stated_growth", abs(stated), "比率", spell(abs(stated), digits)),
        "，按本年实际推算应为",
        free_figure(f"{id}.needed", follows, "比率", spell(follows, digits)),
    )
    gap = now.value * (stated - follows) if not by_points else Decimal(0)
    yield _finding(review, metric, target, title, (id, now.id), gap, distance=abs(stated - follows))


def _finding(
    review: Review,
    metric: Metric,
    whole: Target,
    title: Phrase,
    evidence: tuple[str, ...],
    gap: Decimal,
    distance: Decimal | None = None,
) -> Finding:
    far = abs(_CONTEXT.divide(gap, whole.value)) if distance is None and whole.value else distance or Decimal(0)
    impact = gap.quantize(Decimal("0.01")) if metric.unit == "元" and metric.is_additive else None
    return Finding(CONTRADICTION, _weight(review, far), title, metric.id, whole.scope, evidence, far, impact)


def _weight(review: Review, distance: Decimal) -> Severity:
    """A slip below the least distance worth saying is light: it is put right with a pen."""
    return weight(review, distance) if distance >= review.lines.worse else Severity.LOW


def _amount(metric: Metric, ref: str, value: Decimal) -> Figure:
    return free_figure(ref, value, metric.unit, quantity(value, metric.unit, metric.digits))


def _id(target: Target) -> str:
    return measurement_id(target.metric, target.period, target.scope)
