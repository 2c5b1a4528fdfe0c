"""How far a year's target is reached while the year goes by: 完成全年目标的91.2%，落后时间进度0.3个百分点."""

from __future__ import annotations

from rpt.language.figures import near_percent
from rpt.language.format import RATE, points, round_half_up
from rpt.language.wording import Phrase
from rpt.values.document import Figure, FigureKind
from rpt.values.focus import Progress


def reached(p: Progress) -> Figure:
    """The part of the year's target that is reached."""
    return Figure(f"{p.ref}.reached", FigureKind.NUMBER, p.reached, RATE, near_percent(p.reached))


def elapsed(p: Progress) -> Figure:
    """The part of the year that is gone."""
    return Figure(f"{p.ref}.elapsed", FigureKind.NUMBER, p.elapsed, RATE, near_percent(p.elapsed))


def against_time(p: Progress) -> Phrase:
    """快于时间进度3.2个百分点, 落后时间进度0.3个百分点, 与时间进度持平."""
    if round_half_up(p.lead, 3) == 0:
        return ("与时间进度持平",)
    lead = Figure(f"{p.ref}.lead", FigureKind.NUMBER, p.lead, RATE, points(abs(p.lead)), p.lead > 0)
    return ("快于时间进度" if p.lead > 0 else "落后时间进度", lead)


def progress(p: Progress) -> Phrase:
    """The whole sentence's predicate."""
    return ("完成全年目标的", reached(p), "，", *against_time(p))
