"""The plan in sentences: whether the target can be, what the measures cover, what became of last year's plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rpt.language.figures import free_figure
from rpt.language.format import percent
from rpt.language.naming import scoped_label
from rpt.language.wording import Phrase
from rpt.values.plan import Feasibility, Plan, Verdict
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.plan_summary import plan_summary
from rpt.writing.printer import Printer


def plan_words(review: Review, plan: Plan, printer: Printer) -> dict[str, Any]:
    """What the plan's chapters say, by name; each is empty where there is nothing to say."""
    return {
        "pace": printer.phrase(pace(plan)),
        "judged": printer.phrase(judged(review, plan)),
        "rolled": printer.phrase(rolled(plan)),
        "levers": printer.phrase(levers(plan)),
        "covered": printer.phrase(covered(plan)),
        "owners": printer.phrase(owners(plan)),
        "missed": missed(review, plan),
        "kept": printer.phrase(kept(plan)),
        "metrics": {target.metric for target in plan.targets} | {action.metric for action in plan.actions},
        "contradictions": [printer.phrase(c.text) for c in plan.contradictions],
        **plan_summary(review, plan, printer),
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


def judged(review: Review, plan: Plan) -> Phrase:
    """31项目标中有历年数据可比的20项，其中有挑战2项、需论证3项."""
    known = [f for f in plan.feasibility if f.verdict != "无可比"]
    if not known:
        return ()
    ref = f"plan.{plan.year}"
    said: Phrase = (
        free_figure(f"{ref}.targets", len(plan.targets), "项"),
        "目标中，有历年数据可比的",
        free_figure(f"{ref}.comparable", len(known), "项"),
    )
    named = [(v, [f for f in known if f.verdict == v]) for v in ("需论证", "有挑战")]
    hard = [f"{verdict}的是{_names(review, found)}" for verdict, found in named if found]
    return (*said, "，" + "；".join(hard)) if hard else (*said, "，所需变化均未超过历年最好水平")


def _names(review: Review, found: Sequence[Feasibility]) -> str:
    names = [scoped_label(review.ledger.metrics[f.target.metric], f.target.scope) for f in found]
    return "、".join(names[:4]) + (f"等{len(names)}项" if len(names) > 4 else "")


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
    share = free_figure(f"{ref}.uncovered.share", found.uncovered / (found.target - found.start), "比率")
    return (*said, "，尚有", rest, "未覆盖，占缺口的", share)


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


def missed(review: Review, plan: Plan) -> list[dict[str, str]]:
    """Items of last year's plan that were not reached, each with the team's own words on it where there are any."""
    causes = {(c.metric, c.scope): c.text for c in review.promises.causes if c.year == review.year}
    return [
        {"measure": f.item.measure, "cause": causes.get((f.item.metric, f.item.scope), "")}
        for f in plan.fulfilment
        if f.state == "未完成"
    ]
