"""Formulas of comparable growth: a span of both years, last year's brought to this year's number of days."""

from __future__ import annotations

from decimal import Decimal

from rpt.assurance.explaining.formulas.arithmetic import CONTEXT, Derived, growth, plain, total, unknown
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.language.format import percent, period_text, quantity
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import measurement_id
from rpt.values.refs import parse_ref
from rpt.values.scope import ALL, member_label

_FINE = Decimal("0.000001")  # 元: to which last year's figure is rounded once it is brought to this year's days
_KIND = "comparable_"


def comparable(asked: Asked) -> Derived | None:
    """The columns of the table of comparable growth, from the months or windows that a span is made of."""
    base, _, suffix = asked.ref.rpartition(".")
    if not suffix.startswith(_KIND):
        return None
    value, prior = _summed(asked, base, "本年值"), _summed(asked, base, "上年值", ago=True)
    days, days_prior = (
        _summed(asked, base, "本年天数", days=True),
        _summed(asked, base, "上年天数", ago=True, days=True),
    )
    match suffix.removeprefix(_KIND):
        case "value":
            return value
        case "prior":
            return prior
        case "days":
            return days
        case "days_prior":
            return days_prior
        case "raw":
            return growth(_operand(asked, base, "value", value), _operand(asked, base, "prior", prior))
    operands = [
        _operand(asked, base, kind, made)
        for kind, made in (("value", value), ("prior", prior), ("days", days), ("days_prior", days_prior))
    ]
    return _adjusted(suffix, *operands)


def _adjusted(suffix: str, now: Operand, ago: Operand, days: Operand, before: Operand) -> Derived | None:
    words = "上年值 × 本年天数 ÷ 上年天数"
    if now.value is None or ago.value is None or days.value is None or not before.value:
        return unknown(words, now, ago, days, before)
    alike = CONTEXT.divide(CONTEXT.multiply(ago.value, days.value), before.value).quantize(_FINE)
    put = f"{plain(ago.value)} × {plain(days.value)} ÷ {plain(before.value)}"
    if suffix == "comparable_effect":
        effect = alike - ago.value
        numbers = f"{put} − {plain(ago.value)} = {quantity(effect, '元')}"
        return Derived(effect, Calculation(f"{words} − 上年值", numbers, (ago, days, before)))
    if suffix != "comparable_growth" or not alike:
        return None
    value = CONTEXT.divide(now.value - alike, alike)
    numbers = f"{plain(now.value)} ÷（{put}）− 1 = {percent(value)}"
    return Derived(value, Calculation(f"本年值 ÷（{words}）− 1", numbers, (now, ago, days, before)))


def _summed(asked: Asked, base: str, name: str, *, ago: bool = False, days: bool = False) -> Derived:
    """The spans of a base (``gmv@2025-01+gmv@2025-02``) added up: turnover, or days of the calendar or the window."""
    terms = []
    for one in base.split("+"):
        found = parse_ref(one)
        if found is None:
            continue
        metric = found.metric if not days else "calendar_days" if found.scope == ALL else "campaign_days"
        period = found.at.year_ago if ago else found.at
        spoken = period_text(period) + ("" if found.scope == ALL else member_label(found.scope))
        label = name if "+" not in base else f"{spoken}{'天数' if days else ''}"
        terms.append(asked.operand(label, measurement_id(metric, period, found.scope)))
    return total(" + ".join(term.name for term in terms), terms, terms[0].unit if terms else "")


def _operand(asked: Asked, base: str, kind: str, made: Derived) -> Operand:
    """A column as an operand: the measurement itself where the span is one, else the id of the sum."""
    own = made.calculation.operands
    if len(own) == 1:
        return own[0]
    ref = f"{base}.{_KIND}{kind}"
    return Operand(own[0].name if own else kind, ref, made.value, own[0].unit if own else "")
