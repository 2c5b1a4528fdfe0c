"""The workbook read back: typed numbers, formulas with cached values, charts over cells, print set-up."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from rpt.rendering.xlsx import write_xlsx
from rpt.values.document import Chart, Column, Document, Figure, FigureKind, Row
from rpt.values.theme import Theme

D = Decimal
SHEETS = ["总览", "目录", "渠道经营情况", "存在问题及原因", "数据", "图表数据", "口径", "数据问题"]


@pytest.fixture(scope="module")
def formulas(workbook_path: Path) -> Workbook:
    return openpyxl.load_workbook(workbook_path)


@pytest.fixture(scope="module")
def cached(workbook_path: Path) -> Workbook:
    return openpyxl.load_workbook(workbook_path, data_only=True)


def _cells(book: Workbook) -> Iterator[Any]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from row


def _find(book: Workbook, sheet: str, text: str) -> Any:
    """The first cell of a sheet that holds exactly this text."""
    return next(cell for row in book[sheet].iter_rows() for cell in row if cell.value == text)


def _row(book: Workbook, sheet: str, first: str) -> list[Any]:
    """The cells right of this text, in the row that has most of them (总览 shows some figures twice)."""
    starts = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == first]
    start = max(starts, key=lambda cell: sum(one.value is not None for one in book[sheet][cell.row]))
    return [cell for cell in book[sheet][start.row] if cell.column > start.column]


def test_sheets_stand_in_reading_order(formulas: Workbook) -> None:
    assert formulas.sheetnames == SHEETS


def test_the_overview_stands_alone(formulas: Workbook) -> None:
    texts = {cell.value for row in formulas["总览"].iter_rows() for cell in row}
    assert {"示例家居有限公司", "2025年度电商运营报告", "数据截至", "2025年12月31日", "表1-1 2025年核心指标"} <= texts
    assert formulas["总览"].page_setup.fitToHeight in (None, 1)  # one page; 1 is not written out


def _links(book: Workbook, sheet: str) -> set[tuple[str, Any]]:
    """Where the cells of a sheet lead in the workbook, and what they say."""
    return {(c.hyperlink.location, c.value) for row in book[sheet].iter_rows() for c in row if c.hyperlink}


def test_the_contents_lead_to_every_sheet_table_and_chart(formulas: Workbook, written: Any) -> None:
    links = _links(formulas, "目录")
    assert {(f"'{name}'!A1", name) for name in SHEETS if name != "目录"} <= links
    placed = [*written.document.tables, *written.document.charts]
    assert {one.title for one in placed if one.chapter != "summary"} <= {text for _, text in links}
    row = _find(formulas, "渠道经营情况", "表2-1 各渠道成交额").row
    assert (f"'渠道经营情况'!A{row}", "各渠道成交额") in links


def test_every_sheet_leads_back_to_the_contents(formulas: Workbook) -> None:
    for name in SHEETS:
        back = "总览" if name == "目录" else "目录"
        assert f"'{back}'!A1" in {where for where, _ in _links(formulas, name)}, name


def test_mixed_units_in_one_column(cached: Workbook) -> None:
    values = {name: _row(cached, "总览", name)[1] for name in ("成交总额 GMV", "会员总数", "复购率", "库存周转天数")}
    assert [cell.value for cell in values.values()] == [4.2, 200, 0.32, 32]
    assert [cell.number_format for cell in values.values()] == ["#,##0.00", "#,##0.0", "0.0%", "0.0"]


def test_growth_is_a_live_formula_with_its_exact_value(formulas: Workbook, cached: Workbook) -> None:
    live, value = _row(formulas, "总览", "成交总额 GMV"), _row(cached, "总览", "成交总额 GMV")
    this_year, last_year, growth, target, attainment = (cell.coordinate for cell in live[1:6])
    assert live[3].value == f'=IF({last_year}=0,"",{this_year}/{last_year}-1)'
    assert live[5].value == f'=IF({target}=0,"",{this_year}/{target})'
    assert value[3].value == float(D(42) / D(28) - 1)
    assert value[5].value == float(D(42) / D(38))
    assert (growth, attainment) == (live[3].coordinate, live[5].coordinate)


def test_rates_differ_in_points_and_lower_is_better_divides_the_other_way(formulas: Workbook, cached: Workbook) -> None:
    rate = _row(formulas, "总览", "复购率")
    assert rate[3].value == f"=({rate[1].coordinate}-{rate[2].coordinate})*100"
    assert _row(cached, "总览", "复购率")[3].value == 4.0
    days = _row(formulas, "总览", "库存周转天数")
    assert days[5].value == f'=IF({days[1].coordinate}=0,"",{days[4].coordinate}/{days[1].coordinate})'
    assert _row(cached, "总览", "库存周转天数")[5].value == 35 / 32


def test_a_reason_stands_in_place_of_a_number(formulas: Workbook) -> None:
    assert _row(formulas, "总览", "小程序成交额")[3].value == "无可比数据"
    assert _row(formulas, "渠道经营情况", "私域社群")[3].value == "新增业务"


def test_good_and_bad_have_colours_and_arrows(formulas: Workbook) -> None:
    growth = _row(formulas, "总览", "成交总额 GMV")[3]
    missed = _row(formulas, "总览", "复购率")[5]
    assert (growth.font.color.rgb, growth.number_format) == ("FF1E7B4F", "▲0.0%;▼0.0%;0.0%")
    assert missed.font.color.rgb == "FFB3261E"


def test_red_means_up_where_the_theme_says_so(written: Any, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(replace(written, theme=Theme(colours="up_red")).to(tmp_path / "a.xlsx"))
    assert _row(book, "总览", "成交总额 GMV")[3].font.color.rgb == "FFB3261E"
    assert _row(book, "总览", "库存周转天数")[3].font.color.rgb == "FF1E7B4F"  # falls, which is good


def test_what_looks_like_a_formula_stays_text(formulas: Workbook) -> None:
    assert _find(formulas, "存在问题及原因", "=新渠道未达标").data_type == "s"
    assert _find(formulas, "存在问题及原因", "-收缩低效投放").data_type == "s"
    assert _find(formulas, "数据问题", "=1+1").data_type == "s"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "{=", "http://", "'"])
def test_hostile_text_is_text_everywhere(
    written: Any, table_document: Callable[..., Document], tmp_path: Path, start: str
) -> None:
    text = f"{start}cmd|'/c calc'!A1"
    document = table_document((Column("a", text),), Row({"a": text}), unit=text)
    document = replace(document, title=text, company=text, subtitle=text, facts={text: text})
    book = openpyxl.load_workbook(replace(written, document=document).to(tmp_path / "a.xlsx"))
    data = book["数据"]
    formulas = [cell for cell in _cells(book) if cell.data_type == "f" and cell.parent is not data]
    assert formulas == []
    assert not any(cell.hyperlink and cell.hyperlink.target for cell in _cells(book))


def test_the_ledger_is_complete_and_in_base_units(cached: Workbook, written: Any) -> None:
    sheet = cached["数据"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert list(rows) == [one.id for one in written.ledger.measurements]
    assert rows["gmv@2025"][6:13] == (420000000.55, 280000000, 0.50000000196428571, None, 380000000, 40000000.55,
                                      float(D("420000000.55") / D(380000000)))  # fmt: skip
    assert rows["repeat_rate@2025"][6:13] == (0.32, 0.28, None, 4, 0.35, -3, float(D(32) / D(35)))
    assert rows["repeat_rate@2025"][14:16] == (120000, 375000)
    assert rows["inventory_days@2025"][12] == 35 / 32
    assert rows["gmv@2025[渠道=私域]"][13] == "上年为零"
    assert rows["roi@2025[渠道=私域]"][6] is None
    assert rows["roi@2025[渠道=私域]"][13] == "花费为零；本期无数据"
    assert rows["roi@2025[渠道=主站]"][10] == "5∶1/3∶1"
    assert rows["gmv@2025"][16] == "channel.xlsx › 渠道日报 4–2560（2557行）"


def test_the_ledgers_comparisons_are_live(formulas: Workbook) -> None:
    sheet = formulas["数据"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    gmv = rows["gmv@2025"]
    assert gmv[8] == '=IF(H3=0,"",G3/H3-1)'
    assert gmv[11] == "=G3-K3"
    assert gmv[12] == '=IF(K3=0,"",G3/K3)'
    assert rows["repeat_rate@2025"][9] == "=(G6-H6)*100"
    assert rows["inventory_days@2025"][12] == '=IF(G7=0,"",K7/G7)'
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:Q{sheet.max_row}"


def test_numbers_are_never_text(cached: Workbook) -> None:
    looks_numeric = re.compile(r"[▲▼+\-−]?[\d,]*\.?\d+(%|亿元|万元|元|个百分点)?")
    allowed = {"1", "2"}  # 序号 of the problem table, text columns by its spec
    found = [
        cell.value
        for cell in _cells(cached)
        if isinstance(cell.value, str) and looks_numeric.fullmatch(cell.value) and cell.value not in allowed
    ]
    assert set(found) <= {"2024", "2025"}  # periods are names


def test_every_formula_has_a_cached_number(formulas: Workbook, cached: Workbook) -> None:
    pairs = [
        (cell, cached[cell.parent.title][cell.coordinate].value) for cell in _cells(formulas) if cell.data_type == "f"
    ]
    assert len(pairs) > 20
    assert all(isinstance(value, int | float) for _, value in pairs)


def test_definitions_and_issues(formulas: Workbook, written: Any, tmp_path: Path) -> None:
    rows = {row[1]: row for row in formulas["口径"].iter_rows(min_row=2, values_only=True)}
    assert list(rows) == list(written.ledger.metrics)
    assert rows["inventory_days"][3] == "越低越好"
    assert rows["wechat"][6] == "未计算：没有会员月报"
    issues = list(formulas["数据问题"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in issues] == ["错误", "警告", "提示"]
    assert issues[0] == ("错误", "channel.xlsx", "渠道日报", "F18", "12..5", "“12..5”不是数字", "改为数字，如12.5")
    clean = openpyxl.load_workbook(replace(written, issues=()).to(tmp_path / "a.xlsx"))
    assert clean["数据问题"]["A2"].value == "未发现问题"


def _chart_parts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        return [archive.read(name).decode() for name in names]


def test_charts_are_native_and_refer_to_cells(workbook_path: Path, cached: Workbook) -> None:
    parts = _chart_parts(workbook_path)
    assert len(parts) == 7  # every chart but the heat map
    for part in parts:
        for reference in re.findall(r"<c:numRef><c:f>([^<]+)</c:f><c:numCache>(.*?)</c:numCache>", part):
            sheet, area = reference[0].split("!")
            cells = [cell for row in cached[sheet.strip("'")][area.replace("$", "")] for cell in row]
            values = [cell.value for cell in cells if cell.value is not None]
            assert [float(value) for value in re.findall(r"<c:v>([^<]+)</c:v>", reference[1])] == pytest.approx(values)
        assert "图" in part
        assert "微软雅黑" in part


def test_charts_are_described_for_those_who_cannot_see(workbook_path: Path) -> None:
    with zipfile.ZipFile(workbook_path) as archive:
        drawings = "".join(
            archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/drawings/drawing\d", name)
        )
    assert 'descr="月度成交额柱形图"' in drawings


def test_a_heat_map_is_shaded_cells(formulas: Workbook) -> None:
    sheet = formulas["渠道经营情况"]
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert [rule.type for rule in rules if rule.type != "dataBar"] == ["colorScale"]
    assert _row(formulas, "渠道经营情况", "天猫")[0].value == 2660


def test_a_chart_without_numbers_is_left_out(written: Any, tmp_path: Path) -> None:
    empty = Chart("none", "图9", "空", "channel", "line", (), ())
    path = replace(written, document=replace(written.document, charts=(empty,))).to(tmp_path / "a.xlsx")
    assert _chart_parts(path) == []
    assert "图表数据" not in openpyxl.load_workbook(path).sheetnames


def test_pages_print_on_a4(formulas: Workbook) -> None:
    for sheet in formulas.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        high = sheet.page_setup.fitToHeight
        one_page = sheet.title in ("总览", "目录")
        assert (sheet.page_setup.fitToWidth or 1, 1 if high is None else high) == (1, int(one_page))  # 1 is not written
        assert sheet.print_area
        assert "&P" in (sheet.oddFooter.center.text or "")
        assert sheet.sheet_properties.tabColor is not None
    assert formulas["渠道经营情况"].page_setup.orientation == "landscape"
    assert formulas["总览"].page_setup.orientation != "landscape"
    assert formulas["数据"].print_title_rows == "$1:$1"
    assert not any(formulas[name].sheet_view.showGridLines for name in SHEETS[:3])


def test_three_rules_and_one_typeface(formulas: Workbook) -> None:
    assert {cell.font.name for cell in _cells(formulas) if cell.value is not None} == {"微软雅黑"}
    head = _find(formulas, "渠道经营情况", "渠道")
    total = _find(formulas, "渠道经营情况", "合计")
    assert (head.border.top.style, head.border.bottom.style) == ("medium", "thin")
    assert (total.border.top.style, total.border.bottom.style, total.font.b) == ("thin", "medium", True)
    assert head.border.left.style is None


def test_columns_fit_their_text(formulas: Workbook) -> None:
    sheet = formulas["总览"]
    assert sheet.column_dimensions["B"].width >= len("履约投诉率（投诉）") * 2


def test_the_same_input_gives_the_same_bytes(written: Any, tmp_path: Path) -> None:
    first, second = written.to(tmp_path / "a.xlsx"), written.to(tmp_path / "b.xlsx")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    created = openpyxl.load_workbook(first).properties.created
    assert created is not None
    assert created.isoformat() == "2026-01-15T09:30:00"


def test_nothing_is_written_when_a_value_is_no_number(
    written: Any, table_document: Callable[..., Document], tmp_path: Path
) -> None:
    bad = Row({"a": Figure("gmv@2025", FigureKind.VALUE, D("NaN"), "元", "—")})
    document = table_document((Column("a", "金额", number_format="0"),), bad)
    path = tmp_path / "a.xlsx"
    with pytest.raises((TypeError, ArithmeticError)):
        replace(written, document=document).to(path)
    assert not path.exists()


def test_a_path_that_cannot_be_written_is_an_os_error(written: Any, tmp_path: Path) -> None:
    nowhere, created = tmp_path / "no" / "a.xlsx", datetime(2026, 1, 15, tzinfo=UTC)
    with pytest.raises(OSError, match="cannot write"):
        write_xlsx(nowhere, written.document, written.ledger, (), (), Theme(), created=created)


def test_tables_of_unknown_chapters_are_not_lost(written: Any, tmp_path: Path) -> None:
    document = replace(written.document, chapters=())
    book = openpyxl.load_workbook(replace(written, document=document).to(tmp_path / "a.xlsx"))
    assert "其他" in book.sheetnames
    assert _find(book, "其他", "表3-1 存在问题与对应举措")


def test_an_empty_report_is_still_a_workbook(written: Any, tmp_path: Path) -> None:
    document = replace(written.document, tables=(), charts=(), chapters=(), facts={})
    ledger = replace(written.ledger, measurements=(), metrics={}, missing={})
    path = replace(written, document=document, ledger=ledger, comparisons=(), issues=()).to(tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(path).sheetnames == ["总览", "目录", "数据", "口径", "数据问题"]
