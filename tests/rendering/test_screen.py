"""The page for a browser: the printed page, word for word, with scripts that nothing in the data can join."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.rendering import screen
from rpt.rendering.charts import KINDS, vega_lite
from rpt.rendering.html import page
from rpt.rendering.screen import on_screen
from rpt.values.document import Chart, ChartKind, Document, Series
from rpt.values.theme import Theme
from tests.rendering.pages import parsed

THEME = Theme()
HOSTILE = '</script><script>alert(1)</script><img src="https://example.com/x.png" onerror="alert(2)">'


def chart(kind: ChartKind, *rows: Series, categories: tuple[str, ...] = ("天猫", "京东"), unit: str = "万元") -> Chart:
    return Chart(
        "c", "图1-1", "题", "x", kind, categories, rows, unit=unit, scale=Decimal(10000), digits=1, alt="一张图"
    )


def two() -> tuple[Series, Series]:
    return (
        Series("2024年", (Decimal("12345678"), None)),
        Series("2025年", (Decimal("-20000"), Decimal("50000"))),
    )


def tips(made: Chart) -> list[str]:
    layers = vega_lite(made, THEME)["layer"]
    assert isinstance(layers, list)
    return [row["tip"] for layer in layers if layer.get("name") == "tips" for row in layer["data"]["values"]]


def document(*charts: Chart) -> Document:
    slots = "".join(f'<figure class="chart"><div data-chart="{one.id}"></div></figure>' for one in charts)
    head = "<head>\n<title>报告</title>\n</head>"
    html = f'<!DOCTYPE html>\n<html lang="zh-CN">\n{head}\n<body>\n<p>正文</p>{slots}\n</body>\n</html>'
    return Document("报告", "", "公司", "zh-CN", html, (), (), charts)


def test_the_words_are_those_of_the_printed_page() -> None:
    made = document(chart("column", *two()))
    printed = page(made, THEME)
    shown = parsed(on_screen(printed, made.charts, THEME))

    assert shown.text.replace("↑", "").split() == parsed(printed).text.split()
    assert parsed(printed).scripts == []
    assert len(shown.scripts) == 2


@pytest.mark.proof  # some seconds
def test_the_charts_are_drawn_by_the_script_of_the_library_that_draws_the_printed_ones() -> None:
    assert Path(screen.__file__).with_name("vega.js").read_text(encoding="utf-8") == screen.bundle()


def test_data_cannot_become_a_script() -> None:
    made = document(chart("bar", Series(HOSTILE, (Decimal(1),)), categories=(HOSTILE,), unit=HOSTILE))
    shown = parsed(on_screen(page(made, THEME), made.charts, THEME))

    assert len(shown.scripts) == 2
    assert shown.handlers == []
    assert "img" not in shown.tags
    assert HOSTILE in json.dumps(json.loads(shown.data["chart-specs"]), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("kind", ["column", "bar", "line"])
def test_tips_name_each_series_with_its_unit_and_its_gaps(kind: ChartKind) -> None:
    assert tips(chart(kind, *two())) == [
        "天猫\n2024年：1,234.6万元\n2025年：−2.0万元",
        "京东\n2024年：无数据\n2025年：5.0万元",
    ]


def test_tips_of_a_lone_series_say_its_value_alone() -> None:
    assert tips(chart("bar", Series("GMV", (Decimal(10000), Decimal(25500))))) == ["天猫\n1.0万元", "京东\n2.6万元"]


def test_tips_of_each_kind() -> None:
    actual, target = Series("实际", (Decimal(30000), Decimal(10000))), Series("目标", (Decimal(20000), None))
    assert tips(chart("bullet", actual, target)) == [
        "天猫\n实际：3.0万元\n目标：2.0万元\n完成率：150.0%",
        "京东\n实际：1.0万元\n目标：无数据\n完成率：—",
    ]
    steps = Series("GMV", (Decimal(30000), Decimal(-10000), Decimal(20000)))
    assert tips(chart("waterfall", steps, categories=("2024年", "退款", "2025年"))) == [
        "2024年\n3.0万元",
        "退款\n−1.0万元\n至此：2.0万元",
        "2025年\n2.0万元",
    ]
    assert tips(chart("stacked", actual, target))[0] == "天猫\n实际：3.0万元\n目标：2.0万元\n合计：5.0万元"
    assert tips(chart("heatmap", actual, target))[3] == "目标 · 京东\n无数据"
    assert tips(chart("multiples", actual, target))[0] == "实际 · 天猫\n3.0万元"


@pytest.mark.parametrize("kind", KINDS)
def test_tips_are_left_out_of_the_drawing(kind: ChartKind) -> None:
    made = document(chart(kind, *two()))

    assert 'fill-opacity="0"' not in page(made, THEME)
    assert tips(made.charts[0])
