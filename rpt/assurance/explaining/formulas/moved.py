"""Formulas of the levers: what turnover gains when one factor moves, and how much of the gap that closes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, localcontext

from rpt.assurance.explaining.formulas.arithmetic import CENT, Derived, plain, said, unknown
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.language.format import RATE, percent
from rpt.values.explanation import Calculation, Operand
from rpt.values.plan import Lever, Sensitivity

_LEVER = re.compile(r"lever(-?\d+)")
_NAME = re.compile(r"[a-z_]+")
_CONTEXT = Context(prec=28)
_SIGNS = {"**": " ^ ", "*": " × ", "/": " ÷ ", "+": " + ", "-": " − "}
_STEPS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _CONTEXT.add,
    ast.Sub: _CONTEXT.subtract,
    ast.Mult: _CONTEXT.multiply,
    ast.Div: _CONTEXT.divide,
    ast.Pow: _CONTEXT.power,
}


def lever(asked: Asked) -> Derived | None:
    """The effect of a share, its part of the gap, and the move that would close the gap alone."""
    found = asked.known.plan.sensitivity if asked.known.plan is not None else None
    base, _, kind = asked.ref.rpartition(".")
    if found is None:
        return None
    one = next((lever for lever in found.levers if lever.ref == base), None)
    if one is None:
        return None
    if effect := _LEVER.fullmatch(kind):
        return _effect(one, Decimal(effect[1]) / 100)
    if kind == "closes":
        return _closes(found, one)
    return _alone(found, one) if kind == "alone" else None


def _effect(one: Lever, share: Decimal) -> Derived:
    """The lever's own formula with its inputs put in."""
    operands = tuple(Operand(known.label, known.ref, known.value, known.unit) for known in one.inputs.values())
    labels = {name: known.label for name, known in one.inputs.items()} | {"share": "变动幅度"}
    values = {name: known.value for name, known in one.inputs.items()} | {"share": share}
    shown = {name: plain(value) for name, value in values.items()} | {"share": percent(share, 0)}
    value = _computed(one.formula, values)
    numbers = f"{_spelled(one.formula, shown)} = {said(value, '元')}"
    return Derived(value, Calculation(_spelled(one.formula, labels), numbers, operands), CENT)


def _closes(found: Sensitivity, one: Lever) -> Derived:
    share = percent(found.shares[-1], 0)
    ref = f"{one.ref}.lever{found.shares[-1] * 100:.0f}"
    effect = Operand(f"提高{share}的增量", ref, one.effects[-1], "元")
    target, now = _ends(found)
    value = one.effects[-1] / found.gap
    numbers = f"{plain(effect.value)} ÷（{plain(target.value)} − {plain(now.value)}）= {percent(value)}"
    return Derived(value, Calculation(f"{effect.name} ÷（目标 − 本年实际）", numbers, (effect, target, now)))


def _alone(found: Sensitivity, one: Lever) -> Derived:
    target, now = _ends(found)
    if one.moved is None:
        with localcontext(_CONTEXT):
            value = ((found.now + found.gap) / found.now) ** (Decimal(1) / 3) - 1
        numbers = f"（{plain(target.value)} ÷ {plain(now.value)}）^（1 ÷ 3）− 1 = {percent(value)}"
        return Derived(value, Calculation("（目标 ÷ 本年实际）的立方根 − 1", numbers, (target, now)))
    moved = Operand("随该因素等比变动的成交额", "", one.moved, "元")
    words = f"（目标 − 本年实际）÷ {moved.name}"
    if not one.moved:
        return unknown(words, target, now, moved)
    value = _CONTEXT.divide(found.gap, one.moved)
    numbers = f"（{plain(target.value)} − {plain(now.value)}）÷ {plain(one.moved)} = {said(value, RATE)}"
    return Derived(value, Calculation(words, numbers, (target, now, moved)))


def _ends(found: Sensitivity) -> tuple[Operand, Operand]:
    """The target of turnover, and this year's; the gap is their difference."""
    target = Operand("目标", f"gmv@{found.year}.target", found.now + found.gap, "元")
    return target, Operand("本年实际", f"gmv@{found.year - 1}", found.now, "元")


def _spelled(formula: str, names: Mapping[str, str]) -> str:
    """A formula as people write it: 访客数 × 支付转化率 × 变动幅度."""
    text = _NAME.sub(lambda name: names.get(name[0], name[0]), formula.replace(" ", ""))
    for sign in ("**", "*", "/", "+", "-"):
        text = text.replace(sign, _SIGNS[sign])
    return text.replace("(", "（").replace(")", "）").replace("） ", "）").replace(" （", "（")


def _computed(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """The value of a formula of + − * / ** and brackets."""

    def of(node: ast.expr) -> Decimal:
        match node:
            case ast.BinOp(left, op, right):
                return _STEPS[type(op)](of(left), of(right))
            case ast.Name(id=name):
                return values[name]
            case ast.Constant(value=int() as number):
                return Decimal(number)
        raise ValueError(f"no arithmetic: {formula}")

    return of(ast.parse(formula, mode="eval").body)
