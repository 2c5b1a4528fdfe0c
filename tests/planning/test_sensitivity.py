"""Levers by hand: every effect is what its formula gives from its inputs, and what the identity says."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest

from rpt.planning.sensitivity import sensitivity
from rpt.values.ledger import Aggregation, Ledger, Measurement, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Lever, Sensitivity
from rpt.values.review import Review

D = Decimal
# 1000 visitors × 5% = 50 buyers of the day × 20 元 = 1000 元; 1.25 orders per buyer; 200 元 spent bring 600 元
FIGURES: dict[str, tuple[str, str, Aggregation]] = {
    "gmv": ("1000", "元", "sum"),
    "visitors": ("1000", "人次", "sum"),
    "conversion": ("0.05", "比率", "ratio"),
    "daily_aov": ("20", "元", "ratio"),
    "repeat_rate": ("0.25", "比率", "ratio"),
    "orders_per_buyer": ("1.25", "单", "ratio"),
    "ad_spend": ("200", "元", "sum"),
    "ad_amount": ("600", "元", "sum"),
}


def found(target: str = "1331", without: tuple[str, ...] = ()) -> Sensitivity | None:
    metrics = {id: Metric(id, id, unit, "up", kind, "", "") for id, (_, unit, kind) in FIGURES.items()}
    rows = [Measurement(id, Period(2025), "全部", D(v)) for id, (v, _, _) in FIGURES.items() if id not in without]
    ledger = Ledger(metrics, tuple(rows), (Target("gmv", Period(2026), "全部", D(target)),))
    return sensitivity(Review(2025, ledger, ()))


def levers(target: str = "1331", without: tuple[str, ...] = ()) -> dict[str, Lever]:
    made = found(target, without)
    assert made is not None
    return {lever.label: lever for lever in made.levers}


@pytest.mark.parametrize(
    ("label", "effects", "alone"),
    [  # −10%, −5%, +5%, +10%; what closes 331 元 alone
        ("visitors", ("-100", "-50", "50", "100"), "0.331"),
        ("conversion", ("-100", "-50", "50", "100"), "0.331"),
        ("daily_aov", ("-100", "-50", "50", "100"), "0.331"),
        ("以上三项同时", ("-271", "-142.62", "157.62", "331"), "0.1"),  # 0.9³, 0.95³, 1.05³, 1.1³
        # 40 buyers (50 orders ÷ 1.25) × 25% × 10% = 1 buyer more with a second order of 20 元
        ("repeat_rate", ("-20", "-10", "10", "20"), "1.655"),
        ("ad_spend", ("-60", "-30", "30", "60"), None),
    ],
)
def test_effects_by_hand(label: str, effects: tuple[str, ...], alone: str | None) -> None:
    lever = levers()[label]
    assert lever.effects == tuple(D(e) for e in effects)
    if alone is not None:
        assert lever.alone == pytest.approx(D(alone), abs=D("1e-20"))


def test_every_formula_gives_its_effects() -> None:
    made = found()
    assert made is not None
    for lever in made.levers:
        for share, effect in zip(made.shares, lever.effects, strict=True):
            names = {name: given.value for name, given in lever.inputs.items()}
            assert computed(lever.formula, names | {"share": share}).quantize(D("0.01")) == effect
        assert {given.ref for given in lever.inputs.values()} <= {f"{id}@2025" for id in FIGURES}


def test_no_rate_exceeds_all() -> None:
    assert levers("30000")["conversion"].alone is None  # 5% would have to become 150%
    assert levers("30000")["visitors"].alone == D(29)


def test_without_what_it_needs_there_is_no_lever() -> None:
    assert set(levers(without=("ad_amount",))) == {"visitors", "conversion", "daily_aov", "以上三项同时", "repeat_rate"}
    assert set(levers(without=("conversion", "orders_per_buyer"))) == {"ad_spend"}
    assert found("900") is None  # no gap
    assert found(without=("gmv",)) is None


def computed(formula: str, names: dict[str, Decimal]) -> Decimal:
    """A formula of names, numbers and + − * / ** in Decimal."""
    ways: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
        ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
        ast.Pow: operator.pow,
    }  # fmt: skip

    def value(node: ast.expr) -> Decimal:
        match node:
            case ast.BinOp():
                return ways[type(node.op)](value(node.left), value(node.right))
            case ast.Name():
                return names[node.id]
            case ast.Constant(value=int(number)):
                return D(number)
        raise AssertionError(ast.dump(node))

    with localcontext(prec=28):
        return value(ast.parse(formula, mode="eval").body)
