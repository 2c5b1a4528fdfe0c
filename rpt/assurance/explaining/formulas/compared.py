"""Formulas of what a figure is held against: last year, the month before, the target, the industry, its peers."""

from __future__ import annotations

from decimal import Decimal

from rpt.assurance.explaining.formulas.arithmetic import CONTEXT, Derived, growth, minus, plain, quotient, said, unknown
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.language.format import POINTS, RATE
from rpt.language.kinds import kind_of
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import measurement_id
from rpt.values.period import Period, PeriodKind
from rpt.values.scope import UNMAPPED, member_label, members_of, scope_of

_AGAINST = 8  # peers written out


def compared(asked: Asked) -> Derived | None:
    """What follows from a figure and what it is compared with."""
    metric = asked.metric
    if metric is None:
        return None
    base, period, unit, digits = asked.base, asked.period, metric.unit, metric.digits
    now = asked.operand("本期", base)
    match asked.found.suffix:
        case "growth":
            return growth(now, _ago(asked))
        case "growth_previous":
            return growth(asked.operand("本月", base), _before(asked))
        case "points" | "change":
            return minus(now, _ago(asked), unit, digits)
        case "points_previous" | "change_previous":
            return minus(asked.operand("本月", base), _before(asked), unit, digits)
        case "gap":
            return minus(now, asked.operand("目标", f"{base}.target"), unit, digits)
        case "benchmark_gap":
            return minus(now, asked.operand("行业均值", f"{base}.benchmark"), unit, digits)
        case "attainment" if metric.better == "down":
            return quotient(asked.operand("目标", f"{base}.target"), now)
        case "attainment":
            return quotient(now, asked.operand("目标", f"{base}.target"))
        case "plan_attainment" if metric.better == "down":
            return quotient(asked.operand("应到", f"{base}.plan"), now)
        case "plan_attainment":
            return quotient(now, asked.operand("计划", f"{base}.plan"))
        case "needed":
            wanted, was = asked.operand("目标", f"{base}.target"), asked.operand("上年实际", asked.at(period.year_ago))
            return minus(wanted, was, unit, digits) if unit in (RATE, POINTS) else growth(wanted, was)
        case "pace":
            return _pace(asked)
        case "rise":
            return _rise(asked)
        case "lead":
            return _lead(asked)
        case "rank":
            return _rank(asked, period)
        case "rank_previous":
            return _rank(asked, period.previous)
        case "impact":
            return _impact(asked)
    return None


def campaign_day(asked: Asked) -> Derived | None:
    """The best day of a campaign beside the whole window."""
    members = members_of(asked.found.scope)
    if asked.found.suffix != "share" or "场次" not in members:
        return None
    whole = measurement_id("gmv", asked.period, scope_of({"活动": members["场次"]}))
    return quotient(asked.operand("当天成交额", asked.base), asked.operand("整个活动的成交额", whole))


def _ago(asked: Asked) -> Operand:
    """Last year's figure, under its own id where it was measured."""
    ref = asked.at(asked.period.year_ago)
    known = asked.known.ledger.get(asked.found.metric, asked.period.year_ago, asked.found.scope) is not None
    return asked.operand("上年同期", ref if known else f"{asked.base}.prior")


def _before(asked: Asked) -> Operand:
    """The month before; of a month that is not over the same days of it, which the report prints as such."""
    own = asked.operand("上月", f"{asked.base}.previous")
    return own if own.value is not None else asked.operand("上月", asked.at(asked.period.previous))


def _pace(asked: Asked) -> Derived:
    kind = "points" if asked.metric is not None and asked.metric.is_rate else "growth"
    name = "增幅" if kind == "points" else "增速"
    one = asked.operand(f"本期{name}", f"{asked.base}.{kind}")
    return minus(one, asked.operand(f"上年{name}", f"{asked.at(asked.period.year_ago)}.{kind}"), RATE)


