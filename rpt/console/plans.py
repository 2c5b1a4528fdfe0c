"""The plan on a terminal: what leadership changed, the targets with their verdicts, and the way to the target."""

from __future__ import annotations

from collections.abc import Sequence

from rpt.console import Console
from rpt.language.format import percent, points, quantity
from rpt.language.naming import scoped_label
from rpt.values.edit import Edit
from rpt.values.ledger import Metric
from rpt.values.plan import Feasibility, Plan, PlanBridge
from rpt.values.review import Review


def show_edits(console: Console, edits: Sequence[Edit]) -> None:
    """Old beside new, or that nothing was changed."""
    if not edits:
        console.note("工作簿与现有计划相同，没有修改")
        return
    rows = [(edit.kind, edit.label, edit.field, edit.old or "—", edit.new or "—") for edit in edits]
    console.table(f"读回修改{len(edits)}处", ("类别", "目标或举措", "项", "原", "新"), rows)


def show_plan(console: Console, review: Review, plan: Plan) -> None:
    """Targets with verdicts, then the bridge; of a year that is not over there are neither."""
    if review.is_partial:
        console.note(f"{review.year}年未满一年，不与{plan.year}年目标比较，也不分解到月")
    if plan.targets:
        heads = ("目标", f"{review.year}年", f"{plan.year}年目标", "需变化", "判断", "负责人")
        known = {(f.target.metric, f.target.scope): f for f in plan.feasibility}
        rows = []
        for target in plan.targets:
            metric = review.ledger.metrics[target.metric]
            f = known.get((target.metric, target.scope))
            value = target.text if target.value is None else quantity(target.value, metric.unit, metric.digits)
            label = scoped_label(metric, target.scope)
            rows.append((label, *_before(metric, f), value, *_asked(metric, f), target.owner))
        console.table(f"{plan.year}年目标", heads, rows, right=(1, 2, 3))
    if plan.bridge is not None:
        _show_bridge(console, plan.bridge)


def _show_bridge(console: Console, found: PlanBridge) -> None:
    steps = [(step.owner, f"{step.count}项", step.amount) for step in found.steps]
    steps += [("重叠", "", found.overlap)] if found.overlap else []
    rows = [(f"{found.year - 1}年实际", "", quantity(found.start, "元"))]
    rows += [(label, count, quantity(amount, "元")) for label, count, amount in steps]
    rows.append(("未覆盖" if found.uncovered >= 0 else "超出目标", "", quantity(abs(found.uncovered), "元")))
    rows.append((f"{found.year}年目标", "", quantity(found.target, "元")))
    console.table("从本年到目标", ("步骤", "举措", "金额"), rows, right=(1, 2))


def _before(metric: Metric, f: Feasibility | None) -> tuple[str]:
    return ("—" if f is None or f.actual is None else quantity(f.actual, metric.unit, metric.digits),)


def _asked(metric: Metric, f: Feasibility | None) -> tuple[str, str]:
    if f is None or f.needed is None:
        return "—", f.verdict if f else "—"
    text = points(f.needed, metric.digits or 1) if metric.is_rate else percent(f.needed)
    return text if text[0] == "−" or f.needed == 0 else f"+{text}", f.verdict
