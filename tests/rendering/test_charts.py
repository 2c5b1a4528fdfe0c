"""What every chart promises: a described, safe, self-contained SVG whose labels are its data, the same each time."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from rpt.rendering.charts import KINDS, draw, draw_all, vega_lite
from rpt.rendering.charts.numbers import axis
from rpt.rendering.charts.palette import PRIOR, Palette, contrast, ink_on
from rpt.values.document import Chart, ChartKind, Series
from rpt.values.theme import Theme

THEME = Theme()
MONTHS = tuple(f"{month}月" for month in range(1, 13))
SVG = "{http://www.w3.org/2000/svg}"


def series(name: str, *values: str | None) -> Series:
    return Series(name, tuple(None if value is None else Decimal(value) for value in values))


def chart(kind: ChartKind, categories: tuple[str, ...], *rows: Series, **changes: object) -> Chart:
    made = Chart(f"a-{kind}", "图1-1", "标题", "overall", kind, categories, rows, alt=f"一张{kind}图")
    return dataclasses.replace(made, **changes)


def sample(kind: ChartKind) -> Chart:
    """A small chart of the kind: two series, a gap and a negative value."""
    rows = (series("2024年", "10", "20", None, "40"), series("2025年", "15", "-5", "30", "42"))
    return chart(kind, ("主站", "短视频", "私域", "其他"), *rows, unit="万元", digits=1)


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", KINDS)
def test_svg_is_described_self_contained_and_responsive(kind: ChartKind) -> None:
    svg = draw(sample(kind), THEME)
    root = ElementTree.fromstring(svg)

    assert svg.startswith("<svg")
    assert root.attrib["role"] == "img"
    assert root.attrib["width"] == "100%"
    assert "height" not in root.attrib
    assert root.attrib["viewBox"].startswith("0 0 640 ")
    assert "Noto Sans CJK SC" in root.attrib["font-family"]
    title = root[0]
    assert (title.tag, title.text) == (f"{SVG}title", f"一张{kind}图")
    assert root.attrib["aria-labelledby"] == title.attrib["id"]
    assert not re.search(r"<script|href|url\(|<image|<style", svg)


@pytest.mark.parametrize("kind", KINDS)
def test_same_chart_same_bytes(kind: ChartKind) -> None:
    assert draw(sample(kind), THEME) == draw(sample(kind), THEME)


def test_ids_are_unique_across_charts_even_where_they_read_alike() -> None:
    names = ("gmv.month", "gmv-month", "gmv month", "月度")
    svgs = draw_all([dataclasses.replace(sample("bar"), id=name) for name in names], THEME)
    ids = re.findall(r' id="([^"]+)"', "".join(svgs.values()))

    assert list(svgs) == list(names)
    assert len(ids) == len(set(ids)) == 2 * len(names)
    assert all(re.fullmatch(r"chart-[\w-]+", found) for found in ids)


def test_one_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="a-bar"):
        draw_all([sample("bar"), sample("bar")], THEME)


def test_title_stands_in_for_a_missing_description() -> None:
    assert "<title" in (svg := draw(dataclasses.replace(sample("bar"), alt=""), THEME))
    assert ">标题</title>" in svg


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_stays_text(kind: ChartKind) -> None:
    evil = '<script>alert("1")</script>&amp;\x00\n\ud800</svg>'
    rows = (series(f"A{evil}", "1", "2"), series(f"B{evil}", "3", "4"))
    svg = draw(chart(kind, (evil, '"双引号"'), *rows, unit="<b>", alt=evil, id='x" onload="y'), THEME)
    root = ElementTree.fromstring(svg)

    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {"svg", "title", "g", "path", "line", "text"}
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)
    assert root[0].text == '<script>alert("1")</script>&amp; </svg>'
    svg.encode("utf-8")


def test_labels_are_the_data_scaled_and_rounded_half_up() -> None:
    rows = series("GMV", "272500000", "-92449999", "50000", None)
    drawn = texts(
        draw(chart("bar", ("甲", "乙", "丙", "丁"), rows, unit="亿元", scale=Decimal(10**8), digits=2), THEME)
    )

    assert sorted(drawn) == sorted(["单位：亿元", *"甲乙丙丁", "2.73", "−0.92", "0.00", "—"])


def test_rates_are_labelled_in_percent_without_a_unit() -> None:
    rows = series("复购率", "0.28", "0.32005")
    drawn = texts(draw(chart("column", ("2024", "2025"), rows, unit="比率", percent=True, digits=1), THEME))

    assert sorted(drawn) == ["2024", "2025", "28.0%", "32.0%"]


def test_thousands_are_grouped() -> None:
    assert "1,234,568" in texts(draw(chart("bar", ("甲",), series("x", "1234567.5")), THEME))


@pytest.mark.parametrize("kind", ["bar", "column"])
def test_last_year_is_grey_and_this_year_accent_whatever_their_order(kind: ChartKind) -> None:
    rows = (series("2025年", "3", "4"), series("2024年", "1", "2"))
    svg = draw(chart(kind, ("甲", "乙"), *rows), THEME)
    fills = re.findall(r'<path d="[^"]+" fill="(#\w+)"', svg)

    assert fills.count("#1F4E79") - fills.count(PRIOR) == 0
    assert fills.count("#1F4E79") >= 2


def test_many_marks_leave_the_values_to_the_scale() -> None:
    rows = [series(year, *[str(1000 + 137 * month) for month in range(12)]) for year in ("2024年", "2025年")]
    drawn = texts(draw(chart("column", MONTHS, *rows, unit="万元"), THEME))

    assert "1,137" not in drawn
    assert {"0", "1,000", "2,000", "2024年", "2025年", *MONTHS} <= set(drawn)


def test_columns_are_named_above_the_first_ones_instead_of_a_legend() -> None:
    rows = (series("2024年", "20", "10"), series("2025年", "30", "12"))
    svg = draw(chart("column", ("主站", "私域"), *rows), THEME)

    assert {"2024年", "2025年"} <= set(texts(svg))
    assert len(re.findall(r'<path d="[^"]+" fill=', svg)) == 4  # the columns and no swatch of a key


@pytest.mark.parametrize("kind", ["line", "column"])
def test_axes_start_at_zero_however_high_the_values(kind: ChartKind) -> None:
    rows = [series(year, *[str(900 + month) for month in range(12)]) for year in ("2024年", "2025年")]

    assert "0" in texts(draw(chart(kind, MONTHS, *rows), THEME))


def test_lines_are_named_with_their_last_value_instead_of_a_legend() -> None:
    rows = [series(year, *map(str, range(start, start + 12))) for year, start in (("2024年", 10), ("2025年", 20))]
    drawn = texts(draw(chart("line", MONTHS, *rows), THEME))

    assert {"2024年", "21", "2025年", "31"} <= set(drawn)


def test_a_gap_breaks_the_line_and_a_lone_point_is_seen() -> None:
    svg = draw(chart("line", MONTHS, series("x", "1", "2", None, "3", None, *"4567890")), THEME)
    strokes = [node for node in ElementTree.fromstring(svg).iter(f"{SVG}path") if node.get("stroke") == "#1F4E79"]

    assert len(strokes) == 2  # before and after; the lone point between is no line
    assert len(re.findall(r'fill="#1F4E79"', svg)) == 10  # a point for every value


def test_bullet_says_attainment_in_words() -> None:
    rows = (series("实际", "420", "60"), series("目标", "380", "100"))
    drawn = texts(draw(chart("bullet", ("GMV", "新渠道"), *rows, unit="万元"), THEME))

    assert {"实际", "目标", "完成率", "420", "380", "110.5%", "60.0%"} <= set(drawn)


def test_bullet_takes_attainment_from_a_third_series() -> None:
    rows = (series("实际", "26"), series("目标", "28"), series("完成率", "1.0769"))

    assert "107.7%" in texts(draw(chart("bullet", ("周转天数",), *rows, unit="天"), THEME))


def test_waterfall_signs_its_steps_and_not_its_totals() -> None:
    steps = series("GMV", "280", "90", "-15", "0", "355")
    drawn = texts(draw(chart("waterfall", ("2024年", "流量", "退款", "其他", "2025年"), steps), THEME))

    assert {"280", "+90", "−15", "0", "355"} <= set(drawn)


def test_waterfall_colours_follow_the_meaning_of_red() -> None:
    steps = chart("waterfall", ("a", "b", "c", "d"), series("x", "10", "5", "-3", "12"))

    assert 'fill="#1E7B4F"' in draw(steps, THEME)
    assert 'fill="#B3261E"' in draw(steps, Theme(colours="up_red"))


def test_multiples_share_a_scale_only_where_series_are_alike() -> None:
    alike = draw(chart("multiples", MONTHS, *[series(n, *["1", "9"] * 6) for n in "甲乙丙"]), THEME)
    apart = draw(chart("multiples", MONTHS, series("甲", *["1", "2"] * 6), series("乙", *["100", "200"] * 6)), THEME)

    assert "各图纵轴刻度相同" in texts(alike)
    assert "各图纵轴刻度各自独立，仅比较走势" in texts(apart)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [(), (series("x", None, None),), (series("x", "NaN"),)])
def test_a_chart_without_values_says_so(kind: ChartKind, rows: tuple[Series, ...]) -> None:
    assert texts(draw(chart(kind, ("甲", "乙"), *rows), THEME)) == ["暂无数据"]


def test_specification_is_vega_lite_with_the_data_inside() -> None:
    spec = vega_lite(sample("column"), THEME)

    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v6.json"
    layers = spec["layer"]
    assert isinstance(layers, list)
    rows = [row for layer in layers for row in layer["data"]["values"]]
    assert {"category": "私域", "series": "2025年", "value": 30.0}.items() <= next(
        row.items() for row in rows if row.get("category") == "私域"
    )


@pytest.mark.parametrize("accent", ["#1F4E79", "#FF8A00", "#FFFF00", "#FFF", "#000000"])
def test_any_accent_stands_out_from_paper_and_its_text_is_legible(accent: str) -> None:
    palette = Palette.of(Theme(accent=accent))

    assert contrast(palette.accent, "#FFFFFF") >= 3
    assert contrast(palette.text, "#FFFFFF") >= 4.5
    for shade in palette.ramp(7):
        assert contrast(ink_on(shade), shade) >= 4.2


def test_an_accent_that_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="blueish"):
        draw(sample("bar"), Theme(accent="blueish"))


def test_axis_ticks_are_few_and_round() -> None:
    found = axis([Decimal("0"), Decimal("4870")])

    assert found.ticks == (0, 2000, 4000)
    assert found.high == 4870


def test_weasyprint_prints_every_kind_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    import pypdfium2
    import weasyprint

    charts = [sample(kind) for kind in KINDS]
    body = "".join(f"<figure>{svg}</figure>" for svg in draw_all(charts, THEME).values())
    weasyprint.LOGGER.addHandler(caplog.handler)  # WeasyPrint keeps its log to itself
    try:
        with caplog.at_level(logging.WARNING, logger="weasyprint"):
            html = f"<!doctype html><html lang=zh-CN><title>t</title>{body}"
            pdf = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    finally:
        weasyprint.LOGGER.removeHandler(caplog.handler)

    assert [record.getMessage() for record in caplog.records] == []
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    printed = "".join(page.get_textpage().get_text_range() for page in document)
    assert "短视频" in printed
    assert "42.0" in printed
