"""Headers of two rows, as exports merge them."""

from datetime import date
from pathlib import Path

from rpt.values.issue import Level
from tests.projects import SETTINGS, read

DAY = date(2025, 6, 18)
COLUMNS = "date, platform, paid_amount, visitors, ad_spend"


def test_lower_names_are_known_alone_and_upper_ones_over_both_rows(tmp_path: Path) -> None:
    sheet = [
        ["渠道日报"],
        ["日期", "平台", "成交", None, "推广"],
        [None, None, "支付金额（万元）", "访客数", "花费"],
        [DAY, "天猫", "1.5", 9, 3],
    ]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert dataset.engine.rows(f"select {COLUMNS}, _row from typed_channel_daily") == [(DAY, "天猫", 15000, 9, 3, 4)]
    assert issues == []


def test_an_alias_spells_both_levels(tmp_path: Path) -> None:
    settings = SETTINGS + '[aliases.channel_daily]\npaid_amount = "抖音/GMV"\nvisitors = "抖音/访客"\n'
    sheet = [
        ["日期", "平台", "抖音", None, "天猫", None],
        [None, None, "GMV", "访客", "GMV", "访客"],
        [DAY, "抖音", 1, 2, 3, 4],
    ]
    dataset, issues = read(tmp_path, {"渠道日报": sheet}, settings)
    assert dataset.engine.rows("select paid_amount, visitors from typed_channel_daily") == [(1, 2)]
    assert [(i.code, i.level, i.origin.cell, i.value) for i in issues] == [
        ("column_unknown", Level.INFO, "E2", "天猫/GMV"),
        ("column_unknown", Level.INFO, "F2", "天猫/访客"),
    ]


def test_a_lower_name_that_two_columns_have_is_not_guessed(tmp_path: Path) -> None:
    sheet = [["日期", "平台", "抖音", "天猫", "流量"], [None, None, "GMV", "GMV", "访客数"], [DAY, "抖音", 1, 2, 3]]
    _, (issue,) = read(tmp_path, {"渠道日报": sheet})
    assert (issue.code, issue.level) == ("column_missing", Level.ERROR)
    assert "“支付金额”" in issue.message
    assert "“抖音/GMV”、“天猫/GMV”" in issue.hint


def test_one_row_is_the_header_wherever_it_says_as_much(tmp_path: Path) -> None:
    sheet = [["单位：元", None, "交易"], ["日期", "平台", "支付金额"], [DAY, "天猫", 1]]
    dataset, issues = read(tmp_path, {"渠道日报": sheet})
    assert dataset.engine.rows("select paid_amount, _row from typed_channel_daily") == [(1, 3)]
    assert issues == []


def test_bad_cells_below_two_levels_keep_their_address(tmp_path: Path) -> None:
    sheet = [["日期", "平台", "成交", None], [None, None, "支付金额", "访客数"], [DAY, "天猫", "坏", 1]]
    _, (issue,) = read(tmp_path, {"渠道日报": sheet})
    assert (issue.code, issue.origin.cell) == ("cell_bad", "C3")


def test_an_alias_with_its_unit_states_the_unit(tmp_path: Path) -> None:
    settings = SETTINGS + '[aliases.channel_daily]\npaid_amount = "流水（万元）"\n'
    dataset, issues = read(tmp_path, {"渠道日报": [["日期", "平台", "流水（万元）"], [DAY, "天猫", 2]]}, settings)
    assert (dataset.engine.rows("select paid_amount from typed_channel_daily"), issues) == ([(20000,)], [])
