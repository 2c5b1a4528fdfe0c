from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.language.parse import (
    Measure,
    ParseError,
    parse_date,
    parse_measure,
    parse_month,
    parse_number,
    scale_of_unit,
    split_unit,
)

D = Decimal


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1234", "", "1234"),
        ("1,234,567.89", "", "1234567.89"),
        ("１，２３４．５", "", "1234.5"),
        ("1 234 567", "", "1234567"),
        (" ￥1,200元 ", "", "1200"),
        ("¥-5.20", "", "-5.2"),
        ("-¥5.20", "", "-5.2"),
        ("1.2万", "", "12000"),
        ("1.2w", "", "12000"),
        ("1.2W", "", "12000"),
        ("4.2亿元", "", "420000000"),
        ("3千", "", "3000"),
        ("3k", "", "3000"),
        ("2百万", "", "2000000"),
        ("35.2%", "", "0.352"),
        ("35.2 ％", "", "0.352"),
        ("5‰", "", "0.005"),
        ("13.4个百分点", "", "0.134"),
        ("(1,200)", "", "-1200"),
        ("（3万元）", "", "-30000"),
        ("−3.5", "", "-3.5"),
        ("+7", "", "7"),
        ("1.2E+05", "", "120000"),
        (".5", "", "0.5"),
        ("-0", "", "0"),
        ("21个", "", "21"),
        ("32天", "天", "32"),
        # a header's unit scales bare numbers
        ("42000", "万元", "420000000"),
        ("200", "万人", "2000000"),
        ("35.2", "%", "0.352"),
        ("0.35", "%", "0.0035"),
        ("1.5", "亿元", "150000000"),
        # a suffix in the cell wins over it
        ("1.2万", "万元", "12000"),
        ("12000元", "万元", "12000"),
        ("35%", "%", "0.35"),
    ],
)
def test_number(text: str, unit: str, value: str) -> None:
    assert parse_number(text, unit) == D(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "abc", "1,23", "1.2.3", "12 34", "1-2", "((5))", "(-5)", "--5", "-¥-5", "nan", "∞", "1e999999"),
        *("1e40", "5①", "5²", "5kg", "5约", "100-", "3个月5天", "¥", "1/2", "()", "(", "½"),
    ],
)
def test_number_rejects(text: str) -> None:
    with pytest.raises(ParseError):
        parse_number(text)


@pytest.mark.parametrize(("text", "unit"), [("35%", "万元"), ("24小时", "天"), ("12元", "人"), ("3天", "%")])
def test_number_of_another_kind_than_its_column(text: str, unit: str) -> None:
    with pytest.raises(ParseError, match="不符"):
        parse_number(text, unit)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_number_is_exact(value: Decimal) -> None:
    assert parse_number(f"{value:f}") == value
    assert parse_number(f"{value:,f}元") == value
    assert parse_number(f"{value:f}万") == value * 10000
    assert parse_number(f"{value:f}%") * 100 == value


