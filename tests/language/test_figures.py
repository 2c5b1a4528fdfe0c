from decimal import Decimal

import pytest

from rpt.language.figures import figure, free_figure, short_reason
from rpt.language.format import column_unit
from rpt.values.document import FigureKind, Formula

from .making import make

D = Decimal
K = FigureKind


def test_every_kind_of_a_sum() -> None:
    c = make("420000000", "280000000", "380000000")
    found = {kind: figure(c, kind, benchmark=D(500000000)) for kind in FigureKind if kind is not K.NUMBER}
    assert {kind.value: f.text for kind, f in found.items()} == {
        "value": "4.20亿元",
        "prior": "2.80亿元",
        "change": "1.40亿元",
        "growth": "50.0%",
        "points": "—",
        "target": "3.80亿元",
        "gap": "4000万元",
        "attainment": "110.5%",
        "benchmark": "5.00亿元",
    }
    assert found[K.VALUE].ref == "gmv@2025"
    assert found[K.GROWTH].ref == "gmv@2025.growth"
    assert found[K.GROWTH].value == D("0.5")
    assert (found[K.GROWTH].unit, found[K.GAP].unit) == ("比率", "元")
    assert (found[K.GROWTH].arrow, found[K.GROWTH].good, found[K.VALUE].good) == ("▲", True, None)
    assert (found[K.ATTAINMENT].arrow, found[K.ATTAINMENT].good) == ("", True)
    assert found[K.GROWTH].formula == Formula("growth", ("value", "prior"))
    assert found[K.ATTAINMENT].formula == Formula("attainment", ("value", "target"))
    assert found[K.CHANGE].formula == Formula("change", ("value", "prior"))
    assert found[K.POINTS].formula is None


def test_a_falling_bad_rate_points_down_and_is_good() -> None:
    c = make("0.013", "0.021", "0.005", unit="比率", better="down")
    points = figure(c, K.POINTS)
    assert (points.text, points.arrow, points.good) == ("−0.8个百分点", "▼", True)
    assert points.formula == Formula("points", ("value", "prior"))
    assert figure(c, K.GROWTH).text == "—"
    assert figure(c, K.GAP).text == "0.8个百分点"
    attained = figure(c, K.ATTAINMENT)
    assert (attained.text, attained.good) == ("38.5%", False)
    assert attained.formula == Formula("attainment_down", ("value", "target"))


def test_a_change_that_prints_as_zero_has_no_direction() -> None:
    growth = figure(make("100001", "100000"), K.GROWTH)
    assert (growth.text, growth.arrow, growth.good) == ("0.0%", "", None)


def test_attainment_short_of_all_never_reads_as_all() -> None:
    assert figure(make("99970000", None, "100000000"), K.ATTAINMENT).text == "99.97%"
    assert figure(make("100000000", None, "100000000"), K.ATTAINMENT).text == "100.0%"


def test_display_of_a_column() -> None:
    c = make("420000000", "15000")
    display = column_unit((c.value, c.prior), "元")
    assert [figure(c, kind, display=display).text for kind in (K.VALUE, K.PRIOR)] == ["42,000.00", "1.50"]
    rate = make("0.52", "0.45", unit="比率")
    assert figure(rate, K.VALUE, display=column_unit((rate.value,), "比率")).text == "52.0%"
    assert figure(rate, K.POINTS, display=column_unit((rate.points,), "百分点")).text == "7.0"


@pytest.mark.parametrize(
    ("value", "prior", "unit", "better", "text"),
    [
        ("5", "0", "元", "up", "新增业务"),
        ("5", "0", "单", "down", "上年为0"),
        ("-5", "0", "元", "up", "上年为0"),
        ("5", "0", "天", "down", "上年为0"),
        ("5", None, "元", "up", "无可比数据"),
        ("0", "5", "元", "up", "降至0"),
        ("0", "-5", "元", "up", "升至0"),
        ("0", "0", "元", "up", "持平"),
        ("5", "-5", "元", "up", "扭亏为盈"),
        ("-5", "5", "元", "up", "由盈转亏"),
        ("5", "-5", "人", "up", "由负转正"),
        ("-3", "-5", "元", "up", "减亏"),
        ("-5", "-3", "元", "up", "增亏"),
        ("-5", "-3", "人", "up", "负值扩大"),
        ("-5", "-5", "元", "up", "持平"),
        (None, "5", "元", "up", "—"),
        ("5", "4", "元", "up", "—"),
    ],
)
def test_short_reasons(value: str | None, prior: str | None, unit: str, better: str, text: str) -> None:
    c = make(value, prior, unit=unit, better=better)
    assert short_reason(c) == text
    if c.growth is None:
        growth = figure(c, K.GROWTH)
        assert (growth.value, growth.text, growth.formula) == (None, text, None)


def test_a_rate_without_a_base_says_so_in_the_points_column() -> None:
    c = make("0.5", unit="比率")
    assert (figure(c, K.POINTS).text, figure(c, K.GROWTH).text) == ("无可比数据", "—")


def test_free_figures() -> None:
    shown = free_figure("problems", 4, "个")
    assert (shown.kind, shown.value, shown.text, shown.ref) == (K.NUMBER, D(4), "4个", "problems")
    with pytest.raises(ValueError, match="free number"):
        figure(make("5"), K.NUMBER)
