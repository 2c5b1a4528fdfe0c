"""A month's tracking in words. A light is a shape and a word, so that it reads without colour."""

from __future__ import annotations

from collections.abc import Mapping

from rpt.language.figures import free_figure, near_percent
from rpt.language.format import percent
from rpt.language.wording import Phrase
from rpt.values.tracking import Held, Light, Tracking

LIGHTS: Mapping[Light, str] = {"绿": "●绿", "黄": "◆黄", "红": "■红", "—": "—"}


def said(found: Tracking) -> Phrase:
    """3月成交总额3500万元，完成计划的103.2%（●绿）。年初至今……."""
    if not found.rows:
        return ()
    whole = found.rows[0]
    month = _sentence(f"{found.month.part}月成交总额", whole.month)
    return (*month, "。", *_sentence("年初至今", whole.to_date)) if month else _sentence("年初至今", whole.to_date)


def _sentence(lead: str, held: Held) -> Phrase:
    if held.actual is None:
        return ()
    value = free_figure(held.ref, held.actual, "元")
    if held.attainment is None:
        return (lead, value, "，没有计划可比")
    reached = free_figure(f"{held.ref}.plan_attainment", held.attainment, "比率", near_percent(held.attainment))
    return (lead, value, "，完成计划的", reached, f"（{LIGHTS[held.light]}）")


def landed(found: Tracking) -> Phrase:
    """按计划的月度分布推算，全年预计4.10亿元，相当于目标的97.6%（◆黄），误差范围……."""
    at = found.landing
    if at is None:
        return ()
    ref = f"gmv@{found.month.year}.landing"
    told: Phrase = (
        f"按{at.basis}推算，全年预计",
        free_figure(ref, at.forecast, "元"),
        "，相当于目标",
        free_figure(f"{ref}.target", at.target, "元"),
        "的",
        free_figure(f"{ref}.attainment", at.attainment, "比率", near_percent(at.attainment)),
        f"（{LIGHTS[at.light]}）",
    )
    if at.error is None:
        return (*told, "；没有可回测的往年，不给误差范围")
    low, high = at.forecast * (1 - at.error), at.forecast * (1 + at.error)
    years = "、".join(f"{year}年" for year in at.tried)
    return (
        *told,
        f"；同一算法在{years}的误差最大为",
        free_figure(f"{ref}.error", at.error, "比率", percent(at.error)),
        "，据此范围为",
        free_figure(f"{ref}.low", low, "元"),
        "至",
        free_figure(f"{ref}.high", high, "元"),
    )
