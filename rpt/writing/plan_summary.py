"""The plan on one page: the targets that lead it, and what leadership is asked to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from markupsafe import Markup, escape

from rpt.language.figures import free_figure
from rpt.language.format import percent, points, quantity
from rpt.language.naming import scoped_label
from rpt.language.wording import Phrase
from rpt.values.document import Figure, FigureKind
from rpt.values.ledger import Metric, Target, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Action, Feasibility, Plan
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.printer import Printer
from rpt.writing.tables import signed

CARDS = 6


def plan_summary(review: Review, plan: Plan, printer: Printer) -> dict[str, Callable[[], object]]:
    """What the plan's first page may call; nothing is printed before it does."""
    return {
        "cards": partial(cards, review, plan, printer),
        "decisions": lambda: [printer.phrase(said) for said in decisions(review, plan)],
    }


def cards(review: Review, plan: Plan, printer: Printer) -> list[dict[str, Markup]]:
    """The first targets with a value, those of the whole business before those of its parts."""
    known = {(f.target.metric, f.target.scope): f for f in plan.feasibility}
    valued = ((target, target.value) for target in plan.targets if target.value is not None)
    chosen = sorted(valued, key=lambda pair: pair[0].scope != ALL)[:CARDS]
    return [_card(review, target, value, known.get((target.metric, target.scope)), printer) for target, value in chosen]


def _card(review: Review, target: Target, value: Decimal, f: Feasibility | None, printer: Printer) -> dict[str, Markup]:
    metric = review.ledger.metrics[target.metric]
    ref = measurement_id(metric.id, target.period, target.scope)
    shown = free_figure(f"{ref}.target", value, metric.unit, quantity(value, metric.unit, metric.digits))
    said = Markup("")
    if f is not None and f.actual is not None:
        now = measurement_id(metric.id, Period(review.year), target.scope)
        text = quantity(f.actual, metric.unit, metric.digits)
        actual = printer.figure(free_figure(now, f.actual, metric.unit, text))
        said += Markup("<span>{}年{}</span>").format(review.year, actual)
        if f.needed is not None:
            said += Markup("<span>需变化{}</span>").format(printer.figure(_needed(metric, ref, f.needed)))
    return {"name": escape(scoped_label(metric, target.scope)), "value": printer.figure(shown), "versus": said}


def _needed(metric: Metric, ref: str, needed: Decimal) -> Figure:
    if metric.is_rate:
        return Figure(f"{ref}.needed", FigureKind.POINTS, needed, "比率", signed(points(needed)))
    return Figure(f"{ref}.needed", FigureKind.GROWTH, needed, "比率", signed(percent(needed)))


def decisions(review: Review, plan: Plan) -> Iterator[Phrase]:
    """What only leadership can settle: targets that contradict each other or the past, a gap without measures,
    measures without an owner or a day."""
    for contradiction in plan.contradictions:
        yield (*contradiction.text, "，需确定以哪一个为准")
    if plan.bridge is not None and plan.bridge.uncovered > 0:
        rest = free_figure(f"gmv@{plan.year}.bridge.uncovered", plan.bridge.uncovered, "元")
        yield ("目标缺口尚有", rest, "没有举措覆盖，需补充举措或调整目标")
    unproven = [f for f in plan.feasibility if f.verdict == "需论证"]
    if unproven:
        names = [scoped_label(review.ledger.metrics[f.target.metric], f.target.scope) for f in unproven]
        count = free_figure(f"plan.{plan.year}.unproven", len(unproven), "项")
        more = "等" if len(names) > 3 else "这"
        yield (f"{'、'.join(names[:3])}{more}", count, "目标远超历年最好水平，需论证后确认")
    yield from _open(plan, "没有责任人", "owner", lambda action: not action.owner)
    yield from _open(plan, "没有完成时限", "ends_on", lambda action: action.ends_on is None)


def _open(plan: Plan, lacks: str, key: str, is_open: Callable[[Action], bool]) -> Iterator[Phrase]:
    """2项举措没有责任人（甲、乙），需指定."""
    found = [action.measure for action in plan.actions if is_open(action)]
    if found:
        names = "、".join(found[:3]) + ("等" if len(found) > 3 else "")
        yield (free_figure(f"plan.{plan.year}.no_{key}", len(found), "项"), f"举措{lacks}（{names}），需指定")
