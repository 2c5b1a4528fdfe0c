"""The member, campaign and logistics SQL on a handful of rows, by hand."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rpt.flows.steps import Measured
from rpt.values.period import Period
from rpt.values.scope import ALL
from tests.projects import SETTINGS, measured

D = Decimal
FIXED = SETTINGS + "[thresholds]\nactive_days = 30\ndormant_days = 60\n"
FRAME = {
    "渠道日报": [
        ["日期", "平台", "支付金额"],
        *([f"{y}-{d}", "天猫", 0] for y in (2024, 2025) for d in ("01-01", "12-31")),
    ]
}
ORDERS = ["订单编号", "会员ID", "平台", "支付时间", "支付金额", "定金支付时间"]
Order = tuple[Any, ...]  # member, day, paid, day of the deposit


def sheet(orders: list[Order]) -> list[list[Any]]:
    body = [[f"O{nth:03d}", member, "天猫", f"{at} 10:00:00", *rest] for nth, (member, at, *rest) in enumerate(orders)]
    return [ORDERS, *body]


def run(folder: Path, orders: list[Order], settings: str = FIXED, **more: Any) -> Measured:
    return measured(folder, FRAME | {"订单明细": sheet(orders)} | more, settings)


def value(found: Measured, metric: str, scope: str = ALL, period: str = "2025") -> Decimal | None:
    measurement = found.ledger.get(metric, Period.parse(period), scope)
    return measurement.value if measurement else None


TIERS = ("高价值", "潜力", "沉睡", "流失")


def tiers(found: Measured, period: str = "2025") -> list[Decimal | None]:
    return [value(found, "tier_members", f"分层={tier}", period) for tier in TIERS]


def test_tiers_at_the_years_end(tmp_path: Path) -> None:
    orders = [
        ("A", "2025-01-05", 3000),
        ("A", "2025-02-05", 2001),  # over 5000 in the year, whenever
        ("B", "2025-12-31", 5000),  # 5000 is not over 5000
        ("C", "2025-12-01", 10),  # 30 days ago
        ("D", "2025-11-30", 10),  # 31
        ("E", "2025-11-01", 10),  # 60
        ("F", "2025-10-31", 10),  # 61
        ("G", "2024-06-01", 9000),  # of the year before
    ]
    found = run(tmp_path, orders)
    assert tiers(found) == [1, 2, 2, 2]
    assert tiers(found, "2024") == [1, None, None, None]
    assert value(found, "rfm_segments") == 4
    assert value(found, "tier_share", "分层=流失") == D(2) / 7
    assert value(found, "high_value_share") == D(1) / 6  # of this year's buyers
    assert found.ledger.members("tier_members", "分层", Period(2025)) == list(TIERS)


def test_the_cut_offs_are_the_quantiles_of_the_base_years_intervals(tmp_path: Path) -> None:
    at, days = date(2024, 1, 1), (0, 1, 3, 6, 10, 15, 21, 28, 36, 45, 55)  # intervals of 1 to 10 days
    orders: list[Order] = [("A", str(at + timedelta(day)), 1) for day in days]
    orders += [("A", str(at), 1)]  # a second order of the day says nothing about intervals
    orders += [("B", "2025-01-01", 1), ("B", "2025-12-01", 1)]  # nor does another year
    orders += [(f"{n}", str(date(2025, 12, 31) - timedelta(n)), 1) for n in (8, 9, 10, 11)]
    found = run(tmp_path, orders, SETTINGS)
    # P80 of 1…10 is 8, P95 is 10; A and B are lost, too
    assert tiers(found) == [None, 1, 2, 3]
    moved = run(tmp_path, orders, SETTINGS + "[thresholds]\nbase_year = 2025\n")
    assert tiers(moved) == [None, 4 + 1, None, 1]  # one interval of 334 days


def test_repeat_buyers_of_a_period(tmp_path: Path) -> None:
    orders = [
        ("A", "2025-01-01", 10),
        ("A", "2025-01-01", 10),  # the same day counts
        ("B", "2025-01-31", 10),
        ("B", "2025-04-01", 20),
        ("C", "2025-02-01", 50),
        ("C", "2024-12-31", 99),  # an order of the year before doesn't
    ]
    found = run(tmp_path, orders)
    assert value(found, "repeat_rate") == D(2) / 3
    assert [value(found, "repeat_rate", period=period) for period in ("2025Q1", "2025-01", "2025-04")] == [
        D(1) / 3,
        D("0.5"),
        0,
    ]
    assert value(found, "spend_per_buyer") == D(100) / 3
    assert value(found, "orders_per_buyer") == D(5) / 3


def test_buyers_of_months_and_quarters_are_those_one_counts_by_hand(tmp_path: Path) -> None:
    draw, first = Random(7), date(2024, 1, 1)
    days = [first + timedelta(draw.randrange(595)) for _ in range(400)]  # to 17 August 2025, where the years are cut
    orders = [(f"M{draw.randrange(60)}", day, draw.randrange(1, 900)) for day in [*days, date(2025, 8, 17)]]
    rows: list[Order] = [(member, str(day), paid) for member, day, paid in orders]
    found = measured(tmp_path, {"订单明细": sheet(rows)}, FIXED)
    held: dict[str, Counter[str]] = defaultdict(Counter)
    spent: Counter[str] = Counter()
    for member, day, paid in orders:
        in_cut = (day.month, day.day) <= (8, 17)
        quarter, month = f"{day.year}Q{(day.month + 2) // 3}", f"{day:%Y-%m}"
        periods = [*([str(day.year), quarter] if in_cut else []), *([month] if in_cut or day.month > 8 else [])]
        for period in periods:
            held[period][member] += 1
            spent[period] += paid
    assert {"2024-12", "2024Q3", "2025-08", "2025"} < set(held)
    for period, orders_of in held.items():
        buyers = len(orders_of)
        repeat = sum(times > 1 for times in orders_of.values())
        assert value(found, "panel_buyers", period=period) == buyers, period
        assert value(found, "repeat_rate", period=period) == D(repeat) / buyers, period
        assert value(found, "orders_per_buyer", period=period) == D(orders_of.total()) / buyers, period
        assert value(found, "spend_per_buyer", period=period) == D(spent[period]) / buyers, period


def test_the_repurchase_cycle_is_the_median_interval_within_the_year(tmp_path: Path) -> None:
    orders = [
        ("A", "2024-12-30", 1),
        ("A", "2025-01-09", 1),  # 10 days, but begun in the old year
        ("A", "2025-01-29", 1),  # 20
        ("A", "2025-02-28", 6000),  # 30
        ("B", "2025-12-01", 1),
        ("B", "2025-12-06", 1),  # 5, of another tier
    ]
    found = run(tmp_path, orders)
    assert value(found, "repurchase_cycle_days") == 20
    assert value(found, "repurchase_cycle_days", "分层=高价值") == 20  # the lower of two
    assert value(found, "repurchase_cycle_days", "分层=潜力") == 5


def test_a_first_order_is_followed_for_30_days(tmp_path: Path) -> None:
    orders = [
        ("A", "2025-01-10", 1),
        ("A", "2025-02-09", 1),  # the 30th day
        ("B", "2025-02-01", 1),
        ("B", "2025-03-04", 1),  # the 31st
        ("C", "2025-12-01", 1),
        ("C", "2025-12-02", 1),
        ("D", "2025-12-02", 1),  # not yet followed for 30 days
        ("D", "2025-12-03", 1),
        ("E", "2025-05-01", 1),  # bought before the panel began
        ("E", "2025-05-02", 1),
        ("F", "2024-05-01", 1),  # a first order of the year before
        ("F", "2025-05-02", 1),
    ]
    members = [["会员ID", "注册日期", "首购日期"], ["A", "2025-01-01", "2025-01-10"], ["E", "2020-01-01", "2020-02-01"]]
    found = run(tmp_path, orders, 会员明细=members)
    assert value(found, "repurchase_30d") == D(2) / 3
    assert value(found, "repurchase_30d", period="2024") == 0


def test_touches_are_counted_by_the_tier_of_that_day(tmp_path: Path) -> None:
    last = {
        "A": "2025-05-01",
        "B": "2025-05-01",
        "C": "2025-05-01",
        "D": "2025-05-25",
        "E": "2025-01-01",
        "F": "2025-01-01",
    }
    orders: list[Order] = [(member, at, 1) for member, at in last.items()]
    orders += [("A", "2025-06-10", 1), ("B", "2025-07-10", 1), ("D", "2025-06-10", 1), ("F", "2025-07-09", 1)]
    touched = "2025-06-10"  # A, B and C were silent for 40 days, D for 16, E and F for 160
    touches = [["触达编号", "触达日期", "会员ID", "是否触达成功"], *([f"T{m}", touched, m, "是"] for m in last)]
    touches += [["T7", touched, "C", "否"], ["T8", touched, "X", "是"], ["T9", "2025-12-15", "C", "是"]]
    found = run(tmp_path, orders, 触达记录=touches)
    # A bought on the day itself, B on the 30th day after it, which is the first one outside
    assert value(found, "wakeup_rate_30d", "分层=沉睡") == D(1) / 3
    assert value(found, "winback_rate", "分层=流失") == D(1) / 2


CAMPAIGN = """
[campaigns."618"]
2025 = { start = 2025-06-01, end = 2025-06-20, presale_from = 2025-05-20, member_day = 2025-06-18 }
[campaigns."99"]
2025 = { start = 2025-09-05, end = 2025-09-09 }
[groups."活动"]
"大促" = ["618", "99"]
"""


def test_buyers_of_a_campaign(tmp_path: Path) -> None:
    orders = [
        ("A", "2024-07-01", 6000),
        ("A", "2025-06-18", 100, "2025-05-21"),
        ("A", "2025-06-20", 50),
        ("B", "2025-06-18", 300),
        ("C", "2025-06-21", 999),  # the day after
        ("C", "2025-09-05", 40),
        ("B", "2025-09-05", 60),
    ]
    found = run(tmp_path, orders, FIXED + CAMPAIGN)
    by_scope = {
        "活动=618": [2, D(225), D(1) / 3, D("0.5"), D("0.25")],
        "活动=99": [2, D(50), None, 1, None],
        "活动=大促": [3, D(550) / 3, D(1) / 3, D(1), D("0.25")],
    }
    metrics = ["campaign_buyers", "aov", "presale_order_share", "repeat_buyer_share", "member_day_gmv_share"]
    assert {scope: [value(found, metric, scope) for metric in metrics] for scope in by_scope} == by_scope
    assert value(found, "aov") is None  # a campaign's figure has no total


def test_inquiries_against_the_28_days_before(tmp_path: Path) -> None:
    start, first = date(2025, 6, 1), date(2025, 5, 4)
    rows = [[first + timedelta(n), "咨询", 130 if first + timedelta(n) >= start else 100] for n in range(28 + 20)]
    service = [["日期", "咨询原因", "咨询量"], *rows, ["2025-05-03", "咨询", 9999], ["2025-06-21", "咨询", 9999]]
    found = run(tmp_path, [], FIXED + CAMPAIGN, 客服日报=service)
    assert value(found, "cs_inquiry_surge", "活动=618") == D("0.3")
    assert value(found, "cs_inquiry_surge", "活动=99") is None  # no inquiries kept before it
    assert value(found, "service_inquiries", "活动=618") == 2600


def test_parcels(tmp_path: Path) -> None:
    parcels = [
        ["运单号", "区域", "支付时间", "签收时间", "是否投诉"],
        ["1", "华东", "2025-01-01 12:00", "2025-01-02 23:00", "是"],  # the next day, 35 hours
        ["2", "华东", "2025-01-01 12:00", "2025-01-03 13:00", "否"],  # 49 hours
        ["3", "西北", "2025-12-30 23:59", "2025-12-31 00:59", None],  # an hour, over midnight
        ["4", "西北", "2025-12-30 12:00", None, "否"],  # on its way
    ]
    found = run(tmp_path, [], 发货明细=parcels)
    assert value(found, "delivery_days") == D(35 + 49 + 1) / (3 * 24)
    assert value(found, "next_day_coverage") == D(2) / 3
    assert value(found, "complaint_rate") == D(1) / 4
    assert value(found, "delivery_days", "区域=华东") == D("1.75")


@pytest.mark.parametrize("as_of", ["2025-11-30", "2025-12-30"])
def test_a_tier_is_that_of_the_cut(tmp_path: Path, as_of: str) -> None:
    orders = [["O1", "A", "天猫", "2025-11-10 10:00", 1]]
    sheets = FRAME | {"订单明细": [ORDERS[:5], *orders]}
    found = measured(tmp_path, sheets, FIXED, as_of=date.fromisoformat(as_of))
    assert tiers(found) == ([None, 1, None, None] if as_of == "2025-11-30" else [None, None, 1, None])


def test_migration_reconciles_with_both_years(tmp_path: Path) -> None:
    orders = [
        ("A", "2024-03-01", 6000),  # high value, then lost
        ("B", "2024-12-20", 10),  # active, then high value
        ("B", "2025-12-20", 6000),
        ("C", "2024-06-01", 10),  # lost, then active
        ("C", "2025-12-20", 10),
        ("D", "2025-12-20", 10),  # new
        ("E", "2025-01-05", 10),  # new and lost
        ("F", "2024-03-01", 6000),  # stays
        ("F", "2025-03-01", 6000),
    ]
    found = run(tmp_path, orders)
    cells = {m.scope: m.value for m in found.ledger.of("tier_moves") if m.scope.count("|") == 1}
    assert cells == {
        "上年分层=高价值|分层=流失": 1,
        "上年分层=高价值|分层=高价值": 1,
        "上年分层=潜力|分层=高价值": 1,
        "上年分层=流失|分层=潜力": 1,
        "上年分层=新买家|分层=潜力": 1,
        "上年分层=新买家|分层=流失": 1,
    }
    for tier in TIERS:
        before = [n for s, n in cells.items() if s.startswith(f"上年分层={tier}|")]
        after = [n for s, n in cells.items() if s.endswith(f"|分层={tier}")]
        assert sum(n or 0 for n in before) == (value(found, "tier_members", f"分层={tier}", "2024") or 0)
        assert sum(n or 0 for n in after) == (value(found, "tier_members", f"分层={tier}") or 0)
        assert sum(n or 0 for n in before) == (value(found, "tier_moves", f"上年分层={tier}") or 0)
    assert value(found, "tier_moves") == value(found, "tier_members")
    assert value(found, "tier_kept_rate", "上年分层=高价值") == D("0.5")
    assert value(found, "tier_kept_rate", "上年分层=新买家") is None
    assert value(found, "tier_moves", period="2024") is None  # nobody knows the tiers of 2023
    assert [value(found, f"{which}_cutoff_days") for which in ("active", "dormant")] == [30, 60]


def test_cohorts_by_quarter(tmp_path: Path) -> None:
    orders = [
        ("A", "2025-01-05", 10),
        ("A", "2025-02-05", 10),  # the same quarter says nothing about staying
        ("A", "2025-04-05", 10),
        ("B", "2025-03-31", 10),
        ("B", "2025-12-31", 10),
        ("B", "2025-12-31", 10),  # twice in a quarter is once
        ("C", "2025-10-01", 10),
        ("D", "2025-01-05", 10),  # first bought before the data
    ]
    members = [["会员ID", "注册日期", "首购日期"], ["D", "2023-01-01", "2023-05-01"]]
    found = run(tmp_path, orders, **{"会员明细": members})
    rates = {m.scope: m.value for m in found.ledger.of("cohort_retention") if m.value is not None}
    assert rates == {f"首购季=2025Q1|首购以来=第{n}季": rate for n, rate in ((1, D("0.5")), (2, 0), (3, D("0.5")))}
    sizes = {m.scope: m.value for m in found.ledger.of("cohort_size")}
    assert sizes == {"首购季=2025Q1": 2, "首购季=2025Q4": 1}


def test_who_of_last_years_tiers_bought_again(tmp_path: Path) -> None:
    orders = [
        ("A", "2024-12-10", 10),  # 潜力, gone
        ("B", "2024-11-10", 10),  # 沉睡, wakes up
        ("B", "2025-03-01", 10),
        ("C", "2024-11-10", 10),  # 沉睡, stays asleep
        ("D", "2024-01-10", 10),  # 流失, won back
        ("D", "2025-03-01", 10),
        ("E", "2025-03-01", 10),  # new: returns to nothing
    ]
    found = run(tmp_path, orders)
    rates = {tier: value(found, "tier_return_rate", f"上年分层={tier}") for tier in (*TIERS[1:], "新买家")}
    assert rates == {"潜力": 0, "沉睡": D("0.5"), "流失": 1, "新买家": None}
    assert value(found, "tier_return_rate", "上年分层=沉睡", "2024") is None


def test_new_members_and_first_buyers_of_a_campaign(tmp_path: Path) -> None:
    window = '[campaigns."春促"]\n2024 = { start = 2024-06-01, end = 2024-06-02 }\n'
    window += "2025 = { start = 2025-06-01, end = 2025-06-02 }\n"
    members = [
        ["会员ID", "注册日期", "首购日期"],
        ["A", "2025-06-01", "2025-06-02"],
        ["B", "2025-06-02", None],
        ["C", "2024-06-02", "2024-06-02"],
        ["D", "2025-06-03", None],
    ]
    orders = [("A", "2025-06-02", 10), ("C", "2025-06-01", 10), ("C", "2024-06-02", 10)]
    found = run(tmp_path, orders, FIXED + window, 会员明细=members)
    assert [value(found, "campaign_new_members", "活动=春促", year) for year in ("2024", "2025")] == [1, 2]
    assert value(found, "campaign_first_buyers", "活动=春促") == 1
    assert value(found, "campaign_buyers", "活动=春促") == 2
