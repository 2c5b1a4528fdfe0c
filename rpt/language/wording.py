"""The sentences of the genre (domain.md §4): how a change, a target, a benchmark and a pace are said in Chinese.

Every function returns a phrase: plain words, and a Figure for every number. A figure in a phrase keeps the exact,
signed value of its ref, while its text is the magnitude wherever a verb carries the sign (缺口2280万元). An empty
phrase means that nothing can be said. A relation is said of what is printed: what rounds to nothing is 持平.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal

from rpt.language.figures import base_name, figure, is_new_business, is_profit, near_percent, reads_as_all, reference
from rpt.language.format import (
    POINTS,
    RATE,
    RATIO,
    TIMES,
    column_unit,
    difference,
    display_of,
    number,
    percent,
    quantity,
    round_half_up,
)
from rpt.values.comparison import Base, Comparison, Reason
from rpt.values.document import Figure, FigureKind
from rpt.values.period import PeriodKind
from rpt.values.scope import ALL, member_label

Phrase = tuple[str | Figure, ...]

SMALL = Decimal("0.01")
_CONTEXT = Context(prec=28)
_DOUBLINGS = {2 ** (n + 1) - 1: f"翻{word}番" for n, word in enumerate("一两三四五六")}
_NEARLY = ("基本持平，微增", "基本持平，微降")
_LEVELS = {RATE, POINTS, RATIO, *TIMES}  # said from … to …, not by growth


def text_of(phrase: Phrase) -> str:
    """The phrase as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in phrase)


def change(c: Comparison, *, small: Decimal = SMALL) -> Phrase:
    """How the value moved since last year, or since the month before; a growth of at most ``small`` is 基本持平."""
    if c.reason is Reason.NO_VALUE or c.value is None:
        return ("本期无数据",)
    if c.prior is None or c.change is None:
        return ("上月无可比数据" if c.base is Base.PREVIOUS else "上年同期无可比数据",)
    if c.metric.unit in _LEVELS:
        return _level_change(c, c.value, c.prior)
    if c.growth is None:
        return _reason_change(c, c.value, c.change)
    return _growth_change(c, c.growth, small)


def step(c: Comparison, *, small: Decimal = SMALL) -> Phrase:
    """The change alone, so that several can follow one value: 环比提高0.3个百分点, 同比增长5.0%."""
    versus = _versus(c)
    if c.value is not None and c.prior is not None and c.metric.unit in _LEVELS and c.reason is not Reason.NO_VALUE:
        texts = _texts(c, c.value, c.prior)
        if texts is None:
            return _flat(c)
        kind = FigureKind.POINTS if c.points is not None else FigureKind.CHANGE
        _, moves = _verbs(c, c.value, c.prior)
        return (f"{versus}{moves or ('提高' if c.value > c.prior else '下降')}", _spoken(c, kind, texts[2]))
    said = change(c, small=small)
    return (f"{versus}{said[0]}", *said[1:]) if said[0] in _NEARLY else said


def standing(c: Comparison, label: str | None = None, *, small: Decimal = SMALL) -> Phrase:
    """The metric's name, its value and how it moved: 成交总额达4.20亿元，同比增长50.0%."""
    member = "" if c.measurement.scope == ALL else member_label(c.measurement.scope)
    name = f"{member}{c.metric.label}" if label is None else label
    moved = change(c, small=small)
    if is_new_business(c):
        return (f"{name}为", *moved)
    level = c.metric.unit in _LEVELS
    if moved[0] == "由" or (not level and c.reason in (Reason.NO_VALUE, Reason.NEW, Reason.TO_ZERO)) or c.value is None:
        return (name, *moved)
    grew = not level and c.growth is not None and round_half_up(c.growth, 3) > 0
    verb = "达" if grew and c.metric.better != "down" else "为"
    return (f"{name}{verb}", _spoken(c, FigureKind.VALUE), "，", *moved)


