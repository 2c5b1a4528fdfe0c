"""What stands in a cell: scale, number format, formula."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.rendering.xlsx.cells import Display, Operand, display, formula_text, unit_display
from rpt.values.document import Column, Figure, FigureKind, Formula, Row

D = Decimal
PERCENT = Column("c", "同比", "", D(1), "0.0%")
WAN = Column("c", "金额", "万元", D(10_000), "#,##0.00")
PLAIN = Row({})


def _figure(kind: FigureKind, value: str, unit: str = "元", arrow: str = "", text: str = "") -> Figure:
    return Figure("gmv@2025", kind, D(value), unit, text or value, None, arrow)


@pytest.mark.parametrize(
    ("unit", "value", "digits", "expected"),
    [
        ("元", "12.5", None, "#,##0.00"),
        ("比率", "0.12", None, "0.0%"),
        ("比率", "0.12", 2, "0.00%"),
        ("人", "12", None, "#,##0"),
        ("条", "12.5", None, "#,##0.00"),
        ("天", "32", None, "#,##0.0"),
        ("倍", "3.5", None, "#,##0.00"),
        ("百分点", "0.005", None, "0.0"),
    ],
)
def test_unit_display(unit: str, value: str, digits: int | None, expected: str) -> None:
    assert unit_display(unit, D(value), digits).number_format == expected


def test_the_row_overrides_the_column() -> None:
    row = Row({}, number_format="0.0", scale=D(100_000_000))
    shown = display(_figure(FigureKind.VALUE, "420000000"), WAN, row)
    assert (shown.cell(D(420_000_000)), shown.number_format) == (4.2, "0.0")


def test_growth_stays_a_percentage_in_a_row_of_money() -> None:
    row = Row({}, number_format="#,##0.00", scale=D(100_000_000))
    shown = display(_figure(FigureKind.GROWTH, "0.5", "比率", "▲"), PERCENT, row)
    assert shown == Display(D(1), "▲0.0%;▼0.0%;0.0%")


def test_a_difference_of_rates_is_in_percentage_points() -> None:
    shown = display(_figure(FigureKind.POINTS, "0.134", "比率", "▲", "▲13.4个百分点"), PERCENT, PLAIN)
    assert shown.cell(D("0.134")) == 13.4
    assert shown.number_format == '▲0.0"个百分点";▼0.0"个百分点";0.0"个百分点"'


def test_a_column_headed_percentage_points_does_not_repeat_the_unit() -> None:
    column = Column("c", "增减", "百分点", D(1), "0.00")
    gap = _figure(FigureKind.GAP, "-0.02", "比率", text="−2.0个百分点")
    assert display(gap, column, PLAIN).number_format == "+0.0;-0.0;0.0"


@pytest.mark.parametrize(("text", "shown"), [("+0.31", "0.00"), ("▲0.3", "0.0"), ("持平", "0.0")])
def test_percentage_points_have_the_places_of_the_page(text: str, shown: str) -> None:
    row = Row({"unit": "百分点"}, number_format="0.0")
    column = Column("own", "自身变化", number_format="General")
    figure = _figure(FigureKind.NUMBER, "0.0031350896", "百分点", text=text)
    assert display(figure, column, row).number_format == shown


def test_a_number_in_a_column_without_places_has_those_of_its_row() -> None:
    column = Column("own", "自身变化", number_format="General")
    days = _figure(FigureKind.NUMBER, "-0.0658534134", "天")
    assert display(days, column, Row({}, number_format="#,##0.00")).number_format == "#,##0.00"
    assert display(days, column, PLAIN).number_format == "#,##0.0"


def test_a_rate_among_money_is_still_a_percentage() -> None:
    assert display(_figure(FigureKind.VALUE, "0.32", "比率"), WAN, PLAIN) == Display(D(1), "0.0%")


def test_a_general_column_takes_the_figures_unit() -> None:
    column = Column("c", "2026年目标", number_format="General")
    assert display(_figure(FigureKind.TARGET, "28", "天"), column, PLAIN) == Display(D(1), "#,##0.0")
    ratio = Row({}, number_format='0.0"∶1"')
    assert display(_figure(FigureKind.CHANGE, "-0.5", "倍"), column, ratio).number_format == (
        '+0.0"∶1";-0.0"∶1";0.0"∶1"'
    )


def test_money_under_a_percent_format_is_still_money() -> None:
    assert display(_figure(FigureKind.VALUE, "320", "元"), PERCENT, PLAIN) == Display(D(1), "#,##0.00")


def test_what_rounds_to_zero_has_no_direction() -> None:
    assert display(_figure(FigureKind.GROWTH, "-0.0004", "比率", "▼"), PERCENT, PLAIN).number_format == "0.0%;0.0%;0.0%"
    assert display(_figure(FigureKind.GROWTH, "-0.0005", "比率", "▼"), PERCENT, PLAIN).number_format.startswith("▲")


def test_a_formula_that_gives_another_figure_is_not_written() -> None:
    a, b = Operand("C5", D(10), D(1)), Operand("D5", D(8), D(1))
    assert formula_text(Formula("growth", ("a", "b")), Display(D(1), "0.0%"), D("0.30"), a, b) is None
    zero = Operand("D5", D(0), D(1))
    assert formula_text(Formula("growth", ("a", "b")), Display(D(1), "0.0%"), D(0), a, zero) is None


_OPS: dict[str, object] = {
    "growth": lambda a, b: a / b - 1,
    "change": lambda a, b: a - b,
    "points": lambda a, b: a - b,
    "gap": lambda a, b: a - b,
    "attainment": lambda a, b: a / b,
    "attainment_down": lambda a, b: b / a,
}
_amounts = st.decimals(D("0.01"), D(10_000_000), places=2)
_scales = st.sampled_from([D(1), D(100), D(10_000), D(100_000_000), D("0.01")])


@given(
    op=st.sampled_from(["growth", "change", "points", "gap", "attainment", "attainment_down"]),
    first=_amounts,
    second=_amounts,
    scales=st.tuples(_scales, _scales, _scales),
)
def test_a_formula_over_the_cells_gives_the_cached_value(
    op: Literal["growth", "change", "points", "gap", "attainment", "attainment_down"],
    first: Decimal,
    second: Decimal,
    scales: tuple[Decimal, Decimal, Decimal],
) -> None:
    value: Decimal = _OPS[op](first, second)  # type: ignore[operator]
    ratio = op in ("growth", "attainment", "attainment_down")
    shown = Display(D(1) if ratio else scales[2], "0.00")
    text = formula_text(
        Formula(op, ("a", "b")), shown, value, Operand("A", first, scales[0]), Operand("B", second, scales[1])
    )
    assert text is not None
    expression = re.sub(r'IF\([AB]=0,"",(.*)\)$', r"\1", text[1:])
    cells = {"A": float(first / scales[0]), "B": float(second / scales[1])}
    largest = max(float(first / shown.scale), float(second / shown.scale), 1.0)
    assert eval(expression, {}, cells) == pytest.approx(shown.cell(value), rel=1e-9, abs=1e-12 * largest)
