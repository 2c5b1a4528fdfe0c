"""The ledger of small workbooks, each figure checked by hand."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rpt.flows.steps import Measured
from rpt.values.issue import UserError
from rpt.values.ledger import Ledger, Measurement, Source
from rpt.values.period import Period
from rpt.values.scope import ALL
from tests.projects import SETTINGS, measured

D = Decimal
DAILY = ["日期", "平台", "支付金额", "访客数", "支付买家数"]
GROUPS = """
[groups."平台"]
"小红书+快手" = ["小红书", "快手"]
[groups."活动"]
"大促" = ["年货节", "618", "双11"]
"""
PLATFORMS = '\n[channels]\n"主站" = ["天猫"]\n"短视频" = ["抖音", "小红书", "快手"]\n' + GROUPS
NEW_CHANNELS = SETTINGS.split("[channels]")[0] + PLATFORMS


def day(text: str) -> date:
    return date.fromisoformat(text)


def daily(*rows: tuple[Any, ...]) -> dict[str, list[list[Any]]]:
    """渠道日报 of (day, platform, paid, visitors, buyers)."""
    return {"渠道日报": [DAILY, *([day(at), *rest] for at, *rest in rows)]}


def full_years(*years: int) -> list[tuple[Any, ...]]:
    """The first and last day of each year, worth nothing, so that years count as whole."""
    return [(f"{year}-{edge}", "天猫", 0, 0, 0) for year in years for edge in ("01-01", "12-31")]


def values(ledger: Ledger, metric: str, period: str = "2025") -> dict[str, Decimal | None]:
    return {m.scope: m.value for m in ledger.of(metric, period=Period.parse(period))}


def get(found: Measured, metric: str, period: str = "2025", scope: str = ALL) -> Measurement:
    measurement = found.ledger.get(metric, Period.parse(period), scope)
    assert measurement is not None
    return measurement


def codes(found: Measured) -> list[str]:
    return [issue.code for issue in found.issues]


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Two years of four platforms."""
    rows = [
        *full_years(2024, 2025),
        ("2024-03-01", "天猫", "60.5", 10, 1),
        ("2024-07-01", "快手", "39.5", 10, 9),
        ("2025-02-01", "天猫", "0.1", 100, 1),
        ("2025-02-02", "天猫", "0.2", 100, 1),
        ("2025-05-01", "抖音", "49.7", 10, 5),
        ("2025-11-01", "小红书", 30, 0, 0),
        ("2025-11-02", "快手", 20, 90, 3),
    ]
    return measured(tmp_path_factory.mktemp("business"), daily(*rows), NEW_CHANNELS)


def test_sums_are_exact_in_every_period_and_scope(business: Measured) -> None:
    periods = ["2025", "2025Q1", "2025Q2", "2025-02", "2025-05", "2025-11", "2024", "2024Q3"]
    sums = ["100", "0.3", "49.7", "0.3", "49.7", "50", "100", "39.5"]
    assert [get(business, "gmv", period).value for period in periods] == [D(text) for text in sums]
    assert values(business.ledger, "gmv") == {
        ALL: 100,
        "渠道=主站": D("0.3"),
        "渠道=短视频": D("99.7"),
        "平台=天猫": D("0.3"),
        "平台=抖音": D("49.7"),
        "平台=小红书": 30,
        "平台=快手": 20,
        "平台=小红书+快手": 50,
    }


def test_a_ratio_is_that_of_the_sums_never_a_mean_of_ratios(business: Measured) -> None:
    # days of 1/100, 1/100, 5/10 and 3/90 convert 10 of 300; the mean of the four ratios would be 14%
    assert get(business, "conversion").value == D(10) / 300
    assert get(business, "conversion", "2025Q1").value == D(2) / 200
    assert get(business, "conversion", "2025-05", "平台=抖音").value == D("0.5")
    assert str(get(business, "conversion").value) == "0.03333333333333333333333333333"


def test_shares_add_up_to_one_whatever_the_members(business: Measured) -> None:
    for dimension in ("渠道", "平台"):
        for period in ("2025", "2024", "2025Q2", "2025-11"):
            at = Period.parse(period)
            shares = [
                get(business, "gmv_share", period, f"{dimension}={member}").value
                for member in business.ledger.members("gmv_share", dimension, at)
            ]
            assert sum(share for share in shares if share is not None) == 1
    assert get(business, "gmv_share", "2025", "平台=小红书+快手").value == D("0.5")
    assert get(business, "gmv_share").value == 1


