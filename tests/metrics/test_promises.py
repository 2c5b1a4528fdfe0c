"""What the targets workbook promises and says, in the ledger's terms."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.flows.steps import Measured, plan, review
from rpt.values.ledger import Target
from rpt.values.period import Period
from rpt.values.plan import PlanItem
from rpt.values.scope import member_label
from tests.projects import SETTINGS, measured

D = Decimal
DAILY = [
    ["日期", "平台", "支付金额"],
    *([f"{y}-{d}", p, 1] for y in (2024, 2025) for d in ("01-01", "12-31") for p in ("天猫", "抖音", "快手")),
]
PARCELS = [["运单号", "区域", "支付时间", "是否投诉"], ["1", "华东", "2025-06-01 10:00", "否"]]
WITH_GROUPS = (
    SETTINGS
    + """
[groups."平台"]
"抖音+快手" = ["抖音", "快手"]
[campaigns."618"]
2025 = { start = 2025-06-01, end = 2025-06-20 }
"""
)


def run(folder: Path, **sheets: list[list[Any]]) -> Measured:
    return measured(folder, {"渠道日报": DAILY, "发货明细": PARCELS} | sheets, WITH_GROUPS)


def goals(folder: Path, *rows: list[Any]) -> Measured:
    return run(folder, 年度目标=[["年度", "指标", "范围", "目标值"], *rows])


def told(found: Measured) -> list[tuple[str, str, str | None]]:
    return [(issue.code, str(issue.origin), issue.value) for issue in found.issues]


def test_a_metric_is_meant_by_id_label_or_alias(tmp_path: Path) -> None:
    names = ["gmv", "成交总额", "GMV", "成交总额 GMV", " Gmv "]
    found = goals(tmp_path, *([2020 + nth, name, None, "1亿"] for nth, name in enumerate(names)))
    assert [(t.metric, t.period.year) for t in found.promises.targets] == [("gmv", 2020 + n) for n in range(5)]


def test_a_scope_is_meant_by_member_or_dimension(tmp_path: Path) -> None:
    scopes = {
        None: "全部",
        "全部": "全部",
        "主站": "渠道=主站",
        "渠道=主站": "渠道=主站",
        "天猫": "平台=天猫",
        "抖音+快手": "平台=抖音+快手",
        "618": "活动=618",
        "华东": "区域=华东",  # known from the rows alone
        "平台=天猫|活动=618": "平台=天猫|活动=618",
    }
    found = goals(tmp_path, *([2025, "GMV", written, "1亿"] for written in scopes))
    assert [target.scope for target in found.promises.targets] == list(scopes.values())
    assert found.issues == ()


def test_a_metric_with_one_scope_needs_none(tmp_path: Path) -> None:
    found = goals(tmp_path, [2026, "社群月活率", None, "60%"], [2026, "小程序GMV占比", "全部", "20%"])
    assert [target.scope for target in found.promises.targets] == ["渠道=私域", "全部"]


def test_targets_as_people_write_them(tmp_path: Path) -> None:
    written = {
        ("GMV", "6亿"): D(600_000_000),
        ("复购率", "≥15%"): D("0.15"),
        ("库存周转天数", "28天以内"): D(28),
        ("付费推广ROI", "4:1"): D(4),
        ("内容占比", "60%/30%/10%"): None,  # several figures are told as written
        ("自播单场GMV", "8万/场"): D(80_000),
        ("滞销品占比", "<=5%"): D("0.05"),
        ("支付订单数", 1200): D(1200),
    }
    found = goals(tmp_path, *([2026, name, None, text] for name, text in written))
    assert [t.value for t in found.promises.targets] == list(written.values())
    assert [t.text for t in found.promises.targets] == [str(text) for _, text in written]
    assert found.issues == ()


def test_owner_note_and_origin_stay_with_the_target(tmp_path: Path) -> None:
    header = ["年度", "指标", "范围", "目标值", "负责人", "备注"]
    found = run(tmp_path, 年度目标=[["目标"], header, [2025, "GMV", "主站", "6亿", "张三", "含预售"]])
    assert found.promises.targets == (
        Target("gmv", Period(2025), "渠道=主站", D("6E+8"), "6亿", "张三", "含预售", "data.xlsx › 年度目标 › 第 3 行"),
    )
    assert found.ledger.target("gmv", Period(2025), "渠道=主站") == found.promises.targets[0]


def test_an_unknown_metric_is_named_with_its_row_and_left_out(tmp_path: Path) -> None:
    found = goals(tmp_path, [2025, "幸福指数", None, "9"], [2025, "GMV", None, "6亿"])
    assert told(found) == [("metric_unknown", "data.xlsx › 年度目标 › 第 2 行", "幸福指数")]
    assert [target.metric for target in found.promises.targets] == ["gmv"]


def test_an_unknown_scope_is_named_with_its_row(tmp_path: Path) -> None:
    unknown = ["火星", "渠道=主战", "渠道=", "天气=晴", "平台=天猫|活动=619"]
    found = goals(tmp_path, *([2025, "GMV", scope, "6亿"] for scope in unknown))
    assert told(found) == [
        ("scope_unknown", f"data.xlsx › 年度目标 › 第 {row} 行", scope) for row, scope in enumerate(unknown, 2)
    ]
    assert [member_label(target.scope) for target in found.ledger.targets][:2] == ["火星", "主战"]


def test_an_unknown_scope_ends_no_plan(tmp_path: Path) -> None:
    found = goals(tmp_path, [2026, "GMV", "火星", "9亿"], [2026, "GMV", "甲|乙", "9亿"])
    assert [member_label(target.scope) for target in plan(found, review(found)).targets] == ["火星", "甲｜乙"]


def test_a_target_that_cannot_be_read_is_named_once_and_left_out(tmp_path: Path) -> None:
    rows = [
        [2025, "GMV", None, "待定"],
        ["明年", "GMV", None, "6亿"],
        [2025, "复购率", None, "1:4"],
        [2025, "GMV", "主站", "5亿"],
    ]
    found = goals(tmp_path, *rows)
    assert [(code, at[-2:]) for code, at, _ in told(found)] == [
        ("cell_bad", "A3"),
        ("cell_bad", "D2"),
        ("cell_bad", "D4"),
    ]
    assert [target.value for target in found.promises.targets] == [D("5E+8")]


def test_rows_without_what_they_need_are_left_out_everywhere(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        渠道月度目标=[["月份", "平台", "GMV目标"], ["2025-01", "天猫", "x"], [None, "天猫", 5], ["2025-01", "抖音", 7]],
        行业基准=[["年度", "指标", "基准值"], [2025, "复购率", "不详"], [2024, "复购率", None], [None, "复购率", "1%"]],
        原因说明=[["年度", "指标", "原因"], [None, "GMV", "甲"], [2025, "GMV", None]],
        行动计划=[["年度", "举措"], [None, "甲"], [2026, "乙"]],
        上年计划=[["年度", "举措"], [2025, None], [2025, "丙"]],
    )
    promises = found.promises
    assert {target.value for target in promises.targets} == {7}
    assert (promises.benchmarks, promises.causes) == ((), ())
    assert ([a.measure for a in promises.actions], [i.measure for i in promises.last_plan]) == (["乙"], ["丙"])
    assert {code for code, _, _ in told(found)} == {"cell_bad", "cell_empty"}


def test_monthly_targets_add_up_to_channel_group_quarter_and_year(tmp_path: Path) -> None:
    rows = [
        ["2025年1月", "天猫", 1],
        ["2025年1月", "抖音", 10],
        ["2025年3月", "抖音", 100],
        ["2025年3月", "快手", 1000],
        ["2025年4月", "快手", 10000],
        ["2026年1月", "抖音", 5],
    ]
    found = run(
        tmp_path,
        渠道月度目标=[["月份", "平台", "GMV目标（万元）"], *rows],
        年度目标=[["年度", "指标", "范围", "目标值"], [2025, "GMV", "短视频", "3亿"]],
    )
    expected = {
        ("全部", "2025"): 11111,
        ("全部", "2025Q1"): 1111,
        ("全部", "2025Q2"): 10000,
        ("全部", "2025-01"): 11,
        ("平台=抖音", "2025"): 110,
        ("平台=抖音+快手", "2025"): 11110,
        ("平台=抖音+快手", "2025Q1"): 1110,
        ("渠道=短视频", "2025Q1"): 1110,
        ("渠道=短视频", "2025"): 30000,  # what was set for the year stands before the sum of the months
        ("渠道=短视频", "2026"): 5,
        ("渠道=主站", "2025"): 1,
    }
    ledger = found.ledger
    targets = {key: ledger.target("gmv", Period.parse(key[1]), key[0]) for key in expected}
    assert {key: target and target.value for key, target in targets.items()} == {
        key: D(value) * 10000 for key, value in expected.items()
    }
    assert len({(t.scope, t.period) for t in found.promises.targets}) == len(found.promises.targets)
    assert ledger.target("gmv", Period.parse("2025-02")) is None


def test_benchmarks(tmp_path: Path) -> None:
    header = ["年度", "指标", "范围", "基准值", "出处"]
    rows = [
        [2025, "复购率", None, "38%", "行业协会"],
        [2025, "付费推广ROI", "主站", "3∶1", None],
        [2025, "GMV", None, "1~2亿", None],
    ]
    found = run(tmp_path, 行业基准=[header, *rows])
    assert [(b.metric, b.scope, b.value, b.source) for b in found.promises.benchmarks] == [
        ("repeat_rate", "全部", D("0.38"), "行业协会"),
        ("paid_roi", "渠道=主站", D(3), ""),
    ]
    assert told(found) == [("benchmark_parts", "data.xlsx › 行业基准 › 第 4 行", None)]


def test_causes_actions_and_last_years_plan(tmp_path: Path) -> None:
    action = ["年度", "举措", "支撑指标", "范围", "负责人", "开始日期", "结束日期", "预期增量（万元）", "状态"]
    found = run(
        tmp_path,
        原因说明=[["年度", "指标", "范围", "原因"], [2025, "GMV", "主站", "缺货"]],
        行动计划=[
            action,
            [2026, "上新", "GMV", "主站", "李四", "2026/1/1", "2026年3月31日", 150, "进行中"],
            [2026, "团建", *[None] * 7],
        ],
        上年计划=[
            ["年度", "举措", "支撑指标", "目标值", "完成时限"],
            [2025, "扩群", "不在目录的", "20个", "2025-12-31"],
        ],
    )
    (cause,) = found.promises.causes
    assert (cause.year, cause.metric, cause.scope, cause.text) == (2025, "gmv", "渠道=主站", "缺货")
    first, second = found.promises.actions
    assert (first.metric, first.scope, first.expected) == ("gmv", "渠道=主站", D(1_500_000))
    assert (first.starts_on, first.ends_on) == (date(2026, 1, 1), date(2026, 3, 31))
    assert (second.metric, second.scope, second.expected, second.starts_on) == ("", "", None, None)
    # last year's plan may speak of what nobody measures
    plan = PlanItem(2025, "扩群", target="20个", due_on=date(2025, 12, 31))
    assert (found.promises.last_plan, found.issues) == ((plan,), ())
