"""Rules that hold a figure against a line: its target, the industry, and whether it can be held against one at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.format import quantity
from rpt.language.naming import scoped_label
from rpt.language.wording import Phrase
from rpt.language.wording import attainment as say_attainment
from rpt.language.wording import benchmark as say_benchmark
from rpt.review.problems.common import impact, subject, weight, yearly
from rpt.values.document import FigureKind
from rpt.values.finding import Finding, Severity
from rpt.values.ledger import Target, measurement_id
from rpt.values.period import Period
from rpt.values.review import Review


def target_missed(review: Review) -> Iterator[Finding]:
    """The year's figure is on the wrong side of its target."""
    for c in yearly(review):
        if c.on_target is not False or c.gap is None or not c.target:
            continue
        distance = abs(c.gap / c.target)
        title = (subject(c), *say_attainment(c))
        m = c.measurement
        cost = impact(review, c, c.gap)
        yield Finding("target_missed", weight(review, distance), title, c.metric.id, m.scope, (m.id,), distance, cost)


def below_benchmark(review: Review) -> Iterator[Finding]:
    """The year's figure is worse than what the industry reaches."""
    for c in yearly(review):
        m = c.measurement
        found = review.ledger.benchmark(c.metric.id, m.period, m.scope)
        if found is None or c.value is None or not found.value or c.metric.better == "none":
            continue
        short = found.value - c.value if c.metric.better == "up" else c.value - found.value
        if short <= 0:
            continue
        distance = short / found.value
        title = (subject(c), figure(c, FigureKind.VALUE), "，", *say_benchmark(c, found.value))
        cost = impact(review, c, short) if c.metric.worth else None
        yield Finding("below_benchmark", weight(review, distance), title, c.metric.id, m.scope, (m.id,), distance, cost)


def target_without_data(review: Review) -> Iterator[Finding]:
    """A target is set for the year, and nothing was measured that it could be held against."""
    year = Period(review.year)
    for target in review.ledger.targets:
        c = review.get(target.metric, year, target.scope) if target.period == year else None
        if target.period != year or (c is not None and c.value is not None):
            continue
        lacking = review.ledger.missing.get(target.metric)
        if review.is_partial and not lacking:
            continue  # measured when the year is over
        metric = review.ledger.metrics[target.metric]
        reason = (c.measurement.reason if c else None) or lacking or "没有该范围的数据"
        if metric.aggregation == "plan":
            reason = "没有数据来源"
        title = (f"{scoped_label(metric, target.scope)}定有目标", *_said(review, target), f"，但无法核对：{reason}")
        id = measurement_id(target.metric, year, target.scope)
        yield Finding(
            "target_without_data", Severity.LOW, title, target.metric, target.scope, (id,), distance=Decimal(1)
        )


def _said(review: Review, target: Target) -> Phrase:
    metric = review.ledger.metrics[target.metric]
    if target.value is None:
        return (target.text,)
    ref = f"{measurement_id(target.metric, target.period, target.scope)}.target"
    text = quantity(target.value, metric.unit, metric.digits)
    return (free_figure(ref, target.value, metric.unit, text),)
