"""Printed figures: each number of a comparison with the id it answers to, its exact value, its text and its tone."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from rpt.language.format import (
    POINTS,
    RATE,
    Display,
    cell_text,
    difference,
    percent,
    points,
    quantity,
    round_half_up,
)
from rpt.values.comparison import Base, Comparison, Reason
from rpt.values.document import Figure, FigureKind, Formula

NOTHING = "—"
_FINEST = 4
_SHARES = (FigureKind.GROWTH, FigureKind.POINTS, FigureKind.ATTAINMENT)
_MOVES = (FigureKind.CHANGE, FigureKind.GROWTH, FigureKind.POINTS)


def figure(
    c: Comparison, kind: FigureKind, *, display: Display | None = None, benchmark: Decimal | None = None
) -> Figure:
    """One number of a comparison, as a table prints it.

    The ref is the measurement's id, with ``.growth`` and the like behind it for all but the value. ``display`` is the
    column's (unit said once above it), else the text carries its own unit. ``benchmark`` is needed for that kind only.
    Without a value the text says why in a few words (新增业务, 无可比数据, —). NUMBER raises ValueError: see
    ``free_figure``.
    """
    if kind is FigureKind.NUMBER:
        raise ValueError("a free number is no figure of a comparison")
    value = benchmark if kind is FigureKind.BENCHMARK else _value(c, kind)
    unit = RATE if kind in _SHARES else c.metric.unit
    if value is None:
        return Figure(reference(c, kind), kind, None, unit, _missing(c, kind))
    moved = _moved(c, kind, value)
    good = c.on_target if kind in (FigureKind.GAP, FigureKind.ATTAINMENT) else c.progress if moved else None
    return Figure(
        ref=reference(c, kind),
        kind=kind,
        value=value,
        unit=unit,
        text=figure_text(c, kind, value, display),
        good=good,
        arrow={1: "▲", 0: "", -1: "▼"}[moved],
        formula=_formula(c, kind),
    )


def free_figure(ref: str, value: Decimal | int, unit: str = "", text: str | None = None) -> Figure:
    """A number that is not of the ledger: a count of problems, a day. Its text defaults to the quantity's."""
    exact = Decimal(value)
    return Figure(ref, FigureKind.NUMBER, exact, unit, quantity(exact, unit) if text is None else text)


def reference(c: Comparison, kind: FigureKind) -> str:
    """The id a figure answers to: ``gmv@2025`` for the value, ``gmv@2025.growth`` for what follows from it; what
    follows from the month before is ``gmv@2025-11.previous`` and ``gmv@2025-11.growth_previous``."""
    if kind is FigureKind.VALUE:
        return c.measurement.id
    if c.base is Base.PREVIOUS:
        return f"{c.measurement.id}." + ("previous" if kind is FigureKind.PRIOR else f"{kind.value}_previous")
    return f"{c.measurement.id}.{kind.value}"


def figure_text(c: Comparison, kind: FigureKind, value: Decimal, display: Display | None = None) -> str:
    """The text of one number of a comparison, with its sign."""
    unit, digits = c.metric.unit, c.metric.digits
    rate = unit in (RATE, POINTS)
    match kind:
        case FigureKind.GROWTH:
            return percent(value)
        case FigureKind.ATTAINMENT:
            return near_percent(value)
        case FigureKind.CHANGE | FigureKind.GAP | FigureKind.POINTS if rate:
            if display and display.unit == POINTS:
                return cell_text(value, display)
            return points(value, 1 if digits is None else digits)
        case FigureKind.POINTS:
            return points(value)
        case _ if display:
            return cell_text(value, display)
        case FigureKind.CHANGE | FigureKind.GAP:
            return difference(value, unit, digits)
        case _:
            return quantity(value, unit, digits)


def near_percent(value: Decimal) -> str:
    """A share in percent, with more decimals (4 at most) where it would read 100.0% and is not: 99.97%."""
    exact = value.copy_abs() == 1
    digits = next((n for n in range(1, _FINEST + 1) if round_half_up(value.copy_abs(), n + 2) != 1), 1)
    return percent(value) if exact else percent(value, digits)


def reads_as_all(value: Decimal) -> bool:
    """Whether a share that is not 1 would still be printed as 100.0%."""
    return value != 1 and round_half_up(value, _FINEST + 2) == 1


def base_name(c: Comparison) -> str:
    """What a figure is compared with, as words name it."""
    return "上月" if c.base is Base.PREVIOUS else "上年"


def is_profit(c: Comparison) -> bool:
    """Whether 盈 and 亏 are the words for its sign: money of which more is better."""
    return c.metric.unit == "元" and c.metric.better == "up"


def is_new_business(c: Comparison) -> bool:
    """Whether 0 → x is to be called 新增业务: something positive and not unwelcome, that can start."""
    flow = c.metric.unit not in ("天", "小时", "分钟", "秒", "倍")
    positive = c.value is not None and c.value > 0
    return flow and c.base is Base.YEAR_AGO and c.reason is Reason.NEW and c.metric.better != "down" and positive


def short_reason(c: Comparison) -> str:
    """What a table cell says in place of a growth rate; — where nothing is to be said."""
    profit, less = is_profit(c), c.change is not None and c.change > 0
    match c.reason:
        case Reason.NEW:
            return "新增业务" if is_new_business(c) else f"{base_name(c)}为0"
        case Reason.NO_BASE:
            return "无可比数据"
        case Reason.TO_ZERO:
            return "升至0" if less else "降至0"
        case Reason.TURNED_POSITIVE:
            return "扭亏为盈" if profit else "由负转正"
        case Reason.TURNED_NEGATIVE:
            return "由盈转亏" if profit else "由正转负"
        case Reason.STILL_NEGATIVE if c.change:
            return ("减亏" if less else "增亏") if profit else ("负值收窄" if less else "负值扩大")
        case Reason.STILL_NEGATIVE | Reason.BOTH_ZERO:
            return "持平"
        case _:
            return NOTHING


def _value(c: Comparison, kind: FigureKind) -> Decimal | None:
    """The comparison's number of this kind; the kinds are named after its fields."""
    found: Decimal | None = getattr(c, kind.value)
    return found


def _missing(c: Comparison, kind: FigureKind) -> str:
    rate = c.metric.unit in (RATE, POINTS)
    spoken = FigureKind.POINTS if rate else FigureKind.GROWTH
    return short_reason(c) if kind is spoken else NOTHING


def _moved(c: Comparison, kind: FigureKind, value: Decimal) -> Literal[-1, 0, 1]:
    """The direction an arrow shows: none for what is no change, and none for a change that prints as zero."""
    if kind not in _MOVES or not any(sign in "123456789" for sign in figure_text(c, kind, value)):
        return 0
    return 1 if value > 0 else -1


def _formula(c: Comparison, kind: FigureKind) -> Formula | None:
    """How Excel computes it from the row's columns value, prior and target."""
    match kind:
        case FigureKind.GROWTH:
            return Formula("growth", ("value", "prior"))
        case FigureKind.POINTS:
            return Formula("points", ("value", "prior"))
        case FigureKind.CHANGE:
            return Formula("change", ("value", "prior"))
        case FigureKind.GAP:
            return Formula("gap", ("value", "target"))
        case FigureKind.ATTAINMENT:
            return Formula("attainment_down" if c.metric.better == "down" else "attainment", ("value", "target"))
        case _:
            return None
