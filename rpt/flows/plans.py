"""Plans from one run to the next: saved by the report that made them, recalled by those that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rpt.flows.steps import Measured, Request
from rpt.language.format import date_text
from rpt.planning.keeping import adopt, to_keep, with_last_plan
from rpt.state.plans import PlanStore
from rpt.values.issue import Issue, Level, Origin, UserError, has_errors
from rpt.values.plan import Plan
from rpt.values.saved_plan import SavedPlan


def recall(measured: Measured, request: Request) -> Measured:
    """The measured year with what saved plans add: the edited plan of the coming year in the workbook's place, and
    of the year itself its edited targets and the items to be held against what was reached."""
    store, year = PlanStore(measured.project.memory), measured.line.year
    before, problems = store.load(year)
    coming, more = store.load(year + 1)
    measured = replace(measured, issues=(*measured.issues, *problems, *more))
    if before is not None and not measured.line.is_partial:
        promises = with_last_plan(measured.promises, before, measured.ledger.metrics)
        if promises.kept_in and not measured.promises.kept_in:
            note = f"{year}年计划的兑现依据{promises.kept_in}"
            measured = replace(measured, promises=promises, notes=(*measured.notes, note))
        if before.edits:
            measured = adopted(measured, before)
    if coming is not None and coming.edits and not request.as_written:
        measured = adopted(measured, coming)
    return measured


def adopted(measured: Measured, plan: SavedPlan) -> Measured:
    """The measured year with a plan's targets and measures in the workbook's place, and a note that says so."""
    ledger, promises = adopt(measured.ledger, measured.promises, plan)
    coming = plan.year == measured.line.year + 1
    promises = replace(promises, edits=plan.edits if coming else ())
    note = f"采用{date_text(plan.edits[-1].made_on)}修改过的{plan.year}年计划，目标文件里该年的目标与举措不再计入"
    hint = f"（恢复：rpt plan {plan.year} --reset）"
    return replace(measured, ledger=ledger, promises=promises, notes=(*measured.notes, note + hint))


def keep(measured: Measured, plan: Plan, request: Request, today: date) -> list[Issue]:
    """Save a plan for the runs that follow, where the year it rests on is over and read without errors; a folder
    that cannot be written is a warning."""
    whole = not measured.line.is_partial and request.as_of is None and not has_errors(measured.issues)
    if not whole or not (plan.targets or plan.actions):
        return []
    store = PlanStore(measured.project.memory)
    try:
        store.save(to_keep(plan, measured.promises, today))
    except UserError as error:
        hint = f"到{plan.year}年底，“上年计划兑现”将没有这份计划可用；请检查文件夹的写权限"
        return [Issue("plan_unsaved", Level.WARNING, f"{plan.year}年计划没有保存：{error.message}", Origin(), hint)]
    return []
