"""Targets with bounds and ranges against the past: what they ask for, the best there was, and the verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rpt.language.parse import parse_measure
from rpt.metrics.promises import _to_reach
from rpt.planning.targets import coming_targets, feasibility
from rpt.rendering.plan_json import feasibility as spelled
from rpt.values.ledger import Aggregation, Better, Ledger, Measurement, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Feasibility
from rpt.values.review import Review

D = Decimal


def judged(text: str, unit: str, better: Better, past: tuple[str, ...], kind: Aggregation = "ratio") -> Feasibility:
    """A 2026 target of one metric whose years up to 2025 were ``past``."""
    metric = Metric("m", "指标", unit, better, kind, "", "")
    first = 2026 - len(past)
    rows = [Measurement("m", Period(first + at), "全部", D(value)) for at, value in enumerate(past)]
    measure = parse_measure(text)
    target = Target("m", Period(2026), "全部", _to_reach(measure, better), text, parts=measure.parts)
    review = Review(2025, Ledger({"m": metric}, tuple(rows), (target,)), ())
    (found,) = feasibility(review, coming_targets(review))
    return found


@pytest.mark.parametrize(
    ("text", "unit", "better", "past", "needed", "best", "verdict"),
    [
        ("≥15%", "比率", "up", ("0.08", "0.12"), "0.03", "0.04", "可达"),
        ("≥15%", "比率", "up", ("0.10", "0.12"), "0.03", "0.02", "有挑战"),
        ("≥15%", "比率", "up", ("0.11", "0.12"), "0.03", "0.01", "需论证"),
        ("不低于12%", "比率", "up", ("0.11", "0.12"), "0", "0.01", "已达到"),
        ("28天以内", "天", "down", ("50", "40", "32"), "-0.125", "-0.2", "可达"),
        ("28天以内", "天", "down", ("35.2", "32"), "-0.125", "-0.0909", "有挑战"),
        ("28天以内", "天", "down", ("30", "32"), "-0.125", "0.0667", "需论证"),  # it never came down
        ("28天以内", "天", "down", ("30", "26"), "0.0769", "-0.1333", "已达到"),
        ("≤0.5%", "比率", "down", ("0.008", "0.006"), "-0.001", "-0.002", "可达"),
        ("10~12万", "元", "up", ("50000", "80000"), "0.25", "0.6", "可达"),  # 10万 is enough
        ("25~30天", "天", "down", ("40", "32"), "-0.0625", "-0.2", "可达"),  # 30天 is enough
        ("60%/30%/10%", "比率", "up", ("0.5", "0.6"), None, None, "无可比"),
        ("4:1", "倍", "up", ("2.8", "3.5"), "0.1429", "0.25", "可达"),
        ("10万", "元", "none", ("1", "2"), None, None, "无可比"),
        ("10万", "元", "up", ("50000",), "1", None, "无可比"),
        ("10万", "元", "up", ("-5", "0"), None, None, "无可比"),
    ],
)
def test_bounds_and_ranges(
    text: str, unit: str, better: Better, past: tuple[str, ...], needed: str | None, best: str | None, verdict: str
) -> None:
    found = judged(text, unit, better, past)
    assert found.verdict == verdict
    assert found.needed == (None if needed is None else pytest.approx(D(needed), abs=D("0.0001")))
    assert found.best == (None if best is None else pytest.approx(D(best), abs=D("0.0001")))
    assert found.monthly is None


def test_the_json_has_the_pace_of_what_adds_up() -> None:
    said = spelled(judged("1.2亿", "元", "up", ("60000000", "90000000"), "sum"))
    assert {key: said[key] for key in ("needed", "monthly", "monthly_actual", "best", "best_year", "verdict")} == {
        "needed": "0.3333333333333333333333333333",
        "monthly": "10000000",
        "monthly_actual": "7500000",
        "best": "0.5",
        "best_year": 2025,
        "verdict": "可达",
    }
