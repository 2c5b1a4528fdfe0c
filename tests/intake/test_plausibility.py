"""Values that are well written and still can't be meant."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.intake.long_ids import _bits
from rpt.values.issue import Level
from tests.intake.files import read_files

HEADER = ["日期", "平台", "支付金额"]
TODAY = date(2025, 7, 1)
DAYS = [date(2025, 6, 1) + timedelta(at) for at in range(10)]


def daily(days: list[date], *paid: Any, platform: str = "天猫") -> list[list[Any]]:
    return [[day, platform, paid[at % len(paid)]] for at, day in enumerate(days)]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("1989-12-31", "早于 1990 年：1989-12-31"),
        ("2025-07-03", "晚于今天（2025-07-01）：2025-07-03"),
        ("2052-06-01", "晚于今天（2025-07-01）：2052-06-01"),
        ("2023-06-01", "与其余日期相隔一年以上：2023-06-01"),
    ],
)
def test_a_day_out_of_range_is_told_at_its_cell(tmp_path: Path, day: str, words: str) -> None:
    table = [HEADER, *daily(DAYS[:5], 1), [day, "天猫", 1], *daily(DAYS[5:], 1)]
    _, (issue,) = read_files(tmp_path, {"渠道日报": table}, today=TODAY)
    assert (issue.code, issue.level, issue.origin.cell) == ("date_doubtful", Level.WARNING, "A7")
    assert issue.message == f"“日期”{words}"


def test_many_days_are_told_once_per_sheet(tmp_path: Path) -> None:
    late = [[f"2052-06-{at:02}", "天猫", 1] for at in range(1, 10)]
    _, (issue,) = read_files(tmp_path, {"渠道日报": [HEADER, *daily(DAYS, 1), *late]}, today=TODAY)
    assert (issue.origin.cell, "2052-06-01等 9 处" in issue.message) == ("A12", True)


def test_tomorrow_and_plans_may_be(tmp_path: Path) -> None:
    files = {
        "渠道日报": [HEADER, ["2025-07-02", "天猫", 1], ["2024-07-02", "天猫", 1], ["2023-07-02", "天猫", 1]],
        "渠道月度目标": [["月份", "平台", "GMV目标"], ["2026-05", "天猫", 1]],
        "商品": [["商品编码", "上市日期"], ["P1", "2026-01-01"]],
    }
    assert read_files(tmp_path, files, today=TODAY)[1] == []


def test_a_file_in_wan_is_told_with_both_medians(tmp_path: Path) -> None:
    files = {
        "渠道日报2024": [HEADER, *daily([day.replace(year=2024) for day in DAYS], 11000, 12000, 13000)],
        "渠道日报2025": [HEADER, *daily(DAYS[:8], "1.1", "1.2", "1.3")],
    }
    _, (issue,) = read_files(tmp_path, files)
    assert (issue.code, issue.level, str(issue.origin)) == (
        "unit_doubtful",
        Level.WARNING,
        "渠道日报2025.csv › 渠道日报2025 › C1",
    )
    assert issue.message == (
        "“支付金额”的中位数在 渠道日报2025.csv › 渠道日报2025 2025年为 1.20，"
        "在 渠道日报2024.csv › 渠道日报2024 2024年为 12,000.00，相差约 10,000 倍，像是元与万元混用"
    )
    assert "支付金额（万元）" in issue.hint


def test_last_year_in_another_unit_in_the_same_sheet(tmp_path: Path) -> None:
    table = [HEADER, *daily([day.replace(year=2024) for day in DAYS], "1.2"), *daily(DAYS[:6], 16000)]
    _, (issue,) = read_files(tmp_path, {"渠道日报": table})
    assert issue.message.startswith("“支付金额”的中位数2025年为 16,000.00，2024年为 1.20，相差约 13,000 倍")


@pytest.mark.parametrize(
    "other",
    [
        daily(DAYS, "1.2", platform="小红书"),  # another platform is another size
        daily(DAYS, 120),  # a hundredth is a bad year
        daily(DAYS[:2], "1.2"),  # two rows are no median
        daily(DAYS, 0),
    ],
)
def test_what_is_not_alike_is_not_held_against_it(tmp_path: Path, other: list[list[Any]]) -> None:
    before = daily([day.replace(year=2024) for day in DAYS], 12000)
    assert read_files(tmp_path, {"渠道日报a": [HEADER, *before], "渠道日报b": [HEADER, *other]})[1] == []


def test_a_platform_that_grew_does_not_make_the_file_doubtful(tmp_path: Path) -> None:
    last = [day.replace(year=2024) for day in DAYS]
    files = {
        "渠道日报a": [
            HEADER,
            *daily(last, 1, platform="快手"),
            *daily(last, 12000),
            *daily(last, 900, platform="抖音"),
        ],
        "渠道日报b": [
            HEADER,
            *daily(DAYS, 10000, platform="快手"),
            *daily(DAYS, 15000),
            *daily(DAYS, 950, platform="抖音"),
        ],
    }
    assert read_files(tmp_path, files)[1] == []


def test_negative_amounts_where_the_schema_says_none(tmp_path: Path) -> None:
    _, (issue,) = read_files(tmp_path, {"渠道日报": [HEADER, [DAYS[0], "天猫", "-5"]]})
    assert (issue.code, issue.level, issue.origin.cell) == ("cell_low", Level.ERROR, "C2")


ORDERS = ["订单编号", "会员ID", "平台", "支付时间", "支付金额"]


def test_long_ids_that_were_numbers_are_told(tmp_path: Path) -> None:
    ids = [int(float(123456789012345678 + 1111 * at)) for at in range(5)]  # a program read them as floats
    table = [ORDERS, *([one, "M1", "天猫", "2025-06-18 20:00", 1] for one in ids)]
    _, (issue,) = read_files(tmp_path, {"订单明细": table})
    assert (issue.code, issue.level, str(issue.origin)) == ("id_digits", Level.WARNING, "订单明细.csv › 订单明细 › A2")
    assert issue.value == str(ids[0])


def test_scientific_notation_is_an_error_at_its_cell(tmp_path: Path) -> None:
    _, (issue,) = read_files(tmp_path, {"订单明细": [ORDERS, ["1.23457E+17", "M1", "天猫", "2025-06-18 20:00", 1]]})
    assert (issue.code, issue.level, issue.origin.cell, issue.value) == ("cell_bad", Level.ERROR, "A2", "1.23457E+17")


@settings(max_examples=30, deadline=None)
@given(st.integers(16, 22), st.integers(0, 10**6))
def test_true_ids_are_not_doubted_and_floats_are(length: int, seed: int) -> None:
    random = Random(seed)
    ids = [random.randrange(10 ** (length - 1), 10**length) for _ in range(40)]
    true = [str(one) for one in ids]
    cut = [str(one)[:15] + "0" * (length - 15) for one in ids]  # what Excel makes of them
    assert (_bits(true) >= 10, _bits(cut) >= 10) == (False, True)
