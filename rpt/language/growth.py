"""Growth held against growth, and a part's share in the growth of its whole (domain.md §4)."""

from __future__ import annotations

from decimal import Context, Decimal

from rpt.language.format import POINTS, RATE, percent, points, round_half_up
from rpt.language.wording import Phrase
from rpt.values.comparison import Comparison
from rpt.values.document import Figure, FigureKind

_CONTEXT = Context(prec=28)


def pace(current: Comparison, earlier: Comparison) -> Phrase:
    """How one growth compares with an earlier one (of a rate: one rise in points with another); empty without both."""
    rate = current.metric.unit in (RATE, POINTS)
    now, before = (c.points if rate else c.growth for c in (current, earlier))
    if now is None or before is None:
        return ()
    signs = tuple("平增降"[_sign(round_half_up(speed, 3))] for speed in (before, now))
    if signs[0] != signs[1]:
        return (f"由{signs[0]}转{signs[1]}",)
    gap = _CONTEXT.subtract(now, before)
    noun = "降幅" if signs[1] == "降" else "增幅" if rate else "增速"
    if signs[1] == "平" or round_half_up(gap, 3) == 0:
        return (f"{noun}与前期持平",)
    faster, slower = ("加快", "回落") if noun == "增速" else ("收窄", "扩大") if noun == "降幅" else ("扩大", "收窄")
    good = None if current.metric.better == "none" else (gap > 0) == (current.metric.better == "up")
    shown = Figure(f"{current.measurement.id}.pace", FigureKind.POINTS, gap, RATE, points(abs(gap)), good)
    return (f"{noun}{faster if gap > 0 else slower}", shown)


def contribution(part: Comparison, whole: Comparison) -> Phrase:
    """贡献率: the part's share of the whole's increase, or of its decrease; empty where they moved apart."""
    grown = _growth_of_whole(whole)
    if grown is None or part.change is None or whole.change is None or (part.change > 0) != (whole.change > 0):
        return ()
    share = _CONTEXT.divide(part.change, whole.change)
    if round_half_up(share, 3) == 0 or round_half_up(grown, 3) == 0:
        return ()
    shown = Figure(f"{part.measurement.id}.contribution", FigureKind.NUMBER, share, RATE, percent(share))
    return ("贡献率" if whole.change > 0 else "占降幅的", shown)


def pull(part: Comparison, whole: Comparison) -> Phrase:
    """拉动: by how many points of the whole's growth the part moved it, the part's change ÷ the whole's prior."""
    if part.change is None or not whole.prior or whole.prior < 0:
        return ()
    pulled = _CONTEXT.divide(part.change, whole.prior)
    if round_half_up(pulled, 3) == 0:
        return ()
    grown = _growth_of_whole(whole)
    up = "拉动增长" if grown is not None and grown > 0 else "拉动"
    text = points(abs(pulled))
    return (
        up if pulled > 0 else "下拉",
        Figure(f"{part.measurement.id}.pull", FigureKind.NUMBER, pulled, RATE, text),
    )


def share_of_growth(part: Comparison, whole: Comparison) -> Phrase:
    """贡献率 and 拉动, which are two things: 贡献率65.0%，拉动增长32.5个百分点."""
    pieces = [piece for piece in (contribution(part, whole), pull(part, whole)) if piece]
    return pieces[0] + ("，",) + pieces[1] if len(pieces) == 2 else pieces[0] if pieces else ()


def _sign(value: Decimal) -> int:
    """0, 1 or −1: an index into 平增降."""
    return 0 if value == 0 else 1 if value > 0 else -1


def _growth_of_whole(whole: Comparison) -> Decimal | None:
    if not whole.prior or whole.prior < 0 or whole.change is None or whole.change == 0:
        return None
    return _CONTEXT.divide(whole.change, whole.prior)
