"""Exact values as a reader sees them: one unit word (4.20亿元), rounded once and half up, never −0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from rpt.values.period import Period, PeriodKind

RATE, POINTS, RATIO, MONEY = "比率", "百分点", "倍", "元"
TIMES = frozenset({"天", "小时", "分钟", "秒"})
MINUS = "−"

_CONTEXT = Context(prec=200, rounding=ROUND_HALF_UP)  # wide enough that scaling by a power of ten is exact
_ONE, _WAN, _YI = Decimal(1), Decimal(10_000), Decimal(100_000_000)
_QUARTERS = "一二三四"


class Display(NamedTuple):
    """How numbers of one unit are shown: the shown unit, what the base value is divided by, and the decimals.

    A rate stays a fraction (scale 1, unit %), as in Excel; 百分点 are the fraction divided by 0.01.
    """

    unit: str
    scale: Decimal
    digits: int


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to so many decimals; the result is never −0. Raises ValueError for ∞ and nan."""
    if not value.is_finite():
        raise ValueError(f"not a number to print: {value}")
    rounded = _CONTEXT.quantize(value, _ONE.scaleb(-digits))
    return rounded or rounded.copy_abs()


def number(value: Decimal, digits: int = 0, *, grouped: bool = False) -> str:
    """Plain digits with a true minus sign, with thousands separators where ``grouped``."""
    rounded = round_half_up(value, digits)
    return f"{rounded:,f}".replace("-", MINUS) if grouped else f"{rounded:f}".replace("-", MINUS)


def percent(value: Decimal, digits: int = 1) -> str:
    """A fraction in percent: 0.52 → 52.0%."""
    return f"{number(_scaled(value, 2), digits)}%"


def points(value: Decimal, digits: int = 1) -> str:
    """A difference of fractions in percentage points: 0.134 → 13.4个百分点."""
    return f"{number(_scaled(value, 2), digits)}个百分点"


def count(n: int, classifier: str) -> str:
    """A small exact count with its classifier: 4个."""
    return f"{number(Decimal(n))}{classifier}"


def quantity(value: Decimal, unit: str, digits: int | None = None) -> str:
    """A base value as text with one unit word, no space: 4.20亿元, 2280万元, 380元, 200.0万人, 52.0%, 3.5∶1.

    ``digits`` are the decimals of the unit itself; a number shown in 万 or 亿 keeps at least its own (1.2万次 where
    0 is asked for). Without it: 2 for 亿, 1 for 万 (0 from 1000万 on), 1 for rates and ratios, and for the rest none
    where the value is whole.
    """
    display = display_of(value, unit, digits)
    if display.unit in ("%", RATIO):
        return cell_text(value, display)
    if unit == POINTS:
        return points(value, display.digits)
    return f"{number(_descaled(value, display), display.digits)}{display.unit}"


def difference(value: Decimal, unit: str, digits: int | None = None) -> str:
    """A difference of two values of a unit as text: of rates in 百分点, of ratios a plain number."""
    if unit in (RATE, POINTS):
        return points(value, 1 if digits is None else digits)
    return number(value, 1 if digits is None else digits) if unit == RATIO else quantity(value, unit, digits)


def display_of(value: Decimal, unit: str, digits: int | None = None) -> Display:
    """The unit, scale and decimals in which ``quantity`` prints this one value. Rounding never yields 10000万."""
    if unit in (RATE, POINTS, RATIO) or unit in TIMES:
        return _fixed((value,), unit, digits)
    size, least = value.copy_abs(), digits or 0
    base = _decimals((size,), Decimal(100), 2 if unit.startswith(MONEY) else 1) if digits is None else digits
    if round_half_up(size, base) < _WAN:
        return Display(unit, _ONE, base)
    wan = _scaled(size, -4)
    fine = max(least, 0 if round_half_up(wan, 1) >= 1000 else 1)
    if round_half_up(wan, fine) < _WAN:
        return Display(f"万{unit}", _WAN, fine)
    return Display(f"亿{unit}", _YI, max(least, 2))


def column_unit(values: Iterable[Decimal | None], unit: str, digits: int | None = None) -> Display:
    """One display for a whole table column, judged by its largest and smallest values: (unit, scale, decimals).

    元 and counts go to 万 from 100,000 on (with 2 decimals where a member is below 100,000), to 亿 from 10 billion on.
    """
    known = [value.copy_abs() for value in values if value is not None]
    if unit in (RATE, POINTS, RATIO) or unit in TIMES:
        return _fixed(known, unit, digits)
    largest = max(known, default=Decimal(0))
    if largest >= 100 * _YI:
        return Display(f"亿{unit}", _YI, max(digits or 0, 2))
    if largest >= 10 * _WAN:
        small = any(0 < value < 10 * _WAN for value in known)
        return Display(f"万{unit}", _WAN, max(digits or 0, 2 if small else 1))
    base = _decimals(known, Decimal(1000), 2 if unit.startswith(MONEY) else 1) if digits is None else digits
    return Display(unit, _ONE, base)


def cell_text(value: Decimal, display: Display) -> str:
    """A value as it stands in a column whose unit is said above it: 42,000.00; rates and ratios keep their sign."""
    if display.unit == "%":
        return percent(value, display.digits)
    if display.unit == RATIO:
        return f"{number(value, display.digits)}∶1"
    return number(_descaled(value, display), display.digits, grouped=True)


def excel_format(unit: str, digits: int = 0, *, with_unit: bool = False) -> str:
    """The Excel number format of a shown unit: 0.0%, 0.0"∶1", #,##0.00; ``with_unit`` appends it (0.00"亿元")."""
    decimals = f"0.{'0' * digits}" if digits else "0"
    if unit in ("%", RATE):
        return f"{decimals}%"
    if unit == RATIO:
        return f'{decimals}"∶1"'
    shown = f"个{POINTS}" if unit == POINTS else unit
    return f"#,##{decimals}" + (f'"{shown}"' if with_unit and shown else "")


def date_text(day: date) -> str:
    """2025年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_text(period: Period) -> str:
    """2025年, 2025年四季度, 2025年11月."""
    match period.kind:
        case PeriodKind.YEAR:
            return f"{period.year}年"
        case PeriodKind.QUARTER:
            return f"{period.year}年{_QUARTERS[period.part - 1]}季度"
        case PeriodKind.MONTH:
            return f"{period.year}年{period.part}月"


def _scaled(value: Decimal, powers: int) -> Decimal:
    return _CONTEXT.scaleb(value, powers)


def _descaled(value: Decimal, display: Display) -> Decimal:
    return _scaled(value, -display.scale.adjusted())


def _fixed(values: Iterable[Decimal], unit: str, digits: int | None) -> Display:
    """Units that never go to 万: rates, points, ratios, time."""
    if unit in TIMES:
        return Display(unit, _ONE, _decimals(values, None, 1) if digits is None else digits)
    shown, scale = {RATE: ("%", _ONE), POINTS: (POINTS, Decimal("0.01")), RATIO: (RATIO, _ONE)}[unit]
    return Display(shown, scale, 1 if digits is None else digits)


def _decimals(values: Iterable[Decimal], large: Decimal | None, fine: int) -> int:
    """None where all values are whole, or the largest so large that a fraction says nothing; else ``fine``."""
    known = list(values)
    if all(value == round_half_up(value, 0) for value in known):
        return 0
    return 0 if large is not None and max(known) >= large else fine
