"""What is proposed for sheets and columns that intake does not know."""

from datetime import date
from pathlib import Path

from rpt.engine.duck import Duck
from rpt.intake.proposals import propose
from rpt.values.mapping import ColumnProposal, Proposal, SheetProposal
from tests.projects import SETTINGS, Rows, project

DAY = date(2025, 6, 18)


def proposed(folder: Path, sheets: dict[str, Rows], settings: str = SETTINGS) -> list[Proposal]:
    return propose(project(folder, sheets, settings), Duck())


def columns(found: list[Proposal]) -> list[tuple[str, str, str]]:
    return [(one.header, one.key, one.confidence) for one in found if isinstance(one, ColumnProposal)]


def test_a_header_that_differs_by_brackets_alone_is_sure(tmp_path: Path) -> None:
    head = ["日期", "平台", "支付金额", "推广花费【含税】", "访客数_"]
    (spend, visitors) = proposed(tmp_path, {"渠道日报": [head, [DAY, "天猫", 100, 3, 5]]})
    assert columns([spend, visitors]) == [("推广花费【含税】", "ad_spend", "高"), ("访客数_", "visitors", "高")]
    assert isinstance(spend, ColumnProposal)
    assert (spend.cell, spend.column_label) == ("D1", "推广花费")
    assert "括号" in spend.reason


def test_a_header_of_a_tool_is_known_by_its_preset(tmp_path: Path) -> None:
    head = ["日期", "平台", "支付金额", "整体成交金额"]
    assert columns(proposed(tmp_path, {"渠道日报": [head, [DAY, "抖音", 1, 2]]})) == [
        ("整体成交金额", "ad_amount", "高")
    ]


def test_a_near_name_needs_values_of_the_type(tmp_path: Path) -> None:
    head = ["日期", "平台", "支付金额", "支付的订单数", "商品退款金额"]
    good = proposed(tmp_path, {"渠道日报": [head, [DAY, "天猫", 100, "1,204", "3.5万"]]})
    assert columns(good) == [("支付的订单数", "orders", "中"), ("商品退款金额", "refund_amount", "中")]
    bad = proposed(tmp_path, {"渠道日报": [head, [DAY, "天猫", 100, "很多", "3.5%"]]})
    assert columns(bad) == []
    assert {one.confidence for one in proposed(tmp_path, {"渠道日报": [head]})} == {"低"}  # a name is not enough


def test_a_share_is_no_amount_and_what_is_like_nothing_is_not_guessed(tmp_path: Path) -> None:
    head = ["日期", "平台", "支付金额", "支付金额占比", "天气"]
    assert proposed(tmp_path, {"渠道日报": [head, [DAY, "天猫", 100, 0.5, "晴"]]}) == []


def test_an_unrecognised_sheet_is_proposed_as_a_table(tmp_path: Path) -> None:
    head = ["月份（自然月）", "期末会员数（含子账号）"]
    sheet, *rest = proposed(tmp_path, {"Sheet1": [["月度"], head, ["2025年6月", 1000], ["2025年7月", 1100]]})
    assert isinstance(sheet, SheetProposal)
    assert (sheet.table, sheet.sheet, sheet.confidence) == ("member_monthly", "Sheet1", "中")
    assert {key for _, key, _ in columns(rest)} == {"month", "members"}


def test_an_unrecognised_export_is_proposed_as_its_preset(tmp_path: Path) -> None:
    head = ["时间", "浏览量", "访客数", "加购人数", "成交单量", "成交金额", "成交客单价", "成交转化率"]
    (one,) = proposed(tmp_path, {"Sheet1": [[], [], head, ["2025-06-18", 9, 8, 7, 6, 5, 4, "3%"]]})
    assert isinstance(one, SheetProposal)
    assert (one.preset, one.confidence) == ("京东商智", "高")
