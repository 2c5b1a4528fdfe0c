"""Periods in the names of files, folders and sheets."""

from datetime import date
from pathlib import Path

import pytest

from rpt.intake.file_period import NamedPeriod, Unclear, latest_day, named_period, names_of
from rpt.values.issue import Level
from tests.intake.files import read_files, rows

MARCH = (date(2025, 3, 1), date(2025, 3, 31))
DAY = (date(2025, 3, 5), date(2025, 3, 5))
HEADER = ["商品编码", "销量"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("2025-03.xlsx", MARCH),
        ("202503.csv", MARCH),
        ("2025.3.csv", MARCH),
        ("渠道日报_2025_03.xlsx", MARCH),
        ("2025年3月.xlsx", MARCH),
        ("渠道日报（２０２５年０３月份）.xlsx", MARCH),
        ("2025/3月.xlsx", MARCH),
        ("2025年/03.xlsx", MARCH),
        ("2025年月报/天猫/3月.csv", MARCH),
        ("2025年度渠道日报-3月.xlsx", MARCH),
        ("2024/2025-03.xlsx", MARCH),
        ("20250301-20250331.xlsx", MARCH),
        ("2025-03-01_2025-03-31.csv", MARCH),
        ("2025-03-05.csv", DAY),
        ("日报20250305.csv", DAY),
        ("export_20250305093000.csv", DAY),
        ("2025/3月5日.csv", DAY),
        ("2025年1-3月.xlsx", (date(2025, 1, 1), date(2025, 3, 31))),
        ("2024-12-16~2025-01-15.xlsx", (date(2024, 12, 16), date(2025, 1, 15))),
    ],
)
def test_periods_that_names_state(shown: str, expected: tuple[date, date]) -> None:
    assert named_period(names_of(shown)) == NamedPeriod(*expected)


@pytest.mark.parametrize(
    "shown",
    ["data.xlsx", "渠道日报.xlsx", "2025.xlsx", "3.xlsx", "2024-2025.xlsx", "v2025-13.xlsx", "123202503456.csv"],
)
def test_names_that_state_none(shown: str) -> None:
    assert named_period(names_of(shown)) is None


@pytest.mark.parametrize("shown", ["3月.xlsx", "2024-2025/3月.xlsx", "2025-03 导出20250405.xlsx", "2025/3月4月.xlsx"])
def test_names_that_leave_it_open(shown: str) -> None:
    assert isinstance(named_period(names_of(shown)), Unclear)


def test_a_sheets_name_comes_before_its_files() -> None:
    assert named_period(names_of("2025年渠道日报.xlsx", "3月")) == NamedPeriod(*MARCH)


def test_the_latest_day_of_a_name_orders_exports() -> None:
    names = ["2025-03 导出20250405.xlsx", "2025/3月.xlsx", "202503.csv", "data.csv"]
    assert [latest_day(name) for name in names] == [date(2025, 4, 5), date(2025, 3, 31), date(2025, 3, 31), None]


def test_monthly_files_without_a_month_take_it_from_their_names(tmp_path: Path) -> None:
    files = {"商品月销/2025-02": [HEADER, ["P1", 7]], "商品月销/2025年/3月": [HEADER, ["P1", 8], ["P2", 1]]}
    dataset, issues = read_files(tmp_path, files)
    found = rows(dataset, "month, product_id, units", "product_monthly")
    assert sorted(found) == [(date(2025, 2, 1), "P1", 7), (date(2025, 3, 1), "P1", 8), (date(2025, 3, 1), "P2", 1)]
    assert [(i.code, i.level, i.origin.file) for i in issues] == [
        ("date_from_name", Level.INFO, "商品月销/2025-02.csv"),
        ("date_from_name", Level.INFO, "商品月销/2025年/3月.csv"),
    ]
    assert issues[0].message == "表“商品月销”没有“月份”列，已按文件名记为2025年2月"
    assert "month" in dataset.tables["product_monthly"].columns


def test_daily_files_without_a_day(tmp_path: Path) -> None:
    head = ["平台", "支付金额"]
    dataset, (issue,) = read_files(tmp_path, {"渠道日报2025-03-05": [head, ["天猫", 5]]})
    assert rows(dataset) == [(date(2025, 3, 5), "天猫", 5)]
    assert (issue.level, issue.message) == (Level.INFO, "表“渠道日报”没有“日期”列，已按文件名记为 2025-03-05")


def test_a_month_where_days_are_needed_is_a_warning(tmp_path: Path) -> None:
    dataset, (issue,) = read_files(tmp_path, {"渠道日报2025-03": [["平台", "支付金额"], ["天猫", 5]]})
    assert rows(dataset) == [(date(2025, 3, 1), "天猫", 5)]
    assert (issue.code, issue.level) == ("date_from_name", Level.WARNING)
    assert "逐日的数不可用" in issue.message


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("商品月销2025-03导出20250405", "date_unclear", "不止一个日期（2025年3月、2025-04-05）"),
        ("商品月销3月", "date_unclear", "没有年份"),
        ("商品月销2025年1-3月", "date_unclear", "跨月"),
        ("商品月销", "column_missing", "缺少必需的列：“月份”"),
    ],
)
def test_a_name_that_does_not_tell_is_an_error_that_names_the_file(
    tmp_path: Path, name: str, code: str, words: str
) -> None:
    dataset, (issue,) = read_files(tmp_path, {name: [HEADER, ["P1", 7]]})
    assert (issue.code, issue.level, issue.origin.file) == (code, Level.ERROR, f"{name}.csv")
    assert words in issue.message
    assert "2025-03.xlsx" in issue.hint
    assert not dataset.tables["product_monthly"].is_present


def test_rows_that_have_their_date_ignore_the_name(tmp_path: Path) -> None:
    files = {"商品月销2024-01": [["月份", *HEADER], ["2025-03", "P1", 7]]}
    dataset, issues = read_files(tmp_path, files)
    assert (rows(dataset, "month", "product_monthly"), issues) == ([(date(2025, 3, 1),)], [])