def test_a_group_is_no_member(business: Measured) -> None:
    assert business.ledger.members("gmv", "平台", Period(2025)) == ["天猫", "抖音", "小红书", "快手"]
    assert business.ledger.groups["平台=小红书+快手"] == ("平台=小红书", "平台=快手")


def test_a_zero_denominator_is_a_reason_and_no_number(business: Measured) -> None:
    nobody = get(business, "conversion", "2025", "平台=小红书")
    assert (nobody.value, nobody.reason, nobody.denominator) == (None, "分母为零", 0)
    assert get(business, "conversion", "2025-12").reason == "分母为零"


def test_sources_name_file_sheet_and_rows(business: Measured) -> None:
    assert get(business, "gmv").sources == (Source("channel_daily", "data.xlsx", "渠道日报", 7, 4, 12),)
    assert get(business, "gmv", "2025-11", "平台=快手").sources == (
        Source("channel_daily", "data.xlsx", "渠道日报", 1, 12, 12),
    )


def test_what_cannot_be_measured_says_which_table_or_column_is_missing(business: Measured) -> None:
    missing = business.ledger.missing
    assert missing["ctr"] == "表“渠道日报”缺少列“点击量”、“曝光量”"
    assert missing["hit_rate"] == "缺少表“短视频作品”"
    assert missing["repeat_rate"] == "缺少表“订单明细”"
    assert missing["inventory_days"] == "缺少表“库存月报”"
    assert missing["posts_per_day"] == "缺少表“短视频作品”"
    assert "gmv" not in missing
    assert values(business.ledger, "ctr") == {}


def test_figures_come_in_a_readers_order(business: Measured) -> None:
    order = [(m.period.key, m.scope) for m in business.ledger.of("gmv")]
    assert order[:6] == [
        ("2024", ALL),
        ("2024", "平台=天猫"),
        ("2024", "平台=快手"),
        ("2024", "平台=小红书+快手"),
        ("2024", "渠道=主站"),
        ("2024", "渠道=短视频"),
    ]
    assert order.index(("2025-02", ALL)) < order.index(("2025-11", ALL)) < order.index(("2025Q1", ALL))


ORDERS = ["订单编号", "会员ID", "平台", "支付时间", "支付金额"]


def orders(*rows: tuple[str, str, Any]) -> dict[str, list[list[Any]]]:
    """订单明细 of (member, day, paid)."""
    body = [[f"O{nth}", member, "天猫", f"{at} 10:00", paid] for nth, (member, at, paid) in enumerate(rows)]
    return {"订单明细": [ORDERS, *body]}


def test_distinct_buyers_are_never_summed_over_days(tmp_path: Path) -> None:
    rows = [("A", "2025-01-05", 1), ("A", "2025-01-06", 1), ("A", "2025-02-01", 1), ("B", "2025-02-01", 1)]
    found = measured(tmp_path, orders(*rows) | daily(*full_years(2024, 2025)))
    periods = ["2025-01", "2025-02", "2025Q1", "2025"]
    assert [get(found, "panel_buyers", period).value for period in periods] == [1, 2, 2, 2]
    assert [get(found, "repeat_rate", period).value for period in periods] == [1, 0, D("0.5"), D("0.5")]


def test_period_ends_are_those_of_the_last_month_in_each_period(tmp_path: Path) -> None:
    months = [[f"{year}-{month:02d}", 1000 * (year - 2023) + month] for year in (2024, 2025) for month in range(1, 13)]
    sheets = {"会员月报": [["月份", "期末会员数"], *months]}
    found = measured(tmp_path, sheets)
    periods = ["2024", "2025", "2025Q1", "2025Q4", "2025-02", "2025-11"]
    assert [get(found, "members", period).value for period in periods] == [1012, 2012, 2003, 2012, 2002, 2011]
    assert get(found, "members").sources == (Source("member_monthly", "data.xlsx", "会员月报", 1, 25, 25),)


