"""Rules about the way a figure moves: worse than last year, gone, slowing, surging."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.format import points
from rpt.language.growth import pace as say_pace
from rpt.language.wording import standing as say_standing
from rpt.review.problems.common import CENT, CUTS, impact, is_cut, subject, weight, yearly
from rpt.values.comparison import Comparison, Reason
from rpt.values.document import FigureKind
from rpt.values.finding import Finding, Severity
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label


def growth_slowing(review: Review) -> Iterator[Finding]:
    """A rate still rises from the third to the fourth quarter, but by less than ``lines.slowing`` of its average
    quarterly rise, which was ``lines.rise`` or more. A year that is not over has no fourth quarter to speak of."""
    q2, q3, q4 = (Period(review.year, PeriodKind.QUARTER, n) for n in (2, 3, 4))
    for c in yearly(review) if not review.is_partial else ():
        if not c.metric.is_rate or c.metric.better != "up" or c.measurement.scope != ALL:
            continue
        quarters = [review.get(c.metric.id, q) for q in (q2.previous, q2, q3, q4)]
        values = [quarter.value for quarter in quarters if quarter and quarter.value is not None]
        if len(values) < 4:
            continue
        earlier = (values[2] - values[0]) / 2
        last = values[3] - values[2]
        if not (earlier > 0 and earlier >= review.lines.rise and 0 <= last < earlier * review.lines.slowing):
            continue
        evidence = tuple(quarter.measurement.id for quarter in quarters if quarter)
        risen = free_figure(f"{quarters[3].measurement.id}.rise", last, "百分点") if quarters[3] else ""
        before = free_figure(f"{quarters[2].measurement.id}.rise", earlier, "百分点") if quarters[2] else ""
        is_flat = points(last) == points(Decimal(0))
        slower = ("四季度与三季度持平",) if is_flat else ("四季度较三季度仅提高", risen)
        title = (f"{subject(c)}增长放缓：", *slower, "，此前平均每季提高", before)
        yield Finding("growth_slowing", Severity.MEDIUM, title, c.metric.id, ALL, evidence, 1 - last / earlier)


def pace_slowing(review: Review) -> Iterator[Finding]:
    """A watched total still grows, but by less than ``lines.slowing`` of last year's growth (which needs three years).

    ``impact`` is what last year's pace would have brought more: (g₁ − g₀) × last year's figure, of money. A year that
    is not over is left alone: years before the daily tables are known as a whole only.
    """
    for c in yearly(review) if not review.is_partial else ():
        earlier = review.get(c.metric.id, c.measurement.period.year_ago, c.measurement.scope)
        counted = c.metric.is_additive or c.metric.aggregation == "period_end"
        if not (c.metric.watched and counted and c.metric.better == "up" and c.measurement.scope == ALL):
            continue
        if earlier is None or c.growth is None or earlier.growth is None or c.prior is None:
            continue
        if not (earlier.growth >= review.lines.worse and 0 <= c.growth < earlier.growth * review.lines.slowing):
            continue
        was, now = (figure(one, FigureKind.GROWTH) for one in (earlier, c))
        title = (f"{subject(c)}增长放缓：", *say_pace(c, earlier), "，由", was, "降至", now)
        evidence = (c.measurement.id, earlier.measurement.id)
        cost = ((c.growth - earlier.growth) * c.prior).quantize(CENT) if c.metric.unit == "元" else None
        distance = 1 - c.growth / earlier.growth
        yield Finding("growth_slowing", Severity.MEDIUM, title, c.metric.id, ALL, evidence, distance, cost)


def worsened(review: Review) -> Iterator[Finding]:
    """A watched figure is worse than last year by ``lines.worse`` or more, as a whole, or of a channel or platform.

    What turned from profit to loss, or fell to nothing, is severe however small, and said of all money.
    """
    for c in yearly(review):
        if not (is_cut(c.measurement.scope) and c.progress is False and c.prior and c.change is not None):
            continue
        crashed = _crashed(c)
        distance = abs(c.change / c.prior)
        money = c.metric.unit == "元" and c.metric.is_additive
        if not (c.metric.watched or (crashed and money)) or (distance < review.lines.worse and not crashed):
            continue
        severity = Severity.HIGH if crashed else weight(review, distance)
        m, cost = c.measurement, impact(review, c, c.change)
        yield Finding("worsened", severity, say_standing(c, subject(c)), c.metric.id, m.scope, (m.id,), distance, cost)


def _crashed(c: Comparison) -> bool:
    if c.reason in (Reason.TURNED_NEGATIVE, Reason.TO_ZERO):
        return True
    return c.metric.is_rate and c.metric.better == "up" and c.value is not None and (c.prior or 0) > 0 >= c.value


def vanished(review: Review) -> Iterator[Finding]:
    """A channel or platform that had turnover last year has no row at all this year: not zero, but gone."""
    year = Period(review.year)
    said: set[str] = set()
    for c in review.comparisons:
        m = c.measurement
        if m.period != year.year_ago or dimensions_of(m.scope) not in CUTS or m.scope in said or not c.value:
            continue
        money = c.metric.unit == "元" and c.metric.is_additive and c.metric.watched and c.value > 0
        if not money or review.get(c.metric.id, year, m.scope) is not None or review.get(c.metric.id, year) is None:
            continue
        said.add(m.scope)
        title = (f"{subject(c)}上年为", figure(c, FigureKind.VALUE), "，本年没有数据")
        yield Finding("worsened", Severity.HIGH, title, c.metric.id, m.scope, (m.id,), Decimal(1), -c.value)


def spike(review: Review) -> Iterator[Finding]:
    """A surge against the baseline before a campaign: the load on a service grew by ``lines.spike`` or more."""
    for c in yearly(review):
        if c.metric.id != "cs_inquiry_surge" or c.value is None or c.value < review.lines.spike:
            continue
        m = c.measurement
        title = (f"{member_label(m.scope)}期间客服日均咨询量较活动前激增", figure(c, FigureKind.VALUE))
        yield Finding("spike", Severity.MEDIUM, title, c.metric.id, m.scope, (m.id,), c.value)
