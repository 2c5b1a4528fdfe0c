"""The plan in sentences: whether the target can be, what the measures cover, what became of last year's plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from rpt.language.figures import free_figure
from rpt.language.format import percent
from rpt.language.naming import scoped_label
from rpt.language.wording import Phrase
from rpt.values.document import Figure, FigureKind
from rpt.values.finding import CONTRADICTION
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.plan import Feasibility, Plan, Verdict
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.plan_cells import change_figure
from rpt.writing.plan_summary import cards
from rpt.writing.printer import Printer

HARD: tuple[Verdict, ...] = ("需论证", "有挑战")
NAMED = 2  # measures named where several lack the same


def plan_words(review: Review, plan: Plan, printer: Printer) -> dict[str, Any]:
    """What the plan's chapters say, by name; each is empty where there is nothing to say."""
    return {
        "pace": printer.phrase(pace(plan)),
        "judged": printer.phrase(judged(plan)),
        "hard": [printer.phrase(said) for said in hard(review, plan)],
        "rolled": printer.phrase(rolled(plan)),
        "levers": printer.phrase(levers(plan)),
        "covered": printer.phrase(covered(plan)),
        "owners": printer.phrase(owners(plan)),
        "holes": holes(plan),
        "missed": missed(review, plan),
        "kept": printer.phrase(kept(plan)),
        "contradictions": [printer.phrase(f.title) for f in review.findings if f.code == CONTRADICTION],
        "metrics": {target.metric for target in plan.targets} | {action.metric for action in plan.actions},
        "cards": partial(cards, review, plan, printer),
    }


def pace(plan: Plan) -> Phrase:
    """月均需5000万元，本年月均3500万元；历年最好增速50.0%（2025年），目标在此之内."""
    found = next((f for f in plan.feasibility if f.target.metric == "gmv" and f.target.scope == ALL), None)
    if found is None or found.monthly is None or found.monthly_actual is None:
        return ()
    ref = f"gmv@{plan.year}"
    said: Phrase = (
        "月均需",
        free_figure(f"{ref}.monthly", found.monthly, "元"),
        "，本年月均",
        free_figure(f"gmv@{plan.year - 1}.monthly", found.monthly_actual, "元"),
    )
    if found.best is None or found.best <= 0:
        return said
    best = free_figure(f"gmv@{found.best_year}.growth", found.best, "比率", percent(found.best))
    return (*said, f"；历年最好增速为{found.best_year}年的", best, "，", _bound(found.verdict))


def _bound(verdict: Verdict) -> str:
    return {
        "已达到": "本年已达到该目标",
        "可达": "目标所需增速在此之内",
        "有挑战": "目标所需增速高于此，有挑战",
        "需论证": "目标所需增速远高于此，需论证",
        "无可比": "目标无可比",
    }[verdict]


def judged(plan: Plan) -> Phrase:
    """31项目标中，有历年数据可比的20项。其中需论证5项、有挑战2项."""
    known = [f for f in plan.feasibility if f.verdict != "无可比"]
    if not known:
        return ()
    ref = f"plan.{plan.year}"
    said: list[str | Figure] = [
        free_figure(f"{ref}.targets", len(plan.targets), "项"),
        "目标中，有历年数据可比的",
        free_figure(f"{ref}.comparable", len(known), "项"),
    ]
    counts = [(verdict, sum(f.verdict == verdict for f in known)) for verdict in HARD]
    if not any(count for _, count in counts):
        return (*said, "，所需变化均未超过历年最好水平")
    for at, (verdict, count) in enumerate((verdict, count) for verdict, count in counts if count):
        said += [f"{'、' if at else '。其中'}{verdict}", free_figure(f"{ref}.{verdict}", count, "项")]
    return tuple(said)


def hard(review: Review, plan: Plan) -> list[Phrase]:
    """主站详情页点击率：需变化+1.5个百分点，历年最好+0.8个百分点（2025年），需论证; the hardest verdict first."""
    return [_hard(review, f) for verdict in HARD for f in plan.feasibility if f.verdict == verdict]


def _hard(review: Review, f: Feasibility) -> Phrase:
    metric, target = review.ledger.metrics[f.target.metric], f.target
    said: list[str | Figure] = [f"{scoped_label(metric, target.scope)}："]
    if f.needed is not None:
        ref = f"{measurement_id(metric.id, target.period, target.scope)}.needed"
        said += ["需变化", change_figure(metric, ref, f.needed), "，"]
    if f.best is None or f.best_year is None:
        return (*said, f.verdict)
    id = measurement_id(metric.id, Period(f.best_year), target.scope)
    kind = FigureKind.POINTS if metric.is_rate else FigureKind.GROWTH
    best = change_figure(metric, f"{id}.{kind.value}", f.best)
    return (*said, "历年最好", best, f"（{f.best_year}年），{f.verdict}")


