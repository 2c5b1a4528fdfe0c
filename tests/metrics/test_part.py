"""A member's rows of every table: directly, through a table that names it, or not at all; and what it was promised."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.engine.handing import hand, taken
from rpt.metrics.catalogue import catalogue
from rpt.metrics.part import members, narrowed
from rpt.project.model import Project
from rpt.values.issue import UserError
from rpt.values.scope import Member, member_of
from tests.projects import project as read_project
from tests.projects import read

SHEETS = {
    "渠道日报": [
        ["日期", "平台", "支付金额"],
        [date(2025, 1, 1), "天猫", 10],
        [date(2025, 1, 1), "抖音", 20],
        [date(2025, 1, 2), "快手", 30],
        [date(2024, 1, 2), "京东", 30],
    ],
    "会员明细": [["会员ID", "注册日期", "区域"], ["M1", date(2024, 1, 1), "华东"], ["M2", date(2024, 1, 1), "华北"]],
    "订单明细": [
        ["订单编号", "会员ID", "平台", "支付时间", "支付金额"],
        ["D1", "M1", "天猫", date(2025, 1, 1), 5],
        ["D2", "M2", "抖音", date(2025, 1, 2), 6],
        ["D3", "M1", "抖音", date(2025, 1, 3), 7],
    ],
    "客服日报": [["日期", "咨询原因", "咨询量"], [date(2025, 1, 1), "物流查询", 3]],
    "年度目标": [
        ["年度", "指标", "范围", "目标值"],
        [2025, "成交总额", "全部", "100"],
        [2025, "成交总额", "短视频", "60"],
        [2025, "成交总额", "渠道=主站|活动=618", "40"],
        [2025, "成交总额", "平台=抖音", "50"],
    ],
}


@pytest.fixture
def whole(tmp_path: Path) -> tuple[Dataset, Project]:
    dataset, issues = read(tmp_path, SHEETS)
    assert not [issue for issue in issues if issue.level == "error"]
    return dataset, read_project(tmp_path)


def rows(dataset: Dataset, table: str, column: str) -> list[object]:
    return [value for (value,) in dataset.engine.rows(f"select {column} from {dataset.tables[table].name} order by 1")]


def part(whole: tuple[Dataset, Project], dimension: str, name: str) -> Dataset:
    dataset, project = whole
    return narrowed(dataset, project, catalogue(project, 0), Member(dimension, name))[0]


def test_members_are_those_of_the_year_in_the_order_of_the_settings(whole: tuple[Dataset, Project]) -> None:
    dataset, project = whole
    found = catalogue(project, 0)
    assert members(dataset, project, found, "平台", 2025) == ("天猫", "抖音", "快手")
    assert members(dataset, project, found, "渠道", 2025) == ("主站", "短视频")
    assert members(dataset, project, found, "区域", 2025) == ("华东", "华北")
    with pytest.raises(UserError, match="没有一张表分“品牌”"):
        members(dataset, project, found, "品牌", 2025)


def test_rows_are_cut_by_the_mapped_dimension(whole: tuple[Dataset, Project]) -> None:
    found = part(whole, "渠道", "短视频")
    assert rows(found, "channel_daily", "paid_amount") == [20, 30]
    assert rows(found, "orders", "order_id") == ["D2", "D3"]
    table = found.tables["channel_daily"]
    assert (table.rows, table.origins[0].rows, table.origins[0].first_row, table.origins[0].last_row) == (2, 2, 3, 4)


def test_orders_follow_their_member(whole: tuple[Dataset, Project]) -> None:
    found = part(whole, "区域", "华东")
    assert rows(found, "member", "member_id") == ["M1"]
    assert rows(found, "orders", "order_id") == ["D1", "D3"]


def test_tables_without_the_dimension_are_left_out_and_said(whole: tuple[Dataset, Project]) -> None:
    dataset, project = whole
    found, issues = narrowed(dataset, project, catalogue(project, 0), Member("区域", "华东"))
    for name in ("channel_daily", "service_daily"):
        assert not found.tables[name].is_present
        assert rows(found, name, "_row") == []
    assert found.tables["channel_daily"].why == "表“渠道日报”不分区域"
    assert [issue.message for issue in issues] == [
        "本报告只含区域为“华东”的数据行，目标与举措只取范围为它的；不分区域的表没有列入：渠道日报、客服日报"
    ]


@pytest.mark.parametrize(
    ("dimension", "name", "expected"),
    [
        ("渠道", "短视频", [(None, "60"), ("平台=抖音", "50")]),  # a platform of the channel stays what it is
        ("渠道", "主站", [("活动=618", "40")]),
        ("平台", "抖音", [(None, "50")]),
        ("区域", "华东", []),
    ],
)
def test_promises_of_the_member_become_those_of_its_report(
    whole: tuple[Dataset, Project], dimension: str, name: str, expected: list[tuple[str | None, str]]
) -> None:
    found = part(whole, dimension, name)
    assert found.engine.rows("select scope, target from typed_annual_target order by _row") == expected


def test_a_dataset_handed_over_is_the_same(whole: tuple[Dataset, Project], tmp_path: Path) -> None:
    dataset, project = whole
    folder = tmp_path / "handed"
    folder.mkdir()
    hand(dataset, [], folder)
    found, issues = taken(folder, Duck())
    assert issues == []
    assert [table.origins for table in found.tables.values()] == [t.origins for t in dataset.tables.values()]
    cut = narrowed(found, project, catalogue(project, 0), Member("平台", "抖音"))[0]
    assert rows(cut, "orders", "order_id") == ["D2", "D3"]


def test_a_member_as_a_scope_and_in_a_files_name() -> None:
    assert member_of("区域=华东") == Member("区域", "华东")
    assert member_of("全部") is None
    assert Member("类目", "3C/家电 (新)").slug == "3C＿家电＿新＿"
