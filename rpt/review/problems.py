"""Problems: rules over the compared ledger, one function each, listed in RULES.

A rule yields Findings; causes and actions the team wrote are put beside them by metric and scope afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.naming import scoped_label
from rpt.language.wording import attainment as say_attainment
from rpt.language.wording import benchmark as say_benchmark
from rpt.language.wording import standing as say_standing
from rpt.values.comparison import Comparison
from rpt.values.document import FigureKind
from rpt.values.finding import Finding, Severity
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label

SEVERE_SHORTFALL = Decimal("0.2")  # missing a line by a fifth or more is severe
SPIKE = Decimal("0.2")
WORSE = Decimal("0.05")
ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


def find_problems(review: Review) -> tuple[Finding, ...]:
    """Run every rule on the report year; heaviest first: severity, then money, then distance from the line."""
    findings = [_with_words(review, finding) for rule in RULES for finding in rule(review)]
    merged = _merge(review, _without_members(review, findings))
    return tuple(sorted(merged, key=lambda f: (ORDER[f.severity], -abs(f.impact or Decimal(0)), -f.distance, f.text)))


def target_missed(review: Review) -> Iterator[Finding]:
    """The year's figure is on the wrong side of its target."""
    for c in _yearly(review):
        if c.on_target is not False or c.gap is None or not c.target:
            continue
        distance = abs(c.gap / c.target)
        severity = Severity.HIGH if distance >= SEVERE_SHORTFALL else Severity.MEDIUM
        impact = c.gap if c.metric.unit == "元" and c.metric.is_additive else None
        title = (_subject(c), *say_attainment(c))
        yield Finding(
            "target_missed", severity, title, c.metric.id, c.measurement.scope, _evidence(c), distance, impact
        )


def below_benchmark(review: Review) -> Iterator[Finding]:
    """The year's figure is worse than what the industry reaches."""
    for c in _yearly(review):
        benchmark = review.ledger.benchmark(c.metric.id, c.measurement.period, c.measurement.scope)
        if benchmark is None or c.value is None or not benchmark.value or c.metric.better == "none":
            continue
        short = benchmark.value - c.value if c.metric.better == "up" else c.value - benchmark.value
        if short <= 0:
            continue
        distance = short / benchmark.value
        title = (_subject(c), figure(c, FigureKind.VALUE), "，", *say_benchmark(c, benchmark.value))
        severity = Severity.HIGH if distance >= SEVERE_SHORTFALL else Severity.MEDIUM
        yield Finding("below_benchmark", severity, title, c.metric.id, c.measurement.scope, _evidence(c), distance)


def growth_slowing(review: Review) -> Iterator[Finding]:
    """A rate still rises from the third to the fourth quarter, but by less than half of its average quarterly rise."""
    q2, q3, q4 = (Period(review.year, PeriodKind.QUARTER, n) for n in (2, 3, 4))
    for c in _yearly(review):
        if not c.metric.is_rate or c.metric.better != "up" or c.measurement.scope != ALL:
            continue
        quarters = [review.get(c.metric.id, q) for q in (q2.previous, q2, q3, q4)]
        values = [quarter.value for quarter in quarters if quarter and quarter.value is not None]
        if len(values) < 4:
            continue
        earlier = (values[2] - values[0]) / 2
        last = values[3] - values[2]
        if not (earlier > 0 and 0 <= last < earlier / 2):
            continue
        evidence = tuple(quarter.measurement.id for quarter in quarters if quarter)
        risen = free_figure(f"{quarters[3].measurement.id}.rise", last, "百分点") if quarters[3] else ""
        before = free_figure(f"{quarters[2].measurement.id}.rise", earlier, "百分点") if quarters[2] else ""
        title = (f"{_subject(c)}增长放缓：四季度较三季度仅提高", risen, "，此前平均每季提高", before)
        yield Finding("growth_slowing", Severity.MEDIUM, title, c.metric.id, ALL, evidence, 1 - last / earlier)


