"""The sheet 溯源: a row per figure, its exact value a number, its place a link to the cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlsxwriter

from rpt.rendering.xlsx.layout import Canvas
from rpt.rendering.xlsx.styles import Styles
from rpt.rendering.xlsx.tables import write_table
from rpt.rendering.xlsx.tracing import TRACE, Spot, write_trace
from rpt.values.document import Column, Figure, FigureKind, Row, Table
from rpt.values.explanation import Calculation, Explanation, Extract, Printed
from rpt.values.theme import Theme

GROWTH = Explanation(
    "gmv@2025.growth",
    "2025年成交总额：同比",
    "2025",
    "全部",
    Decimal("0.5"),
    "比率",
    "50.0%",
    calculation=Calculation("本期 ÷ 上年同期 − 1", "3 ÷ 2 − 1 = 50.0%"),
    sources=(Extract("渠道日报", "=a.xlsx", "渠道日报", "ab", 730, 2, 731, "A2:F731"),),
    printed=(Printed("一、总体", "表1-1　关键指标", "50.0%"), Printed("一、总体", "", "50.0%")),
)


def test_a_figure_leads_to_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, _ = book.add_worksheet(TRACE), book.add_worksheet("总体")
        write_trace(
            sheet, Styles(book, Theme()), [GROWTH], {GROWTH.ref: [Spot("总体", "C5"), Spot("总体", "C9")]}, "报告"
        )
    made = openpyxl.load_workbook(path)[TRACE]
    head, row = made.iter_rows(values_only=True)
    assert [str(title).partition("\n")[0] for title in head[:5]] == ["编号", "名称", "期间", "范围", "精确值"]
    assert row[:6] == ("gmv@2025.growth", "2025年成交总额：同比", "2025年", "全部", 0.5, "比率")
    assert row[6:10] == (
        "本期 ÷ 上年同期 − 1",
        "3 ÷ 2 − 1 = 50.0%",
        "=a.xlsx › 渠道日报 A2:F731（730行）",
        "表1-1、一、总体正文",
    )
    assert row[10] == "总体!C5；总体!C9"
    assert made["I2"].data_type == "s"  # a file's name is no formula
    assert made["K2"].hyperlink.location == "'总体'!C5"
    assert made.freeze_panes == "C2"
    assert made.auto_filter.ref == "A1:K2"


def test_the_title_of_a_table_leads_to_where_its_figures_are_traced(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    figure = Figure("gmv@2025.growth", FigureKind.GROWTH, Decimal("0.5"), "比率", "50.0%")
    columns = (Column("label", "指标"), Column("growth", "同比", "%", Decimal(1), "0.0%"))
    table = Table("kpi", "表1-1", "关键指标", "总体", columns, (Row({"label": "成交总额", "growth": figure}),))
    with xlsxwriter.Workbook(path) as book:
        canvas = Canvas(book.add_worksheet("总体"), Styles(book, Theme()), [12, 8], "报告")
        canvas.traced = {figure.ref: "'溯源'!A7"}
        write_table(canvas, table)
        write_table(canvas, replace(table, rows=(Row({"label": "无"}),)))
    made = openpyxl.load_workbook(path)["总体"]
    titles = [cell for (cell,) in made.iter_rows(min_col=2, max_col=2) if cell.value == "表1-1 关键指标"]
    assert [cell.hyperlink and cell.hyperlink.location for cell in titles] == ["'溯源'!A7", None]