CAMPAIGNS = """
[campaigns."年货节"]
2025 = { start = 2024-12-30, end = 2025-01-03 }
[campaigns."618"]
2024 = { start = 2024-06-01, end = 2024-06-03 }
2025 = { start = 2025-06-01, end = 2025-06-03 }
[campaigns."双11"]
2025 = { start = 2025-06-03, end = 2025-06-05 }
[campaigns."99"]
2025 = { start = 2025-09-01, end = 2025-09-09 }
2026 = { start = 2026-09-01, end = 2026-09-09 }
"""


@pytest.mark.parametrize("as_of", [None, date(2025, 7, 31)])
def test_campaign_windows_and_their_union(tmp_path: Path, as_of: date | None) -> None:
    rows = [(f"2024-{at}", "天猫", 1, 1, 1) for at in ("05-31", "06-01", "06-03", "06-04", "12-29", "12-30")]
    rows += [(f"2025-{at}", "天猫", 10, 1, 1) for at in ("01-03", "01-04", "05-31", "06-02", "06-05", "06-06", "09-09")]
    rows += [("2025-06-03", "天猫", 100, 1, 1), ("2024-01-01", "天猫", 0, 0, 0), ("2025-12-31", "天猫", 0, 0, 0)]
    found = measured(tmp_path, daily(*rows), NEW_CHANNELS + CAMPAIGNS, as_of=as_of)
    campaigns = {scope: value for scope, value in values(found.ledger, "gmv").items() if scope.startswith("活动")}
    later = {} if as_of else {"活动=99": 10}  # a window that the cut leaves open is not measured
    assert campaigns == {
        "活动=年货节": 11,  # began in the old year
        "活动=618": 110,
        "活动=双11": 110,
        "活动=大促": 11 + 10 + 100 + 10,  # 3 June is a day of two campaigns and counts once
        **later,
    }
    assert values(found.ledger, "gmv", "2024")["活动=618"] == 2
    assert get(found, "gmv", "2025", "平台=天猫|活动=618").value == 110
    assert get(found, "conversion", "2025", "活动=618").value == 1
    assert found.ledger.get("gmv", Period.parse("2025-06"), "活动=618") is None


@pytest.mark.parametrize(
    ("as_of", "this", "before"),
    [
        ("2025-02-28", 2, 2),  # the 29th of February stands beside no day of 2025
        ("2025-03-01", 3, 4),
        ("2025-12-30", 4, 5),
        ("2025-12-31", 5, 6),
    ],
)
def test_a_cut_falls_on_the_same_day_of_every_year(tmp_path: Path, as_of: str, this: int, before: int) -> None:
    days = ["01-01", "02-28", "03-01", "12-30", "12-31"]
    rows = [(f"{year}-{at}", "天猫", 1, 1, 1) for year in (2024, 2025) for at in days]
    found = measured(tmp_path, daily(*rows, ("2024-02-29", "天猫", 1, 1, 1)), as_of=day(as_of))
    assert [get(found, "gmv", year).value for year in ("2025", "2024")] == [this, before]
    assert codes(found) == []
    assert found.line.is_partial == (as_of != "2025-12-31")


def test_a_cut_on_a_leap_day(tmp_path: Path) -> None:
    rows = [(f"{year}-{at}", "天猫", 1, 1, 1) for year in (2023, 2024) for at in ("01-01", "02-28", "03-01", "12-31")]
    rows.append(("2024-02-29", "天猫", 1, 1, 1))
    found = measured(tmp_path, daily(*rows), year=None, as_of=date(2024, 2, 29))
    assert [get(found, "gmv", year).value for year in ("2024", "2023")] == [3, 2]
    assert found.line.cut_of(2023) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("as_of", "this", "before"),
    [("2025-02-27", 2001, 1001), ("2025-02-28", 2002, 1002), ("2025-06-15", 2005, 1005), ("2025-06-30", 2006, 1006)],
)
def test_a_month_counts_when_it_is_whole_in_a_leap_year_too(tmp_path: Path, as_of: str, this: int, before: int) -> None:
    months = [[f"{year}-{month:02d}", 1000 * (year - 2023) + month] for year in (2024, 2025) for month in range(1, 13)]
    sheets = {"会员月报": [["月份", "期末会员数"], *months]} | daily(*full_years(2024, 2025))
    found = measured(tmp_path, sheets, as_of=day(as_of))
    assert [get(found, "members", year).value for year in ("2025", "2024")] == [this, before]


