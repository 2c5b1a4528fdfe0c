"""Levers: what turnover gains when one factor moves and all else stays, and how much of the gap that closes.

Each lever's formula rests on an identity of the metrics' own definitions and one assumption, said in its function.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal, localcontext

from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.plan import Lever, LeverInput, Sensitivity
from rpt.values.review import Review

SHARES = (Decimal("-0.10"), Decimal("-0.05"), Decimal("0.05"), Decimal("0.10"))
FACTORS = ("visitors", "conversion", "daily_aov")  # their product is turnover
CENT = Decimal("0.01")
_CONTEXT = Context(prec=28)


def sensitivity(review: Review) -> Sensitivity | None:
    """The table of levers; None without a target above this year's turnover."""
    year, coming = Period(review.year), Period(review.year + 1)
    target, now = review.ledger.target("gmv", coming), _measured(review, "gmv")
    if target is None or target.value is None or now is None or not now.value or target.value <= now.value:
        return None
    gap = target.value - now.value
    levers = (*_factors(review, now, gap), *_repeat(review, now, gap), *_spend(review, gap))
    return Sensitivity(year.year + 1, gap, SHARES, levers, now.value) if levers else None


def _factors(review: Review, gmv: Measurement, gap: Decimal) -> Iterator[Lever]:
    """Visitors, conversion and basket, each alone, then all three at once.

    Identity: GMV = visitors × conversion (buyers ÷ visitors) × daily basket (GMV ÷ buyers). Assumption: moving one
    leaves the others as they are (more visitors buy as readily, and as much). Then ΔGMV = GMV × share for one, and
    GMV × ((1 + share)³ − 1) for three.
    """
    found = [m for metric in FACTORS if (m := _measured(review, metric)) is not None]
    total = gmv.value or Decimal(0)
    if len(found) < len(FACTORS):
        return
    inputs = _inputs(review, *found)
    product = " * ".join(FACTORS)
    for m in found:
        yield _linear(review, m, total, gap, inputs, product)
    with localcontext(_CONTEXT):
        effects = tuple((total * ((1 + share) ** 3 - 1)).quantize(CENT) for share in SHARES)
        alone = ((total + gap) / total) ** (Decimal(1) / 3) - 1
    formula = f"{product} * ((1 + share) ** 3 - 1)"
    yield Lever("以上三项同时", f"gmv@{review.year}.levers", "元", None, effects, alone, None, inputs, formula)


def _repeat(review: Review, gmv: Measurement, gap: Decimal) -> Iterator[Lever]:
    """The repeat rate (buyers with two orders or more ÷ buyers).

    Identity: GMV = buyers × orders per buyer × value per order. Assumption: every buyer won over to a second order
    places one of mean value, and no other changes. Then ΔGMV = buyers × Δrate × value per order
    = GMV ÷ orders per buyer × rate × share.
    """
    rate, orders = _measured(review, "repeat_rate"), _measured(review, "orders_per_buyer")
    if rate is None or orders is None or not orders.value or not rate.value:
        return
    moved = _CONTEXT.divide((gmv.value or Decimal(0)) * rate.value, orders.value)
    yield _linear(review, rate, moved, gap, _inputs(review, gmv, rate, orders), "gmv * repeat_rate / orders_per_buyer")


def _spend(review: Review, gap: Decimal) -> Iterator[Lever]:
    """Advertising.

    Identity: turnover won by advertising = spend × its return. Assumption: the return stays as it is whatever is spent
    (which more spend seldom keeps), and turnover not won by it is untouched. Then ΔGMV = that turnover × share.
    """
    spend, won = _measured(review, "ad_spend"), _measured(review, "ad_amount")
    if spend is not None and won is not None and won.value and spend.value:
        inputs = _inputs(review, spend, won)
        yield _linear(review, spend, won.value, gap, inputs, "ad_spend * (ad_amount / ad_spend)")


def _linear(
    review: Review, m: Measurement, moved: Decimal, gap: Decimal, inputs: dict[str, LeverInput], formula: str
) -> Lever:
    """A lever that moves ``moved`` 元, which is ``formula``, in proportion to itself."""
    metric = review.ledger.metrics[m.metric]
    effects = tuple((moved * share).quantize(CENT) for share in SHARES)
    alone = _CONTEXT.divide(gap, moved) if moved > 0 else None
    if metric.is_rate and alone is not None and m.value is not None and m.value * (1 + alone) > 1:
        alone = None  # no rate exceeds all
    return Lever(metric.label, m.id, metric.unit, m.value, effects, alone, moved, inputs, f"{formula} * share")


def _inputs(review: Review, *found: Measurement) -> dict[str, LeverInput]:
    nouns = review.ledger.metrics
    return {
        m.metric: LeverInput(nouns[m.metric].label, m.id, nouns[m.metric].unit, m.value)
        for m in found
        if m.value is not None
    }


def _measured(review: Review, metric: str) -> Measurement | None:
    found = review.ledger.get(metric, Period(review.year))
    return found if found is not None and found.value is not None else None