def rolled(plan: Plan) -> Phrase:
    """11月最高，为7000万元，占全年的11.7%."""
    found = plan.rolldown
    if found is None:
        return ()
    totals = [found.month(at) for at in range(12)]
    top = totals.index(max(totals))
    halves = sum(totals[6:], Decimal(0))
    ref = f"gmv@{found.year}-{top + 1:02d}.plan"
    return (
        f"按月看，{top + 1}月最高，需",
        free_figure(ref, totals[top], "元"),
        "；下半年合计",
        free_figure(f"gmv@{found.year}.plan_second_half", halves, "元"),
        "，占全年的",
        free_figure(f"gmv@{found.year}.plan_second_half_share", halves / found.total, "比率"),
    )


def levers(plan: Plan) -> Phrase:
    """访客、转化、客单各提高10%，可补缺口的77.2%; the single levers stand in the table."""
    found = plan.sensitivity
    if found is None:
        return ()
    share = found.shares[-1]
    joint = next((lever for lever in found.levers if lever.value is None), None)
    singles = [lever for lever in found.levers if lever.value is not None]
    chosen = joint or max(singles, key=lambda lever: lever.effects[-1])
    subject = "访客数、支付转化率与日客单价同时" if joint else chosen.label
    ref = chosen.ref
    said: Phrase = (
        f"{subject}提高{percent(share, 0)}，成交可增加",
        free_figure(f"{ref}.lever10", chosen.effects[-1], "元"),
        "，相当于缺口的",
        free_figure(f"{ref}.closes", chosen.effects[-1] / found.gap, "比率"),
    )
    if joint is None or joint.alone is None:
        return said
    return (*said, "；要补足全部缺口，三项需各提高", free_figure(f"{ref}.alone", joint.alone, "比率"))


def covered(plan: Plan) -> Phrase:
    """15项举措预期增量1.80亿元，正好覆盖目标缺口."""
    found = plan.bridge
    if found is None or found.target <= found.start:
        return ()
    ref = f"gmv@{found.year}.bridge"
    count = sum(step.count for step in found.steps)
    said: Phrase = (
        free_figure(f"{ref}.count", count, "项"),
        "举措预期增量合计" if not found.overlap else "举措扣除重叠后预期增量合计",
        free_figure(f"{ref}.expected", found.expected, "元"),
    )
    if not found.uncovered:
        return (*said, "，与目标缺口相等，没有未覆盖的部分，也没有余量")
    rest = free_figure(f"{ref}.uncovered", abs(found.uncovered), "元")
    if found.uncovered < 0:
        return (*said, "，超出目标缺口", rest)
    return (*said, "，尚有", rest, "未覆盖")


def kept(plan: Plan) -> Phrase:
    """上年计划8项举措中，完成6项，未完成2项."""
    if not plan.fulfilment:
        return ()
    year = plan.year - 1
    counts = {state: sum(f.state == state for f in plan.fulfilment) for state in ("完成", "未完成", "无数据")}
    said: list[Any] = [
        f"{year}年计划的",
        free_figure(f"last_plan.{year}.items", len(plan.fulfilment), "项"),
        "目标与举措中" if any(f.item.kind == "目标" for f in plan.fulfilment) else "举措中",
    ]
    for state, count in counts.items():
        if count:
            said += [f"，{state}", free_figure(f"last_plan.{year}.{state}", count, "项")]
    return tuple(said)


def owners(plan: Plan) -> Phrase:
    """主站运营组承担最多，为5500万元，占缺口的30.6%; empty where one owner has it all."""
    found = plan.bridge
    if found is None or len(found.steps) < 2 or found.target <= found.start:
        return ()
    first, ref = found.steps[0], f"gmv@{found.year}.bridge.owner1"
    return (
        f"{first.owner}承担最多，",
        free_figure(f"{ref}.count", first.count, "项"),
        "举措预期增量",
        free_figure(ref, first.amount, "元"),
        "，相当于缺口的",
        free_figure(f"{ref}.share", first.amount / (found.target - found.start), "比率"),
    )


def holes(plan: Plan) -> str:
    """未定责任人的举措有“投放优化”；未估预期增量的举措有“会员日”“直播间改造”等4项: what a plan still lacks."""
    lacking = {
        "未定责任人": [a.measure for a in plan.actions if not a.owner],
        "未定完成时限": [a.measure for a in plan.actions if a.ends_on is None],
        "未估预期增量": [a.measure for a in plan.actions if a.expected is None],
    }
    return "；".join(f"{what}的举措有{_quoted(measures)}" for what, measures in lacking.items() if measures)


def _quoted(measures: Sequence[str]) -> str:
    shown = "".join(f"“{measure}”" for measure in measures[:NAMED])
    return shown + (f"等{len(measures)}项" if len(measures) > NAMED else "")


def missed(review: Review, plan: Plan) -> list[dict[str, str]]:
    """Items of last year's plan that were not reached, each with the team's own words on it where there are any."""
    causes = {(c.metric, c.scope): c.text for c in review.promises.causes if c.year == review.year}
    return [
        {"measure": f.item.measure, "cause": causes.get((f.item.metric, f.item.scope), "")}
        for f in plan.fulfilment
        if f.state == "未完成"
    ]
