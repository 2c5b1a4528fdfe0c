"""Change one cell of a workbook: the figures that depend on it change, and no others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.flows.editing import set_cell

SAMPLE = Path(__file__).parents[2] / "sample_data"
SPRING_DAY = date(2025, 4, 9)  # in no campaign's window


class Change(NamedTuple):
    """A cell changed, and all that may follow: the metrics, the periods, and the scopes of one of the metrics."""

    book: str
    sheet: str
    row: dict[str, object]
    column: str
    value: str | float
    metrics: set[str]
    periods: set[str]
    scopes: dict[str, set[str]]


def on(day: date) -> Callable[[datetime], bool]:
    return lambda moment: isinstance(moment, datetime) and moment.date() == day


CHANGES = {
    "channel": Change(
        "channel.xlsx",
        "渠道日报",
        {"日期": SPRING_DAY, "平台": "天猫"},
        "支付金额",
        900_000.0,
        # whatever is made of the paid amount; orders, visitors, advertising and the member panel are not
        {
            "gmv", "gmv_share", "miniapp_gmv_share", "net_sales", "refund_rate", "daily_aov", "order_value",
            "visitor_value", "ad_ratio", "gross_profit", "contribution", "contribution_margin",
        },
        {"2025", "2025Q2", "2025-04"},
        {"gmv": {"全部", "渠道=主站", "平台=天猫"}, "miniapp_gmv_share": {"平台=小程序"}},
    ),
    "member": Change(
        "member.xlsx",
        "订单明细",
        {"支付时间": on(SPRING_DAY), "活动": "", "平台": "天猫"},
        "支付金额",
        20_000.0,
        # the buyer spends more, becomes one of high value, and takes the place in the tiers with him
        {"spend_per_buyer", "high_value_share", "tier_members", "tier_share", "repurchase_cycle_days"},
        {"2025", "2025Q2", "2025-04"},
        {},
    ),
    "supply": Change(
        "supply.xlsx",
        "库存月报",
        {"月份": date(2025, 4, 1)},
        "期末库存金额",
        900_000.0,
        {"stock_value", "inventory_days", "slow_moving_share"},
        {"2025", "2025-04", "2025Q2"},
        {"stock_value": {"全部"}},
    ),
    "targets": Change(
        "targets.xlsx",
        "年度目标",
        {"年度": 2025.0, "指标": "成交总额"},
        "目标值",
        "4亿",
        set(),  # a promise changes no measurement, only what gmv@2025 is held against
        set(),
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_depends_on_a_cell_changes_and_nothing_else(
    change: Change, annual: Any, rpt: Callable[..., Any], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in (*SAMPLE.glob("*.xlsx"), SAMPLE / "rpt.toml"):
        shutil.copy(path, project)
    set_cell(project / change.book, change.sheet, change.row, change.column, change.value)
    said = rpt("annual", "2025", "--project", project, "--out", tmp_path, "--format", "json", "--quiet")
    assert said.code == 0, said
    report = json.loads((tmp_path / "annual-2025.json").read_text(encoding="utf-8"))
    before, after = annual.numbers, {number["id"]: number for number in report["numbers"]}
    assert after.keys() == before.keys()

    moved = [after[id] for id in after if after[id]["value"] != before[id]["value"]]
    assert {number["metric"] for number in moved} == change.metrics
    assert {number["period"] for number in moved} <= change.periods
    for metric, scopes in change.scopes.items():
        assert {number["scope"] for number in moved if number["metric"] == metric} == scopes

    # a figure's growth, gap and attainment move with it, and with its target alone
    told = {id for id in after if after[id] != before[id]}
    assert told == {number["id"] for number in moved} or told == {"gmv@2025"}
    held = {field for id in told for field in after[id] if after[id][field] != before[id][field]}
    assert held <= {"value", "growth", "points", "gap", "attainment", "target"}


def test_a_target_changes_gap_and_attainment(annual: Any) -> None:
    number = annual.numbers["gmv@2025"]
    assert number["target"] == "380000000"
    assert float(number["gap"]) == pytest.approx(float(number["value"]) - 380_000_000)
    assert float(number["attainment"]) == pytest.approx(float(number["value"]) / 380_000_000)