def attainment(c: Comparison) -> Phrase:
    """The value against its target; empty without one. Where less is better the three figures say it, not a rate."""
    if c.target is None:
        return ()
    if c.value is None or c.gap is None:
        return ("目标", _spoken(c, FigureKind.TARGET), "，本期无数据")
    texts = _texts(c, c.value, c.target)
    if texts is None:
        return ("与目标持平",)
    missed = c.on_target is False
    if c.metric.better == "up" and c.metric.unit not in _LEVELS and c.attainment is not None:
        gap = _spoken(c, FigureKind.GAP, texts[2])
        if reads_as_all(c.attainment):
            return ("缺口" if missed else "超出目标", gap)
        return ("完成目标的", _spoken(c, FigureKind.ATTAINMENT), "，缺口" if missed else "，超出", gap)
    said: Phrase = (
        "目标",
        _spoken(c, FigureKind.TARGET, texts[1]),
        "，实际",
        _spoken(c, FigureKind.VALUE, texts[0]),
    )
    if c.metric.unit == RATIO and c.metric.better == "up" and c.attainment and not reads_as_all(c.attainment):
        return (*said, "，完成目标的", _spoken(c, FigureKind.ATTAINMENT))
    if c.metric.better == "down":
        verb = "，距目标还差" if missed else "，优于目标"
    else:
        verb = "，高于目标" if c.gap > 0 else "，低于目标"
    return (*said, verb, _spoken(c, FigureKind.GAP, texts[2]))


def benchmark(c: Comparison, benchmark_value: Decimal, name: str = "行业均值") -> Phrase:
    """The value against what others reach: 低于行业均值4.0个百分点. The ref is the value's with ``.benchmark_gap``."""
    if c.value is None:
        return ()
    texts = _texts(c, c.value, benchmark_value)
    if texts is None:
        return (f"与{name}持平",)
    gap = _CONTEXT.subtract(c.value, benchmark_value)
    good = None if c.metric.better == "none" else (gap > 0) == (c.metric.better == "up")
    shown = Figure(f"{c.measurement.id}.benchmark_gap", FigureKind.BENCHMARK, gap, c.metric.unit, texts[2], good)
    return (f"{'高于' if gap > 0 else '低于'}{name}", shown)


def deviation(c: Comparison, usual: str = "平日") -> Phrase:
    """A rate that is itself a distance from the usual: 较平日低12.3%, 与平日持平; empty without a value."""
    if c.value is None:
        return ()
    if round_half_up(c.value, 3) == 0:
        return (f"与{usual}持平",)
    return (f"较{usual}{'高' if c.value > 0 else '低'}", _spoken(c, FigureKind.VALUE, percent(abs(c.value))))


def _spoken(c: Comparison, kind: FigureKind, text: str | None = None) -> Figure:
    """A figure as prose prints it: words say its direction, so it bears no arrow, and no formula."""
    shown = figure(c, kind)
    return replace(shown, text=shown.text if text is None else text, arrow="", formula=None)


def _zero(c: Comparison, kind: FigureKind) -> Figure:
    return Figure(reference(c, kind), kind, Decimal(0), c.metric.unit, "0")


def _versus(c: Comparison) -> str:
    return "环比" if c.base is Base.PREVIOUS else "同比"


def _flat(c: Comparison) -> Phrase:
    if c.base is Base.PREVIOUS:
        return ("与上月持平",)
    return ("与上年持平" if c.measurement.period.kind is PeriodKind.YEAR else "与上年同期持平",)


def _growth_change(c: Comparison, growth: Decimal, small: Decimal) -> Phrase:
    """Growth of a positive base: doublings by name, above that in 倍, at most ``small`` as 基本持平."""
    rounded = round_half_up(growth, 3)
    if rounded == 0:
        return _flat(c)
    if abs(rounded) <= small:
        fine = _spoken(c, FigureKind.GROWTH, percent(abs(growth)))
        return (_NEARLY[0] if rounded > 0 else _NEARLY[1], fine)
    if rounded < 0:
        if reads_as_all(abs(growth)):
            return ("由", _spoken(c, FigureKind.PRIOR), "降至", _spoken(c, FigureKind.VALUE))
        return (f"{_versus(c)}下降", _spoken(c, FigureKind.GROWTH, near_percent(abs(growth))))
    if named := _DOUBLINGS.get(int(rounded)) if rounded == int(rounded) else None:
        return (
            "较上年" if c.measurement.period.kind is PeriodKind.YEAR else _versus(c),
            _spoken(c, FigureKind.GROWTH, named),
        )
    # 1.04 倍 would read 1.0倍, as if it had doubled
    times = rounded > 1 and round_half_up(growth, 1) > 1
    text = f"{number(growth, 1)}倍" if times else percent(growth)
    return (f"{_versus(c)}{'上升' if c.metric.better == 'down' else '增长'}", _spoken(c, FigureKind.GROWTH, text))


