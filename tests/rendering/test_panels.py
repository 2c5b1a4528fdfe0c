"""Small multiples whose panels hold this year's line and last year's: what is drawn, labelled and said of each."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.rendering.charts import draw, vega_lite
from rpt.rendering.charts.canvas import PHONE, WIDTH
from rpt.rendering.charts.palette import Palette
from rpt.values.document import Chart, Series
from rpt.values.theme import Theme
from tests.rendering.test_charts_layout import faults

SVG = "{http://www.w3.org/2000/svg}"
DAYS = tuple(f"第{day}天" for day in range(1, 40))


def line(panel: str, year: int, *values: int | str | None) -> Series:
    cells = tuple(None if value is None else Decimal(value) for value in values)
    return Series(f"{year}年", cells, (), panel)


def chart(*rows: Series) -> Chart:
    longest = max(len(row.values) for row in rows)
    return Chart("c", "图1", "题", "x", "multiples", DAYS[:longest], rows, unit="万元", alt="图")


def texts(made: Chart, wide: float = WIDTH) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(draw(made, Theme(), wide)).iter(f"{SVG}text")]


def rows(made: Chart, mark: str, theme: Theme | None = None) -> list[tuple[dict[str, object], list[dict[str, object]]]]:
    """The look and the rows of every layer of a mark."""
    layers = vega_lite(made, theme or Theme())["layer"]
    assert isinstance(layers, list)
    return [(found["mark"], found["data"]["values"]) for found in layers if found["mark"]["type"] == mark]


def tips(made: Chart) -> list[str]:
    return [str(row["tip"]) for _, found in rows(made, "rect") for row in found if "tip" in row]


TWO = (line("年货节", 2024, 10, 20, 15), line("年货节", 2025, 12, 41, 18, 16))


def test_a_panel_holds_both_years_and_says_the_peak_and_the_end() -> None:
    drawn = texts(chart(*TWO))

    assert sorted(drawn) == sorted(
        ["单位：万元", "2025年", "2024年", "年货节", "第2天 41", "16", "第1天", "第4天", "各图纵轴刻度相同"]
    )


def test_an_end_that_is_the_peak_is_said_once() -> None:
    drawn = texts(chart(line("618", 2024, 10, 20), line("618", 2025, 12, 18, 41)))

    assert "第3天 41" in drawn
    assert "41" not in drawn


@pytest.mark.parametrize("theme", [Theme(), Theme(accent="#FF8A00", colours="up_red")])
def test_last_year_stands_behind_dashed_and_thinner(theme: Theme) -> None:
    looks = {str(found[-1]["series"]): mark for mark, found in rows(chart(*TWO), "line", theme)}

    assert list(looks) == ["年货节（2024年）", "年货节（2025年）"]
    last, this = looks.values()
    assert this["stroke"] == Palette.of(theme).accent
    assert "strokeDash" not in this
    assert last["strokeDash"]
    assert float(str(last["strokeWidth"])) < float(str(this["strokeWidth"]))


def test_lines_of_one_year_are_not_joined_across_panels() -> None:
    made = chart(*TWO, *(replace(row, panel="双11") for row in TWO), *(replace(row, panel="618") for row in TWO))
    runs = {row["run"] for _, found in rows(made, "line") for row in found if not str(row["run"]).startswith("key")}

    assert len(runs) == 6


def test_a_campaign_without_last_year_has_one_line_with_its_year_and_its_peak() -> None:
    made = chart(*TWO, line("新品日", 2025, 30, 50, 20))
    drawn = texts(made)

    assert {"新品日", "第2天 50", "20"} <= set(drawn)
    assert drawn.count("2024年") == drawn.count("2025年") == 1
    assert tips(made)[-1] == "新品日 · 第3天\n2025年：20万元"
    assert "2024年" not in texts(chart(line("新品日", 2025, 30, 50, 20)))


def test_every_panel_runs_to_the_end_of_its_own_longer_window() -> None:
    made = chart(*TWO, line("618", 2024, *range(1, 33)), line("618", 2025, *range(2, 41)))
    drawn = texts(made)

    assert drawn.count("第1天") == 2
    assert {"第4天", "第39天", "各图纵轴刻度相同；横轴长短不一"} <= set(drawn)
    ends = [row["x"] for _, found in rows(made, "text") for row in found if row["text"] in ("第4天", "第39天")]
    points = [float(str(row["x"])) for _, found in rows(made, "line") for row in found if "2025年" in str(row["run"])]
    assert max(points) == pytest.approx(max(map(float, map(str, ends))))


def test_tips_name_both_years_as_far_as_their_windows_go() -> None:
    gap = line("年货节", 2025, 12, None, 18, 16)

    assert tips(chart(TWO[0], gap)) == [
        "年货节 · 第1天\n2024年：10万元\n2025年：12万元",
        "年货节 · 第2天\n2024年：20万元\n2025年：无数据",
        "年货节 · 第3天\n2024年：15万元\n2025年：18万元",
        "年货节 · 第4天\n2025年：16万元",
    ]


@pytest.mark.parametrize("wide", [WIDTH, PHONE])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_no_label_lies_on_another(wide: float, data: st.DataObject) -> None:
    values = st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1, max_size=39)
    names = data.draw(st.lists(st.text("年货节618（）", min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
    made = [
        line(name, year, *data.draw(values))
        for name in names
        for year in data.draw(st.sampled_from([(2025,), (2024, 2025)]))
    ]

    assert faults(draw(chart(*made), Theme(), wide)) == []
