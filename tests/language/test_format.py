from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.language.format import (
    Display,
    cell_text,
    column_unit,
    count,
    date_text,
    difference,
    excel_format,
    number,
    percent,
    period_text,
    points,
    quantity,
    round_half_up,
)
from rpt.language.parse import parse_number
from rpt.values.period import Period

D = Decimal
UNITS = ["元", "人", "次", "个", "条/天", "天", "小时", "比率", "百分点", "倍"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("420000000", "元", "4.20亿元"),
        ("600000000", "元", "6.00亿元"),
        ("22800000", "元", "2280万元"),
        ("3780000", "元", "378.0万元"),
        ("15000", "元", "1.5万元"),
        ("380", "元", "380元"),
        ("380.4", "元", "380元"),
        ("3.456", "元", "3.46元"),
        ("-22800000", "元", "−2280万元"),
        ("9999.5", "元", "1.0万元"),
        ("9999999", "元", "1000万元"),
        ("99999999", "元", "1.00亿元"),
        ("2000000", "人", "200.0万人"),
        ("12000", "次", "1.2万次"),
        ("21", "个", "21个"),
        ("3.2877", "条/天", "3.3条/天"),
        ("0.52", "比率", "52.0%"),
        ("-0.0004", "比率", "0.0%"),
        ("3.5", "倍", "3.5∶1"),
        ("32", "天", "32天"),
        ("1.5", "天", "1.5天"),
        ("12000", "秒", "12000秒"),
        ("0.134", "百分点", "13.4个百分点"),
        ("0", "元", "0元"),
    ],
)
def test_quantity(value: str, unit: str, text: str) -> None:
    assert quantity(D(value), unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        ("0.082", "比率", 2, "8.20%"),
        ("32.13", "天", 0, "32天"),
        ("380", "元", 1, "380.0元"),
        ("12000", "次", 0, "1.2万次"),  # no digits lost to 万
        ("3.5", "倍", 2, "3.50∶1"),
        ("420000000", "元", 0, "4.20亿元"),
    ],
)
def test_quantity_with_digits(value: str, unit: str, digits: int, text: str) -> None:
    assert quantity(D(value), unit, digits) == text


def test_rounding_is_half_up_on_exact_values() -> None:
    assert percent(D(6) / D("4.2") - 1) == "42.9%"
    for value, rounded in {"0.25": "0.3", "-0.25": "-0.3", "0.35": "0.4", "-0.04": "0.0"}.items():
        assert str(round_half_up(D(value), 1)) == rounded
    assert number(D("-0.04"), 1) == "0.0"
    assert number(D("-1234.5"), 0, grouped=True) == "−1,235"
    for value in (D("nan"), D("inf")):
        with pytest.raises(ValueError, match="not a number"):
            quantity(value, "元")


def test_small_texts() -> None:
    assert (points(D("0.134")), points(D("-0.008"))) == ("13.4个百分点", "−0.8个百分点")
    assert (difference(D("0.7"), "倍"), difference(D("0.04"), "比率")) == ("0.7", "4.0个百分点")
    assert count(4, "个") == "4个"
    assert date_text(date(2025, 12, 31)) == "2025年12月31日"
    assert [period_text(Period.parse(key)) for key in ("2025", "2025Q4", "2025-11")] == [
        "2025年",
        "2025年四季度",
        "2025年11月",
    ]


@pytest.mark.parametrize(
    ("values", "unit", "display", "first"),
    [
        (["420000000", "273000000"], "元", Display("万元", D(10000), 1), "42,000.0"),
        (["420000000", "50000"], "元", Display("万元", D(10000), 2), "42,000.00"),
        (["99999", "5"], "元", Display("元", D(1), 0), "99,999"),
        (["380.5", None], "元", Display("元", D(1), 2), "380.50"),
        (["23000000000"], "元", Display("亿元", D(100000000), 2), "230.00"),
        (["2000000", "1200000"], "人", Display("万人", D(10000), 1), "200.0"),
        (["12000", "5000"], "次", Display("次", D(1), 0), "12,000"),
        (["0.52", "0.45"], "比率", Display("%", D(1), 1), "52.0%"),
        (["0.134"], "百分点", Display("百分点", D("0.01"), 1), "13.4"),
        (["3.5"], "倍", Display("倍", D(1), 1), "3.5∶1"),
        (["32", "45.2"], "天", Display("天", D(1), 1), "32.0"),
        ([], "元", Display("元", D(1), 0), ""),
    ],
)
def test_column_unit(values: list[str | None], unit: str, display: Display, first: str) -> None:
    exact = [None if value is None else D(value) for value in values]
    assert column_unit(exact, unit) == display
    if exact and exact[0] is not None:
        assert cell_text(exact[0], display) == first


def test_excel_format() -> None:
    assert excel_format("万元", 2) == "#,##0.00"
    assert excel_format("个") == "#,##0"
    assert excel_format("亿元", 2, with_unit=True) == '#,##0.00"亿元"'
    assert excel_format("比率", 1) == excel_format("%", 1) == "0.0%"
    assert excel_format("倍", 1) == '0.0"∶1"'
    assert excel_format("百分点", 1, with_unit=True) == '#,##0.0"个百分点"'


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**13), max_value=10**13, places=6),
    st.sampled_from(UNITS),
    st.none() | st.integers(0, 3),
)
def test_quantity_reads_back_near_its_value(value: Decimal, unit: str, digits: int | None) -> None:
    text = quantity(value, unit, digits)
    assert not set(text) & set("- E")
    if text.startswith("−"):
        assert any(sign in "123456789" for sign in text)
    if unit in ("元", "人", "次", "个", "天", "小时", "比率", "百分点"):
        back = parse_number(text)
        step = {"亿": 10**6, "万": 10**4 if abs(value) >= 9_999_500 else 10**3}.get(text.rstrip("元人次个")[-1], 1)
        assert abs(back - value) <= D(step) / 2
    assert "10000万" not in text
