"""Formulas of what follows from other figures: growth, attainment, shares and the like, computed anew from operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from rpt.language.format import RATE, difference, percent, points, round_half_up
from rpt.language.kinds import kind_of
from rpt.values.decomposition import Decomposition, Part
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import Ledger, Measurement
from rpt.values.period import Period
from rpt.values.refs import Ref

Lookup = Callable[[str], tuple[Decimal | None, str]]
_CONTEXT = Context(prec=28)
_POINTS = "百分点"
_SHOWN = 6  # decimals of an operand that has more


@dataclass(frozen=True)
class Derived:
    """What a formula gives: the exact value (None where an operand has none) and how."""

    value: Decimal | None
    calculation: Calculation


def plain(value: Decimal | None) -> str:
    """A number with thousands separators, as many decimals as it has up to six; ``—`` for none."""
    if value is None:
        return "—"
    rounded = round_half_up(value, _SHOWN) if -int(value.as_tuple().exponent) > _SHOWN else value
    text = f"{rounded:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def derived(
    lookup: Lookup,
    measured: Mapping[str, Measurement],
    ledger: Ledger,
    amounts: Mapping[str, tuple[Part, Decomposition]],
    found: Ref,
) -> Derived | None:
    """The formula behind an id, or None for one that is measured, promised, or that no formula is known of."""
    metric = ledger.metrics[found.metric]
    period = Period.parse(found.period)
    rate = metric.is_rate or metric.unit == _POINTS
    base = found.base
    now = ("本期", base)
    ago = ("上年同期", f"{base}.prior" if _id(found, period.year_ago) not in measured else _id(found, period.year_ago))
    month = ("上月", _id(found, period.previous))
    year = _id(found, Period(period.year))
    target, benchmark = ("目标", f"{base}.target"), ("行业均值", f"{base}.benchmark")
    actual = ("上年实际", _id(found, period.year_ago))
    match found.suffix:
        case "growth":
            return _growth(lookup, now, ago)
        case "growth_previous":
            return _growth(lookup, ("本月", base), month)
        case "points" | "change":
            return _difference(lookup, now, ago, metric.unit, metric.digits)
        case "points_previous" | "change_previous":
            return _difference(lookup, ("本月", base), month, metric.unit, metric.digits)
        case "gap":
            return _difference(lookup, now, target, metric.unit, metric.digits)
        case "benchmark_gap":
            return _difference(lookup, now, benchmark, metric.unit, metric.digits)
        case "attainment" if metric.better == "down":
            return _quotient(lookup, target, now)
        case "attainment":
            return _quotient(lookup, now, target)
        case "needed" if rate:
            return _difference(lookup, target, actual, metric.unit, metric.digits)
        case "needed":
            return _growth(lookup, target, actual)
        case "plan" if lookup(f"{year}.target")[0] is not None:
            operand = Operand("全年目标", f"{year}.target", *lookup(f"{year}.target"))
            return Derived(None, Calculation(kind_of("plan").words, operands=(operand,)))
        case "plan_share":
            return _quotient(lookup, ("当期计划", f"{base}.plan"), ("全年计划", f"{year}.plan"))
        case "plan_second_half_share":
            return _quotient(lookup, ("下半年计划", f"{base}.plan_second_half"), ("全年计划", f"{base}.plan"))
        case "comparable_growth":
            return _growth(lookup, ("本期", f"{base}.comparable_value"), ("折算后的上年值", f"{base}.comparable_prior"))
        case "contribution" | "pull" if f"{base}.driver" in amounts:
            part, whole = amounts[f"{base}.driver"]
            ends = {"contribution": ("总变化", whole.change), "pull": ("期初总额", whole.start)}
            name, below = ends[found.suffix]
            return _over(("该项的贡献额", f"{base}.driver", part.amount), (name, "", below), whole.unit)
    return None


def _id(found: Ref, period: Period) -> str:
    return Ref(found.metric, period.key, found.scope, "").base


def _pair(lookup: Lookup, first: tuple[str, str], second: tuple[str, str]) -> tuple[Operand, Operand]:
    one, two = (Operand(name, ref, *lookup(ref)) for name, ref in (first, second))
    return one, two


def _growth(lookup: Lookup, first: tuple[str, str], second: tuple[str, str]) -> Derived:
    one, two = _pair(lookup, first, second)
    words = f"{one.name} ÷ {two.name} − 1"
    if one.value is None or not two.value or one.value < 0 or two.value < 0:
        return Derived(None, Calculation(words, operands=(one, two)))
    value = _CONTEXT.divide(_CONTEXT.subtract(one.value, two.value), two.value)
    return Derived(
        value, Calculation(words, f"{plain(one.value)} ÷ {plain(two.value)} − 1 = {percent(value)}", (one, two))
    )


def _difference(
    lookup: Lookup, first: tuple[str, str], second: tuple[str, str], unit: str, digits: int | None
) -> Derived:
    one, two = _pair(lookup, first, second)
    words = f"{one.name} − {two.name}"
    if one.value is None or two.value is None:
        return Derived(None, Calculation(words, operands=(one, two)))
    value = _CONTEXT.subtract(one.value, two.value)
    rate = unit in (RATE, _POINTS)
    shown = points(value, 1 if digits is None else digits) if rate else difference(value, unit, digits)
    second_text = f"（{plain(two.value)}）" if two.value < 0 else plain(two.value)
    return Derived(value, Calculation(words, f"{plain(one.value)} − {second_text} = {shown}", (one, two)))


def _quotient(lookup: Lookup, first: tuple[str, str], second: tuple[str, str]) -> Derived:
    one, two = _pair(lookup, first, second)
    return _divided(one, two)


def _over(first: tuple[str, str, Decimal], second: tuple[str, str, Decimal], unit: str) -> Derived:
    (name, ref, value), (of, other, below) = first, second
    return _divided(Operand(name, ref, value, unit), Operand(of, other, below, unit))


def _divided(one: Operand, two: Operand) -> Derived:
    words = f"{one.name} ÷ {two.name}"
    if one.value is None or not two.value:
        return Derived(None, Calculation(words, operands=(one, two)))
    value = _CONTEXT.divide(one.value, two.value)
    return Derived(value, Calculation(words, f"{plain(one.value)} ÷ {plain(two.value)} = {percent(value)}", (one, two)))
