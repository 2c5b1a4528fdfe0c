"""Arithmetic that is shown: a formula in words, the same with its numbers put in, and what it gives, with 28 digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from rpt.language.format import POINTS, RATE, difference, percent, points, quantity, round_half_up
from rpt.values.explanation import Calculation, Operand

CONTEXT = Context(prec=28)
CENT = Decimal("0.01")
_SHOWN = 6  # decimals of an operand that has more
_LISTED = 12  # terms of a sum written out


@dataclass(frozen=True)
class Derived:
    """What a formula gives: the exact value (None where an operand has none) and how. What is printed may lie
    ``within`` so much of it: amounts that were rounded to add up are off by no more than their unit."""

    value: Decimal | None
    calculation: Calculation
    within: Decimal = Decimal(0)


def plain(value: Decimal | None) -> str:
    """A number with thousands separators, as many decimals as it has up to six; ``—`` for none."""
    if value is None:
        return "—"
    rounded = round_half_up(value, _SHOWN) if -int(value.as_tuple().exponent) > _SHOWN else value
    text = f"{rounded:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def term(value: Decimal | None) -> str:
    """A number inside a formula: in brackets where it is negative."""
    return f"（{plain(value)}）" if value is not None and value < 0 else plain(value)


def said(value: Decimal, unit: str) -> str:
    """A result with its unit: 50.0%, 0.3个百分点, 4.20亿元; a plain number where it has none."""
    if unit == RATE:
        return percent(value)
    if unit == POINTS:
        return points(value, 2)
    return quantity(value, unit) if unit else plain(value)


def moved(value: Decimal, unit: str) -> str:
    """A difference with its unit: of rates in percentage points, of ratios a plain number."""
    return points(value, 2) if unit in (RATE, POINTS) else difference(value, unit)


def unknown(words: str, *operands: Operand) -> Derived:
    """A formula of which a number is missing."""
    return Derived(None, Calculation(words, operands=operands))


def growth(one: Operand, two: Operand) -> Derived:
    """Growth, one ÷ two − 1; without a number where there is no honest growth."""
    words = f"{one.name} ÷ {two.name} − 1"
    if one.value is None or not two.value or one.value < 0 or two.value < 0:
        return unknown(words, one, two)
    value = CONTEXT.divide(CONTEXT.subtract(one.value, two.value), two.value)
    numbers = f"{plain(one.value)} ÷ {plain(two.value)} − 1 = {percent(value)}"
    return Derived(value, Calculation(words, numbers, (one, two)))


def minus(one: Operand, two: Operand, unit: str, digits: int | None = None) -> Derived:
    """A difference, one − two, of rates in percentage points."""
    words = f"{one.name} − {two.name}"
    if one.value is None or two.value is None:
        return unknown(words, one, two)
    value = CONTEXT.subtract(one.value, two.value)
    rate = unit in (RATE, POINTS)
    shown = points(value, 1 if digits is None else digits) if rate else difference(value, unit, digits)
    return Derived(value, Calculation(words, f"{plain(one.value)} − {term(two.value)} = {shown}", (one, two)))


def quotient(one: Operand, two: Operand, unit: str = RATE) -> Derived:
    """A share, one ÷ two."""
    words = f"{one.name} ÷ {two.name}"
    if one.value is None or not two.value:
        return unknown(words, one, two)
    value = CONTEXT.divide(one.value, two.value)
    return Derived(
        value, Calculation(words, f"{plain(one.value)} ÷ {term(two.value)} = {said(value, unit)}", (one, two))
    )


def total(words: str, terms: Sequence[Operand], unit: str) -> Derived:
    """The sum of all terms; long sums are cut short in writing, never in their result."""
    values = [one.value for one in terms]
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return unknown(words, *terms)
    value = sum(known, Decimal(0))
    scale = 100 if unit == POINTS else 1
    shown = " + ".join(term(each * scale) for each in known[:_LISTED])
    more = f" + ……（共{len(known)}项）" if len(known) > _LISTED else ""
    return Derived(value, Calculation(words, f"{shown}{more} = {said(value, unit)}", tuple(terms)))
