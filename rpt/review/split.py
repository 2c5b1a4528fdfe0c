"""Arithmetic of taking a change apart. Every function returns amounts that add up to the change exactly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from decimal import Decimal, localcontext

CENT = Decimal("0.01")
_PRECISION = 40


def lmdi(before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Decimal]:
    """Additive LMDI-I of a product of factors: Δᵢ = L(V₁, V₀) · ln(xᵢ₁ / xᵢ₀), L the logarithmic mean.

    Perfect in decomposition for positive factors (B. W. Ang, Energy Policy 33 (2005) 867–871). Raises ValueError
    where a factor is not positive: the logarithm has no say there, and ``shapley`` has.
    """
    if any(x <= 0 for x in (*before, *after)):
        raise ValueError("LMDI needs positive factors")
    with localcontext(prec=_PRECISION):
        start, end = math.prod(before), math.prod(after)
        if start == end:
            mean = Decimal(start)
        else:
            mean = (Decimal(end) - Decimal(start)) / (Decimal(end).ln() - Decimal(start).ln())
        return [mean * (b / a).ln() for a, b in zip(before, after, strict=True)]


def shapley(before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Decimal]:
    """The mean marginal change of a product over every order in which its factors can move.

    L. S. Shapley, A Value for n-Person Games (1953), applied to a product; exact for zero and negative factors.
    """
    count = len(before)
    amounts = [Decimal(0)] * count
    with localcontext(prec=_PRECISION):
        for order in itertools.permutations(range(count)):
            now = list(before)
            for i in order:
                was = math.prod(now)
                now[i] = after[i]
                amounts[i] += Decimal(math.prod(now)) - Decimal(was)
        return [amount / math.factorial(count) for amount in amounts]


def mix_rate(
    weights: tuple[Sequence[Decimal], Sequence[Decimal]], rates: tuple[Sequence[Decimal], Sequence[Decimal]]
) -> list[tuple[Decimal, Decimal]]:
    """A change of a mean rate by member: (structure, own rate), fractions.

    structure = (w₁ − w₀)(r̄ − R̄) and rate = w̄ · Δr, bars being means of the two years: the symmetric form of the
    shift-share identity, with no residual. Σ structure + Σ rate = R₁ − R₀.
    """
    (w0, w1), (r0, r1) = weights, rates
    with localcontext(prec=_PRECISION):
        whole0 = sum((w * r for w, r in zip(w0, r0, strict=True)), Decimal(0))
        whole1 = sum((w * r for w, r in zip(w1, r1, strict=True)), Decimal(0))
        centre = (whole0 + whole1) / 2
        return [
            ((b - a) * ((x + y) / 2 - centre), (a + b) / 2 * (y - x)) for a, b, x, y in zip(w0, w1, r0, r1, strict=True)
        ]


def price_volume_mix(
    units: tuple[Sequence[Decimal], Sequence[Decimal]], amounts: tuple[Sequence[Decimal], Sequence[Decimal]]
) -> tuple[Decimal, Decimal, Decimal]:
    """A change of sales over products sold in both years: (volume, mix, price), in the unit of the amounts.

    volume = (U₁ − U₀) · P̄₀, mix = Σ (uᵢ₁ − uᵢ₀ · U₁/U₀) · pᵢ₀, price = Σ uᵢ₁ · (pᵢ₁ − pᵢ₀), with p = amount ÷ units and
    P̄₀ the base year's mean price: the sales-quantity, sales-mix and selling-price variances of C. T. Horngren et al.,
    Cost Accounting (ch. 14). Their sum is Σ aᵢ₁ − Σ aᵢ₀. Raises ValueError where units are not positive.
    """
    (u0, u1), (a0, a1) = units, amounts
    if any(u <= 0 for u in (*u0, *u1)):
        raise ValueError("a price needs units sold")
    with localcontext(prec=_PRECISION):
        whole0, whole1 = sum(u0, Decimal(0)), sum(u1, Decimal(0))
        start, end = sum(a0, Decimal(0)), sum(a1, Decimal(0))
        if not whole0:
            return Decimal(0), Decimal(0), Decimal(0)
        at_old_prices = sum((u * a / w for u, a, w in zip(u1, a0, u0, strict=True)), Decimal(0))
        at_old_mix = start * whole1 / whole0
        return at_old_mix - start, at_old_prices - at_old_mix, end - at_old_prices


def to_unit(amounts: Sequence[Decimal], whole: Decimal, unit: Decimal = CENT) -> list[Decimal]:
    """Round amounts to ``unit`` so that they still add up to ``whole`` (a multiple of it): largest remainders first."""
    with localcontext(prec=_PRECISION):
        scaled = [amount / unit for amount in amounts]
        floors = [Decimal(math.floor(value)) for value in scaled]
        missing = int((whole / unit).to_integral_value()) - int(sum(floors))
        order = sorted(range(len(amounts)), key=lambda i: (floors[i] - scaled[i], i))
        for i in order[:missing] if missing >= 0 else []:
            floors[i] += 1
        return [value * unit for value in floors]
