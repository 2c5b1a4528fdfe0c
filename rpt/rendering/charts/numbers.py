"""The figures of a chart: shown values, their labels, and axes with few round ticks. Exact until the label is cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from rpt.language.format import number, round_half_up
from rpt.values.document import Chart, Series

NOTHING = "—"
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def shown(chart: Chart, value: Decimal | None) -> Decimal | None:
    """A base value in the chart's unit (percent for fractions), unrounded; None for a gap and for what is no number."""
    if value is None or not value.is_finite():
        return None
    return _CONTEXT.divide(value * 100 if chart.percent else value, chart.scale)


def series_values(chart: Chart, series: Series) -> list[Decimal | None]:
    """A series in the chart's unit, one value per category; missing ones at the end are gaps."""
    values = [shown(chart, value) for value in series.values[: len(chart.categories)]]
    return values + [None] * (len(chart.categories) - len(values))


def label(chart: Chart, value: Decimal | None, *, sign: bool = False) -> str:
    """A shown value as a reader sees it: rounded half up, thousands apart, a true minus, % where it is a rate."""
    if value is None:
        return NOTHING
    text = number(value, chart.digits, grouped=True) + ("%" if chart.percent else "")
    return "+" + text if sign and round_half_up(value, chart.digits) > 0 else text


def share_label(part: Decimal, whole: Decimal) -> str:
    """Part ÷ whole in percent with one decimal."""
    return number(_CONTEXT.divide(part * 100, whole), 1, grouped=True) + "%"


def known(values: Iterable[Decimal | None]) -> list[Decimal]:
    """The values without the gaps."""
    return [value for value in values if value is not None]


@dataclass(frozen=True)
class Axis:
    """A value axis: its ends and its ticks, in the chart's unit."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    digits: int

    def label(self, chart: Chart, tick: Decimal) -> str:
        """A tick as a reader sees it, with no more decimals than the step needs."""
        return number(tick, self.digits, grouped=True) + ("%" if chart.percent else "")


def axis(values: Iterable[Decimal | None], *, ticks: int = 4) -> Axis:
    """An axis over values and zero with about ``ticks`` round steps."""
    present = known(values)
    low, high = min([Decimal(0), *present]), max([Decimal(0), *present])
    if low == high:
        high = low + 1
    raw = (high - low) / ticks
    unit = Decimal(1).scaleb(raw.adjusted())
    step = next(unit * s for s in _STEPS if unit * s >= raw)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    marks = [step * (first + i) for i in range(int(last - first) + 1)]
    # A last step that is mostly empty is left out: the axis then ends with the data.
    if marks[-1] - high > step / 2:
        marks.pop()
    if low - marks[0] > step / 2:
        marks.pop(0)
    exponent = step.normalize().as_tuple().exponent
    return Axis(min(low, marks[0]), max(high, marks[-1]), tuple(marks), max(0, -int(exponent)))


def span(values: Iterable[Decimal | None]) -> tuple[float, float]:
    """The ends of an axis without ticks: zero and the values, never empty."""
    present = [float(value) for value in known(values)]
    low, high = min(0.0, *present, 0.0), max(0.0, *present, 0.0)
    return (low, high) if low < high else (0.0, 1.0)
