"""Lists: what the catalogue refuses, what is measured, and what a page shows of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.metrics.catalogue import catalogue
from rpt.rendering.json import listing as as_json
from rpt.values.issue import UserError
from rpt.values.listing import ListColumn, Listing
from rpt.writing.list_tables import cell_figure, listing_table
from tests.projects import SETTINGS, measured, project

D = Decimal
OWN = """
[lists.units]
label = "销量清单"
needs = ["product_monthly"]
order = "units desc, product_id"
most = 2
columns = [
  { key = "product_id", label = "商品" },
  { key = "units", label = "销量", unit = "件" },
  { key = "price", label = "件均价", unit = "元", ratio = ["amount", "units"] },
]
note = "{year}年，不含{slow_age_days}天内的"
sql = '''select product_id, sum(units) as units, sum(amount) as amount
from product_monthly where year_key = '{year}' group by product_id'''
"""
SALES = [
    ["月份", "商品编码", "销量", "销售金额", "销售成本"],
    *([date(2024, month, 1), "A1", 1, 10, 5] for month in range(1, 13)),
    [date(2025, 1, 1), "A1", 3, 10, 6],
    [date(2025, 1, 1), "B1", 5, 20, 9],
    [date(2025, 12, 1), "C1", 1, 7, 3],
    [date(2025, 12, 1), "D1", 0, 0, 0],
]
PRODUCTS = [
    ["商品编码", "商品名称", "类目", "上市日期"],
    ["A1", "杯", "甲", date(2023, 1, 1)],
    ["B1", "碗", "甲", date(2025, 1, 1)],
    ["C1", "盘", "乙", date(2024, 12, 31)],
    ["D1", "勺", "乙", date(2023, 1, 1)],
]


def settings(folder: Path, own: str) -> str:
    (folder / "own.toml").write_text(own, encoding="utf-8")
    return 'metrics = ["own.toml"]\n' + SETTINGS


def test_a_projects_own_list(tmp_path: Path) -> None:
    found = measured(tmp_path, {"商品月销": SALES}, settings(tmp_path, OWN)).lists["units"]
    assert found.rows[0] == ("B1", D(5), D(4))
    assert [row[0] for row in found.rows] == ["B1", "A1"]  # two at most
    assert str(found.rows[1][2]) == "3.333333333333333333333333333"
    assert found.note == "2025年，不含90天内的"
    assert found.tables == ("商品月销",)
    assert found.ref(1, "units") == "list.units.1.units"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('key = "units", label = "销量", unit = "件"', 'key = "units"'), "label 缺少这一项"),
        (('order = "units desc, product_id"\n', ""), "lists.units.order 缺少这一项"),
        (("most = 2", "most = 0"), "lists.units.most"),
        (('needs = ["product_monthly"]', 'needs = ["nothing"]'), "清单 units 用到不存在的表 nothing"),
        (("{slow_age_days}", "{no_such}"), "没有名为 {no_such} 的阈值"),
        (('unit = "元", ratio', "ratio"), "写了 ratio 的列要写 unit"),
        (('key = "price"', 'key = "units"'), "写了不止一次"),
        (("label = ", "labels = "), "没有这个配置项"),
    ],
)
def test_a_wrong_list_is_named_with_its_file(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(UserError) as caught:
        catalogue(project(tmp_path, settings=settings(tmp_path, OWN.replace(*change, 1))), 2024)
    assert says in caught.value.message
    assert "own.toml" in caught.value.message
    assert "行" in caught.value.message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("sum(units)", "sum(unit)"), "SQL 不能执行"),
        (("sum(amount) as amount", "sum(amount) as paid"), "SQL 不能执行"),
        (("sum(units) as", "avg(units) as"), "应是精确的数"),
    ],
)
def test_a_list_that_cannot_be_measured_is_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        measured(tmp_path, {"商品月销": SALES}, settings(tmp_path, OWN.replace(*change)))
    assert "own.toml 第 2 行：清单 units" in caught.value.message


def test_a_list_whose_table_is_absent_is_left_out(tmp_path: Path) -> None:
    daily = [["日期", "平台", "支付金额"], [date(2024, 1, 1), "天猫", 1], [date(2025, 12, 31), "天猫", 1]]
    assert measured(tmp_path, {"渠道日报": daily}).lists == {}


def test_the_lists_of_products(tmp_path: Path) -> None:
    found = measured(tmp_path, {"商品月销": SALES, "商品": PRODUCTS})
    lists = {id: x.column("product_id") for id, x in found.lists.items()}
    assert lists["product_top"] == ("B1", "A1", "C1", "D1")
    assert lists["product_bottom"] == ("D1", "C1", "A1")  # B1 is of this year
    changes = found.lists["product_change"]
    assert dict(zip(lists["product_change"], changes.numbers("change"), strict=True)) == {
        "A1": -110,
        "B1": 20,
        "C1": 7,
        "D1": 0,
    }
    ledger = {m.id: m.value for m in found.ledger.measurements}
    assert ledger["product_count@2025"] == 4
    assert ledger["product_count@2024"] == 3  # C1 is listed on the last day
    assert ledger["sell_through@2025"] == D(3) / 4
    assert ledger["sell_through@2024"] == 1 / D(3)
    assert [ledger[f"product_sales@2025[新老={age}]"] for age in ("新品", "老品")] == [20, 17]
    # 37 in all: B1 stands before 70%, A1 crosses 70% from 54%, C1 begins at 81%, D1 was not sold
    classes = {c: ledger[f"product_count@2025[ABC分类={c}]"] for c in ("A类", "B类", "未动销")}
    assert classes == {"A类": 2, "B类": 1, "未动销": 1}
    assert ledger["product_margin@2025"] == 19


def test_without_costs_there_is_no_margin(tmp_path: Path) -> None:
    found = measured(tmp_path, {"商品月销": [row[:4] for row in SALES]})
    assert {m.value for m in found.ledger.of("product_margin")} == {None}
    assert found.lists["product_top"].column("margin_rate") == (None,) * 4
    table = listing_table(found.lists["product_top"], "top", "表1-1", "最高", "product", 2)
    assert "margin_rate" not in [column.key for column in table.columns]


def test_a_list_that_no_sheet_can_hold_says_where_the_rest_is() -> None:
    listing = Listing("mine", "清单", (ListColumn("name", "商品"),), tuple((f"杯{at}",) for at in range(2500)))
    table = listing_table(listing, "mine", "表1-1", "清单", "product", None)
    assert len(table.rows) == 2000
    assert table.notes == ("清单共2,500行，表中只有前2,000行，全部见“…-清单.csv”。",)


def test_a_list_as_a_table() -> None:
    columns = (ListColumn("name", "商品"), ListColumn("value", "金额", "元"), ListColumn("growth", "同比", "比率", 1))
    rows = (("杯", D("123456.78"), D("0.25")), ("碗", D(20000), None), (None, D(10000), D("-0.1")))
    listing = Listing("mine", "清单", columns, rows, ("商品",), "注一")
    table = listing_table(listing, "mine", "表1-1", "清单", "product", 2)
    assert (len(table.rows), table.page_rows, table.notes) == (3, 2, ("注一",))
    first, third = table.rows[0].cells, table.rows[2].cells
    assert (first["value"].ref, first["value"].value) == ("list.mine.1.value", D("123456.78"))  # type: ignore[union-attr]
    assert first["growth"].text == "+25.0%"  # type: ignore[union-attr]
    assert third["name"] == "—"
    assert table.rows[1].cells["growth"] == "—"
    assert cell_figure(listing, 1, "value", D("123456.78")).text == "12.3万元"
    assert as_json(listing)["rows"] == [["杯", "123456.78", "0.25"], ["碗", "20000", None], [None, "10000", "-0.1"]]


def test_plays_by_band_with_a_projects_own_bands(tmp_path: Path) -> None:
    plays = [("2025-03-01", 0), ("2025-03-02", 499), ("2025-03-03", 500), ("2025-03-04", 20000), ("2024-03-01", 20001)]
    videos = [["发布日期", "作品ID", "平台", "播放量"], *([at, f"V{n}", "抖音", x] for n, (at, x) in enumerate(plays))]
    text = SETTINGS + "[thresholds]\nplays_bands = [500, 20000]\n"
    found = measured(tmp_path, {"短视频作品": videos}, text).lists["plays_bands"]
    assert found.column("band") == ("不足500", "500—2万", "2万及以上")
    assert found.column("works") == (D(2), D(1), D(1))
    assert found.column("share") == (D("0.5"), D("0.25"), D("0.25"))
    assert found.column("works_prior") == (D(0), D(0), D(1))
    assert sum(found.numbers("plays")) == 20999


def test_groups_by_turnover_and_the_quiet_ones(tmp_path: Path) -> None:
    months = [
        ["月份", "群名称", "成员数", "月活成员数", "群成交金额"],
        ["2024-12", "甲", 100, 50, 100],
        ["2025-11", "甲", 100, 90, 100],
        ["2025-12", "甲", 120, 100, 200],
        ["2025-12", "乙", 50, 10, 500],
        ["2025-12", "丙", 10, 9, 300],
    ]
    lists = measured(tmp_path, {"社群月报": months}).lists
    rank = lists["group_rank"]
    assert rank.column("group_name") == ("乙", "丙", "甲")  # of equal turnover the livelier first
    assert rank.column("place") == (D(1), D(2), D(2))
    assert rank.column("growth") == (None, None, D(2))
    assert rank.rows[2][-1] == 120
    assert lists["group_quiet"].column("group_name")[0] == "乙"


def test_suppliers_by_rush_replenishment(tmp_path: Path) -> None:
    products = [["商品编码", "单位成本"], ["A", 10], ["B", 1]]
    rushes = [
        ["补货单号", "商品编码", "供应商", "发起时间", "到货时间", "补货数量"],
        ["1", "A", "子", "2025-03-01 08:00", "2025-03-01 20:00", 5],
        ["2", "B", "丑", "2025-03-01 08:00", "2025-03-02 08:00", 5],
        ["3", "B", "寅", "2025-03-01 08:00", "2025-03-01 10:00", 1],
        ["4", "B", "寅", "2025-04-01 08:00", None, 1],
        ["5", "B", "卯", "2024-04-01 08:00", "2024-04-01 10:00", 1],
    ]
    found = measured(tmp_path, {"商品": products, "紧急补货": rushes}).lists["rush_suppliers"]
    assert found.column("supplier") == ("寅", "子", "丑")  # by count, then by cost
    assert found.column("cost") == (D(2), D(50), D(5))
    assert found.column("hours") == (D(2), D(12), D(24))