@given(st.text(max_size=12))
def test_number_gives_a_finite_value_or_says_why_not(text: str) -> None:
    for parse in (parse_number, parse_measure, parse_date):
        try:
            found = parse(text)
        except ParseError:
            continue
        assert not isinstance(found, Decimal) or found.is_finite()


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("6亿", Measure(D(600000000))),
        ("6亿元", Measure(D(600000000), unit_text="元")),
        ("≥15%", Measure(D("0.15"), ">=", "%")),
        ("28天以内", Measure(D(28), "<=", "天")),
        ("控制在28天以内", Measure(D(28), "<=", "天")),
        ("4:1", Measure(D(4), unit_text="∶1")),
        ("4∶1", Measure(D(4), unit_text="∶1")),
        ("≥2.5：1", Measure(D("2.5"), ">=", "∶1")),
        ("3.5倍", Measure(D("3.5"), unit_text="倍")),
        ("不低于3000万", Measure(D(30000000), ">=")),
        ("<=0.5%", Measure(D("0.005"), "<=", "%")),
        ("≤0.5％", Measure(D("0.005"), "<=", "%")),
        ("8万/场", Measure(D(80000), unit_text="/场")),
        ("60%/30%/10%", Measure(None, unit_text="%", parts=(D("0.6"), D("0.3"), D("0.1")))),
        ("60/30/10%", Measure(None, unit_text="%", parts=(D("0.6"), D("0.3"), D("0.1")))),
        ("500/100", Measure(None, parts=(D(500), D(100)))),
        ("500份/100条", Measure(None, unit_text="份/条", parts=(D(500), D(100)))),
        ("10~12万", Measure(None, "~", parts=(D(100000), D(120000)))),
        ("3-5天", Measure(None, "~", "天", (D(3), D(5)))),
        ("180秒以上", Measure(D(180), ">=", "秒")),
        ("300万人", Measure(D(3000000), unit_text="人")),
        ("5条/天", Measure(D(5), unit_text="条/天")),
        ("100%", Measure(D(1), unit_text="%")),
        ("约20万（首年）", Measure(D(200000))),
        ("大于等于3", Measure(D(3), ">=")),
        ("低于3%", Measure(D("0.03"), "<", "%")),
    ],
)
def test_measure(text: str, measure: Measure) -> None:
    assert parse_measure(text) == measure


@pytest.mark.parametrize("text", ["", "待定", "1:4", "4:0", "提升20%", "不低于5天以内", "翻一番", "≥"])
def test_measure_rejects(text: str) -> None:
    with pytest.raises(ParseError):
        parse_measure(text)


@pytest.mark.parametrize(
    "text",
    [
        *("45461", "45461.75", "20240618", "20240618.0", "20240618123000", "2024/6/18", "2024-06-18", "2024.6.18"),
        *(
            "2024年6月18日",
            "２０２４年６月１８号",
            "2024-06-18 12:30:00",
            "2024-06-18T12:30:00+08:00",
            "2024/6/18 9:05",
        ),
        *("2024年6月18日 星期二", " 2024-6-18\t"),
    ],
)
def test_date(text: str) -> None:
    assert parse_date(text) == date(2024, 6, 18)


@pytest.mark.parametrize("text", ["2024年6月", "2024-06", "2024/6", "202406", "2024年6月份"])
def test_month_is_its_first_day(text: str) -> None:
    assert parse_date(text) == parse_month(text) == date(2024, 6, 1)
    assert parse_month("2024年6月18日") == date(2024, 6, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2024", "6月18日", "18/6/2024", "24-06-18", "2024-13-01", "2025-02-29", "12345678", "2024.1", "abc", "1"],
)
def test_date_rejects(text: str) -> None:
    with pytest.raises(ParseError):
        parse_date(text)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_date_round_trip(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", str(serial)):
        assert parse_date(text) == day


@pytest.mark.parametrize(
    ("header", "label", "unit"),
    [
        ("成交总额（万元）", "成交总额", "万元"),
        ("期末会员数(万人)", "期末会员数", "万人"),
        ("转化率(%)", "转化率", "%"),
        ("转化率（％）", "转化率", "%"),
        ("成交总额（单位：万元）", "成交总额", "万元"),
        ("播放量[w]", "播放量", "w"),
        ("成交\n总额 (元/人)", "成交 总额", "元/人"),
        ("支付金额（含税）", "支付金额(含税)", ""),
        ("GMV", "GMV", ""),
        ("（万元）", "(万元)", ""),
    ],
)
def test_split_unit(header: str, label: str, unit: str) -> None:
    assert split_unit(header) == (label, unit)


def test_scale_of_unit() -> None:
    scales = {"万元": "10000", "亿元": "100000000", "千元": "1000", "%": "0.01", "‰": "0.001", "百分点": "0.01"}
    scales |= {"天": "1", "": "1", "比率": "1", "千克": "1", "万条/天": "10000", "分": "1"}
    assert {unit: scale_of_unit(unit) for unit in scales} == {unit: D(scale) for unit, scale in scales.items()}
    assert scale_of_unit("分", base="元") == D("0.01")