def test_data_that_end_before_december_cut_the_year_before_alike(tmp_path: Path) -> None:
    rows = [("2024-01-01", "天猫", 1, 1, 1), ("2024-08-01", "天猫", 2, 1, 1), ("2024-11-11", "天猫", 4, 1, 1)]
    found = measured(tmp_path, daily(*rows, ("2025-08-01", "天猫", 8, 1, 1)))
    assert [get(found, "gmv", year).value for year in ("2025", "2024")] == [8, 3]
    (issue,) = [i for i in found.issues if i.code == "year_incomplete"]
    assert "2025-08-01" in issue.message
    assert found.line.cut == date(2025, 8, 1)


def test_a_cut_after_the_data_is_said(tmp_path: Path) -> None:
    rows = [("2024-01-01", "天猫", 1, 1, 1), ("2025-08-01", "天猫", 8, 1, 1)]
    found = measured(tmp_path, daily(*rows), as_of=date(2025, 9, 30))
    assert ("as_of_late" in codes(found), found.line.cut) == (True, date(2025, 8, 1))


def test_a_table_that_ends_before_the_others_is_named(tmp_path: Path) -> None:
    rows = [*full_years(2024, 2025), ("2025-06-01", "天猫", 1, 1, 1)]
    months = {"会员月报": [["月份", "期末会员数"], ["2024-12", 1], ["2025-10", 2]]}
    found = measured(tmp_path, daily(*rows) | months)
    assert ["会员月报" in i.message and "2025-10-31" in i.message for i in found.issues if i.code == "table_short"] == [
        True
    ]


@pytest.mark.parametrize(
    ("first", "code", "growth_base"),
    [
        ("2025-01-01", "prior_missing", False),
        ("2025-03-01", "prior_missing", False),
        ("2024-03-01", "prior_partial", True),
    ],
)
def test_a_missing_or_short_year_before_is_said(tmp_path: Path, first: str, code: str, growth_base: bool) -> None:
    found = measured(tmp_path, daily((first, "天猫", 1, 1, 1), ("2025-12-31", "天猫", 1, 1, 1)))
    assert codes(found) == [code]
    assert (found.ledger.get("gmv", Period(2024)) is not None) == growth_base
    if code == "prior_missing":
        assert found.issues[0].message == "没有 2024 年的数据，不计算同比"


def test_more_than_two_years_and_yearly_totals_before_them(tmp_path: Path) -> None:
    rows = [(f"{year}-{edge}", "天猫", year, 1, 1) for year in (2023, 2024, 2025, 2026) for edge in ("01-01", "12-31")]
    history = [["年度", "成交总额（万元）", "期末会员数"], [2021, 1, None], [2022, 2, 5], [2023, 999, 6], [2026, 9, 9]]
    found = measured(tmp_path, daily(*rows) | {"历年汇总": history})
    gmv = {m.period.key: m.value for m in found.ledger.of("gmv") if m.scope == ALL and len(m.period.key) == 4}
    # rows win over a stated total; what comes after the report year is not told
    assert gmv == {"2021": 10000, "2022": 20000, "2023": 4046, "2024": 4048, "2025": 4050}
    assert get(found, "members", "2023").value == 6  # no rows of this one
    assert found.ledger.get("members", Period(2021)) is None
    assert get(found, "gmv", "2022").sources == (Source("history", "data.xlsx", "历年汇总", 1, 3, 3),)
    assert found.ledger.years() == [2021, 2022, 2023, 2024, 2025]


def test_a_part_of_a_year_is_not_held_against_a_whole_one(tmp_path: Path) -> None:
    history = [["年度", "成交总额（万元）"], [2023, 1], [2024, 2]]
    sheets = daily(("2025-01-01", "天猫", 1, 1, 1), ("2025-12-31", "天猫", 1, 1, 1)) | {"历年汇总": history}
    assert measured(tmp_path, sheets).ledger.get("gmv", Period(2024)) is not None
    assert measured(tmp_path, sheets, as_of=date(2025, 1, 31)).ledger.years() == [2025]


