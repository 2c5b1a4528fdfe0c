"""Drivers: why a figure moved. Turnover by its factors and by its members, rates by structure and own rate, and
turnover turned into contribution step by step. Parts are in the order told and add up to the whole exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from rpt.review.products import by_products
from rpt.review.split import lmdi, mix_rate, shapley, to_unit
from rpt.values.decomposition import Decomposition, Part
from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label, scope_of

FACTORS = ("visitors", "conversion", "daily_aov")  # their product is turnover
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
    return (*_by_factors(review), *_by_members(review), *_by_mix(review), *_bridges(review), *by_products(review))


def _both(review: Review, metric: str, scope: str) -> tuple[Measurement, Measurement] | None:
    """Last year's and this year's measurement, both with a value."""
    year = Period(review.year)
    before, after = (review.ledger.get(metric, period, scope) for period in (year.year_ago, year))
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return before, after


def _by_factors(review: Review) -> Iterator[Decomposition]:
    """Turnover over 访客 × 转化率 × 日客单价, as a whole and for each channel: LMDI, Shapley where a factor is zero."""
    if "gmv" not in review.ledger.metrics:
        return
    channels = [scope_of({"渠道": m}) for m in review.ledger.members("gmv", "渠道", Period(review.year))]
    for scope in (ALL, *channels):
        whole, factors = _both(review, "gmv", scope), [_both(review, metric, scope) for metric in FACTORS]
        if whole is None or any(factor is None for factor in factors):
            continue
        pairs = [(a.value or Decimal(0), b.value or Decimal(0)) for a, b in (f for f in factors if f)]
        before, after = [a for a, _ in pairs], [b for _, b in pairs]
        positive = all(value > 0 for value in (*before, *after))
        amounts = lmdi(before, after) if positive else shapley(before, after)
        start, end = _value(whole[0]), _value(whole[1])
        rounded = to_unit(amounts, end - start)
        labels = [review.ledger.metrics[metric].label for metric in FACTORS]
        refs = [f[1].id for f in factors if f]
        parts = _parts(labels, refs, rounded, pairs, start, end)
        yield Decomposition(
            _id("gmv.factors", scope),
            review.year,
            "流量、转化与客单",
            "gmv",
            "元",
            scope,
            "lmdi" if positive else "shapley",
            start,
            end,
            parts,
        )


def _by_members(review: Review) -> Iterator[Decomposition]:
    """Turnover over channels and over platforms; a member that one year lacks counts as zero there."""
    year = Period(review.year)
    whole = _both(review, "gmv", ALL)
    if whole is None:
        return
    start, end = _value(whole[0]), _value(whole[1])
    for dimension in ("渠道", "平台"):
        names = list(
            dict.fromkeys(
                review.ledger.members("gmv", dimension, year) + review.ledger.members("gmv", dimension, year.year_ago)
            )
        )
        scopes = [scope_of({dimension: name}) for name in names]
        pairs = [
            tuple(_value(review.ledger.get("gmv", period, scope)) for period in (year.year_ago, year))
            for scope in scopes
        ]
        amounts = [after - before for before, after in pairs]
        if len(scopes) < 2 or sum(amounts, Decimal(0)) != end - start:
            continue
        refs = [f"gmv@{year.key}[{scope}]" for scope in scopes]
        parts = _parts(names, refs, amounts, [(a, b) for a, b in pairs], start, end)
        yield Decomposition(
            f"gmv.{dimension}", review.year, f"按{dimension}", "gmv", "元", ALL, "members", start, end, parts
        )


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
        split = mix_rate((weights[0], weights[1]), tuple([_value(p[side]) for p in known] for side in (0, 1)))  # type: ignore[arg-type]
        start, end = (_value(m).quantize(RATE_DIGIT) for m in whole)
        amounts = to_unit([x for pair in split for x in pair], end - start, RATE_DIGIT)
    labels = [f"{name}{kind}" for name in names for kind in ("占比变化", "自身变化")]
    refs = [pair[1].id for pair in known for _ in (0, 1)]
    levels = [(_value(a), _value(b)) for a, b in known for _ in (0, 1)]
    label = f"按{dimension}看占比与自身"
    parts = _parts(labels, refs, amounts, levels, start, end)
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
        amounts = [-_value(step) for step in steps]
        labels, refs = [label for _, label in BRIDGE], [step.id for step in steps if step]
        parts = _parts(labels, refs, amounts, None, _value(start), _value(end))
        if _value(start) + sum(amounts, Decimal(0)) == _value(end):
            where = "" if scope == ALL else member_label(scope)
            yield Decomposition(
                _id("profit", scope),
                review.year,
                f"{where}从成交到贡献毛利",
                "contribution",
                "元",
                scope,
                "bridge",
                _value(start),
                _value(end),
                parts,
            )


def _parts(
    labels: Sequence[str],
    refs: Sequence[str],
    amounts: Sequence[Decimal],
    pairs: Sequence[tuple[Decimal, Decimal]] | None,
    start: Decimal,
    end: Decimal,
) -> tuple[Part, ...]:
    change = end - start
    return tuple(
        Part(
            label,
            ref,
            amount,
            pairs[at][0] if pairs else None,
            pairs[at][1] if pairs else None,
            amount / change if change else None,
            amount / start if start > 0 else None,
        )
        for at, (label, ref, amount) in enumerate(zip(labels, refs, amounts, strict=True))
    )


def _has(review: Review, metric: str) -> bool:
    return metric in review.ledger.metrics


def _value(m: Measurement | None) -> Decimal:
    return m.value if m is not None and m.value is not None else Decimal(0)


def _id(name: str, scope: str) -> str:
    return name if scope == ALL else f"{name}[{scope}]"