def spike(review: Review) -> Iterator[Finding]:
    """A surge against the baseline before a campaign: the load on a service grew by a fifth or more."""
    surges = [c for c in _yearly(review) if c.metric.id == "cs_inquiry_surge" and c.value is not None]
    for c in surges:
        if c.value is None or c.value < SPIKE:
            continue
        where = member_label(c.measurement.scope)
        title = (f"{where}期间客服日均咨询量较活动前激增", figure(c, FigureKind.VALUE))
        yield Finding("spike", Severity.MEDIUM, title, c.metric.id, c.measurement.scope, _evidence(c), c.value)


def worsened(review: Review) -> Iterator[Finding]:
    """A watched figure is worse than last year by a twentieth or more, as a whole, or of a channel or platform."""
    for c in _yearly(review):
        scoped = c.measurement.scope == ALL or dimensions_of(c.measurement.scope) in (("渠道",), ("平台",))
        if not (c.metric.watched and scoped and c.progress is False and c.prior and c.change is not None):
            continue
        distance = abs(c.change / c.prior)
        if distance < WORSE:
            continue
        severity = Severity.HIGH if distance >= SEVERE_SHORTFALL else Severity.MEDIUM
        impact = c.change if c.metric.unit == "元" and c.metric.is_additive else None
        title = say_standing(c, _subject(c))
        yield Finding("worsened", severity, title, c.metric.id, c.measurement.scope, _evidence(c), distance, impact)


RULES: tuple[Callable[[Review], Iterator[Finding]], ...] = (
    target_missed,
    below_benchmark,
    growth_slowing,
    worsened,
    spike,
)


def _yearly(review: Review) -> Iterator[Comparison]:
    year = Period(review.year)
    return (c for c in review.comparisons if c.measurement.period == year)


def _subject(c: Comparison) -> str:
    """What a sentence is about."""
    return scoped_label(c.metric, c.measurement.scope)


def _evidence(c: Comparison) -> tuple[str, ...]:
    return (c.measurement.id,)


def _with_words(review: Review, finding: Finding) -> Finding:
    """The team's words of this year, and its measures of the next, where metric and scope are the problem's."""
    scopes = {finding.scope, *review.ledger.groups.get(finding.scope, ())}
    causes = [
        c.text
        for c in review.promises.causes
        if c.metric == finding.metric and c.scope in scopes and c.year == review.year
    ]
    actions = tuple(
        a
        for a in review.promises.actions
        if a.metric == finding.metric and a.scope in scopes and a.year == review.year + 1
    )
    return replace(finding, cause="；".join(causes), actions=actions)


def _without_members(review: Review, findings: list[Finding]) -> list[Finding]:
    """What is said of a group of members is not said of each of them again."""
    said = {(f.code, f.metric, member) for f in findings for member in review.ledger.groups.get(f.scope, ())}
    return [f for f in findings if (f.code, f.metric, f.scope) not in said]


def _merge(review: Review, findings: list[Finding]) -> list[Finding]:
    """What one scope missed is one problem with more evidence: several targets of one channel are told together."""
    merged: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.metric if finding.scope == ALL else finding.scope)
        first = merged.get(key)
        merged[key] = finding if first is None else _joined(review, first, finding)
    return list(merged.values())


def _joined(review: Review, first: Finding, second: Finding) -> Finding:
    """Two findings of one scope as one. What only restates the first (its attainment of 100%) adds evidence alone."""
    title = first.title if _restates(review, second) else (*first.title, "；", *second.title)
    return replace(
        first,
        title=title,
        severity=min(first.severity, second.severity, key=ORDER.__getitem__),
        evidence=first.evidence + second.evidence,
        distance=max(first.distance, second.distance),
        impact=first.impact if first.impact is not None else second.impact,
        cause="；".join(dict.fromkeys(text for text in (first.cause, second.cause) if text)),
        actions=tuple(dict.fromkeys(first.actions + second.actions)),
    )


def _restates(review: Review, finding: Finding) -> bool:
    c = review.by_id(finding.evidence[0])
    return c is not None and c.metric.is_rate and c.target == 1