@pytest.mark.parametrize(
    ("last", "today", "year"),
    [
        ("2025-12-31", "2026-01-15", 2025),
        ("2025-12-30", "2026-01-15", 2024),
        ("2025-12-31", "2025-12-31", 2025),
        ("2026-12-31", "2026-03-01", 2025),  # rows of days to come
    ],
)
def test_without_a_year_the_last_complete_one(tmp_path: Path, last: str, today: str, year: int) -> None:
    rows = [(at, "天猫", 1, 1, 1) for at in ("2024-01-01", "2025-01-01", last)]
    found = measured(tmp_path, daily(*dict.fromkeys(rows)), year=None, today=day(today))
    assert found.line.year == year


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"year": 2030}, "没有 2030 年的数据"),
        ({"year": 2025, "as_of": date(2024, 6, 30)}, "不在 2025 年内"),
    ],
)
def test_a_year_that_cannot_be_told(tmp_path: Path, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says):
        measured(tmp_path, daily(*full_years(2024, 2025)), **asked)


def test_a_platform_of_no_channel_is_told_and_counted(tmp_path: Path) -> None:
    rows = [*full_years(2024, 2025), ("2025-06-01", "得物", 5, 1, 1)]
    found = measured(tmp_path, daily(*rows))
    (issue,) = [i for i in found.issues if i.code == "platform_unmapped"]
    assert (issue.value, issue.origin.sheet) == ("得物", "渠道日报")
    assert get(found, "gmv", "2025", "渠道=未归类").value == 5
    assert get(found, "gmv").value == 5


def month_ends(year: int, per_product: dict[str, Iterable[int]]) -> list[list[Any]]:
    return [
        [f"{year}-{month:02d}", product, 1, value]
        for product, series in per_product.items()
        for month, value in enumerate(series, 1)
    ]


def test_inventory_days_by_hand(tmp_path: Path) -> None:
    # 2025: stock of P1 is 100 at every month's end, P2's 20, 40 … 240 (mean 130); cost of sales 920 + 1380 = 2300
    stock = month_ends(2025, {"P1": [100] * 12, "P2": range(20, 241, 20)}) + month_ends(2024, {"P1": [50] * 12})
    sales = [["2025-03", "P1", 1, 920], ["2025-09", "P2", 1, 1380], ["2024-05", "P1", 1, 365]]
    sheets = {
        "商品": [["商品编码", "类目"], ["P1", "食品"], ["P2", "家居"]],
        "库存月报": [["月份", "商品编码", "期末库存数量", "期末库存金额"], *stock],
        "商品月销": [["月份", "商品编码", "销量", "销售成本"], *sales],
        **daily(*full_years(2024, 2025)),
    }
    found = measured(tmp_path, sheets)
    assert get(found, "inventory_days").value == D(230) * 365 / 2300  # 36.5
    assert get(found, "inventory_days", "2025", "类目=食品").value == D(100) * 365 / 920
    assert get(found, "inventory_days", "2024").value == D(50)  # a leap year has 365 days here as well
    half = measured(tmp_path, sheets, as_of=date(2025, 6, 30))
    # to June: stock 100 + mean(20 … 120) = 170 over 181 days, cost 920
    assert get(half, "inventory_days").value == D(170) * 181 / 920
    assert found.ledger.get("inventory_days", Period.parse("2025Q1")) is None


def test_slow_movers(tmp_path: Path) -> None:
    old, new = "2023-01-01", "2025-11-01"
    sheets = {
        "商品": [["商品编码", "上市日期"], *([f"P{n}", new if n == 4 else old] for n in range(1, 6))],
        "库存月报": [
            ["月份", "商品编码", "期末库存数量", "期末库存金额"],
            ["2025-12", "P1", 91, 1],  # sold 90 in three months: 91 days of cover
            ["2025-12", "P2", 90, 10],  # 90 days: not beyond
            ["2025-12", "P3", 1, 100],  # nothing sold since September
            ["2025-12", "P4", 50, 1000],  # nothing sold, but new
            ["2025-12", "P5", 0, 10000],  # nothing left
        ],
        "商品月销": [
            ["月份", "商品编码", "销量"],
            *([f"2025-{month}", product, 30] for month in (10, 11, 12) for product in ("P1", "P2")),
            ["2025-09", "P3", 500],
        ],
    }
    found = measured(tmp_path, sheets)
    assert get(found, "slow_moving_value").value == 101
    assert get(found, "slow_moving_share").value == D(101) / D(11111)
    stricter = SETTINGS + "[thresholds]\nslow_cover_days = 80\nslow_age_days = 30\n"
    assert get(measured(tmp_path, sheets, stricter), "slow_moving_value").value == 1111


