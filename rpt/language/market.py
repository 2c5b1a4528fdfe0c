"""A figure beside its market: how fast the market grew, and what share of it the figure is."""

from __future__ import annotations

from decimal import Context, Decimal

from rpt.language.format import RATE, percent, points, round_half_up
from rpt.language.wording import Phrase
from rpt.values.comparison import Comparison
from rpt.values.document import Figure, FigureKind

_CONTEXT = Context(prec=28)


def against_market(c: Comparison, growth: Decimal | None) -> Phrase:
    """行业增长12.0%，增速高于行业38.0个百分点; empty without both growths. ``growth`` is a fraction."""
    if growth is None or c.growth is None:
        return ()
    id = c.measurement.id
    verb = "与上年持平" if round_half_up(growth, 3) == 0 else "增长" if growth > 0 else "下降"
    market: Phrase = (f"行业{verb}",)
    if round_half_up(growth, 3):
        market = (*market, Figure(f"{id}.market_growth", FigureKind.NUMBER, growth, RATE, percent(abs(growth))))
    ahead = _CONTEXT.subtract(c.growth, growth)
    if round_half_up(ahead, 3) == 0:
        return (*market, "，增速与行业持平")
    shown = Figure(f"{id}.ahead_of_market", FigureKind.NUMBER, ahead, RATE, points(abs(ahead)), good=ahead > 0)
    return (*market, f"，增速{'高于' if ahead > 0 else '低于'}行业", shown)


def market_share(c: Comparison, size: Decimal | None, size_before: Decimal | None) -> Phrase:
    """市场份额2.1%，较上年提高0.5个百分点; empty without the market's size (元)."""
    if c.value is None or not size or size <= 0:
        return ()
    share = _CONTEXT.divide(c.value, size)
    id = c.measurement.id
    said: Phrase = ("市场份额", Figure(f"{id}.market_share", FigureKind.NUMBER, share, RATE, percent(share)))
    if c.prior is None or not size_before or size_before <= 0:
        return said
    moved = _CONTEXT.subtract(share, _CONTEXT.divide(c.prior, size_before))
    if round_half_up(moved, 3) == 0:
        return (*said, "，与上年持平")
    verb = "提高" if moved > 0 else "下降"
    shown = Figure(f"{id}.market_share_points", FigureKind.NUMBER, moved, RATE, points(abs(moved)), good=moved > 0)
    return (*said, f"，较上年{verb}", shown)
