"""Formulas of what moved a figure: the parts of a change, each computed anew by the method it was split by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import get_args

from rpt.assurance.explaining.formulas.arithmetic import (
    CENT,
    Derived,
    minus,
    moved,
    plain,
    quotient,
    said,
    term,
    total,
    unknown,
)
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.assurance.explaining.formulas.mixed import by_mix, by_products
from rpt.language.format import POINTS, RATE
from rpt.values.decomposition import Decomposition, Part, PartFigure
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import measurement_id
from rpt.values.refs import parse_ref

_FACTORS = 3


@dataclass(frozen=True)
class _Moved:
    """What an id says of a change: its kind (driver, contribution …), the change, and the part where it is of one."""

    kind: str
    whole: Decomposition
    part: Part | None = None


def driven(asked: Asked) -> Derived | None:
    """A part of a change, its 贡献率 and 拉动, and the change itself; of several changes under one id that which has
    the value printed."""
    found = [one for whole in asked.known.drivers for one in _under(whole, asked.ref)]
    if not found:
        return None
    one = next((one for one in found if _is_printed(one, asked.printed)), found[0])
    whole, part = one.whole, one.part
    ends = _ends(asked, whole)
    amount = whole.change if part is None else part.amount
    name = "总变化" if part is None else f"{part.label}的贡献额"
    own = Operand(name, _driver_id(whole, part), amount, POINTS if whole.unit == RATE else whole.unit)
    match one.kind:
        case "contribution":
            return quotient(own, Operand("总变化", "", whole.change, own.unit))
        case "pull":
            return quotient(own, Operand("期初总额", ends[0].ref, whole.start, whole.unit), POINTS)
        case "driver_start" | "driver_end":
            end = ends[one.kind == "driver_end"]
            numbers = f"{plain(end.value)}（{said(amount_of(end), end.unit)}）"
            return Derived(end.value, Calculation(end.name, numbers, (end,)))
        case "driver_change" | "change":
            return minus(ends[1], ends[0], whole.unit, 2)
        case "shift" | "own":
            terms = [Operand(p.label, "", p.amount, own.unit) for p in whole.parts[one.kind == "own" :: 2]]
            summed = total(f"{'各成员占比变化' if one.kind == 'shift' else '各成员自身变化'}之和", terms, own.unit)
            return replace(summed, calculation=replace(summed.calculation, operands=ends))
    return _part(asked, whole, part) if part is not None else None


def amount_of(operand: Operand) -> Decimal:
    """An operand's value, zero where there is none."""
    return operand.value if operand.value is not None else Decimal(0)


def _under(whole: Decomposition, ref: str) -> Iterator[_Moved]:
    """What of a change answers to an id."""
    base, _, kind = ref.rpartition(".")
    tag = "_previous" if whole.is_since_previous else ""
    # most ids are of another kind, and to spell one for each change takes long
    if kind.startswith(get_args(PartFigure)):
        named = ((part, told) for part in whole.parts if part.ref == base for told in get_args(PartFigure))
        yield from (_Moved(told, whole, part) for part, told in named if whole.ref_of(part, told) == ref)
    if tag and not kind.endswith(tag):
        return
    kind = kind.removesuffix(tag) if tag else kind
    if kind in ("driver_start", "driver_end", "driver_change", "contribution", "pull"):
        if base == measurement_id(whole.metric, whole.period, whole.scope):
            yield _Moved(kind, whole)
    elif kind in ("change", "shift", "own") and base == f"{whole.id}@{whole.year}":
        yield _Moved(kind, whole)


def _is_printed(one: _Moved, printed: Decimal | None) -> bool:
    part = one.part
    if printed is None or part is None:
        return printed is None
    amounts = {"driver": part.amount, "contribution": part.share, "pull": part.pull}
    value = amounts[one.kind]
    return value is not None and abs(value) == abs(printed)


def _driver_id(whole: Decomposition, part: Part | None) -> str:
    if part is None:
        tag = "_previous" if whole.is_since_previous else ""
        return f"{measurement_id(whole.metric, whole.period, whole.scope)}.driver_change{tag}"
    return whole.ref_of(part)


def _ends(asked: Asked, whole: Decomposition) -> tuple[Operand, Operand]:
    """Where a change begins and where it ends; from turnover to contribution both are of one period."""
    after = whole.period
    before = whole.span[0] if whole.span else after.year_ago
    if whole.method == "bridge":
        pair = (
            ("成交总额", measurement_id("gmv", after, whole.scope)),
            ("贡献毛利", measurement_id(whole.metric, after, whole.scope)),
        )
    else:
        pair = (
            ("期初", measurement_id(whole.metric, before, whole.scope)),
            ("期末", measurement_id(whole.metric, after, whole.scope)),
        )
    values = (whole.start, whole.end)
    one, two = (Operand(name, ref, value, whole.unit) for (name, ref), value in zip(pair, values, strict=True))
    return one, two


