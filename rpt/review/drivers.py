"""Drivers: why a figure moved. Turnover by its factors and by its members, rates by structure and own rate, and
turnover turned into contribution step by step. Parts are in the order told and add up to the whole exactly."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from rpt.review.products import by_products
from rpt.review.split import mix_rate, to_unit
from rpt.review.turnover import Spans, by_turnover, id_of, parts_of, value_of
from rpt.values.decomposition import Decomposition
from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label, scope_of

BRIDGE = (
    ("refund_amount", "退款"),
    ("product_cost", "商品成本"),
    ("commission", "平台佣金"),
    ("discount_amount", "优惠"),
    ("ad_spend", "推广花费"),
)
RATE_DIGIT = Decimal("0.0000000001")


def find_drivers(review: Review) -> tuple[Decomposition, ...]:
    """Every decomposition that the ledger allows for the report year."""
    year = Period(review.year)
    spans = Spans(review.ledger, year.year_ago, review.ledger, year)
    return (*by_turnover(spans), *_by_mix(review), *_bridges(review), *by_products(review))


def _both(review: Review, metric: str, scope: str) -> tuple[Measurement, Measurement] | None:
    """Last year's and this year's measurement, both with a value."""
    year = Period(review.year)
    before, after = (review.ledger.get(metric, period, scope) for period in (year.year_ago, year))
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return before, after


def _by_mix(review: Review) -> Iterator[Decomposition]:
    """Every ratio whose members' numerators and denominators add up to the whole's: structure against own rate."""
    year = Period(review.year)
    for metric in review.ledger.metrics.values():
        if metric.aggregation != "ratio" or _both(review, metric.id, ALL) is None:
            continue
        cut_by = {dimensions_of(m.scope) for m in review.ledger.of(metric.id, period=year)}
        for dimension in sorted(d[0] for d in cut_by if len(d) == 1):
            found = _mix(review, metric.id, dimension)
            if found is not None:
                yield found


def _mix(review: Review, metric: str, dimension: str) -> Decomposition | None:
    whole = _both(review, metric, ALL)
    names = review.ledger.members(metric, dimension, Period(review.year))
    pairs = [_both(review, metric, scope_of({dimension: name})) for name in names]
    known = [pair for pair in pairs if pair is not None]
    if whole is None or len(known) < 2 or len(known) < len(pairs):
        return None
    for side in (0, 1):
        for part in ("numerator", "denominator"):
            total = sum((getattr(pair[side], part) or Decimal(0) for pair in known), Decimal(0))
            if total != getattr(whole[side], part) or (not total and part == "denominator"):
                return None
    with localcontext(prec=40):
        weights = tuple(
            [(p[side].denominator or Decimal(0)) / (whole[side].denominator or Decimal(1)) for p in known]
            for side in (0, 1)
        )
        split = mix_rate((weights[0], weights[1]), tuple([value_of(p[side]) for p in known] for side in (0, 1)))  # type: ignore[arg-type]
        start, end = (value_of(m).quantize(RATE_DIGIT) for m in whole)
        amounts = to_unit([x for pair in split for x in pair], end - start, RATE_DIGIT)
    labels = [f"{name}{kind}" for name in names for kind in ("占比变化", "自身变化")]
    refs = [pair[1].id for pair in known for _ in (0, 1)]
    levels = [(value_of(a), value_of(b)) for a, b in known for _ in (0, 1)]
    label = f"按{dimension}看占比与自身"
    parts = parts_of(labels, refs, amounts, levels, start, end)
    unit = review.ledger.metrics[metric].unit
    return Decomposition(f"{metric}.{dimension}", review.year, label, metric, unit, ALL, "mix_rate", start, end, parts)


def _bridges(review: Review) -> Iterator[Decomposition]:
    """成交 → 退款、成本、佣金、优惠、推广 → 贡献毛利, for the whole and each channel, where every column exists."""
    year = Period(review.year)
    channels = (
        [scope_of({"渠道": m}) for m in review.ledger.members("gmv", "渠道", year)] if _has(review, "gmv") else []
    )
    for scope in (ALL, *channels):
        start, end = (review.ledger.get(metric, year, scope) for metric in ("gmv", "contribution"))
        steps = [review.ledger.get(metric, year, scope) for metric, _ in BRIDGE]
        if start is None or end is None or any(step is None or step.value is None for step in (start, end, *steps)):
            continue
        amounts = [-value_of(step) for step in steps]
        labels, refs = [label for _, label in BRIDGE], [step.id for step in steps if step]
        parts = parts_of(labels, refs, amounts, None, value_of(start), value_of(end))
        if value_of(start) + sum(amounts, Decimal(0)) == value_of(end):
            where = "" if scope == ALL else member_label(scope)
            yield Decomposition(
                id_of("profit", scope),
                review.year,
                f"{where}从成交到贡献毛利",
                "contribution",
                "元",
                scope,
                "bridge",
                value_of(start),
                value_of(end),
                parts,
            )


def _has(review: Review, metric: str) -> bool:
    return metric in review.ledger.metrics
