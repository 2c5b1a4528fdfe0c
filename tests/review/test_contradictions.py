"""Next year's targets that cannot all hold are findings: what they say, in 元, and no more than rounding allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rpt.flows.steps import review
from rpt.language.parse import parse_measure
from rpt.language.precision import half_unit
from rpt.review.problems import find_problems
from rpt.review.problems.contradictions import targets_contradict
from rpt.values.finding import CONTRADICTION, Severity
from rpt.values.ledger import SUMMED, Aggregation, Ledger, Measurement, Metric, Target
from rpt.values.period import Period
from rpt.values.review import Review
from tests.projects import daily, measured

D = Decimal
KINDS: dict[str, tuple[str, str, Aggregation]] = {
    "gmv": ("成交总额", "元", "sum"),
    "visitors": ("访客数", "人次", "sum"),
    "conversion": ("支付转化率", "比率", "ratio"),
    "daily_aov": ("日客单价", "元", "ratio"),
    "orders": ("支付订单数", "单", "sum"),
    "gmv_share": ("GMV占比", "比率", "share"),
}
METRICS = {id: Metric(id, label, unit, "up", kind, "", "") for id, (label, unit, kind) in KINDS.items()}
CUTS = ("渠道=主站", "渠道=短视频", "平台=天猫", "平台=抖音", "平台=快手")
NOW = [("gmv", "全部", "4.2亿"), ("conversion", "全部", "3%"), ("orders", "全部", "100万")]


def reviewed(targets: list[tuple[Any, ...]]) -> Review:
    """Rows of metric, scope, text and, where given, note and period, against 2025: 4.2亿 of turnover, 3% conversion."""
    ledger = Ledger(
        METRICS,
        (
            *(Measurement(id, Period(2025), scope, parse_measure(text).value) for id, scope, text in NOW),
            *(Measurement(id, Period(2025), scope, D(1)) for id in ("gmv", "gmv_share", "orders") for scope in CUTS),
        ),
        tuple(target(*row) for row in targets),
        groups={"平台=抖音+快手": ("平台=抖音", "平台=快手")},
        parts={"渠道=主站": ("平台=天猫",), "渠道=短视频": ("平台=抖音", "平台=快手")},
    )
    return Review(2025, ledger, ())


def target(id: str, scope: str, text: str, note: str = "", period: str = "2026", origin: str = "") -> Target:
    return Target(id, Period.parse(period), scope, parse_measure(text).value, text, note=note, origin=origin)


def months(scope: str, text: str) -> list[tuple[str, ...]]:
    return [("gmv", scope, text, "", f"2026-{month:02d}", SUMMED) for month in range(1, 13)]


TOTAL = ("gmv", "全部", "6亿")


@pytest.mark.parametrize(
    ("targets", "said", "impact"),
    [
        ([TOTAL, ("gmv", "渠道=主站", "4亿"), ("gmv", "渠道=短视频", "1.5亿")],
         "2026年成交总额各渠道目标合计5.50亿元，少于全年目标5000万元", -50_000_000),
        ([TOTAL, ("gmv", "渠道=主站", "4亿"), ("gmv", "渠道=短视频", "2.5亿")],
         "2026年成交总额各渠道目标合计6.50亿元，多于全年目标5000万元", 50_000_000),
        ([TOTAL, ("gmv", "渠道=主站", "7亿")],
         "2026年成交总额各渠道目标合计7.00亿元，多于全年目标1.00亿元", 100_000_000),
        ([TOTAL, *months("全部", "4500万")],
         "2026年成交总额各月目标合计5.40亿元，少于全年目标6000万元", -60_000_000),
        ([("gmv", "渠道=主站", "2亿"), *months("渠道=主站", "2000万")],
         "2026年主站成交总额各月目标合计2.40亿元，多于全年目标4000万元", 40_000_000),
        ([TOTAL, *[("gmv", "全部", text, "", f"2026Q{n}") for n, text in enumerate(("1亿", "1亿", "1亿", "2亿"), 1)]],
         "2026年成交总额各季度目标合计5.00亿元，少于全年目标1.00亿元", -100_000_000),
        ([("gmv", "渠道=短视频", "2亿"), ("gmv", "平台=抖音", "1.5亿"), ("gmv", "平台=快手", "0.8亿")],
         "2026年短视频成交总额各平台目标合计2.30亿元，多于全年目标3000万元", 30_000_000),
        ([("gmv", "平台=抖音+快手", "2亿"), ("gmv", "平台=抖音", "1亿"), ("gmv", "平台=快手", "0.8亿")],
         "2026年抖音+快手成交总额各平台目标合计1.80亿元，少于全年目标2000万元", -20_000_000),
        ([("orders", "全部", "200万"), ("orders", "渠道=主站", "150万"), ("orders", "渠道=短视频", "100万")],
         "2026年支付订单数各渠道目标合计250.0万单，多于全年目标50.0万单", None),
        ([("gmv", "全部", "6亿", "同比增长50%")],
         "2026年成交总额目标备注写增长50.0%，按本年实际推算应为42.9%", 30_000_000),
        ([("gmv", "全部", "6亿", "较2025年增长42.8%")],
         "2026年成交总额目标备注写增长42.8%，按本年实际推算应为42.9%", -240_000),
        ([("gmv", "全部", "3亿", "下降20%")],
         "2026年成交总额目标备注写下降20.0%，按本年实际推算应为−28.6%", 36_000_000),
        ([("conversion", "全部", "3.5%", "提高1.0个百分点")],
         "2026年支付转化率目标备注写提高1.0个百分点，按本年实际推算应为0.5个百分点", None),
        ([TOTAL, ("visitors", "全部", "1亿"), ("conversion", "全部", "3.00%"), ("daily_aov", "全部", "140元")],
         None, None),  # one digit of 1亿 may be anything from half to one and a half
        ([TOTAL, ("visitors", "全部", "10000万"), ("conversion", "全部", "3.00%"), ("daily_aov", "全部", "150元")],
         "2026年成交总额按访客数、支付转化率、日客单价目标相乘为4.50亿元，少于其目标1.50亿元", -150_000_000),
        ([("gmv_share", "渠道=主站", "70%"), ("gmv_share", "渠道=短视频", "40%")],
         "2026年各渠道GMV占比目标合计110.0%，超过全部", None),
        ([("gmv_share", "渠道=主站", "70%"), ("gmv_share", "渠道=短视频", "20%")],
         "2026年各渠道GMV占比目标合计90.0%，不足全部", None),
    ],
)  # fmt: skip
def test_what_contradicts_is_said(targets: list[tuple[Any, ...]], said: str | None, impact: int | None) -> None:
    found = list(targets_contradict(reviewed(targets)))
    assert [f.text for f in found] == ([said] if said else [])
    assert [f.impact for f in found] == ([None if impact is None else D(impact)] if said else [])


@pytest.mark.parametrize(
    "targets",
    [
        [TOTAL, ("gmv", "渠道=主站", "4亿"), ("gmv", "渠道=短视频", "2亿")],
        [TOTAL, ("gmv", "渠道=主站", "4亿")],  # the rest is anyone's
        [TOTAL, *months("全部", "5000万")],
        [("gmv", "全部", "6亿", "同比增长43%")],  # 42.857… as written
        [("gmv", "全部", "6亿", "增长42.9%")],
        [("gmv", "全部", "6亿", "较2024年增长114%")],  # another base
        [("gmv", "全部", "6亿", "增长点在短视频")],
        [TOTAL, ("visitors", "全部", "1.25亿"), ("conversion", "全部", "3.2%"), ("daily_aov", "全部", "150元")],
        [TOTAL, ("visitors", "全部", "1.2亿"), ("conversion", "全部", "3.2%")],  # no basket: nothing to hold it against
        [("gmv", "平台=抖音+快手", "2亿"), ("gmv", "平台=抖音", "1.2亿"), ("gmv", "平台=快手", "0.8亿")],
        [("gmv_share", "渠道=主站", "70%"), ("gmv_share", "渠道=短视频", "30%")],
        [("gmv_share", "渠道=主站", "70%")],
    ],
)
def test_what_can_hold_is_not_said(targets: list[tuple[Any, ...]]) -> None:
    assert list(targets_contradict(reviewed(targets))) == []


def test_the_weight_and_the_evidence() -> None:
    rows = [TOTAL, ("gmv", "渠道=主站", "4亿"), ("gmv", "渠道=短视频", "1.9亿")]
    (light,) = targets_contradict(reviewed(rows))
    assert (light.code, light.severity, light.distance) == (CONTRADICTION, Severity.LOW, D(1) / 60)
    assert light.evidence == ("gmv@2026[渠道=主站]", "gmv@2026[渠道=短视频]", "gmv@2026")
    (heavy,) = targets_contradict(reviewed([TOTAL, ("gmv", "渠道=主站", "9亿")]))
    assert heavy.severity is Severity.HIGH


def test_two_contradictions_stay_two_findings() -> None:
    found = find_problems(reviewed([("gmv", "全部", "6亿", "增长50%"), *months("全部", "4500万")]))
    assert [f.code for f in found] == [CONTRADICTION, CONTRADICTION]


def test_a_projects_contradictions_have_no_driver_and_no_measures(tmp_path: Path) -> None:
    sheets = {
        "渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=100, 抖音=50),
        "年度目标": [
            ["年度", "指标", "范围", "目标值", "负责人", "备注"],
            [2026, "成交总额", "全部", "10万", "", "同比增长50%"],
            [2026, "成交总额", "渠道=主站", "7万", "", ""],
            [2026, "成交总额", "渠道=短视频", "2万", "", ""],
            [2026, "成交总额", "平台=抖音", "2.5万", "", ""],
        ],
        "行动计划": [["年度", "举措", "支撑指标", "范围", "预期增量"], [2026, "投放", "成交总额", "全部", 20000]],
    }
    found = [f for f in review(measured(tmp_path, sheets)).findings if f.code == CONTRADICTION]
    assert [(f.text, f.impact) for f in found] == [
        ("2026年成交总额目标备注写增长50.0%，按本年实际推算应为82.6%", D(-17875)),
        ("2026年短视频成交总额各平台目标合计2.5万元，多于全年目标5000元", D(5000)),
        ("2026年成交总额各渠道目标合计9.0万元，少于全年目标1.0万元", D(-10000)),
    ]
    assert all(f.driver is None and not f.actions and not f.cause for f in found)


@pytest.mark.parametrize(
    ("text", "half"),
    [("3.2%", "0.0005"), ("6000万", "5000"), ("6亿", "50000000"), ("≥15%", "0.005"), ("3.5:1", "0.05"),
     ("1,200", "0.5"), ("0", "0")],
)  # fmt: skip
def test_half_of_the_last_digit_written(text: str, half: str) -> None:
    value = parse_measure(text).value
    assert value is not None
    assert half_unit(text, value) == D(half)
