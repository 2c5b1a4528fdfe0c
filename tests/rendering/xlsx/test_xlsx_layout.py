"""Sheet names, text widths, and the arithmetic behind charts."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from rpt.rendering.xlsx.chartdata import BASE, DATA_SHEET, number_format, waterfall, write_chart_data
from rpt.rendering.xlsx.charts import native_chart, series_colours
from rpt.rendering.xlsx.extents import heading
from rpt.rendering.xlsx.layout import lines_needed, sheet_names, text_width
from rpt.rendering.xlsx.styles import GREEN, GREY, RED, Styles, mix, tone
from rpt.values.document import Chart, Column, Series, Table
from rpt.values.theme import Theme

D = Decimal


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("一、总体情况", "总体情况"),
        ("十二、附表", "附表"),
        ("（一）渠道", "渠道"),
        ("1. 渠道", "渠道"),
        ("2.3 渠道", "渠道"),
        ("第一章 总体情况", "总体情况"),
        ("附录A　指标口径", "指标口径"),
        ("一体化运营", "一体化运营"),  # a number that is part of a word
        ("2026年目标", "2026年目标"),
        ("618大促", "618大促"),
        ("投入/产出: [重点]*?", "投入 产出 重点"),
        ("一、", "一、"),
        ("'", "章节"),
    ],
)
def test_sheet_names_are_titles_without_numbering(title: str, name: str) -> None:
    assert sheet_names([title]) == [name]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_sheet_names_keep_excels_rules(titles: list[str]) -> None:
    names = sheet_names(titles, reserved=["总览", "数据"])
    assert len({name.casefold() for name in [*names, "总览", "数据"]}) == len(titles) + 2
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")
        assert name.casefold() != "history"


def test_chinese_counts_two() -> None:
    assert text_width("GMV") == 3
    assert text_width("成交总额 GMV") == 12
    assert text_width("短\n较长的一行") == 10
    assert lines_needed("一二三四五六七八九十", 11) == 2
    assert lines_needed("一二三四五六七八九十\n一", 10) == 4
    assert lines_needed("", 10) == 1


@pytest.mark.parametrize(
    ("title", "unit", "of_table", "told"),
    [
        ("客单价", "元", "", "客单价（元）"),
        ("活动买家数（样本）", "人", "", "活动买家数（样本，人）"),
        ("活动买家数（样本）", "人", "人", "活动买家数（样本）"),
        ("同比（百分点）", "百分点", "", "同比（百分点）"),
        ("完成率", "%", "", "完成率"),
    ],
)
def test_a_heading_says_its_unit_once_in_one_bracket(title: str, unit: str, of_table: str, told: str) -> None:
    assert heading(Column("k", title, unit=unit), Table("t", "表1-1", "", "", (), (), of_table)) == told


def test_mixing_colours() -> None:
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mix("#1F4E79", "#FFFFFF", 0) == "#1F4E79"


def test_the_theme_decides_what_red_means() -> None:
    up_red = Theme(colours="up_red")
    assert tone(True, "▼", Theme()) == GREEN
    assert tone(False, "▲", Theme()) == RED
    assert tone(None, "▲", Theme()) is None
    assert (tone(True, "▲", up_red), tone(True, "▼", up_red), tone(False, "", up_red)) == (RED, GREEN, None)


def _chart(*values: int, kind: str = "waterfall") -> Chart:
    series = (Series("成交额", tuple(map(D, values))),)
    return Chart("c", "图1", "变动", "x", kind, tuple(map(str, values)), series)  # type: ignore[arg-type]


def test_a_waterfall_stands_on_an_unseen_base() -> None:
    parts = {series.name: series.values for series in waterfall(_chart(280, 60, -20, 320))}
    assert parts[BASE] == (None, 280, 320, None)
    assert parts["合计"] == (280, None, None, 320)
    assert parts["增加"] == (None, 60, None, None)
    assert parts["减少"] == (None, None, 20, None)


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=9))
def test_waterfall_bars_are_as_long_as_their_steps(steps: list[int]) -> None:
    parts = {series.name: series.values for series in waterfall(_chart(*steps))}
    for index, step in enumerate(steps):
        seen = [values[index] for name, values in parts.items() if name != BASE and values[index] is not None]
        assert sum(abs(value) for value in seen if value is not None) == abs(step)


def test_label_formats() -> None:
    chart = _chart(1, 2, 3)
    assert number_format(chart) == "#,##0"
    assert number_format(Chart("c", "", "", "", "line", (), (), percent=True, digits=1)) == "0.0%"


def test_this_year_and_the_actual_take_the_accent() -> None:
    def colours(kind: str, *names: str) -> list[str]:
        series = tuple(Series(name, ()) for name in names)
        return series_colours(Chart("c", "", "", "", kind, (), series), Theme())  # type: ignore[arg-type]

    accent = Theme().accent
    assert colours("column", "2024年", "2025年") == [GREY, accent]
    assert colours("column", "2025年", "2024年") == [accent, GREY]
    assert colours("line", "上年同期", "本年") == [GREY, accent]
    assert colours("bullet", "实际", "目标") == [accent, GREY]
    assert len(set(colours("line", *map(str, range(7))))) == 7


def test_years_of_one_panel_share_a_colour_and_last_year_is_dashed() -> None:
    days = tuple(f"第{day}天" for day in range(1, 4))
    rows = (("618", 2024, 2), ("618", 2025, 3), ("双11", 2024, 1), ("双11", 2025, 2), ("新品日", 2025, 3))
    series = tuple(Series(f"{year}年", tuple(map(D, range(count))), (), panel) for panel, year, count in rows)
    chart = Chart("c", "图1", "逐日", "x", "multiples", days, series)

    colours = series_colours(chart, Theme())
    first, second, third = dict.fromkeys(colours)
    assert colours == [first, first, second, second, third]
    made = BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet(DATA_SHEET)
        references = write_chart_data(sheet, Styles(book, Theme()), [chart], "标题")["c"]
        sheet.insert_chart("A1", native_chart(book, chart, references, Theme()))
    assert [reference.name for reference in references] == [
        "618（2024年）",
        "618（2025年）",
        "双11（2024年）",
        "双11（2025年）",
        "新品日（2025年）",
    ]
    assert [reference.values for reference in references][:3] == [(0, 1, None), (0, 1, 2), (0, None, None)]
    with zipfile.ZipFile(made) as package:
        drawn = package.read("xl/charts/chart1.xml").decode()
    lines = [re.findall(r'<a:prstDash val="(\w+)"/>', one) for one in drawn.split("<c:ser>")[1:]]
    assert lines == [["dash"], ["solid"], ["dash"], ["solid"], ["solid"]]