def _rise(asked: Asked) -> Derived | None:
    """The fourth quarter over the third; what is told of the third is the mean of the two rises before."""
    period, unit = asked.period, POINTS
    if period.kind is not PeriodKind.QUARTER or period.part not in (3, 4):
        return None
    now = asked.operand(f"{'一二三四'[period.part - 1]}季度", asked.base)
    if period.part == 4:
        return minus(now, asked.operand("三季度", asked.at(period.previous)), unit)
    first = asked.operand("一季度", asked.at(Period(period.year, PeriodKind.QUARTER, 1)))
    whole = minus(now, first, unit)
    if whole.value is None or now.value is None or first.value is None:
        return whole
    value = whole.value / 2
    numbers = f"（{plain(now.value)} − {plain(first.value)}）÷ 2 = {plain(value * 100)}个百分点"
    return Derived(value, Calculation("（三季度 − 一季度）÷ 2", numbers, (now, first)))


def _lead(asked: Asked) -> Derived | None:
    """By how much more of the year's target is reached than of the year is over."""
    now, target, cut = (
        asked.operand("本年累计", asked.base),
        asked.operand("全年目标", f"{asked.base}.whole_target"),
        asked.known.cut,
    )
    if cut is None or now.value is None or not target.value:
        return None
    start, end = asked.period.starts_on, asked.period.ends_on
    gone, days = (Decimal((day - start).days + 1) for day in (cut, end))
    value = CONTEXT.subtract(CONTEXT.divide(now.value, target.value), CONTEXT.divide(gone, days))
    numbers = f"{plain(now.value)} ÷ {plain(target.value)} − {gone} ÷ {days} = {said(value, POINTS)}"
    return Derived(value, Calculation("本年累计 ÷ 全年目标 − 已过天数 ÷ 全年天数", numbers, (now, target)))


def _rank(asked: Asked, period: Period) -> Derived | None:
    """The place among the members of the same cut; equal values share one."""
    ledger, members = asked.known.ledger, members_of(asked.found.scope)
    own = ledger.get(asked.found.metric, period, asked.found.scope)
    if len(members) != 1 or own is None or own.value is None or asked.metric is None:
        return None
    (dimension,) = members
    down = asked.metric.better == "down"
    peers = []
    for name in ledger.members(asked.found.metric, dimension, period):
        m = ledger.get(asked.found.metric, period, scope_of({dimension: name}))
        if m is not None and m.value is not None and name != UNMAPPED:
            peers.append((m.value if down else -m.value, m))
    peers.sort(key=lambda pair: pair[0])
    worth = own.value if down else -own.value
    place = Decimal([value for value, _ in peers].index(worth) + 1)
    sign = " ≤ " if down else " ≥ "
    shown = sign.join(f"{member_label(m.scope)} {plain(m.value)}" for _, m in peers[:_AGAINST])
    more = f"{sign}……（共{len(peers)}个）" if len(peers) > _AGAINST else ""
    words = f"{dimension}之间按数值从{'低到高' if down else '高到低'}排列，数值相同者同名次"
    operands = (Operand("本项", own.id, own.value, asked.metric.unit),)
    return Derived(place, Calculation(words, f"{shown}{more}，第{place}", operands))


def _impact(asked: Asked) -> Derived | None:
    """What a problem costs: a difference of money is its own cost, any other is turned into money by the catalogue."""
    finding = next((f for f in asked.known.findings if f.evidence and f.evidence[0] == asked.base), None)
    metric = asked.metric
    kind = {"target_missed": "gap", "below_benchmark": "benchmark_gap", "worsened": "change"}.get(
        finding.code if finding else ""
    )
    if finding is None or metric is None or kind is None:
        return None
    operand = asked.operand(kind_of(kind).name, f"{asked.base}.{kind}")
    m = asked.known.ledger.get(metric.id, asked.period, asked.found.scope)
    if operand.value is None or m is None:
        return None
    words, numbers, operands, value = operand.name, plain(operand.value), [operand], operand.value
    if metric.aggregation == "ratio" and metric.worth and m.denominator is not None:
        words, numbers = f"{words} × 该指标的分母", f"{plain(operand.value)} × {plain(m.denominator)}"
        value *= m.denominator
    if metric.worth not in ("", "元"):
        each = asked.operand("每单位折合的金额", measurement_id(metric.worth, asked.period, asked.found.scope))
        if each.value is None:
            return unknown(words, *operands)
        words, numbers = f"{words} × {each.name}", f"{numbers} × {plain(each.value)}"
        value *= each.value
        operands.append(each)
    value = -abs(value)
    numbers = f"−|{numbers}| = {said(value, '元')}"
    return Derived(value, Calculation(f"−|{words}|", numbers, tuple(operands)), Decimal("0.01"))
