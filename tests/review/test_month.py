"""A month against the month before, and the year to date against the year's targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rpt.language.progress import progress
from rpt.language.wording import step, text_of
from rpt.review.compare import compare_previous
from rpt.review.month import BY_SHARE, targets_to_date
from rpt.values.comparison import Base, Comparison, Reason
from rpt.values.focus import Progress
from rpt.values.ledger import Ledger, Measurement, Metric, Target
from rpt.values.period import Period

UNITS = {"gmv": "元", "conversion": "比率", "roi": "倍", "hours": "小时"}
METRICS = {
    id: Metric(id, id, unit, "down" if id == "hours" else "up", "sum" if unit == "元" else "ratio", "", "")
    for id, unit in UNITS.items()
}


def ledger(*figures: tuple[str, str, str | None], targets: tuple[Target, ...] = ()) -> Ledger:
    measured = [Measurement(id, Period.parse(p), "全部", None if v is None else Decimal(v)) for id, p, v in figures]
    return Ledger(METRICS, tuple(measured), targets)


def since(metric: str, value: str | None, before: str | None, month: str = "2025-11") -> Comparison:
    when = Period.parse(month)
    figures = [(metric, when.key, value)] + ([(metric, when.previous.key, before)] if before is not None else [])
    held = ledger(*figures)
    (found,) = compare_previous(held, when, held)
    return found


def test_january_is_held_against_december() -> None:
    found = since("gmv", "120", "100", "2025-01")
    assert (found.prior, found.growth, found.base) == (Decimal(100), Decimal("0.2"), Base.PREVIOUS)
    assert text_of(step(found)) == "环比增长20.0%"


@pytest.mark.parametrize(
    ("metric", "value", "before", "reason", "said"),
    [
        ("gmv", "100", "0", Reason.NEW, "上月为0，本期100元，不计算环比"),
        ("gmv", "0", "0", Reason.BOTH_ZERO, "与上月持平"),
        ("gmv", "0", "100", Reason.TO_ZERO, "降至0"),
        ("gmv", "100", None, Reason.NO_BASE, "上月无可比数据"),
        ("gmv", None, "100", Reason.NO_VALUE, "本期无数据"),
        ("gmv", "100.4", "100", None, "环比基本持平，微增0.4%"),
        ("gmv", "200", "100", None, "环比翻一番"),
        ("gmv", "70", "100", None, "环比下降30.0%"),
        ("conversion", "0.036", "0.033", None, "环比提高0.3个百分点"),
        ("conversion", "0.033", "0.036", None, "环比下降0.3个百分点"),
        ("conversion", "0.033", "0", None, "环比提高3.3个百分点"),
        ("roi", "3.5", "3.2", None, "环比提高0.3"),
        ("roi", "3.5", "3.5", None, "与上月持平"),
        ("hours", "24", "30", None, "环比缩短6小时"),
    ],
)
def test_every_case_is_said(
    metric: str, value: str | None, before: str | None, reason: Reason | None, said: str
) -> None:
    found = since(metric, value, before)
    assert found.reason is reason
    assert text_of(step(found)) == said


def test_refs_of_the_two_bases_differ() -> None:
    (figure,) = [part for part in step(since("gmv", "120", "100")) if not isinstance(part, str)]
    assert (figure.ref, figure.value) == ("gmv@2025-11.growth_previous", Decimal("0.2"))


YEAR = Target("gmv", Period(2025), "全部", Decimal(2400))
MONTHS = [("gmv", f"2024-{n:02d}", "50" if n < 12 else "450") for n in range(1, 13)]


def test_a_target_without_months_takes_last_years_share() -> None:
    """Eleven months of 50 in a year of 1000: 55% of 2400."""
    found = targets_to_date(ledger(*MONTHS, ("gmv", "2025", "900")), [YEAR], date(2025, 11, 30))
    target = found.target("gmv", Period(2025))
    assert target is not None
    assert (target.value, target.note) == (Decimal("1320.00"), BY_SHARE)


def test_months_that_are_set_stand() -> None:
    by_month = Target("gmv", Period(2025), "全部", Decimal(2000))
    found = targets_to_date(ledger(*MONTHS, targets=(by_month,)), [YEAR], date(2025, 11, 30))
    assert found.targets == (by_month,)


def test_in_the_middle_of_a_month_nothing_is_due_yet() -> None:
    by_month = Target("gmv", Period(2025), "全部", Decimal(2000))
    rate = Target("conversion", Period(2025), "全部", Decimal("0.03"))
    found = targets_to_date(ledger(*MONTHS, targets=(by_month, rate)), [YEAR], date(2025, 11, 20))
    assert found.targets == (rate,)


@pytest.mark.parametrize(
    ("reached", "elapsed", "said"),
    [
        ("0.5", "0.468", "完成全年目标的50.0%，快于时间进度3.2个百分点"),
        ("0.4", "0.5", "完成全年目标的40.0%，落后时间进度10.0个百分点"),
        ("0.5", "0.5001", "完成全年目标的50.0%，与时间进度持平"),
    ],
)
def test_pace(reached: str, elapsed: str, said: str) -> None:
    p = Progress("gmv", "全部", "gmv@2025", Decimal(1), Decimal(2), Decimal(reached), Decimal(elapsed))
    assert text_of(progress(p)) == said
