"""Cells of an edited plan: what was written reads back as it was, whatever the value; slips are named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.language.format import column_unit
from rpt.language.parse import ParseError
from rpt.language.span import read_span, span_text
from rpt.planning.edited_cells import CellError, holds, read_amount, read_target, scale_in
from rpt.planning.edited_rows import same_measures
from rpt.values.ledger import Metric
from rpt.values.plan_workbook import EditedCell
from rpt.writing.tables import shown_unit

D = Decimal
MONEY = Metric("gmv", "成交总额", "元", "up", "sum", "", "")
RATE = Metric("rate", "复购率", "比率", "up", "ratio", "", "")
TIME = Metric("days", "库存周转天数", "天", "down", "ratio", "", "")
RATIO = Metric("roi", "投产比", "倍", "up", "ratio", "", "", digits=1)
VALUES = st.decimals(D("0.000001"), D("99999999999.99"), places=8)


@given(st.sampled_from([MONEY, RATE, TIME, RATIO]), VALUES, VALUES)
def test_what_was_written_reads_as_unchanged(metric: Metric, value: Decimal, beside: Decimal) -> None:
    display = column_unit([beside, value], metric.unit, metric.digits)
    cell = EditedCell("E6", D(repr(float(value / display.scale))), metric.is_rate)
    scale = scale_in(None, EditedCell("C6", shown_unit(metric, display)), metric)
    assert scale == display.scale
    assert holds(cell, value / scale)


@pytest.mark.parametrize(
    ("metric", "typed", "scale", "value"),
    [
        (MONEY, "6.5亿", 10_000, "650000000"),
        (MONEY, D("65000"), 10_000, "650000000"),
        (MONEY, "65,000", 10_000, "650000000"),
        (RATE, "≥16%", 1, "0.16"),
        (RATE, D("0.16"), 1, "0.16"),
        (TIME, "28天以内", 1, "28"),
        (TIME, D(28), 1, "28"),
        (RATIO, "4∶1", 1, "4"),
    ],
)
def test_targets_as_people_type_them(metric: Metric, typed: str | Decimal, scale: int, value: str) -> None:
    found, text = read_target(EditedCell("E6", typed), metric, D(scale))
    assert found == D(value)
    assert text


@pytest.mark.parametrize(
    ("metric", "typed", "told"),
    [
        (MONEY, "很多", "不是一个数"),
        (MONEY, "28天", "单位是元"),
        (MONEY, D(-1), "负数"),
        (MONEY, None, "没有填写目标"),
        (MONEY, date(2026, 6, 5), "变成了日期"),
        (RATE, D(16), "是比率"),
        (RATE, "16", "是比率"),
        (TIME, D(-3), "负数"),
    ],
)
def test_slips_are_named(metric: Metric, typed: str | Decimal | date | None, told: str) -> None:
    with pytest.raises(CellError, match=told):
        read_target(EditedCell("E6", typed), metric, D(1))


def test_a_percent_format_says_nothing_of_text() -> None:
    assert read_target(EditedCell("E6", D("1.6"), is_percent=True), RATE, D(1))[0] == D("1.6")
    with pytest.raises(CellError, match="是比率"):
        read_target(EditedCell("E6", "16", is_percent=True), RATE, D(1))
    with pytest.raises(CellError, match="3500%"):
        read_target(EditedCell("E6", D(35), is_percent=True), RATE, D(1))


def test_a_measure_brings_nothing_or_more() -> None:
    assert read_amount(None, "万元") is None
    assert read_amount(EditedCell("F3", "1200万"), "万元") == D(12_000_000)
    with pytest.raises(CellError, match="负数"):
        read_amount(EditedCell("F3", D(-50)), "万元")


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([("a1", "甲"), ("a2", "乙"), ("a3", "丙")], ["a1", "a2", "a3"]),
        ([("a3", "丙"), ("a1", "甲改"), ("", "丁")], ["a3", "a1", ""]),
        ([("a1", "甲"), ("a2", "已删"), ("a3", "乙"), ("a4", "丙")], ["a1", "", "a2", "a3"]),  # an older workbook
        ([("a1", "甲"), ("", "乙")], ["a1", "a2"]),  # added by the same workbook before
        ([("a1", "甲"), ("a1", "甲")], ["a1", ""]),
        ([("a1", "乙"), ("a2", "甲")], ["a2", "a1"]),
    ],
)
def test_which_measure_a_row_means(rows: list[tuple[str, str]], meant: list[str]) -> None:
    assert same_measures(rows, {"a1": "甲", "a2": "乙", "a3": "丙"}) == meant


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1月5日—3月31日", date(2026, 1, 5), date(2026, 3, 31)),
        ("1月至6月", date(2026, 1, 1), date(2026, 6, 30)),
        ("3月底", None, date(2026, 3, 31)),
        ("2026-03-31", None, date(2026, 3, 31)),
        ("2026-01-01~2026-06-30", date(2026, 1, 1), date(2026, 6, 30)),
    ],
)
def test_spans(text: str, first: date | None, last: date) -> None:
    assert read_span(text, 2026) == (first, last)
    assert read_span(span_text(first, last), 2026) == (first, last)


@pytest.mark.parametrize("text", ["6月1日—3月31日", "2月30日", "年底前", "1月—2月—3月", "13月"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ParseError):
        read_span(text, 2026)
