"""What a target asks of a figure, said without a false relation."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import RATE, percent, round_half_up
from rpt.language.wording import Phrase


def asked(growth: Decimal, year: int, ref: str) -> Phrase:
    """The growth (a fraction) over ``year`` that a target asks for: 需在2025年基础上增长42.9%, 与2025年持平, or
    比2025年低3.0% where it asks for less than there was."""
    rounded = round_half_up(growth, 3)
    if rounded == 0:
        return (f"与{year}年持平",)
    shown = free_figure(ref, growth, RATE, percent(abs(growth)))
    return (f"需在{year}年基础上增长" if rounded > 0 else f"比{year}年低", shown)