def _reason_change(c: Comparison, value: Decimal, moved: Decimal) -> Phrase:
    """What is said in place of a rate."""
    if c.reason is Reason.NEW:
        if is_new_business(c):
            return ("新增业务，实现", _spoken(c, FigureKind.VALUE), "，不计算同比")
        zero = _zero(c, FigureKind.PRIOR)
        return (f"{base_name(c)}为", zero, "，本期", _spoken(c, FigureKind.VALUE), f"，不计算{_versus(c)}")
    if c.reason is Reason.BOTH_ZERO or round_half_up(moved, _printed_digits(c, moved)) == 0:
        return _flat(c)
    size = difference(abs(moved), c.metric.unit, c.metric.digits)
    if c.reason is Reason.TO_ZERO:
        if is_profit(c) and moved > 0:
            return ("减亏", _spoken(c, FigureKind.CHANGE, size), "，盈亏平衡")
        return ("升至" if moved > 0 else "降至", _zero(c, FigureKind.VALUE))
    if c.reason is Reason.TURNED_POSITIVE:
        return ("扭亏为盈" if is_profit(c) else "由负转正",)
    if c.reason is Reason.TURNED_NEGATIVE:
        return ("由盈转亏" if is_profit(c) else "由正转负",)
    words = ("减亏", "增亏") if is_profit(c) else ("负值收窄", "负值扩大")
    return (words[0] if moved > 0 else words[1], _spoken(c, FigureKind.CHANGE, size))


def _level_change(c: Comparison, value: Decimal, prior: Decimal) -> Phrase:
    """Rates, ratios and times: from … to …, and by how much."""
    texts = _texts(c, value, prior)
    if texts is None:
        return _flat(c)
    reaches, moves = _verbs(c, value, prior)
    said: Phrase = ("由", _spoken(c, FigureKind.PRIOR, texts[1]), reaches, _spoken(c, FigureKind.VALUE, texts[0]))
    if c.metric.unit == RATIO:
        return said
    kind = FigureKind.CHANGE if c.metric.unit in TIMES else FigureKind.POINTS
    return (*said, f"，{moves}", _spoken(c, kind, texts[2]))


def _verbs(c: Comparison, value: Decimal, prior: Decimal) -> tuple[str, str]:
    """The verb before the new value and the one before the difference. None claims an earlier rise or fall."""
    up, better = value > prior, c.metric.better
    if c.metric.unit in TIMES:
        if min(value, prior) < 0:
            return ("升至", "增加") if up else ("降至", "减少")
        return ("延长至", "延长") if up else ("缩短至", "缩短")
    if c.metric.unit == RATIO:
        return ("提高至" if better == "up" else "升至", "") if up else ("降至", "")
    if up:
        return ("提升至", "提高") if better == "up" else ("升至", "上升")
    return ("压降至" if better == "down" else "降至", "下降")


def _texts(c: Comparison, value: Decimal, other: Decimal) -> tuple[str, str, str] | None:
    """Value, other and the size of their difference as printed; None where the difference rounds to nothing.

    The difference is taken before rounding. Where both would print alike all three get one more decimal or two.
    """
    unit, gap = c.metric.unit, abs(_CONTEXT.subtract(value, other))
    digits = column_unit((value, other), unit, c.metric.digits).digits if unit in _LEVELS else c.metric.digits
    if round_half_up(gap, _printed_digits(c, gap, digits)) == 0:
        return None
    texts = quantity(value, unit, digits), quantity(other, unit, digits), difference(gap, unit, digits)
    if texts[0] != texts[1]:
        return texts
    if unit in _LEVELS:
        finer = (digits or 0) + 1
        return quantity(value, unit, finer), quantity(other, unit, finer), difference(gap, unit, finer)
    pairs = ((quantity(value, unit, finer), quantity(other, unit, finer)) for finer in range(1, 20))
    return next(((*pair, texts[2]) for pair in pairs if pair[0] != pair[1]), texts)


def _printed_digits(c: Comparison, moved: Decimal, digits: int | None = None) -> int:
    """To how many decimals of the base value a difference is printed."""
    shown = display_of(moved, c.metric.unit, c.metric.digits if digits is None else digits)
    return shown.digits + (2 if shown.unit == "%" else -shown.scale.adjusted())
