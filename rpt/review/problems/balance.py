"""Rules about balance: money spent against what it brings, and how much hangs on one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import figure
from rpt.language.wording import change as say_change
from rpt.review.problems.common import CUTS, impact, is_cut, subject, weight, yearly
from rpt.values.comparison import Comparison
from rpt.values.document import FigureKind
from rpt.values.finding import Finding, Severity
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import dimensions_of, member_label

EFFICIENCY = ("paid_roi", "ad_ratio")  # the first of them that was measured in both years speaks


def efficiency_falling(review: Review) -> Iterator[Finding]:
    """Ad spend rose by ``lines.worse`` or more while what it brings per 元 fell as much; ``impact`` is what the year's
    spend would have brought more at last year's rate."""
    for spend in yearly(review):
        scope = spend.measurement.scope
        if (
            spend.metric.id != "ad_spend"
            or not is_cut(scope)
            or spend.growth is None
            or spend.growth < review.lines.worse
        ):
            continue
        c = _efficiency(review, scope)
        if c is None or c.progress is not False or c.change is None or not c.prior:
            continue
        distance = abs(c.change / c.prior)
        if distance < review.lines.worse:
            continue
        risen = replace(figure(spend, FigureKind.GROWTH), arrow="")
        title = (f"{subject(spend)}增长", risen, f"，{c.metric.label}", *say_change(c))
        evidence = (c.measurement.id, spend.measurement.id)
        cost = impact(review, c, c.change)
        yield Finding(
            "efficiency_falling", weight(review, distance), title, c.metric.id, scope, evidence, distance, cost
        )


def _efficiency(review: Review, scope: str) -> Comparison | None:
    found = (review.get(metric, Period(review.year), scope) for metric in EFFICIENCY)
    return next((c for c in found if c is not None and c.change is not None), None)


def concentration(review: Review) -> Iterator[Finding]:
    """One platform or channel holds more of turnover than ``lines.concentrated``, and its share rose."""
    told: set[tuple[Decimal | None, Decimal | None]] = set()  # a channel of one platform is that platform
    lines = review.lines
    shares = [
        c for c in yearly(review) if c.metric.id == "gmv_share" and c.measurement.scope not in review.ledger.groups
    ]
    for cut in CUTS:
        for c in shares:
            scope = c.measurement.scope
            if dimensions_of(scope) != cut or c.value is None or c.points is None or (c.value, c.prior) in told:
                continue
            if c.value < lines.concentrated or c.points < lines.rising:
                continue
            told.add((c.value, c.prior))
            severity = Severity.HIGH if c.value >= lines.dangerous else Severity.MEDIUM
            risen = replace(figure(c, FigureKind.POINTS), arrow="")
            title = (f"成交集中于{member_label(scope)}：占全部", figure(c, FigureKind.VALUE), "，较上年提高", risen)
            distance = (c.value - lines.concentrated) / lines.concentrated
            yield Finding("concentration", severity, title, c.metric.id, scope, (c.measurement.id,), distance)
