"""Cells that a reader turned into nothing are errors at their address, once."""

from datetime import date

import pandas
import pytest

from rpt.engine.duck import Duck
from rpt.intake.header import match
from rpt.intake.lost_cells import lost_cells, without_cells
from rpt.intake.raw import CellNote, RawSheet
from rpt.intake.schema import TableSchema, schemas
from rpt.intake.sheet import Place, SheetCleaner, head, ingest
from rpt.project.model import Project, ProjectFile, Report

DAY = date(2025, 6, 18).isoformat()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableSchema:
    folder = tmp_path_factory.mktemp("lost")
    settings = ProjectFile(report=Report(company="测试"))
    return schemas(Project(folder=folder, file=folder / "rpt.toml", settings=settings))["channel_daily"]


def test_noted_cells_of_used_columns_are_told_and_not_as_empty_too(table: TableSchema) -> None:
    notes = (
        CellNote(2, 3, "error", "#REF!"),
        CellNote(3, 4, "no_value", ""),
        CellNote(3, 5, "error", "#N/A"),  # a column that the table doesn't use
        CellNote(1, 1, "error", "#N/A"),  # the header
        CellNote(2, 0, "error", "#N/A"),  # left of the table
    )
    data = pandas.DataFrame(
        [["日期", "平台", "支付金额", "访客数", "心情"], [DAY, "天猫", None, "3", None], [DAY, "抖音", "1", None, None]]
    ).rename(columns=str)
    engine, place = Duck(), Place("a.xlsx", "渠道日报", 1, 1)
    ingest(engine, RawSheet("渠道日报", data.drop(columns=[]), 1), "raw")
    found = match(table, head(engine, "raw"))
    assert found
    lost = lost_cells(notes, Place("a.xlsx", "渠道日报", 1, 1), found)
    assert [(i.code, i.origin.cell, i.message) for i in lost] == [
        ("cell_error", "D2", "“支付金额”是错误值 #REF!"),
        ("formula_no_value", "E3", "“访客数”的公式没有保存计算结果"),
    ]
    cleaned = SheetCleaner(engine, place, found, "raw", "target").clean()
    assert [issue.code for issue in cleaned] == ["cell_empty"]
    assert without_cells(cleaned, lost) == []
    assert engine.rows("select sum(paid_amount), sum(visitors) from target") == [(1, 3)]
