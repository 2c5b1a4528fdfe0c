"""Change one cell of a workbook: the figures that depend on it change, and no others."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

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
    compared: frozenset[str] = frozenset()  # figures that stay, but are held against something else


def only_order(day: date) -> str:
    """The order of a day, outside campaigns, of a member who ordered this once."""
    sheet = CalamineWorkbook.from_path(SAMPLE / "member.xlsx").get_sheet_by_name("订单明细").to_python()
    head_at = next(at for at, row in enumerate(sheet) if "订单编号" in row)
    orders = [dict(zip(sheet[head_at], row, strict=True)) for row in sheet[head_at + 1 :]]
    of_member = Counter(order["会员ID"] for order in orders)
    return next(
        str(order["订单编号"])
        for order in orders
        if isinstance(order["支付时间"], datetime)
        and order["支付时间"].date() == day
        and not order["活动"]
        and of_member[order["会员ID"]] == 1
    )


ONLY_ORDER = "the only order of its member"
CHANGES = (
    Change(
        "channel.xlsx",
        "渠道日报",
        {"日期": SPRING_DAY, "平台": "天猫"},
        "支付金额",
        900_000.0,
        # whatever is made of the paid amount; orders, visitors, advertising and the member panel are not
        {
            "gmv", "gmv_share", "miniapp_gmv_share", "net_sales", "refund_rate", "daily_aov", "order_value",
            "visitor_value", "ad_ratio", "gross_profit", "contribution", "contribution_margin", "gmv_per_day",
            # an April day is among those that 618 is held against
            "campaign_lift", "campaign_before_pull", "campaign_after_pull", "campaign_surplus", "campaign_around",
            "campaign_net",
            # and a day away from campaigns, by whose growth the same weeks of last year are grown
            "campaign_before_same_weeks", "campaign_after_same_weeks",
        },
        {"2025", "2025Q2", "2025-04"},
        {"gmv": {"全部", "渠道=主站", "平台=天猫"}, "miniapp_gmv_share": {"平台=小程序"}},
    ),
    Change(
        "member.xlsx",
        "订单明细",
        {"订单编号": ONLY_ORDER},
        "支付金额",
        20_000.0,
        # a buyer of one order spends more and moves up into the highest tier, which takes the order along; who buys
        # again is as before
        {"spend_per_buyer", "orders_per_buyer", "high_value_share", "tier_members", "tier_share", "tier_moves"},
        {"2025", "2025Q2", "2025-04"},
        {"orders_per_buyer": {"分层=高价值", "分层=流失"}},
    ),
    Change(
        "supply.xlsx",
        "库存月报",
        {"月份": date(2025, 4, 1)},
        "期末库存金额",
        900_000.0,
        {"stock_value", "inventory_days", "slow_moving_share"},
        {"2025", "2025-04", "2025Q2"},
        {"stock_value": {"全部"}},
    ),
    Change(
        "targets.xlsx",
        "年度目标",
        {"年度": 2025.0, "指标": "成交总额"},
        "目标值",
        "4亿",
        set(),  # a promise changes no measurement
        set(),
        {},
        frozenset({"gmv@2025"}),
    ),
)  # fmt: skip


# one run for all, since it takes a while: what the workbooks feed has nothing in common
def test_what_depends_on_a_cell_changes_and_nothing_else(annual: Any, rpt: Callable[..., Any], tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for path in (*SAMPLE.glob("*.xlsx"), SAMPLE / "rpt.toml"):
        shutil.copy(path, project)
    for change in CHANGES:
        row = {name: only_order(SPRING_DAY) if cell == ONLY_ORDER else cell for name, cell in change.row.items()}
        set_cell(project / change.book, change.sheet, row, change.column, change.value)
    said = rpt("annual", "2025", "--project", project, "--out", tmp_path, "--format", "json", "--quiet")
    assert said.code == 0, said
    report = json.loads((tmp_path / "annual-2025.json").read_text(encoding="utf-8"))
    before, after = annual.numbers, {number["id"]: number for number in report["numbers"]}
    assert after.keys() == before.keys()

    moved = [after[id] for id in after if after[id]["value"] != before[id]["value"]]
    assert {number["metric"] for number in moved} == set().union(*(change.metrics for change in CHANGES))
    for change in CHANGES:
        own = [number for number in moved if number["metric"] in change.metrics]
        assert {number["period"] for number in own} <= change.periods
        for metric, scopes in change.scopes.items():
            assert {number["scope"] for number in own if number["metric"] == metric} == scopes

    # growth (or why there is none), gap and attainment move with the figure, or with its target alone
    told = {id for id in after if after[id] != before[id]}
    assert told == {number["id"] for number in moved}.union(*(change.compared for change in CHANGES))
    fields = {field for id in told for field in after[id] if after[id][field] != before[id][field]}
    assert fields <= {"value", "growth", "points", "gap", "attainment", "target", "reason"}


def test_a_target_changes_gap_and_attainment(annual: Any) -> None:
    number = annual.numbers["gmv@2025"]
    assert number["target"] == "380000000"
    assert float(number["gap"]) == pytest.approx(float(number["value"]) - 380_000_000)
    assert float(number["attainment"]) == pytest.approx(float(number["value"]) / 380_000_000)
