"""Whole companies in small tables: a sound one, and others with problems of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from rpt.flows.steps import review
from rpt.values.finding import Finding, Severity
from tests.projects import Rows, measured

D = Decimal
HEAD = [
    "日期",
    "平台",
    "访客数",
    "支付买家数",
    "支付订单数",
    "支付金额",
    "退款金额",
    "商品成本",
    "推广花费",
    "推广成交金额",
]
SOUND = {"天猫": (1000, 50, 5000, 150, 2500, 300, 1200), "抖音": (800, 40, 4000, 120, 2000, 250, 900)}
BETTER = {name: tuple(x * 11 // 10 for x in figures) for name, figures in SOUND.items()}
Figures = dict[str, tuple[int, ...]]


def find(folder: Path, years: dict[int, Figures], **sheets: Rows) -> tuple[Finding, ...]:
    """The findings of 2025: every platform has one row a month with (访客, 买家, 支付, 退款, 成本, 花费, 推广成交)."""
    rows: list[list[object]] = [list(HEAD)]
    for year, platforms in years.items():
        for month in range(1, 13):
            for name, (visitors, buyers, paid, *rest) in platforms.items():
                rows.append([date(year, month, 28 if month < 12 else 31), name, visitors, buyers, buyers, paid, *rest])
    return review(measured(folder, {"渠道日报": rows, **sheets})).findings


def test_a_sound_company_has_no_problem(tmp_path: Path) -> None:
    targets = [["年度", "指标", "范围", "目标值"], [2025, "GMV", "全部", 110000], [2025, "转化率", "全部", "≥5%"]]
    marks = [["年度", "指标", "范围", "基准值"], [2025, "退款率", "全部", "4%"]]
    assert find(tmp_path, {2024: SOUND, 2025: BETTER}, 年度目标=targets, 行业基准=marks) == ()


def test_turnover_that_halves_is_one_problem_with_its_driver(tmp_path: Path) -> None:
    half = {name: tuple(x // 2 for x in figures) for name, figures in SOUND.items()}
    targets = [["年度", "指标", "范围", "目标值"], [2025, "GMV", "全部", 120000]]
    found = find(tmp_path, {2024: SOUND, 2025: half}, 年度目标=targets)
    gmv = [f for f in found if f.metric == "gmv"]
    assert [(f.code, f.severity, f.scope, f.impact) for f in gmv] == [
        ("target_missed", Severity.HIGH, "全部", D(-66000))
    ]
    assert "同比下降50.0%" in gmv[0].text
    assert "缺口" in gmv[0].text
    assert gmv[0].driver is not None
    assert (gmv[0].driver.label, gmv[0].driver.amount) == ("访客数", D(-54000))
    # channels and platforms did as the whole did: they are told with it
    assert {f.scope for f in found} == {"全部"}


def test_a_platform_that_falls_to_zero(tmp_path: Path) -> None:
    now = {"天猫": tuple(x * 2 for x in SOUND["天猫"]), "抖音": (0,) * 7}
    found = find(tmp_path, {2024: SOUND, 2025: now})
    (lost,) = [f for f in found if "降至0" in f.text]
    assert (lost.code, lost.severity, lost.metric, lost.scope, lost.impact) == (
        "worsened",
        Severity.HIGH,
        "gmv",
        "平台=抖音",
        D(-48000),
    )
    assert lost.text == "抖音成交总额降至0"
    assert found[0] is lost


def test_a_platform_without_a_row_is_not_overlooked(tmp_path: Path) -> None:
    found = find(tmp_path, {2024: SOUND, 2025: {"天猫": tuple(x * 2 for x in SOUND["天猫"])}})
    (lost,) = [f for f in found if f.scope == "平台=抖音"]
    assert (lost.severity, lost.text, lost.impact) == (
        Severity.HIGH,
        "抖音成交总额上年为4.8万元，本年没有数据",
        D(-48000),
    )


def test_a_margin_that_turns_negative(tmp_path: Path) -> None:
    dear = {name: (*f[:4], f[4] * 2, *f[5:]) for name, f in BETTER.items()}
    found = find(tmp_path, {2024: SOUND, 2025: dear})
    (loss,) = [f for f in found if f.metric == "gross_profit" and f.scope == "全部"]
    assert loss.severity is Severity.HIGH
    assert "由盈转亏" in loss.text


def test_spend_that_rises_while_its_return_falls(tmp_path: Path) -> None:
    spent = BETTER | {"天猫": (*BETTER["天猫"][:5], 600, 1320)}
    found = find(tmp_path, {2024: SOUND, 2025: spent})
    (wasted,) = [f for f in found if f.code == "efficiency_falling" and f.scope == "平台=天猫"]
    assert wasted.severity is Severity.HIGH
    assert wasted.text.startswith("天猫推广花费增长100.0%，付费推广ROI由4.0∶1降至2.2∶1")
    assert wasted.evidence == ("paid_roi@2025[平台=天猫]", "ad_spend@2025[平台=天猫]")
    assert wasted.impact == D(-12960)  # (2.2 − 4) × 600 × 12
    # the channel is that platform alone, and the fall of the ROI is not told again
    assert [f.scope for f in found if f.metric == "paid_roi" and f.scope != "全部"] == ["平台=天猫"]


def test_nine_tenths_on_one_platform(tmp_path: Path) -> None:
    now = {"天猫": tuple(x * 9 for x in SOUND["天猫"]), "抖音": SOUND["抖音"]}
    (finding,) = find(tmp_path, {2024: SOUND, 2025: now})
    assert (finding.code, finding.severity, finding.scope) == ("concentration", Severity.HIGH, "平台=天猫")
    assert finding.text == "成交集中于天猫：占全部91.8%，较上年提高36.3个百分点"
    # where it was so last year already, nothing rises
    assert find(tmp_path, {2024: now, 2025: now}) == ()


def test_conversion_that_falls_costs_visitors_times_basket(tmp_path: Path) -> None:
    fewer = {name: (f[0] * 2, *f[1:]) for name, f in BETTER.items()}
    (finding,) = [f for f in find(tmp_path, {2024: SOUND, 2025: fewer}) if f.metric == "conversion"]
    assert finding.scope == "全部"
    # (2.5% − 5%) × 1980 × 2 × 12 visitors × 100 元 a buyer
    assert finding.impact == D(-118800)
    assert finding.actions == ()


def parcels(days: dict[int, dict[str, int]], complained: int = 0) -> Rows:
    """Ten parcels a year and region, signed after so many days; the first ``complained`` of 2025 with a complaint."""
    rows: list[list[object]] = [["运单号", "区域", "承运商", "支付时间", "签收时间", "是否投诉"]]
    for year, regions in days.items():
        for region, took in regions.items():
            for nth in range(10):
                unhappy = "是" if year == 2025 and nth < complained else "否"
                name = f"{year}{region}{nth}"
                rows.append([name, region, "中通", f"{year}-03-01 10:00", f"{year}-03-{1 + took:02d} 10:00", unhappy])
    return rows


def test_delivery_that_worsened_and_missed_its_target(tmp_path: Path) -> None:
    goals = [["年度", "指标", "范围", "目标值"], [2025, "配送时效", "全部", "2.5天以内"]]
    sheet = parcels({2024: {"华东": 2}, 2025: {"华东": 4}})
    found = find(tmp_path, {2024: SOUND, 2025: BETTER}, 发货明细=sheet, 年度目标=goals)
    (late,) = [f for f in found if f.metric == "delivery_days"]
    assert (late.code, late.severity, late.impact) == ("target_missed", Severity.HIGH, None)
    assert late.text == "配送时效目标2.5天，实际4.0天，距目标还差1.5天；配送时效由2.0天延长至4.0天，延长2.0天"
    assert found == (late,)


def test_a_target_without_data_is_the_lightest(tmp_path: Path) -> None:
    goals = [
        ["年度", "指标", "范围", "目标值"],
        [2025, "GMV", "全部", 125000],
        [2025, "库存周转天数", "全部", "30天"],
        [2025, "转化率", "平台=京东", "5%"],
    ]
    found = find(tmp_path, {2024: SOUND, 2025: BETTER}, 年度目标=goals)
    assert [(f.code, f.severity) for f in found] == [
        ("target_missed", Severity.MEDIUM),
        ("target_without_data", Severity.LOW),
        ("target_without_data", Severity.LOW),
    ]
    assert found[0].impact == D(-6200)
    assert {f.text for f in found[1:]} == {
        "库存周转天数定有目标30天，但无法核对：缺少表“库存月报”",
        "京东支付转化率定有目标5.00%，但无法核对：没有该范围的数据",
    }


def test_a_company_with_many_problems_ranks_them_by_severity_then_money(tmp_path: Path) -> None:
    now = {"天猫": (9000, 450, 45000, 1350, 22500, 8000, 16000), "抖音": (800, 36, 3600, 300, 1800, 225, 810)}
    marks = [["年度", "指标", "范围", "基准值"], [2025, "退款率", "平台=抖音", "4%"]]
    goals = [["年度", "指标", "范围", "目标值"], [2025, "成交总额", "平台=抖音", "6万"]]
    sheet = parcels({2024: {"华东": 2}, 2025: {"华东": 3}})
    found = find(tmp_path, {2024: SOUND, 2025: now}, 行业基准=marks, 年度目标=goals, 发货明细=sheet)
    weights = [(["high", "medium", "low"].index(f.severity), f.impact or D(0)) for f in found]
    assert weights == sorted(weights)  # a loss is negative: the dearest first
    assert [f.scope for f in found if f.metric == "gmv" and f.code != "concentration"] == ["平台=抖音"]
    codes = {f.code for f in found}
    assert {"target_missed", "below_benchmark", "efficiency_falling", "concentration", "worsened"} <= codes
    assert all(f.text and "None" not in f.text and "nan" not in f.text and "增长-" not in f.text for f in found)
