"""The plan on one page: the targets that lead it, as cards."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup, escape

from rpt.language.figures import free_figure
from rpt.language.format import quantity
from rpt.language.naming import scoped_label
from rpt.values.ledger import Target, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Feasibility, Plan
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.plan_cells import change_figure
from rpt.writing.printer import Printer

CARDS = 6


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
            said += Markup("<span>需变化{}</span>").format(
                printer.figure(change_figure(metric, f"{ref}.needed", f.needed))
            )
    return {"name": escape(scoped_label(metric, target.scope)), "value": printer.figure(shown), "versus": said}
