"""Money and changes as the plan prints them."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.format import RATE, Display, cell_text, number, percent
from rpt.values.document import Figure, FigureKind
from rpt.values.ledger import Metric
from rpt.writing.tables import POINT, signed

WAN = Display("万元", Decimal(10_000), 0)


def money(ref: str, value: Decimal, shown: Display) -> Figure:
    """An amount in 元 in a column of ``shown``."""
    return Figure(ref, FigureKind.NUMBER, value, "元", cell_text(value, shown))


def change_figure(metric: Metric, ref: str, change: Decimal) -> Figure:
    """A change with its sign: points of a rate, else growth; ``change`` is a fraction either way."""
    if metric.is_rate:
        text = signed(number(change / POINT, metric.digits or 1)) + "个百分点"
        return Figure(ref, FigureKind.POINTS, change, RATE, text)
    return Figure(ref, FigureKind.GROWTH, change, RATE, signed(percent(change)))
