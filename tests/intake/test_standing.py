"""Tables that stand in a warehouse are matched, checked by type, and used in place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.flows.steps import measure
from rpt.intake.load import load
from rpt.intake.standing import moved, standing
from rpt.values.issue import Issue, UserError
from rpt.values.period import Period
from tests.engine.neighbour import Neighbour, remote
from tests.projects import SETTINGS, project

TODAY = date(2026, 3, 1)
DAILY = {
    "渠道日报": [
        ["日期", "平台", "支付金额", "支付买家数", "访客数", "支付订单数"],
        [date(2024, 1, 1), "天猫", 100, 1, 10, 1],
        [date(2025, 1, 1), "天猫", 150, 3, 20, 3],
        [date(2025, 12, 31), "抖音", 50, 1, 20, 1],
    ]
}
STANDING = f'{SETTINGS}\n[tables.orders]\nwarehouse = "shop.orders"\n'
ORDERS = "'订单编号' as \"订单编号\", '甲' as member_id, timestamp '2025-01-01 08:00:00' as paid_at, '天猫' as platform"


def bring(folder: Path, orders: str, settings: str = STANDING) -> tuple[Dataset, list[Issue], Neighbour]:
    """The project's workbook, and ``shop.orders`` of a warehouse made by a query."""
    neighbour, local = Neighbour(), Duck()
    neighbour.duck.run("create schema shop")
    neighbour.duck.run(f"create table shop.orders as {orders}")
    made = project(folder, DAILY, settings)
    dataset, _ = load(made, local, TODAY)
    moving, issues = moved(dataset, remote(neighbour, local), made)
    return moving, issues, neighbour


def test_columns_are_matched_by_key_label_or_alias(tmp_path: Path) -> None:
    dataset, issues, _ = bring(tmp_path, f'select {ORDERS}, 9.9 as "支付金额", 1 as internal')
    orders = dataset.tables["orders"]
    assert issues == []
    assert orders.is_standing
    assert orders.columns == {"order_id", "member_id", "paid_at", "platform", "paid_amount"}
    assert (orders.rows, orders.first, orders.origins[0].file) == (1, date(2025, 1, 1), "shop.orders")


def test_figures_of_both_are_measured_there(tmp_path: Path) -> None:
    dataset, _, neighbour = bring(tmp_path, f'select {ORDERS}, 9.9 as "支付金额"')
    made = project(tmp_path, settings=STANDING)
    there = measure(made, dataset, [], 2025, None, TODAY)
    gmv = there.ledger.get("gmv", Period(2025))
    assert gmv is not None
    assert gmv.value == 200
    buyers = there.ledger.get("panel_buyers", Period(2025))
    assert buyers is not None
    assert buyers.value == 1
    assert not any("select * from shop" in sql for sql in neighbour.asked)


@pytest.mark.parametrize(
    ("amount", "code", "said"),
    [
        ('9.9::double as "支付金额"', "column_type", "是浮点数，应为定点小数或整数"),
        ("1 as x", "column_missing", "“支付金额”"),
        ('null::decimal(9, 2) as "支付金额"', "cell_bad", "有 1 行为空"),
    ],
)
def test_what_does_not_fit_is_an_issue(tmp_path: Path, amount: str, code: str, said: str) -> None:
    _, issues, _ = bring(tmp_path, f"select {ORDERS}, {amount}")
    assert [issue.code for issue in issues] == [code]
    assert said in issues[0].message
    assert issues[0].origin.file == "shop.orders"


def test_repeated_keys_are_counted(tmp_path: Path) -> None:
    _, issues, _ = bring(tmp_path, f'select {ORDERS}, 9.9 as "支付金额" from range(3)')
    assert [issue.code for issue in issues] == ["duplicate_key"]
    assert "有 1 组重复的行：订单编号" in issues[0].message


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    settings = STANDING.replace("shop.orders", "shop.order")
    with pytest.raises(UserError, match=r"读不到 shop\.order（表“订单明细”）"):
        bring(tmp_path, "select 1", settings)


def test_hashed_ids_and_a_warehouse_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="hash_ids"):
        standing(project(tmp_path, settings=f"{STANDING}\n[privacy]\nhash_ids = true\n"))
