"""Plans kept from one run to the next: what of a plan is kept, and what a kept plan puts in the workbook's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rpt.language.format import date_text
from rpt.language.naming import scoped_label
from rpt.language.parse import ParseError, parse_measure
from rpt.values.ledger import SUMMED, Ledger, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Plan, PlanItem, Promises
from rpt.values.saved_plan import SavedPlan


def to_keep(plan: Plan, promises: Promises, today: date) -> SavedPlan:
    """What of a plan is kept, with the edits it rests on."""
    return SavedPlan(plan.year, today, plan.targets, plan.actions, promises.edits, plan.rolldown, plan.paths)


def adopt(ledger: Ledger, promises: Promises, kept: SavedPlan) -> tuple[Ledger, Promises]:
    """A kept plan's targets and measures in place of the workbook's for its year. Sums of monthly targets stay where
    the kept plan states no target of its own."""
    year = Period(kept.year)
    stated = {(target.metric, target.scope) for target in kept.targets}
    others = [
        target
        for target in promises.targets
        if target.period != year or (target.origin == SUMMED and (target.metric, target.scope) not in stated)
    ]
    targets = (*(target for target in kept.targets if target.metric in ledger.metrics), *others)
    actions = (*kept.actions, *(action for action in promises.actions if action.year != kept.year))
    return ledger.with_targets(targets, promises.benchmarks), replace(promises, targets=targets, actions=actions)


def with_last_plan(promises: Promises, kept: SavedPlan, metrics: Mapping[str, Metric]) -> Promises:
    """Last year's plan from where it was kept: the workbook's sheet wins where it has rows for the year."""
    if any(item.year == kept.year for item in promises.last_plan):
        return promises
    items = tuple(promised_items(kept, metrics))
    words = f"{date_text(kept.saved_on)}保存的{kept.year}年计划" + ("（含领导的修改）" if kept.edits else "")
    return replace(promises, last_plan=(*promises.last_plan, *items), kept_in=words)


def promised_items(kept: SavedPlan, metrics: Mapping[str, Metric]) -> Iterator[PlanItem]:
    """Targets, then measures. A measure has promised the target of its metric in its scope."""
    promised = {(target.metric, target.scope): _said(target) for target in kept.targets}
    for target in kept.targets:
        metric = metrics.get(target.metric)
        label = scoped_label(metric, target.scope) if metric else target.metric
        said = promised[target.metric, target.scope]
        yield PlanItem(kept.year, label, target.metric, target.scope, said, target.owner, kind="目标")
    for action in kept.actions:
        said = promised.get((action.metric, action.scope), "")
        yield PlanItem(
            kept.year,
            action.measure,
            action.metric,
            action.scope,
            said,
            action.owner,
            action.ends_on,
            state=action.state,
        )


def _said(target: Target) -> str:
    """A text that reads as the target: people's own where it does, else the exact value."""
    if target.value is None or reads_as(target.text, target.value):
        return target.text
    return f"{target.value:f}"


def reads_as(text: str, value: Decimal) -> bool:
    """Whether a text, read as a target, is exactly this value."""
    try:
        return bool(text) and parse_measure(text).value == value
    except ParseError:
        return False
