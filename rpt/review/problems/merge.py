"""One problem told once: findings about the same thing are joined, and given their driver and the team's words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rpt.language.format import POINTS, RATE, quantity
from rpt.review.problems.common import CUTS, ORDER
from rpt.values.comparison import Reason
from rpt.values.finding import CONTRADICTION, Driver, Finding
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of

MOVED = ("target_missed", "below_benchmark", "worsened", "efficiency_falling")  # what a change since last year explains


def merged(review: Review, findings: list[Finding]) -> list[Finding]:
    """Findings joined: members of a group into the group, members that do as the whole does into the whole, a fall
    into the target it missed, and several figures of one scope into one problem."""
    # what is wrong with next year's targets is answered by no driver, words or measures of this year's figures
    alone = [f for f in findings if f.code == CONTRADICTION]
    told = [_with_words(review, f) for f in _without_members(review, findings) if f.code != CONTRADICTION]
    joined = _merge(review, _same_figure(review, _into_whole(review, told)))
    return [*(replace(f, driver=_driver(review, f)) for f in joined), *alone]


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


def _driver(review: Review, finding: Finding) -> Driver | None:
    """The part of the metric's change that pulled most in the wrong direction; none that would be told as 0.0."""
    better = review.ledger.metrics[finding.metric].better
    if finding.code not in MOVED or better == "none":
        return None
    for found in review.drivers:
        if (found.metric, found.scope) != (finding.metric, finding.scope) or found.method == "bridge":
            continue
        wrong = [part for part in found.parts if (part.amount < 0) == (better == "up") and part.amount]
        top = max(wrong, key=lambda part: abs(part.amount), default=None)
        if top is not None and _is_told(abs(top.amount), found.unit):
            return Driver(found.id, top.label, top.ref, top.amount, found.unit)
    return None


def _is_told(amount: Decimal, unit: str) -> bool:
    """Whether anything is left of an amount where it is printed."""
    return any(digit in "123456789" for digit in quantity(amount, POINTS if unit == RATE else unit))


def _without_members(review: Review, findings: list[Finding]) -> list[Finding]:
    """What is said of a group of members is not said of each of them again."""
    said = {(f.code, f.metric, member) for f in findings for member in review.ledger.groups.get(f.scope, ())}
    return [f for f in findings if (f.code, f.metric, f.scope) not in said]


def _same_figure(review: Review, findings: list[Finding]) -> list[Finding]:
    """A fall of a figure that another rule speaks of already is told with it: as a clause, or not again. A channel of
    one platform has that platform's figures: its fall adds evidence alone."""
    spoken = [at for at, f in enumerate(findings) if f.code != "worsened" and f.code in MOVED]
    others = {(findings[at].metric, findings[at].scope): at for at in spoken}
    twins = {_figures(review, findings[at]): at for at in spoken if dimensions_of(findings[at].scope) in CUTS}
    kept = list(findings)
    gone: set[int] = set()
    for at, f in enumerate(findings):
        host = others.get((f.metric, f.scope))
        if host is None and dimensions_of(f.scope) in CUTS:
            host = twins.get(_figures(review, f))
        if f.code != "worsened" or host is None:
            continue
        first = kept[host]
        again = first.code == "efficiency_falling" or first.scope != f.scope
        title = first.title if again else (*first.title, "；", *f.title)
        severity = min(first.severity, f.severity, key=ORDER.__getitem__)
        evidence = tuple(dict.fromkeys(first.evidence + f.evidence))
        distance = max(first.distance, f.distance)
        kept[host] = replace(first, title=title, severity=severity, distance=distance, evidence=evidence)
        gone.add(at)
    return [f for at, f in enumerate(kept) if at not in gone]


def _figures(review: Review, f: Finding) -> tuple[object, ...]:
    c = review.get(f.metric, Period(review.year), f.scope)
    return (f.metric, c.value, c.prior) if c else (f.metric, f.scope)


def _into_whole(review: Review, findings: list[Finding]) -> list[Finding]:
    """Channels and platforms that do about as badly as the whole are its evidence; a channel of one platform is told
    once. What is much worse than the whole, or severe where the whole is not, stays a problem of its own."""
    wholes = {(f.code, f.metric): f for f in findings if f.scope == ALL}
    seen: dict[tuple[object, ...], Finding] = {}
    kept: list[Finding] = []
    joined: dict[tuple[str, str], list[Finding]] = {}
    for f in sorted(findings, key=lambda f: f.scope != ALL):
        whole = wholes.get((f.code, f.metric))
        if f.scope == ALL or dimensions_of(f.scope) not in CUTS:
            kept.append(f)
            continue
        if (
            whole is not None
            and f.distance < whole.distance * review.lines.much_worse
            and ORDER[f.severity] >= ORDER[whole.severity]
        ):
            joined.setdefault((f.code, f.metric), []).append(f)
            continue
        c = review.get(f.metric, Period(review.year), f.scope)
        twin = (f.code, f.metric, c.value, c.prior, c.target) if c else (f.code, f.metric, f.scope)
        first = seen.setdefault(twin, f)
        if first is f or dimensions_of(first.scope) == dimensions_of(f.scope):
            kept.append(f)
    return [_gathered(f, joined.get((f.code, f.metric), []) if f.scope == ALL else []) for f in kept]


def _gathered(whole: Finding, members: list[Finding]) -> Finding:
    """A whole with what its members add: their evidence, and the team's words about them."""
    texts = dict.fromkeys(text for f in (whole, *members) if (text := f.cause))
    actions = dict.fromkeys(action for f in (whole, *members) for action in f.actions)
    evidence = tuple(dict.fromkeys(id for f in (whole, *members) for id in f.evidence))
    return replace(whole, evidence=evidence, cause="；".join(texts), actions=tuple(actions))


def _merge(review: Review, findings: list[Finding]) -> list[Finding]:
    """What one scope missed is one problem with more evidence: several targets of one channel are told together."""
    told: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.metric if finding.scope == ALL else finding.scope)
        first = told.get(key)
        told[key] = finding if first is None else _joined(review, first, finding)
    return list(told.values())


def _joined(review: Review, first: Finding, second: Finding) -> Finding:
    """Two findings of one scope as one. What only restates the first (its attainment of 100%) adds evidence alone."""
    title = first.title if _restates(review, first, second) else (*first.title, "；", *second.title)
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


def _restates(review: Review, first: Finding, second: Finding) -> bool:
    """An attainment of its target's attainment; and with nothing sold, that nothing was earned."""
    before, c = review.by_id(first.evidence[0]), review.by_id(second.evidence[0])
    if c is None:
        return False
    emptied = before is not None and before.reason is Reason.TO_ZERO and c.value in (None, 0)
    return emptied or (c.metric.is_rate and c.target == 1)
