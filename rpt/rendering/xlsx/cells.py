"""What stands in a cell: the scaled number, its number format, and the formula it follows from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from rpt.values.document import Column, Figure, FigureKind, Formula, Row

ONE = Decimal(1)
POINT = Decimal("0.01")  # a difference of fractions is shown in percentage points

_RATIOS = (FigureKind.GROWTH, FigureKind.ATTAINMENT)
_DIFFERENCES = (FigureKind.CHANGE, FigureKind.GAP, FigureKind.POINTS)
_TOLERANCE = Decimal("1e-12")
_MONEY = "元"
_FRACTION = "比率"
_POINTS = "百分点"
_MEASURES = ("天", "小时", "秒", "分钟", "倍")


@dataclass(frozen=True)
class Display:
    """How an exact value becomes a cell: divided by ``scale`` and shown in ``number_format``."""

    scale: Decimal
    number_format: str

    def cell(self, value: Decimal) -> float:
        """The cell's number: scaled exactly, made a float at the last moment."""
        return float(value / self.scale)


@dataclass(frozen=True)
class Operand:
    """A cell a formula refers to: its address, the exact value in base units, and the scale it is shown in."""

    address: str
    value: Decimal
    scale: Decimal


def unit_display(unit: str, value: Decimal | None = None, digits: int | None = None) -> Display:
    """How a value is shown in its own base unit: money with 分, fractions in percent, counts whole."""
    return _unit_display(unit, value is None or value == value.to_integral_value(), digits)


@cache
def _unit_display(unit: str, whole: bool, digits: int | None) -> Display:
    if unit == _FRACTION:
        return Display(ONE, _decimals("0", 1 if digits is None else digits) + "%")
    if unit == _POINTS:
        return Display(POINT, _decimals("0", 1 if digits is None else digits))
    if digits is None:
        if unit == _MONEY:
            digits = 2
        elif unit in _MEASURES:
            digits = 2 if unit == "倍" else 1
        else:
            digits = 0 if whole else 2
    return Display(ONE, _decimals("#,##0", digits))


def display(figure: Figure, column: Column, row: Row, table_unit: str = "") -> Display:
    """How a figure is shown in its row and column.

    Growth and attainment are percentages whatever the row's unit is; a difference of fractions is shown in
    percentage points; a free number takes the column's format and scale, every other figure the row's, else the
    column's, else its unit's.
    """
    free = figure.kind is FigureKind.NUMBER  # not of the row's metric: a count, an impact
    pattern = column.number_format if free else row.number_format or column.number_format
    if pattern == "General":  # a column of numbers whose rows know better, or else whose figures do
        pattern = row.number_format if free else None
    if figure.kind in _RATIOS:
        percent = column.number_format if column.number_format and "%" in column.number_format else "0.0%"
        return Display(ONE, _signed(figure, percent, ONE))
    if figure.unit == _POINTS or (figure.unit == _FRACTION and figure.kind in _DIFFERENCES):
        named = row.cells.get("unit") == _POINTS or _POINTS in (column.unit + column.title + table_unit)
        printed = re.search(r"\.(\d+)", figure.text)  # as many places as the page has
        shown = _decimals("0", len(printed[1]) if printed else 1)
        return Display(POINT, _signed(figure, shown if named else f'{shown}"个百分点"', POINT))
    scale = column.scale if free or row.scale is None else row.scale
    if pattern is None:
        pattern = unit_display(figure.unit, None if figure.value is None else figure.value / scale).number_format
    if (figure.unit == _FRACTION) != ("%" in pattern):  # a rate among money, or money among rates
        own = unit_display(figure.unit, figure.value)
        return Display(own.scale, _signed(figure, own.number_format, own.scale))
    return Display(scale, _signed(figure, pattern, scale))


def decimals(number_format: str) -> int:
    """The decimals a number format shows."""
    match = re.search(r"0\.(0+)", number_format)
    return len(match[1]) if match else 0


def signed_format(number_format: str, arrow: bool) -> str:
    """A format that says the direction of a difference: ▲/▼ before the size, or its sign."""
    if ";" in number_format:
        return number_format
    up, down = ("▲", "▼") if arrow else ("+", "-")
    return f"{up}{number_format};{down}{number_format};{number_format}"


def formula_text(formula: Formula, result: Display, value: Decimal, first: Operand, second: Operand) -> str | None:
    """The live formula of a figure, or None where it would not give the figure.

    ``value`` is the exact figure. Where operands divided by zero, or give something else than the figure (it was
    measured on another base), the exact number must stand in the cell, for the report and the workbook to agree.
    """
    exact = _evaluate(formula, first.value, second.value)
    if exact is None or abs(exact - value) > _TOLERANCE * max(ONE, abs(value)):
        return None
    match formula.op:
        case "growth":
            return f'=IF({second.address}=0,"",{_term(first, second.scale)}/{second.address}-1)'
        case "attainment":
            return f'=IF({second.address}=0,"",{_term(first, second.scale)}/{second.address})'
        case "attainment_down":
            return f'=IF({first.address}=0,"",{_term(second, first.scale)}/{first.address})'
        case "change" | "points" | "gap":
            if first.scale == second.scale:
                factor = first.scale / result.scale
                difference = f"{first.address}-{second.address}"
                return f"={difference}" if factor == ONE else f"=({difference})*{_plain(factor)}"
            return f"={_term(first, result.scale)}-{_term(second, result.scale)}"


def _evaluate(formula: Formula, first: Decimal, second: Decimal) -> Decimal | None:
    """The formula over exact base values; None where it divides by zero."""
    match formula.op:
        case "growth":
            return first / second - 1 if second else None
        case "attainment":
            return first / second if second else None
        case "attainment_down":
            return second / first if first else None
        case "change" | "points" | "gap":
            return first - second


def _term(operand: Operand, scale: Decimal) -> str:
    """The operand's cell brought to another scale."""
    factor = operand.scale / scale
    return operand.address if factor == ONE else f"{operand.address}*{_plain(factor)}"


def _plain(number: Decimal) -> str:
    """A number as a formula spells it, without an exponent."""
    return format(number.normalize(), "f")


def _decimals(whole: str, digits: int) -> str:
    return f"{whole}.{'0' * digits}" if digits else whole


def _signed(figure: Figure, number_format: str, scale: Decimal) -> str:
    """The format with the figure's direction in it, unless it has none or rounds to zero (never ▲0.0 nor -0.0)."""
    if figure.kind not in (*_DIFFERENCES, FigureKind.GROWTH) or figure.value is None:
        return number_format
    shown = figure.value / scale * (100 if "%" in number_format else 1)
    unit_in_last_place = ONE.scaleb(-decimals(number_format))
    if ";" not in number_format and shown.quantize(unit_in_last_place, ROUND_HALF_UP) == 0:
        return f"{number_format};{number_format};{number_format}"
    return signed_format(number_format, bool(figure.arrow))
