"""Comparable growth: the leap day, 1—2月 together, campaigns per day; and what campaigns take from the days around."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rpt.flows.steps import review
from rpt.language.festivals import SPRING_FESTIVAL
from rpt.review.comparable import comparable_growth
from rpt.review.compare import compare_all
from rpt.values.ledger import Ledger, Measurement, Metric
from rpt.values.period import Period
from rpt.values.review import Review
from tests.projects import SETTINGS, daily, measured

D = Decimal
GMV = Metric("gmv", "成交总额", "元", "up", "sum", "", "总体")
DAYS = Metric("calendar_days", "天数", "天", "none", "count", "", "总体")
CAMPAIGN = """
[campaigns."春促"]
2024 = { start = 2024-06-01, end = 2024-06-10 }
2025 = { start = 2025-06-01, end = 2025-06-20 }
"""


def test_the_leap_day_and_the_first_two_months(tmp_path: Path) -> None:
    sheet = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)
    year, winter = review(measured(tmp_path, {"渠道日报": sheet})).comparable
    assert (year.label, year.days, year.effect) == ("全年", (365, 366), -1000)
    assert (year.growth, year.raw_growth < 0) == (0, True)
    assert (winter.label, winter.days, winter.ref) == ("1—2月合并", (59, 60), "gmv@2025-01+gmv@2025-02")
    assert (winter.value, winter.raw_prior, winter.growth) == (59000, 60000, 0)


def test_a_longer_window_is_no_growth(tmp_path: Path) -> None:
    sheet = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)
    found = review(measured(tmp_path, {"渠道日报": sheet}, SETTINGS + CAMPAIGN)).comparable[-1]
    assert (found.label, found.raw_growth, found.growth, found.effect) == ("春促", 1, 0, 10000)


@given(st.decimals(1, 10**9, places=2), st.decimals(1, 10**9, places=2), st.integers(1, 366), st.integers(1, 366))
def test_raw_change_is_comparable_change_and_the_calendars(value: D, prior: D, days: int, days_before: int) -> None:
    this = Period(2025)
    rows = (
        (GMV, this, value),
        (GMV, this.year_ago, prior),
        (DAYS, this, D(days)),
        (DAYS, this.year_ago, D(days_before)),
    )
    ledger = Ledger({m.id: m for m in (GMV, DAYS)}, tuple(Measurement(m.id, p, "全部", v) for m, p, v in rows))
    (found,) = comparable_growth(Review(2025, ledger, tuple(compare_all(ledger))))
    assert (value - found.prior) + found.effect == value - prior
    if days == days_before:
        assert found.growth == found.raw_growth


def test_nothing_is_comparable_with_no_year_before(tmp_path: Path) -> None:
    sheet = daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1000)
    found = review(measured(tmp_path, {"渠道日报": sheet}))
    assert found.comparable == ()
    assert comparable_growth(replace(found, ledger=Ledger({}, ()))) == ()


def test_what_a_campaign_takes_from_the_days_around_it(tmp_path: Path) -> None:
    """1000 元 a day; 2000 inside the window; 900 in the 14 days before and 700 in the 14 after."""
    head, *rows = daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1000)
    start, end, fortnight = date(2025, 6, 1), date(2025, 6, 20), timedelta(14)
    paid = [
        2000
        if start <= row[0] <= end
        else 900
        if start - fortnight <= row[0] < start
        else 700
        if end < row[0] <= end + fortnight
        else 1000
        for row in rows
    ]
    sheet = [head, *([*row[:-1], amount] for row, amount in zip(rows, paid, strict=True))]
    ledger = measured(tmp_path, {"渠道日报": sheet}, SETTINGS + CAMPAIGN).ledger

    def value(metric: str) -> Decimal | None:
        found = ledger.get(metric, Period(2025), "活动=春促")
        return found.value if found else None

    assert [value(f"campaign_{name}") for name in ("lift", "before_pull", "after_pull")] == [1, D("-0.1"), D("-0.3")]
    assert value("campaign_surplus") == 20000
    assert value("campaign_around") == -14 * 400
    assert value("campaign_net") == 20000 - 14 * 400


def test_surroundings_without_data_are_left_out(tmp_path: Path) -> None:
    sheet = daily(date(2025, 5, 1), date(2025, 12, 31), 天猫=1000)  # the window needs six weeks before 1 June
    ledger = measured(tmp_path, {"渠道日报": sheet}, SETTINGS + CAMPAIGN).ledger
    assert ledger.get("campaign_lift", Period(2025), "活动=春促") is None
    assert ledger.get("gmv", Period(2025), "活动=春促") is not None


def test_spring_festival_falls_between_21_january_and_20_february() -> None:
    assert all((1, 21) <= (day.month, day.day) <= (2, 20) and day.year == year for year, day in SPRING_FESTIVAL.items())
    known = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6)}
    assert {year: (SPRING_FESTIVAL[year].month, SPRING_FESTIVAL[year].day) for year in known} == known


def test_the_same_weeks_of_last_year_are_freed_of_growth(tmp_path: Path) -> None:
    """Days away from the campaign grew by a half; the fortnight after it took 700 where it had taken 800."""
    sheet = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=0)
    head, *rows = sheet
    end, fortnight = {2024: date(2024, 6, 20), 2025: date(2025, 6, 20)}, timedelta(14)

    def paid(day: date) -> int:
        after = end[day.year] < day <= end[day.year] + fortnight
        return {2024: 800 if after else 1000, 2025: 1050 if after else 1500}[day.year]

    windows = '\n[campaigns."春促"]\n2024 = { start = 2024-06-01, end = 2024-06-20 }\n'
    windows += "2025 = { start = 2025-06-01, end = 2025-06-20 }\n"
    filled = [head, *([*row[:-1], paid(row[0])] for row in rows)]
    ledger = measured(tmp_path, {"渠道日报": filled}, SETTINGS + windows).ledger
    before, after = (
        ledger.get(f"campaign_{side}_same_weeks", Period(2025), "活动=春促") for side in ("before", "after")
    )
    assert before is not None
    assert before.value == 0
    # 52 weeks before 21 June–4 July 2025 lie 22 June–5 July 2024, of which 5 July is an ordinary day
    assert after is not None
    assert after.value == D(14 * 1050) / (D("1.5") * (13 * 800 + 1000)) - 1
    assert ledger.get("campaign_after_same_weeks", Period(2024), "活动=春促") is None


def test_a_campaign_day_by_day_and_its_distance_from_spring_festival(tmp_path: Path) -> None:
    sheet = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=500)
    windows = '\n[campaigns."年货节"]\n2024 = { start = 2024-01-18, end = 2024-02-01 }\n'
    windows += '2025 = { start = 2025-01-07, end = 2025-01-21 }\n[groups."活动"]\n"大促" = ["年货节"]\n'
    ledger = measured(tmp_path, {"渠道日报": sheet}, SETTINGS + windows).ledger
    days = ledger.of("campaign_day_gmv", period=Period(2025))
    assert {m.scope: m.value for m in days} == {f"场次=年货节|活动日=第{n}天": D(1500) for n in range(1, 16)}
    distance = {
        (year, name): m.value
        for year in (2024, 2025)
        for name in ("opens", "closes")
        if (m := ledger.get(f"campaign_{name}_before_festival", Period(year), "活动=年货节"))
    }
    assert distance == {(2024, "opens"): 23, (2024, "closes"): 9, (2025, "opens"): 22, (2025, "closes"): 8}
