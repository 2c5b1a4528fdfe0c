"""Money as the plan's tables print it."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.format import Display, cell_text
from rpt.values.document import Figure, FigureKind

WAN = Display("万元", Decimal(10_000), 0)


def money(ref: str, value: Decimal, shown: Display) -> Figure:
    """An amount in 元 in a column of ``shown``."""
    return Figure(ref, FigureKind.NUMBER, value, "元", cell_text(value, shown))
