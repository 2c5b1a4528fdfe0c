"""A series in one line of text: ▁▂▃▅▇ from its least to its largest value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

BARS = "▁▂▃▄▅▆▇█"
GAP = " "


def sparkline(values: Sequence[Decimal | None]) -> str:
    """One character a value, a space for one that is missing; empty where fewer than two are known.

    A series that does not move stands in the middle.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    top = len(BARS) - 1

    def bar(value: Decimal | None) -> str:
        if value is None:
            return GAP
        if high == low:
            return BARS[top // 2]
        return BARS[int((value - low) * top / (high - low) + Decimal("0.5"))]

    return "".join(bar(value) for value in values)
