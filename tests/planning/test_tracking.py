"""Lights follow the limits in both directions; the landing divides by the share of the months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rpt.language.tracking import landed, said
from rpt.language.wording import text_of
from rpt.planning.tracking import attain, light_of, track
from rpt.values.ledger import Ledger, Measurement, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Action, RatePath, Rolldown
from rpt.values.saved_plan import SavedPlan
from rpt.values.tracking import Limits

D = Decimal
GMV = Metric("gmv", "成交总额", "元", "up", "sum", "", "")
DAYS = Metric("days", "库存周转天数", "天", "down", "ratio", "", "")
LIMITS = Limits()


@pytest.mark.parametrize(
    ("better", "actual", "plan", "light"),
    [
        ("up", "100", "100", "绿"),
        ("up", "95", "100", "黄"),
        ("up", "94.99", "100", "红"),
        ("down", "28", "28", "绿"),
        ("down", "29", "28", "黄"),
        ("down", "32", "28", "红"),
        ("down", "0", "28", "绿"),
        ("up", "5", "0", "—"),
        ("up", None, "5", "—"),
        ("up", "-1", "5", "—"),
    ],
)
def test_lights(better: Any, actual: str | None, plan: str, light: str) -> None:
    assert light_of(attain(better, None if actual is None else D(actual), D(plan)), LIMITS) == light


def months(year: int, values: list[int], scope: str = "全部") -> list[Measurement]:
    periods = Period(year).months()
    return [Measurement("gmv", at, scope, D(value)) for at, value in zip(periods, values, strict=False)]


def plan(**fields: Any) -> SavedPlan:
    target = Target("gmv", Period(2026), "全部", D(2400))
    rolled = Rolldown("gmv", 2026, "渠道", ("主站",), ((D(200),),) * 12, D(2400), D(1), (2025,))
    return SavedPlan(2026, date(2026, 1, 5), **({"targets": (target,), "rolldown": rolled} | fields))


def test_month_and_year_to_date() -> None:
    now = Ledger({"gmv": GMV}, tuple(months(2026, [210, 190]) + months(2026, [210, 180], "渠道=主站")))
    found = track(Period.parse("2026-02"), now, Ledger({"gmv": GMV}, ()), plan(), LIMITS, "计划依据测试")
    assert [(r.scope, r.month.light, r.to_date.light) for r in found.rows] == [
        ("全部", "黄", "绿"),
        ("渠道=主站", "红", "黄"),
    ]
    assert text_of(said(found)) == "2月成交总额190元，完成计划的95.0%（◆黄）。年初至今400元，完成计划的100.0%（●绿）"


def test_the_teams_own_months_win_until_the_year_is_edited() -> None:
    now = Ledger({"gmv": GMV}, tuple(months(2026, [210])))
    before = Ledger({"gmv": GMV}, (), (Target("gmv", Period.parse("2026-01"), "全部", D(300)),))
    month = Period.parse("2026-01")
    assert track(month, now, before, plan(), LIMITS, "").rows[0].month.plan == D(300)
    edit: Any = object()
    assert track(month, now, before, plan(edits=(edit,)), LIMITS, "").rows[0].month.plan == D(200)


def test_the_landing_and_its_error() -> None:
    now = Ledger({"gmv": GMV}, tuple(months(2026, [220, 220, 220])))
    before = Ledger({"gmv": GMV}, tuple(months(2024, [100] * 12) + months(2025, [110] * 3 + [130] * 9)))
    found = track(Period.parse("2026-03"), now, before, plan(), LIMITS, "")
    assert found.landing is not None
    assert (found.landing.share, found.landing.forecast, found.landing.light) == (D("0.25"), D(2640), "绿")
    assert found.landing.tried == (2025,)
    assert found.landing.error == pytest.approx(D("0.12"))  # 330 of 1500 came by March, a quarter in the year before
    assert "同一算法在2025年的误差最大为12.0%，据此范围为2323元至2957元" in text_of(landed(found))
    unplanned = track(Period.parse("2026-03"), now, before, plan(rolldown=None), LIMITS, "")
    assert unplanned.landing is not None
    assert unplanned.landing.forecast == D(3000)
    assert unplanned.landing.basis == "2025年的月度分布"


def test_standings_take_the_quarters_point_and_late_measures_are_listed() -> None:
    days = Target("days", Period(2026), "全部", D(28), owner="甲")
    path = RatePath(days, D(32), (D(31), D(30), D(29), D(28)))
    actions = (
        Action(2026, "晚了", owner="甲", ends_on=date(2026, 3, 31), state="进行中"),
        Action(2026, "更晚", ends_on=date(2026, 1, 31)),
        Action(2026, "做完了", ends_on=date(2026, 1, 31), state="已完成"),
        Action(2026, "还早", ends_on=date(2026, 4, 1)),
    )
    now = Ledger({"gmv": GMV, "days": DAYS}, (Measurement("days", Period(2026), "全部", D(31)),))
    saved = plan(targets=(days,), paths=(path,), actions=actions)
    found = track(Period.parse("2026-03"), now, Ledger({"gmv": GMV}, ()), saved, LIMITS, "")
    assert [(s.metric, s.held.plan, s.held.light) for s in found.standings] == [("days", D(31), "绿")]
    assert [action.measure for action in found.overdue] == ["更晚", "晚了"]
    whole = track(Period.parse("2026-03"), now, Ledger({}, ()), saved, LIMITS, "", {"days"})
    assert (whole.standings, whole.untracked) == ((), ("库存周转天数",))
