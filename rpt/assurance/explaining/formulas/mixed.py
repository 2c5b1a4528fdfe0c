"""Formulas of changes split by structure: a rate by its members, sales by volume, mix and price."""

from __future__ import annotations

from decimal import Decimal, localcontext

from rpt.assurance.explaining.formulas.arithmetic import CENT, Derived, moved, plain, said, term, unknown
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.language.format import POINTS, RATE, percent
from rpt.values.decomposition import Decomposition, Part
from rpt.values.explanation import Calculation, Operand
from rpt.values.ledger import Measurement, measurement_id
from rpt.values.refs import parse_ref

_RATE_STEP = Decimal("0.0000000001")  # to which the parts of a rate are rounded
_PRODUCTS = "product_change"


def by_mix(asked: Asked, whole: Decomposition, part: Part) -> Derived | None:
    """A member's part of a rate's change: of its weight, or of its own rate; bars are means of the two years."""
    sides = _sides(asked, part)
    wholes = [asked.known.ledger.get(whole.metric, at, whole.scope) for at in (whole.period.year_ago, whole.period)]
    if sides is None or any(m is None or m.value is None or not m.denominator for m in wholes):
        return None
    (before, after), (start, end) = sides, [m for m in wholes if m is not None]
    unit = POINTS if whole.unit == RATE else whole.unit
    with localcontext(prec=40):
        w0, w1 = (
            _number(before.denominator) / _number(start.denominator),
            _number(after.denominator) / _number(end.denominator),
        )
        r0, r1, whole0, whole1 = (_number(m.value) for m in (before, after, start, end))
        if part.label.endswith("占比变化"):
            value = (w1 - w0) * ((r0 + r1) / 2 - (whole0 + whole1) / 2)
            words = "（本期占比 − 上年占比）×（该成员两年均值 − 总体两年均值）"
            means = f"{plain((r0 + r1) / 2)} − {plain((whole0 + whole1) / 2)}"
            numbers = f"（{percent(w1, 2)} − {percent(w0, 2)}）×（{means}）= {moved(value, unit)}"
        else:
            value = (w0 + w1) / 2 * (r1 - r0)
            words = "两年平均占比 ×（本期 − 上年同期）"
            numbers = f"{percent((w0 + w1) / 2, 2)} ×（{plain(r1)} − {term(r0)}）= {moved(value, unit)}"
    operands = tuple(
        Operand(name, m.id, m.value, whole.unit)
        for name, m in (("该成员本期", after), ("该成员上年同期", before), ("总体本期", end), ("总体上年同期", start))
    )
    return Derived(value, Calculation(words, numbers, operands), _RATE_STEP)


def _sides(asked: Asked, part: Part) -> tuple[Measurement, Measurement] | None:
    found = parse_ref(part.ref)
    if found is None:
        return None
    ledger = asked.known.ledger
    before, after = (ledger.get(found.metric, at, found.scope) for at in (found.at.year_ago, found.at))
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return before, after


def by_products(asked: Asked, whole: Decomposition, part: Part) -> Derived | None:
    """Volume, mix and price over the products sold in both years, and what new and gone ones brought."""
    listing = asked.known.lists.get(_PRODUCTS)
    if listing is None:
        return None
    kind = part.ref.rpartition(".")[2]
    ends = tuple(
        asked.operand(name, measurement_id(whole.metric, at, whole.scope))
        for name, at in (("本年", whole.period), ("上年", whole.period.year_ago))
    )
    rows = list(zip(*(listing.numbers(key) for key in ("units_prior", "units", "amount_prior", "amount")), strict=True))
    both = [row for row in rows if row[0] > 0 and row[1] > 0]
    apart = {
        "new": ("上年未售商品的增减额之和", [row for row in rows if row[0] <= 0]),
        "gone": ("本年停售商品的增减额之和", [row for row in rows if row[0] > 0 and row[1] <= 0]),
    }
    if kind in apart:
        words, chosen = apart[kind]
        value = sum((row[3] - row[2] for row in chosen), Decimal(0))
        return Derived(
            value, Calculation(words, f"{len(chosen)}个商品合计 {plain(value)}（{said(value, '元')}）", ends), CENT
        )
    if not both:
        return unknown("两年都有销量的商品")
    units, amounts = ([sum((row[at] for row in both), Decimal(0)) for at in pair] for pair in ((0, 1), (2, 3)))
    with localcontext(prec=40):
        at_old_prices = sum((row[1] * row[2] / row[0] for row in both), Decimal(0))
        at_old_mix = amounts[0] * units[1] / units[0]
        mix = f"{plain(amounts[0])} × {plain(units[1])} ÷ {plain(units[0])}"
        steps = {
            "volume": (
                "上年额 × 本年销量 ÷ 上年销量 − 上年额",
                at_old_mix - amounts[0],
                f"{mix} − {plain(amounts[0])}",
            ),
            "mix": (
                "本年销量按上年单价计的额 − 上年额 × 本年销量 ÷ 上年销量",
                at_old_prices - at_old_mix,
                f"{plain(at_old_prices)} − {mix}",
            ),
            "price": (
                "本年额 − 本年销量按上年单价计的额",
                amounts[1] - at_old_prices,
                f"{plain(amounts[1])} − {plain(at_old_prices)}",
            ),
        }
    if kind not in steps:
        return None
    words, value, numbers = steps[kind]
    told = Calculation(f"两年都有销量的{len(both)}个商品：{words}", f"{numbers} = {said(value, '元')}", ends)
    return Derived(value, told, CENT)


def _number(value: Decimal | None) -> Decimal:
    return value if value is not None else Decimal(0)
