"""Levers: what turnover gains when one factor moves and all else stays, and how much of the gap that closes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal, localcontext

from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.plan import Lever, Sensitivity
from rpt.values.review import Review

SHARES = (Decimal("-0.10"), Decimal("-0.05"), Decimal("0.05"), Decimal("0.10"))
FACTORS = ("visitors", "conversion", "daily_aov")  # their product is turnover
CENT = Decimal("0.01")
_CONTEXT = Context(prec=28)


def sensitivity(review: Review) -> Sensitivity | None:
    """The table of levers; None without a target above this year's turnover."""
    year, coming = Period(review.year), Period(review.year + 1)
    target, now = review.ledger.target("gmv", coming), review.ledger.get("gmv", year)
    if target is None or target.value is None or now is None or not now.value or target.value <= now.value:
        return None
    gap = target.value - now.value
    levers = (*_factors(review, now.value, gap), *_repeat(review, now.value, gap), *_spend(review, gap))
    return Sensitivity(coming.year, gap, SHARES, levers, now.value) if levers else None


def _factors(review: Review, gmv: Decimal, gap: Decimal) -> Iterator[Lever]:
    """Visitors, conversion and basket, each alone (turnover moves in proportion), then all three at once."""
    found = [_measured(review, metric) for metric in FACTORS]
    if any(m is None for m in found):
        return
    for m in found:
        if m is not None:
            yield _linear(review, m, gmv, gap)
    with localcontext(_CONTEXT):
        effects = tuple((gmv * ((1 + share) ** 3 - 1)).quantize(CENT) for share in SHARES)
        alone = ((gmv + gap) / gmv) ** (Decimal(1) / 3) - 1
    yield Lever("以上三项同时", f"gmv@{review.year}.levers", "元", None, effects, alone)


def _repeat(review: Review, gmv: Decimal, gap: Decimal) -> Iterator[Lever]:
    """The repeat rate: every buyer won over to a second order places one of mean size.

    ΔGMV = buyers × Δrate × order value = GMV ÷ orders per buyer × Δrate, since buyers × orders × value = GMV.
    """
    rate, orders = _measured(review, "repeat_rate"), _measured(review, "orders_per_buyer")
    if rate is None or orders is None or not orders.value or not rate.value:
        return
    yield _linear(review, rate, _CONTEXT.divide(gmv * rate.value, orders.value), gap)


def _spend(review: Review, gap: Decimal) -> Iterator[Lever]:
    """Advertising at this year's return: turnover won by it moves in proportion to the spend."""
    spend, won = _measured(review, "ad_spend"), _measured(review, "ad_amount")
    if spend is not None and won is not None and won.value:
        yield _linear(review, spend, won.value, gap)


def _linear(review: Review, m: Measurement, moved: Decimal, gap: Decimal) -> Lever:
    """A lever that moves ``moved`` 元 in proportion to itself."""
    metric = review.ledger.metrics[m.metric]
    effects = tuple((moved * share).quantize(CENT) for share in SHARES)
    alone = _CONTEXT.divide(gap, moved) if moved > 0 else None
    if metric.is_rate and alone is not None and m.value is not None and m.value * (1 + alone) > 1:
        alone = None  # no rate exceeds all
    return Lever(metric.label, m.id, metric.unit, m.value, effects, alone, moved)


def _measured(review: Review, metric: str) -> Measurement | None:
    found = review.ledger.get(metric, Period(review.year))
    return found if found is not None and found.value is not None else None
