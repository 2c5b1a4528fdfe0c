"""The plan of a small project: targets against the past, the roll-down's margins, contradictions, last year's plan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rpt.flows.steps import intake, measure, plan, review
from rpt.planning.targets import verdict
from rpt.values.ledger import Metric
from rpt.values.plan import Plan
from tests.projects import SETTINGS, project

D = Decimal
HEAD = ["日期", "平台", "访客数", "支付买家数", "支付金额"]
TARGETS = ["年度", "指标", "范围", "目标值", "负责人", "备注"]


def planned(folder: Path, targets: list[list[Any]], more: str = "", **sheets: list[list[Any]]) -> Plan:
    """The plan for 2026 after 2024 (天猫 100, 抖音 50 元 a day) and 2025 (150 and 50)."""
    rows: list[list[Any]] = []
    for n in range(731):
        day = date(2024, 1, 1) + timedelta(n)
        rows.append([day, "天猫", 10, 1, 100 if day.year == 2024 else 150])
        rows.append([day, "抖音", 10, 1, 50])
    found = project(folder, {"渠道日报": [HEAD, *rows], "年度目标": [TARGETS, *targets], **sheets}, SETTINGS + more)
    dataset, issues = intake(found, date(2026, 1, 5))
    measured = measure(found, dataset, issues, 2025, None, date(2026, 1, 5))
    return plan(measured, review(measured))


def test_rolldown_adds_up_on_both_margins(tmp_path: Path) -> None:
    found = planned(tmp_path, [[2026, "成交总额", "全部", "100001元", "甲", ""]])
    rolled = found.rolldown
    assert rolled is not None
    assert rolled.members == ("主站", "短视频")
    assert rolled.step == 1
    assert sum(rolled.month(at) for at in range(12)) == rolled.total == D(100001)
    assert sum(rolled.member(at) for at in range(2)) == rolled.total
    assert [rolled.member(0), rolled.member(1)] == [D(75001), D(25000)]


def test_large_targets_go_in_whole_wan_and_channel_targets_are_kept(tmp_path: Path) -> None:
    targets = [[2026, "成交总额", "全部", "6亿", "", ""], [2026, "成交总额", "渠道=短视频", "2亿", "", ""]]
    found = planned(tmp_path, targets)
    rolled = found.rolldown
    assert rolled is not None
    assert rolled.from_targets == ("短视频",)
    assert [rolled.member(0), rolled.member(1)] == [D(400_000_000), D(200_000_000)]
    assert all(cell % 10_000 == 0 for row in rolled.cells for cell in row)


def test_channel_targets_that_do_not_add_up_are_scaled_and_said_to_be(tmp_path: Path) -> None:
    targets = [
        [2026, "成交总额", "全部", "10万", "", ""],
        [2026, "成交总额", "渠道=主站", "6万", "", ""],
        [2026, "成交总额", "渠道=短视频", "2万", "", ""],
    ]
    rolled = planned(tmp_path, targets).rolldown
    assert rolled is not None
    assert rolled.scaled
    assert [rolled.member(0), rolled.member(1)] == [D(75000), D(25000)]


def test_every_additive_target_is_rolled_down_and_adds_up(tmp_path: Path) -> None:
    registered = [[date(2024 + n // 12, n % 12 + 1, 1), 100 * (n + 1), 7 * (n % 12 + 1)] for n in range(24)]
    targets = [
        [2026, "访客数", "全部", "1000.7万", "", ""],
        [2026, "新注册会员", "全部", "1201", "", ""],
        [2026, "成交总额", "全部", "10万", "", ""],
        [2026, "成交总额", "平台=抖音", "3.333万", "", ""],
        [2026, "成交总额", "渠道=短视频", "3.5万", "", ""],
        [2026, "支付买家数（日合计）", "渠道=主站", "401", "", ""],
        [2026, "成交总额", "活动=618", "1001.01元", "", ""],
        [2026, "支付转化率", "全部", "12%", "", ""],
    ]
    found = planned(tmp_path, targets, CAMPAIGN, 会员月报=[["月份", "期末会员数", "新增会员"], *registered])
    assert [(r.metric, r.scope, r.members) for r in found.rolldowns] == [
        ("gmv", "全部", ("主站", "短视频")),
        ("visitors", "全部", ("主站", "短视频")),
        ("registrations", "全部", ("全部",)),
        ("gmv", "平台=抖音", ("抖音",)),
        ("daily_buyers", "渠道=主站", ("主站",)),
        ("gmv", "活动=618", ("618",)),
    ]
    for rolled in found.rolldowns:
        assert sum(rolled.month(at) for at in range(12)) == rolled.total
        assert sum(rolled.member(at) for at in range(len(rolled.members))) == rolled.total
        assert all(cell % rolled.step == 0 and cell >= 0 for row in rolled.cells for cell in row)
    gmv, visitors, registrations, *_, campaign = found.rolldowns
    assert found.rolldown is gmv
    assert gmv.member(1) == D(35000)
    assert visitors.member(0) == visitors.member(1)  # equal in the past, no targets of their own
    assert registrations.spread
    assert not visitors.spread
    months = [campaign.month(at) for at in range(12)]
    assert [at + 1 for at, value in enumerate(months) if value] == [5, 6]
    assert (campaign.step, campaign.assumed, campaign.moved) == (D("0.01"), ("618",), ())


CAMPAIGN = """
[campaigns."618"]
2024 = { start = 2024-05-20, end = 2024-06-20 }
2025 = { start = 2025-05-13, end = 2025-06-20 }
"""


def test_windows_of_the_plan_year_are_taken_from_rpt_toml(tmp_path: Path) -> None:
    known = CAMPAIGN + "2026 = { start = 2026-08-01, end = 2026-08-10 }\n"
    found = planned(tmp_path, [[2026, "成交总额", "活动=618", "10万", "", ""]], known)
    (rolled,) = found.rolldowns
    assert [rolled.month(at) for at in range(12)] == [D(0)] * 7 + [D(100000)] + [D(0)] * 4
    assert rolled.assumed == ()


def test_feasibility_and_the_best_growth_of_the_past(tmp_path: Path) -> None:
    (found,) = planned(tmp_path, [[2026, "成交总额", "全部", "10万", "甲", ""]]).feasibility
    growth = D(73000) / D(54900) - 1
    assert found.best == pytest.approx(growth)
    assert (found.best_year, found.verdict) == (2025, "有挑战")  # 37.0% is asked for, 33.0% was reached
    assert found.monthly == D(100000) / 12


@pytest.mark.parametrize(
    ("better", "needed", "best", "said"),
    [
        ("up", "0.1", "0.2", "可达"),
        ("up", "0.2", "0.2", "可达"),
        ("up", "0.3", "0.2", "有挑战"),
        ("up", "0.31", "0.2", "需论证"),
        ("up", "0.1", "-0.2", "需论证"),
        ("up", "-0.1", None, "已达到"),
        ("up", "0.1", None, "无可比"),
        ("down", "-0.1", "-0.2", "可达"),
        ("down", "-0.3", "-0.2", "有挑战"),
        ("down", "-0.1", "0.2", "需论证"),
        ("down", "0.1", "-0.2", "已达到"),
    ],
)
def test_verdicts(better: Any, needed: str, best: str | None, said: str) -> None:
    metric = Metric("m", "指标", "元", better, "sum", "", "")
    assert verdict(metric, D(needed), None if best is None else D(best)) == said


def test_levers_and_bridge(tmp_path: Path) -> None:
    action = [["年度", "举措", "支撑指标", "范围", "预期增量", "责任人"], [2026, "投放", "访客数", "全部", 20000, "甲"]]
    found = planned(tmp_path, [[2026, "成交总额", "全部", "10万", "", ""]], 行动计划=action)
    assert found.sensitivity is not None
    assert found.sensitivity.gap == D(27000)
    by_label = {lever.label: lever for lever in found.sensitivity.levers}
    assert by_label["访客数"].effects == (D(-7300), D(-3650), D(3650), D(7300))
    assert by_label["以上三项同时"].effects[-1] == D("24163.00")
    assert found.bridge is not None
    assert found.bridge.uncovered == D(7000)


def test_last_years_plan_item_by_item(tmp_path: Path) -> None:
    last = [
        ["年度", "举措", "支撑指标", "范围", "目标值", "责任人"],
        [2025, "做大主站", "成交总额", "渠道=主站", "5万", "甲"],
        [2025, "做大短视频", "成交总额", "渠道=短视频", "≥2万", "乙"],
        [2025, "别的事", "没有的指标", "", "1", "丙"],
        [2024, "更早的事", "成交总额", "全部", "1", "丁"],
    ]
    found = planned(tmp_path, [[2026, "成交总额", "全部", "10万", "", ""]], 上年计划=last)
    assert [(f.item.measure, f.state) for f in found.fulfilment] == [
        ("做大主站", "完成"),
        ("做大短视频", "未完成"),
        ("别的事", "无数据"),
    ]


def test_without_targets_there_is_no_plan(tmp_path: Path) -> None:
    found = planned(tmp_path, [[2025, "成交总额", "全部", "5万", "", ""]])
    assert found == Plan(2026)