def test_a_projects_own_metric_is_measured(tmp_path: Path) -> None:
    text = """
[metrics.big_days]
label = "大单日"
unit = "天"
better = "up"
aggregation = "count"
chapter = "总体"
table = "channel_daily"
numerator = "count(*) filter (where paid_amount >= {high_value_spend})"
scopes = ["平台"]
definition = "支付金额不少于 {high_value_spend} 元的平台日数"
"""
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    rows = [*full_years(2024, 2025), ("2025-02-01", "天猫", 4999, 1, 1), ("2025-02-02", "天猫", 5000, 1, 1)]
    found = measured(tmp_path, daily(*rows), 'metrics = "own.toml"\n' + SETTINGS)
    assert values(found.ledger, "big_days") == {ALL: 1, "平台=天猫": 1}


def test_the_calendar_counts_days_not_rows(tmp_path: Path) -> None:
    videos = [
        ["发布日期", "作品ID", "平台", "播放量"],
        *([f"2025-01-{n:02d}", f"V{n}", "抖音", 1] for n in range(1, 32)),
    ]
    found = measured(tmp_path, daily(*full_years(2024, 2025)) | {"短视频作品": videos})
    assert get(found, "posts_per_day").value == D(31) / 365
    assert get(found, "posts_per_day", "2025-01").value == 1
    assert get(found, "posts_per_day", "2025-01", "平台=抖音").value == 1


def test_an_attainment_of_rows_against_rows(tmp_path: Path) -> None:
    start = date(2025, 1, 1)
    rows = [
        (f"{start + timedelta(30 * n)}", platform, 6, 1, 1)
        for n in range(12)
        for platform in ("小红书", "快手", "天猫")
    ]
    goals = [["月份", "平台", "GMV目标"], *([f"2025-{n:02d}", p, 5] for n in range(1, 13) for p in ("小红书", "快手"))]
    found = measured(tmp_path, daily(*full_years(2024, 2025), *rows) | {"渠道月度目标": goals}, NEW_CHANNELS)
    assert values(found.ledger, "new_channel_gmv_attainment") == {"平台=小红书+快手": D(144) / 120}


def test_a_company_that_calls_its_channels_otherwise(tmp_path: Path) -> None:
    text = """
[report]
company = "测试公司"
[sources]
all = "*.xlsx"
[channels]
"电商" = ["天猫"]
"会员店" = ["微商城"]
"兴趣" = ["得物"]
[roles]
main_channel = "电商"
private_channel = "会员店"
miniapp = "微商城"
new_platforms = "得物"
"""
    days = [["日期", "平台", "曝光量", "点击量", "支付金额", "推广花费", "推广成交金额"]]
    days += [["2025-03-01", name, 100, 5, 50, 10, 20] for name in ("天猫", "微商城")]
    days += [["2025-03-01", "得物", 100, 5, 100, 10, 30]]
    sheets = {
        "渠道日报": days,
        "社群月报": [["月份", "群名称", "成员数", "月活成员数"], ["2025-03", "甲", 10, 4]],
        "渠道月度目标": [["月份", "平台", "GMV目标"], ["2025-03", "得物", 200]],
        "年度目标": [["年度", "指标", "目标值"], [2025, "微商城GMV占比", "30%"], [2025, "社群月活率", "50%"]],
    }
    found = measured(tmp_path, sheets, text)
    assert get(found, "detail_ctr", scope="渠道=电商").value == Decimal("0.05")
    assert get(found, "miniapp_gmv_share", scope="平台=微商城").value == Decimal("0.25")
    assert get(found, "group_mau_rate", scope="渠道=会员店").value == Decimal("0.4")
    assert get(found, "new_channel_gmv_attainment", scope="平台=得物").value == Decimal("0.5")
    assert get(found, "new_channel_roi", scope="平台=得物").value == 3
    assert found.ledger.metrics["miniapp_gmv_share"].label == "微商城GMV占比"
    assert {(t.metric, t.scope) for t in found.ledger.targets} >= {
        ("miniapp_gmv_share", "平台=微商城"),
        ("group_mau_rate", "渠道=会员店"),
    }
