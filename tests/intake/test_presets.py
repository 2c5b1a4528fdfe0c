"""Each tool's export, written as the tool writes it, through the whole intake to the figures of our tables."""

import csv
import os
import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.intake.preset import FOLDER, presets
from rpt.project.find import read_project
from rpt.values.issue import Issue, Level, UserError
from tests.projects import Rows, write_workbook

HEAD = '[report]\ncompany = "测试公司"\n'


def read(folder: Path, *exports: str) -> tuple[Dataset, list[Issue]]:
    (folder / "rpt.toml").write_text(HEAD + "\n".join(exports), encoding="utf-8")
    return load(read_project(folder / "rpt.toml"), Duck())


def export(name: str, preset: str, files: str = "*.xlsx", more: str = "") -> str:
    return f'[exports."{name}"]\npreset = "{preset}"\nfiles = "{files}"\n{more}\n'


def rows(dataset: Dataset, table: str, columns: str, order: str = "_src, _row") -> list[tuple[Any, ...]]:
    return dataset.engine.rows(f"select {columns} from typed_{table} order by {order}")


def write_csv(path: Path, lines: Rows, encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def bad(issues: Sequence[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.level is not Level.INFO]


def codes(issues: Sequence[Issue]) -> list[str]:
    return [issue.code for issue in issues]


SHOP = ["统计日期", " 商品访客数 ", "商品浏览量", "平均停留时长", "支付买家数", "支付件数", "支付金额", "支付转化率"]
SHOP += ["访客平均价值", "成功退款金额", "搜索引导访客数"]


@pytest.mark.parametrize("above", [3, 4, 5])
@pytest.mark.parametrize("old", [False, True])
def test_sycm_shop(tmp_path: Path, above: int, old: bool) -> None:
    head = [name.replace("支付", "成交") if old else name for name in SHOP]
    titles = [["店铺经营数据"], ["统计周期：2025-06-18 至 2025-06-19"], ["注：“-”表示没有数据"], [], []][:above]
    body = [
        [
            "2025-06-18",
            "12,345",
            "40,001",
            "32.5",
            "1,204",
            "1,530",
            "1,234,567.89",
            "9.75%",
            "100.01",
            "12,000.50",
            "3,000",
        ],
        ["2025-06-19", "11,000", "-", "-", "-", "-", "98,765.40", "-", "-", "-", "-"],
    ]
    write_workbook(tmp_path / "店铺.xlsx", {"Sheet1": [*titles, head, *body]})
    dataset, issues = read(tmp_path, export("旗舰店", "生意参谋"))
    assert bad(issues) == []
    assert codes(issues) == []
    found = rows(dataset, "channel_daily", "date, platform, visitors, buyers, paid_amount, refund_amount, _row")
    assert found == [
        (date(2025, 6, 18), "天猫", 12345, 1204, Decimal("1234567.89"), Decimal("12000.50"), above + 2),
        (date(2025, 6, 19), "天猫", 11000, None, Decimal("98765.40"), None, above + 3),
    ]


def test_sycm_products(tmp_path: Path) -> None:
    head = ["统计日期", "商品ID", *SHOP[1:]]
    body = [
        ["2025-06-18", "680123456789012345", "300", "900", "31.2", "20", "25", "2,500.00", "6.67%", "8.33", "-", "100"],
        [
            "2025-06-19",
            "680123456789012345",
            "200",
            "600",
            "30.1",
            "10",
            "11",
            "1,100.00",
            "5.00%",
            "5.50",
            "100",
            "90",
        ],
        ["2025-07-01", "680123456789012345", "100", "300", "29.0", "1", "1", "100.00", "1.00%", "1.00", "-", "40"],
    ]
    write_workbook(tmp_path / "商品.xlsx", {"Sheet1": [["商品效果"], [], [], head, *body]})
    dataset, issues = read(tmp_path, export("旗舰店", "生意参谋"))
    assert issues == []
    found = dataset.engine.rows(
        "select month, product_id, sum(units), sum(amount) from typed_product_monthly group by all order by 1"
    )
    assert found == [
        (date(2025, 6, 1), "680123456789012345", 36, Decimal("3600.0000")),
        (date(2025, 7, 1), "680123456789012345", 1, Decimal("100.0000")),
    ]
    assert not dataset.tables["channel_daily"].is_present  # visitors of products do not add up to the shop's


ADS = [
    "日期",
    "场景名字",
    "计划ID",
    "展现量",
    "点击量",
    "花费",
    "直接成交金额",
    "间接成交金额",
    "总成交金额",
    "总成交笔数",
    "投入产出比",
]


def ad(day: str, plan: str, spend: str, total: str) -> list[str]:
    return [day, "全站推广", plan, "10,000", "300", spend, "1", "1", total, "12", "3.00"]


def test_wanxiangtai_takes_the_later_file_and_says_so(tmp_path: Path) -> None:
    first = [ad("2025-06-17", "7001", "100.00", "300.00"), ad("2025-06-18", "7001", "200.50", "500.00")]
    first += [ad("2025-06-18", "7002", "50.00", "80.00")]
    second = [ad("2025-06-18", "7001", "200.50", "900.00"), ad("2025-06-18", "7002", "50.00", "80.00")]
    second += [ad("2025-06-19", "7001", "10.00", "-"), ["合计", "", "", "", "", "260.50", "", "", "980.00", "", ""]]
    write_csv(tmp_path / "万相台_20250618.csv", [ADS, *first])
    write_csv(tmp_path / "万相台_20250619.csv", [ADS, *second], "gb18030")
    dataset, issues = read(tmp_path, export("推广", "万相台", "万相台_*.csv"))
    assert bad(issues) == []
    (said,) = issues
    assert (said.code, said.origin.file) == ("export_repeated", "万相台_20250618.csv")
    assert all(
        word in said.message for word in ("2 行（2025-06-18）", "万相台_20250619.csv", "580.00 变为 980.00", "文件名")
    )
    assert dataset.engine.rows(
        "select date, platform, sum(ad_spend), sum(ad_amount) from typed_channel_daily group by all order by 1"
    ) == [
        (date(2025, 6, 17), "天猫", Decimal(100), Decimal(300)),
        (date(2025, 6, 18), "天猫", Decimal("250.50"), Decimal(980)),
        (date(2025, 6, 19), "天猫", Decimal(10), None),
    ]
    assert "impressions" not in dataset.tables["channel_daily"].columns  # advertising's are not the shop's


def test_the_later_file_is_the_one_written_later_where_names_say_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [ADS, ad("2025-06-18", "7001", "200", "900")])
    write_csv(tmp_path / "b.csv", [ADS, ad("2025-06-18", "7001", "200", "500")])
    for name, moment in {"a.csv": 1_750_000_000, "b.csv": 1_750_100_000}.items():
        os.utime(tmp_path / name, (moment, moment))
    dataset, issues = read(tmp_path, export("推广", "万相台", "*.csv"))
    assert rows(dataset, "channel_daily", "ad_amount") == [(Decimal(500),)]
    (said,) = bad(issues)  # attribution fills up: a total that shrinks is odd
    assert (said.code, said.level) == ("export_repeated", Level.WARNING)
    assert "修改时间" in said.message
    assert "反而减少" in said.message


def test_the_same_plan_twice_in_one_file_is_added_with_a_warning(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [ADS, ad("2025-06-18", "7001", "200", "900"), ad("2025-06-18", "7001", "20", "90")])
    dataset, issues = read(tmp_path, export("推广", "万相台", "*.csv"))
    assert codes(bad(issues)) == ["export_lines"]
    assert sum(spend for (spend,) in rows(dataset, "channel_daily", "ad_spend")) == 220


def test_jd_shangzhi(tmp_path: Path) -> None:
    head = ["时间", "浏览量", "访客数", "加购人数", "成交单量", "成交金额", "成交客单价", "成交转化率"]
    body = [
        ["20250618", "90,000", "8,000", "700", "410", "82,000.10", "200.00", "5.13%"],
        ["20250619", *["-"] * 4, "7", "-", "-"],
    ]
    write_workbook(tmp_path / "商智.xlsx", {"交易概况": [["京东商智"], [], [], [], head, *body]})
    dataset, issues = read(tmp_path, export("京东", "京东商智"))
    assert issues == []
    assert rows(dataset, "channel_daily", "date, platform, visitors, orders, paid_amount") == [
        (date(2025, 6, 18), "京东", 8000, 410, Decimal("82000.10")),
        (date(2025, 6, 19), "京东", None, None, Decimal(7)),
    ]


ORDERS = ["主订单编号", "选购商品", "商品数量", "商品金额", "订单提交时间", "支付完成时间", "订单状态", "售后状态"]


def test_doudian_orders(tmp_path: Path) -> None:
    day = "2025-06-18 "
    body = [
        ["\t6912345678901234567", '连衣裙 "夏款"\t红', "2", "99.50", day + "10:00:00", day + "10:00:09", "已完成", "-"],
        ["\t6912345678901234567", "腰带,黑", "1", "1,000", day + "10:00:00", day + "10:00:09", "已完成", "--"],
        ["'6912345678901234568", "帽子", "1", "10", day + "23:59:00", "2025-06-19 00:00:01", "已发货", "#NULL!"],
        ['="6912345678901234569"', "帽子", "1", "10", day + "23:59:00", "-", "已关闭", "null"],
        ["6912345678901234570", "帽子", "1", "10", day + "23:59:00", "#NULL!", "已关闭", "null"],
    ]
    write_csv(tmp_path / "订单.csv", [ORDERS, *body])
    dataset, issues = read(tmp_path, export("抖店", "抖店订单", "*.csv"))
    assert bad(issues) == []
    assert set(codes(issues)) == {"rows_left_out", "export_basis"}
    assert any("2 行没有支付完成时间" in issue.message for issue in issues)
    assert dataset.engine.rows(
        "select date, platform, sum(orders), sum(paid_amount) from typed_channel_daily group by all order by 1"
    ) == [(date(2025, 6, 18), "抖音", 1, Decimal(1199)), (date(2025, 6, 19), "抖音", 1, Decimal(10))]


def test_an_order_comes_whole_from_the_later_file(tmp_path: Path) -> None:
    moment = "2025-06-18 10:00:00"
    one = ["1", "帽子", "1", "10", moment, moment, "已发货", "-"]
    two = ["1", "腰带", "1", "20", moment, moment, "已发货", "-"]
    write_csv(tmp_path / "订单20250618.csv", [ORDERS, one, two])
    write_csv(tmp_path / "订单20250619.csv", [ORDERS, one])
    dataset, _ = read(tmp_path, export("抖店", "抖店订单", "*.csv"))
    assert rows(dataset, "channel_daily", "orders, paid_amount") == [(1, Decimal(10))]


@pytest.mark.parametrize(
    ("header", "more"),
    [("整体\n消耗\t(分)", ""), (" 整体消耗\n", 'units = { "整体消耗" = "分", "整体成交金额" = "分" }')],
)
def test_qianchuan_in_fen_where_it_is_said(tmp_path: Path, header: str, more: str) -> None:
    amount = "整体成交\n金额（分）" if not more else "整体成交金额"
    head = ["日期", header, amount, "整体支付\tROI", "GPM"]
    body = [["汇总", "30,000", "90,000", "3", "1"], ["2025-06-18", "10000", "40,000", "4", "2.1"]]
    body += [["2025-06-19", "20000", "50,000", "2.5", "2"]]
    write_workbook(tmp_path / "千川.xlsx", {"data": [head, *body]})
    dataset, issues = read(tmp_path, export("投放", "千川", more=more))
    assert issues == []
    assert rows(dataset, "channel_daily", "date, platform, ad_spend, ad_amount") == [
        (date(2025, 6, 18), "抖音", Decimal(100), Decimal(400)),
        (date(2025, 6, 19), "抖音", Decimal(200), Decimal(500)),
    ]


def test_qianchuan_with_the_day_in_the_files_name_and_a_word_of_its_own_for_totals(tmp_path: Path) -> None:
    write_csv(tmp_path / "千川_2025-06-18.csv", [["整体消耗", "整体成交金额", "GPM"], ["100", "400", "1"]])
    write_csv(tmp_path / "千川.csv", [["整体消耗", "整体成交金额", "GPM"], ["7", "8", "1"]])
    dataset, issues = read(tmp_path, export("投放", "千川", "*.csv"))
    assert rows(dataset, "channel_daily", "date, ad_spend") == [(date(2025, 6, 18), Decimal(100))]
    (nameless,) = bad(issues)
    assert (nameless.code, nameless.origin.file) == ("date_missing", "千川.csv")
    write_csv(tmp_path / "千川.csv", [["日期", "整体消耗"], ["全部", "7"], ["2025-06-19", "7"]])
    dataset, issues = read(tmp_path, export("投放", "千川", "*.csv", 'drop = "全部"'))
    assert codes(issues) == ["rows_dropped"]
    assert sum(spend for (spend,) in rows(dataset, "channel_daily", "ad_spend")) == 107


def test_luopan_live(tmp_path: Path) -> None:
    head = ["场次ID", "开播时间", "成交金额", "观看\n人数", "成交订单数\t", "人均观看时长", "新增粉丝数", "GPM"]
    body = [["总计", None, "3,000", "1,500", "30", "-", "9", "-"]]
    body += [["7501234567890123456", "2025-06-18 20:00:00", "1,000", "1,000", "10", "00:01:20", "4", "1,000"]]
    body += [["7501234567890123457", "2025-06-19 20:00:00", "2,000", "500", "20", "00:00:50", "5", "4,000"]]
    write_workbook(tmp_path / "直播.xlsx", {"Sheet1": [head, *body]})
    dataset, issues = read(tmp_path, export("直播", "罗盘直播"))
    assert bad(issues) == []
    assert rows(dataset, "live", "live_id, platform, host_type, viewers, orders, amount") == [
        ("7501234567890123456", "抖音", "自播", 1000, 10, Decimal(1000)),
        ("7501234567890123457", "抖音", "自播", 500, 20, Decimal(2000)),
    ]


def test_jushuitan_values_stock_at_the_products_cost(tmp_path: Path) -> None:
    products = [["商品编码", "商品名称", "单位成本"], ["A-01", "帽子", 12.5]]
    write_workbook(tmp_path / "供应链.xlsx", {"商品": products})
    stock = [
        ["商品编码", "主仓实际库存数", "订单占有数", "采购在途数"],
        ["A-01", "1,000", "30", "-"],
        ["A-02", "5", "-", "-"],
    ]
    write_csv(tmp_path / "库存_202506.csv", stock)
    sources = '[sources]\nall = "*.xlsx"\n'
    dataset, issues = read(tmp_path, sources, export("库存", "聚水潭", "库存_*.csv"))
    assert rows(dataset, "stock_monthly", "month, product_id, stock_units, stock_value") == [
        (date(2025, 6, 1), "A-01", 1000, Decimal(12500)),
        (date(2025, 6, 1), "A-02", 5, None),
    ]
    (lacking,) = bad(issues)
    assert (lacking.code, lacking.level) == ("export_incomplete", Level.WARNING)
    assert "1 行算不出“期末库存金额”" in lacking.message


def test_wangdiantong_drops_the_total_in_the_shop_column(tmp_path: Path) -> None:
    head = ["订单编号", "店铺名称", "交易时间", "发货时间", "物流单号"]
    body = [
        ["JY1", "旗舰店", "2025-06-18 10:00:00", "2025-06-19 09:00:00", "YT1234567890123"],
        ["JY1", "旗舰店", "2025-06-18 10:00:00", "2025-06-19 09:00:00", "YT1234567890123"],
        ["JY2", "旗舰店", "2025-06-18 11:00:00", "-", "-"],
        ["", "总计:", "", "", ""],
    ]
    write_workbook(tmp_path / "发货.xlsx", {"Sheet1": [head, *body]})
    dataset, issues = read(tmp_path, export("发货", "旺店通", more='fill = { region = "华东" }'))
    assert bad(issues) == []
    assert rows(dataset, "parcel", "parcel_id, region, cast(paid_at as varchar), cast(shipped_at as varchar)") == [
        ("YT1234567890123", "华东", "2025-06-18 10:00:00", "2025-06-19 09:00:00")
    ]


def test_wecom_groups_by_the_month_in_the_files_name(tmp_path: Path) -> None:
    head = ["群数", "有消息群数", "成员数", "有发言成员数", "消息数"]
    write_csv(tmp_path / "群聊数据_2025年5月.csv", [head, ["40", "31", "8,000", "1,200", "30,001"]])
    write_csv(tmp_path / "群聊数据_2025年6月.csv", [head, ["41", "30", "8,100", "1,300", "-"]])
    dataset, issues = read(tmp_path, export("企微", "企业微信群", "群聊*.csv"))
    assert issues == []
    assert rows(dataset, "community", "month, group_name, members, active_members, messages") == [
        (date(2025, 5, 1), "企业微信群", 8000, 1200, 30001),
        (date(2025, 6, 1), "企业微信群", 8100, 1300, None),
    ]


def test_several_tools_fill_one_table_and_two_shops_add_up(tmp_path: Path) -> None:
    for shop, paid in {"甲店": "100", "乙店": "50"}.items():
        write_csv(tmp_path / f"{shop}.csv", [["统计日期", "支付金额"], ["2025-06-18", paid]])
    write_csv(tmp_path / "推广.csv", [ADS, ad("2025-06-18", "7001", "20", "60")])
    shops = [export(shop, "生意参谋", f"{shop}.csv") for shop in ("甲店", "乙店")]
    dataset, issues = read(tmp_path, *shops, export("推广", "万相台", "推广.csv"))
    assert bad(issues) == []
    sums = "sum(paid_amount), sum(ad_spend), sum(ad_amount)"
    assert rows(dataset, "channel_daily", sums, "1") == [(Decimal(150), Decimal(20), Decimal(60))]
    assert {origin.file: origin.rows for origin in dataset.tables["channel_daily"].origins} == {
        "甲店.csv": 1, "乙店.csv": 1, "推广.csv": 1,
    }  # fmt: skip


def test_a_tool_and_the_teams_own_table_do_not_count_twice(tmp_path: Path) -> None:
    write_csv(tmp_path / "店.csv", [["统计日期", "支付金额"], ["2025-06-18", "100"], ["2025-06-19", "100"]])
    own = [["日期", "平台", "支付金额"], [date(2025, 6, 18), "天猫", 100], [date(2025, 6, 18), "京东", 5]]
    write_workbook(tmp_path / "日报.xlsx", {"渠道日报": own})
    _, issues = read(tmp_path, '[sources]\nall = "*.xlsx"\n', export("店", "生意参谋", "店.csv"))
    (twice,) = bad(issues)
    assert (twice.code, twice.level) == ("counted_twice", Level.ERROR)
    assert all(word in twice.message for word in ("支付金额", "1 处", "2025-06-18"))


def test_a_day_twice_in_one_file_is_an_error(tmp_path: Path) -> None:
    write_csv(tmp_path / "店.csv", [["统计日期", "支付金额"], ["2025-06-18", "100"], ["2025/6/18", "100"]])
    _, issues = read(tmp_path, export("店", "生意参谋", "店.csv"))
    assert [(i.code, i.origin.cell) for i in issues] == [("duplicate_key", "A3")]


def test_headers_of_the_teams_own_version(tmp_path: Path) -> None:
    write_csv(tmp_path / "店.csv", [["日子", "支付金额", "支付买家数"], ["2025-06-18", "100", "2"]])
    _, issues = read(tmp_path, export("店", "生意参谋", "店.csv"))
    assert codes(issues) == ["column_missing"]
    assert "统计日期" in issues[0].message
    dataset, issues = read(tmp_path, export("店", "生意参谋", "店.csv", 'aliases = { "统计日期" = "日子" }'))
    assert issues == []
    assert rows(dataset, "channel_daily", "date") == [(date(2025, 6, 18),)]


@pytest.mark.parametrize(
    ("more", "line", "word"),
    [
        ('preset = "生意参"', 4, "生意参谋"),
        ('preset = "生意参谋"\nfill = { plat = "天猫" }', 5, "platform"),
        ('preset = "生意参谋"\naliases = { "付款" = "天猫" }', 5, "支付金额"),
        ('preset = "生意参谋"\nunits = { "付款" = "分" }', 5, "支付金额"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, more: str, line: int, word: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, f'[exports."店"]\n{more}\nfiles = "*.csv"\n')
    assert f"第 {line} 行" in caught.value.message
    assert word in caught.value.hint


# the headers seen in such exports, with 成交… for 支付… as old files have it
SEEN = {
    "生意参谋": "统计日期 商品ID 商品访客数 商品浏览量 平均停留时长 支付买家数 支付件数 支付金额 支付转化率"
    " 访客平均价值 成功退款金额 搜索引导访客数 成交买家数 成交件数 成交金额 成交转化率",
    "万相台": "日期 场景名字 计划ID 展现量 点击量 花费 直接成交金额 间接成交金额 总成交金额 总成交笔数 投入产出比",
    "京东商智": "时间 浏览量 访客数 加购人数 成交单量 成交金额 成交客单价 成交转化率",
    "抖店订单": "主订单编号 选购商品 商品数量 商品金额 订单提交时间 支付完成时间 订单状态 售后状态",
    "千川": "整体消耗 整体成交金额 整体支付ROI GPM",
    "罗盘直播": "GPM 观看人数 成交订单数 人均观看时长 新增粉丝数",
    "聚水潭": "商品编码 主仓实际库存数 订单占有数 采购在途数",
    "旺店通": "订单编号 店铺名称 交易时间 发货时间 物流单号",
    "企业微信群": "群数 有消息群数 成员数 有发言成员数 消息数",
}


def test_a_preset_has_the_headers_that_were_seen_and_no_other() -> None:
    assert set(presets()) == set(SEEN)
    assert len(list(FOLDER.glob("*.toml"))) == len(SEEN)
    for name, preset in presets().items():
        known = {header for feed in preset.feeds for c in feed.columns for header in (c.label, *c.aliases)}
        known |= {header for feed in preset.feeds for header in feed.unused}
        assert known == set(SEEN[name].split()), name


def test_presets_are_plain_toml() -> None:
    assert all(tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml"))


def test_a_named_sheet_does_not_hide_the_others_of_its_file(tmp_path: Path) -> None:
    own = [["日期", "平台", "支付金额"], [date(2025, 6, 18), "抖音", 7]]
    shop = [["统计日期", "支付金额"], ["2025-06-18", "100"]]
    write_workbook(tmp_path / "合.xlsx", {"渠道日报": own, "导出": shop})
    settings = '[sources]\nall = "*.xlsx"\n', export("店", "生意参谋", "合.xlsx", 'sheet = "导出"')
    dataset, issues = read(tmp_path, *settings)
    assert bad(issues) == []
    assert rows(dataset, "channel_daily", "platform, paid_amount", "1") == [
        ("天猫", Decimal(100)),
        ("抖音", Decimal(7)),
    ]
