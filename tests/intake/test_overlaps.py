"""Files that hold the same rows: the later one counts, and it is said."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.values.issue import Level
from tests.intake.files import EVERY_CSV, read_files, rows
from tests.projects import project

HEADER = ["日期", "平台", "支付金额"]
DAY, NEXT, THIRD = (date(2025, 6, 17) + timedelta(at) for at in range(3))


def test_the_file_with_the_later_name_wins_and_is_named_once(tmp_path: Path) -> None:
    files = {
        "日报_20250701": [HEADER, [DAY, "天猫", 100], [NEXT, "天猫", 50], [THIRD, "天猫", 7]],
        "日报_20250630": [HEADER, [DAY, "天猫", 90], [NEXT, "天猫", 50], [NEXT, "抖音", 5]],
    }
    dataset, (issue,) = read_files(tmp_path, files)
    assert sorted(rows(dataset)) == [(DAY, "天猫", 100), (NEXT, "天猫", 50), (NEXT, "抖音", 5), (THIRD, "天猫", 7)]
    assert dataset.tables["channel_daily"].rows == 4
    assert (issue.code, issue.level, issue.origin.file) == ("overlap_differs", Level.WARNING, "日报_20250630.csv")
    assert issue.message == (
        "表“渠道日报”有 2 行同时出现在 日报_20250630.csv 与 日报_20250701.csv（2025-06-17至2025-06-18，共2天），"
        "其中 1 行数值不同；以较晚的 日报_20250701.csv 为准（依据：文件名中的日期），不重复计算"
    )


def test_without_dates_in_all_names_the_newer_file_wins(tmp_path: Path) -> None:
    files = {"日报甲": [HEADER, [DAY, "天猫", 2]], "日报乙_20250630": [HEADER, [DAY, "天猫", 1]]}
    read_files(tmp_path, files)
    os.utime(tmp_path / "日报甲.csv", (1_750_000_500, 1_750_000_500))
    dataset, (issue,) = load(project(tmp_path, settings=EVERY_CSV), Duck())
    assert rows(dataset) == [(DAY, "天猫", 2)]
    assert "（2025-06-17）" in issue.message
    assert "以较晚的 日报甲.csv 为准（依据：文件的修改时间）" in issue.message


def test_else_the_order_of_the_project_decides(tmp_path: Path) -> None:
    files = {"日报甲": [HEADER, [DAY, "天猫", 2]], "日报乙": [HEADER, [DAY, "天猫", 1]]}
    listed = EVERY_CSV.replace('"**/*.csv"', '["日报甲.csv", "日报乙.csv"]')
    dataset, (issue,) = read_files(tmp_path, files, listed)
    assert rows(dataset) == [(DAY, "天猫", 1)]
    assert "依据：rpt.toml 中的先后次序" in issue.message


def test_the_same_rows_again_are_dropped_and_said(tmp_path: Path) -> None:
    table = [HEADER, [DAY, "天猫", 100], [NEXT, "天猫", 50]]
    dataset, (issue,) = read_files(tmp_path, {"日报": table, "日报副本": table})
    assert sum(row[2] for row in rows(dataset)) == 150
    assert (issue.code, issue.level) == ("overlap_same", Level.INFO)
    assert issue.message == (
        "表“渠道日报”有 2 行同时出现在 日报.csv 与 日报副本.csv（2025-06-17至2025-06-18，共2天），"
        "内容完全相同，只计一次"
    )


def test_three_files_are_told_in_pairs_with_the_one_that_wins(tmp_path: Path) -> None:
    files = {f"日报_2025070{at}": [HEADER, [DAY, "天猫", at], [NEXT, f"平台{at}", 1]] for at in (1, 2, 3)}
    dataset, issues = read_files(tmp_path, files)
    assert (DAY, "天猫", 3) in rows(dataset)
    assert dataset.tables["channel_daily"].rows == 4
    assert [issue.origin.file for issue in issues] == ["日报_20250701.csv", "日报_20250702.csv"]
    assert all("以较晚的 日报_20250703.csv 为准" in issue.message for issue in issues)


def test_months_and_keys_without_a_day(tmp_path: Path) -> None:
    head = ["月份", "商品编码", "销量"]
    files = {f"商品月销{at}": [head, ["2025-01", "P1", 1], ["2025-02", "P1", 1]] for at in "ab"}
    _, (issue,) = read_files(tmp_path / "a", files)
    assert "（2025年1月至2025年2月，共2个月）" in issue.message
    files = {f"供应商{at}": [["供应商", "是否数据共享"], ["甲", "是"]] for at in "ab"}
    _, (issue,) = read_files(tmp_path / "b", files)
    assert "有 1 行同时出现在 供应商a.csv 与 供应商b.csv，内容完全相同" in issue.message


def test_a_column_that_the_later_file_lacks_is_named(tmp_path: Path) -> None:
    files = {
        "日报_20250701": [[*HEADER, "访客数"], [DAY, "天猫", 100, 9]],
        "日报_20250702": [HEADER, [DAY, "天猫", 100]],
    }
    dataset, (issue,) = read_files(tmp_path, files)
    assert rows(dataset, "paid_amount, visitors") == [(100, None)]
    assert "较晚的文件里没有值的列按没有数据计：访客数" in issue.message


def test_within_one_file_a_key_twice_stays_an_error(tmp_path: Path) -> None:
    files = {
        "日报_20250701": [HEADER, [DAY, "天猫", 1], [DAY, "天猫", 2]],
        "日报_20250702": [HEADER, [DAY, "天猫", 3]],
    }
    dataset, issues = read_files(tmp_path, files)
    assert rows(dataset) == [(DAY, "天猫", 3)]
    assert [(i.code, i.level, i.origin.cell) for i in issues] == [
        ("duplicate_key", Level.ERROR, "A3"),
        ("overlap_differs", Level.WARNING, None),
    ]


def test_rows_whose_key_is_unreadable_are_like_no_others(tmp_path: Path) -> None:
    files = {f"日报_2025070{at}": [HEADER, ["坏", "天猫", at]] for at in (1, 2)}
    dataset, issues = read_files(tmp_path, files)
    assert len(rows(dataset)) == 2
    assert [issue.code for issue in issues] == ["cell_bad", "cell_bad"]


CELLS = st.tuples(st.integers(0, 40), st.sampled_from(["天猫", "抖音", "快手"]))


@settings(max_examples=8, deadline=None)
@given(
    amounts=st.dictionaries(CELLS, st.decimals(0, 10**8, places=2), min_size=1, max_size=30),
    data=st.data(),
    count=st.integers(1, 5),
)
def test_overlapping_files_add_up_to_the_whole(
    amounts: dict[tuple[int, str], Decimal], data: st.DataObject, count: int
) -> None:
    table: list[Sequence[Any]] = [[DAY + timedelta(at), name, paid] for (at, name), paid in amounts.items()]
    held = [data.draw(st.sets(st.integers(0, count - 1), min_size=1)) for _ in table]
    files = {
        f"日报{n}": [HEADER, *(row for row, where in zip(table, held, strict=True) if n in where)] for n in range(count)
    }
    with TemporaryDirectory() as folder:
        dataset, issues = read_files(Path(folder), files)
    assert sorted(rows(dataset)) == sorted(tuple(row) for row in table)
    pairs = [issue for issue in issues if issue.code == "overlap_same"]
    # any amounts at all may look like another unit's
    assert {issue.code for issue in issues} <= {"overlap_same", "table_empty", "unit_doubtful"}
    # the last file that has a row wins, so each of the others that has it is told with that one
    assert len(pairs) == len({(n, max(where)) for where in held for n in where if n < max(where)})


@settings(max_examples=8, deadline=None)
@given(st.lists(st.dictionaries(CELLS, st.integers(0, 10**6), max_size=15), min_size=2, max_size=4))
def test_later_figures_win_whatever_was_said_before(exports: list[dict[tuple[int, str], int]]) -> None:
    files = {
        f"日报_2025070{n}": [HEADER, *([DAY + timedelta(at), name, paid] for (at, name), paid in export.items())]
        for n, export in enumerate(exports, 1)
    }
    expected = {cell: paid for export in exports for cell, paid in export.items()}
    with TemporaryDirectory() as folder:
        dataset, _ = read_files(Path(folder), files)
    assert sorted(rows(dataset)) == sorted((DAY + timedelta(at), name, paid) for (at, name), paid in expected.items())


@pytest.mark.parametrize("rows_each", [[["举措甲"]], [["举措甲"], ["举措甲"]]])
def test_tables_without_a_key_share_whole_rows(tmp_path: Path, rows_each: list[list[str]]) -> None:
    table = [["年度", "举措"], *([2025, *row] for row in rows_each)]
    dataset, (issue,) = read_files(tmp_path, {"行动计划a": table, "行动计划b": table})
    assert len(rows(dataset, "measure", "action")) == len(rows_each)
    assert issue.code == "overlap_same"
