"""The one-page summary's sentences: why turnover moved, and what leadership is asked to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rpt.language.figures import free_figure
from rpt.language.format import RATE, percent, quantity
from rpt.language.goals import asked
from rpt.language.naming import scoped_label
from rpt.language.wording import Phrase, text_of
from rpt.values.document import Figure, FigureKind
from rpt.values.finding import CONTRADICTION, Finding
from rpt.values.plan import Action, Feasibility, Plan
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.driver_view import find, leading

MOST = 3
_VIEWS = (("按因素看", "gmv.factors"), ("按渠道看", "gmv.渠道"), ("按商品看", "product_sales.price_volume"))


def reasons(review: Review) -> list[Phrase]:
    """Up to three views of the year's change in turnover, each with the part that contributed most."""
    said = ((view, find(review.drivers, id)) for view, id in _VIEWS)
    phrases = ((f"{view}，", *leading(found)) for view, found in said if found is not None and leading(found))
    return list(phrases)[:MOST]


def decisions(review: Review, plan: Plan) -> list[Phrase]:
    """What only leadership can settle, the most pressing first: targets that contradict each other, the target itself,
    problems nobody answers, what the measures leave uncovered, targets beyond all experience, measures without an
    owner or a day, and the measures that answer the heaviest problem."""
    return [
        *_contradictions(review),
        *_the_target(plan),
        *_unanswered(review),
        *_uncovered(plan),
        *_beyond_experience(review, plan),
        *_open(plan, "没有责任人", "owner", lambda action: not action.owner),
        *_open(plan, "没有完成时限", "ends_on", lambda action: action.ends_on is None),
        *_measures_of(review.findings),
    ]


def _contradictions(review: Review) -> Iterator[Phrase]:
    for finding in review.findings:
        if finding.code == CONTRADICTION:
            yield ("确定以哪一个目标为准：", *finding.title)


def _the_target(plan: Plan) -> Iterator[Phrase]:
    found = next((f for f in plan.feasibility if f.target.metric == "gmv" and f.target.scope == ALL), None)
    if found is None or found.target.value is None:
        return
    ref = f"gmv@{plan.year}"
    said: list[str | Figure] = [
        f"确认{plan.year}年成交总额目标",
        Figure(f"{ref}.target", FigureKind.TARGET, found.target.value, "元", quantity(found.target.value, "元")),
    ]
    if found.needed is not None:
        said += ["，", *asked(found.needed, plan.year - 1, f"{ref}.needed")]
        if found.best is not None and found.best > 0 and found.needed > 0:
            best = free_figure(f"gmv@{found.best_year}.growth", found.best, RATE, percent(found.best))
            said += [f"（历年最好为{found.best_year}年的", best, "）"]
    yield tuple(said)


def _unanswered(review: Review) -> Iterator[Phrase]:
    for finding in review.findings:
        if not finding.actions and finding.code != CONTRADICTION:
            yield ("指定责任人与举措，解决", *finding.headline)
            return


def _uncovered(plan: Plan) -> Iterator[Phrase]:
    bridge = plan.bridge
    if bridge is None or bridge.target <= bridge.start or bridge.uncovered < 0:
        return
    ref = f"gmv@{bridge.year}.bridge"
    expected = free_figure(f"{ref}.expected", bridge.expected, "元")
    if bridge.uncovered:
        rest = free_figure(f"{ref}.uncovered", bridge.uncovered, "元")
        yield ("追加举措：现有举措预期增量", expected, "，距目标尚有", rest, "未覆盖")
    else:
        yield ("是否追加储备举措：现有举措预期增量", expected, "，与目标缺口相等，没有余量")


def _beyond_experience(review: Review, plan: Plan) -> Iterator[Phrase]:
    hard = [f for f in plan.feasibility if f.verdict == "需论证"]
    if not hard:
        return
    names = "、".join(_name(review, f) for f in hard[:2])
    count = free_figure(f"plan.{plan.year}.hard", len(hard), "项")
    more = "等" if len(hard) > 2 else ""
    yield (f"重新论证{names}{more}", count, "目标：所需变化远超历年最好水平")


def _name(review: Review, f: Feasibility) -> str:
    return scoped_label(review.ledger.metrics[f.target.metric], f.target.scope)


def _open(plan: Plan, lacks: str, key: str, is_open: Callable[[Action], bool]) -> Iterator[Phrase]:
    """指定2项没有责任人的举措（甲、乙）."""
    found = [action.measure for action in plan.actions if is_open(action)]
    if found:
        names = "、".join(found[:2]) + ("等" if len(found) > 2 else "")
        count = free_figure(f"plan.{plan.year}.no_{key}", len(found), "项")
        yield (f"明确{lacks}的举措（{names}），共", count)


def _measures_of(findings: tuple[Finding, ...]) -> Iterator[Phrase]:
    for finding in findings:
        # what is under way was decided already
        asked = [action for action in finding.actions if action.state in ("", "未开始")]
        if asked:
            owners = "、".join(dict.fromkeys(a.owner for a in asked if a.owner))
            measure = asked[0].measure
            yield (f"批准{owners}的举措：{measure}" if owners else f"批准举措：{measure}",)
            return


def problem_line(finding: Finding) -> Phrase:
    """A problem on one line: its first clause, and what it costs where that is known."""
    if finding.impact is None or not finding.evidence:
        return finding.headline
    cost = free_figure(f"{finding.evidence[0]}.impact", finding.impact, "元", quantity(abs(finding.impact), "元"))
    return finding.headline if cost.text in text_of(finding.headline) else (*finding.headline, "，影响", cost)