def _part(asked: Asked, whole: Decomposition, part: Part) -> Derived | None:
    match whole.method:
        case "lmdi":
            return _logarithmic(asked, whole, part)
        case "shapley":
            return _averaged(asked, whole, part)
        case "members":
            now, ago = _own(asked, whole, part)
            after, before = (Operand(end.name, end.ref, amount_of(end), whole.unit) for end in (now, ago))
            return minus(after, before, whole.unit)
        case "bridge":
            own = asked.operand(part.label, part.ref)
            if own.value is None:
                return unknown(f"−{part.label}", own)
            return Derived(
                -own.value, Calculation(f"−{part.label}", f"−{term(own.value)} = {said(-own.value, '元')}", (own,))
            )
        case "mix_rate":
            return by_mix(asked, whole, part)
        case "price_volume":
            return by_products(asked, whole, part)


def _own(asked: Asked, whole: Decomposition, part: Part) -> tuple[Operand, Operand]:
    """A part's own figure now and then."""
    found = parse_ref(part.ref)
    before = whole.span[0] if whole.span else None
    ago = part.ref
    if found is not None:
        ago = measurement_id(found.metric, before or found.at.year_ago, found.scope)
    unit = asked.lookup(part.ref)[1]
    return Operand(f"本期{part.label}", part.ref, part.after, unit), Operand(
        f"前期{part.label}", ago, part.before, unit
    )


def _logarithmic(asked: Asked, whole: Decomposition, part: Part) -> Derived:
    """LMDI-I: the logarithmic mean of the two totals times the logarithm of the factor's own change."""
    now, ago = _own(asked, whole, part)
    start, end = _ends(asked, whole)
    words = f"L × ln（{now.name} ÷ {ago.name}），L =（期末 − 期初）÷ ln（期末 ÷ 期初）"
    if not now.value or not ago.value or whole.start <= 0 or whole.end <= 0:
        return unknown(words, now, ago, start, end)
    with localcontext(prec=40):
        products = [math.prod(_sides(whole.parts, side)) for side in (0, 1)]
        first, last = (Decimal(one) for one in products)
        mean = first if first == last else (last - first) / (last.ln() - first.ln())
        value = mean * (now.value / ago.value).ln()
    ends = f"（{plain(whole.end)} − {plain(whole.start)}）÷ ln（{plain(whole.end)} ÷ {plain(whole.start)}）"
    ends = plain(whole.start) if whole.start == whole.end else ends
    numbers = f"{ends} × ln（{plain(now.value)} ÷ {plain(ago.value)}）= {moved(value, whole.unit)}"
    return Derived(value, Calculation(words, numbers, (now, ago, start, end)), CENT)


def _averaged(asked: Asked, whole: Decomposition, part: Part) -> Derived | None:
    """Shapley's value of one of three factors, in closed form."""
    if len(whole.parts) != _FACTORS:
        return None
    own = list(whole.parts).index(part)
    before, after = (list(_sides(whole.parts, side)) for side in (0, 1))
    (y0, z0), (y1, z1) = ([x for at, x in enumerate(side) if at != own] for side in (before, after))
    move = after[own] - before[own]
    value = move * (2 * y0 * z0 + y1 * z0 + y0 * z1 + 2 * y1 * z1) / 6
    operands = [one for each in (part, *(p for p in whole.parts if p is not part)) for one in _own(asked, whole, each)]
    y, z = (p.label for p in whole.parts if p is not part)
    words = f"{part.label}的变化 ×（2×前期{y}×前期{z} + 本期{y}×前期{z} + 前期{y}×本期{z} + 2×本期{y}×本期{z}）÷ 6"
    pairs = f"2×{plain(y0)}×{plain(z0)} + {plain(y1)}×{plain(z0)} + {plain(y0)}×{plain(z1)} + 2×{plain(y1)}×{plain(z1)}"
    numbers = f"（{plain(after[own])} − {plain(before[own])}）×（{pairs}）÷ 6 = {moved(value, whole.unit)}"
    return Derived(value, Calculation(words, numbers, tuple(operands)), CENT)


def _sides(parts: Sequence[Part], side: int) -> Iterable[Decimal]:
    return (((part.before, part.after)[side] or Decimal(0)) for part in parts)
