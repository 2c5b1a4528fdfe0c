"""A year's plan alone: the annual's steps on the year before, with leadership's edits where a workbook brings them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rpt.flows.files import Finished, printer_for, write_files
from rpt.flows.plans import adopted, keep, recall
from rpt.flows.steps import Measured, Outcome, Progress, Request, Step, plan, read_and_measure, review, write
from rpt.intake.plan_workbook import read_plan_workbook
from rpt.planning.edits import take_edits
from rpt.project.model import Project
from rpt.state.plans import PlanStore
from rpt.values.edit import Edit
from rpt.values.issue import Issue, UserError, has_errors
from rpt.values.ledger import SUMMED
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.plan_workbook import PlanWorkbook
from rpt.values.saved_plan import SavedPlan
from rpt.writing.context import Edition

STEPS = tuple(Step)


@dataclass(frozen=True)
class PlanOutcome(Outcome):
    """``plan`` is None too where errors in the data or in the edited workbook stopped the run. ``edits`` are those of
    this run, None where no workbook was read."""

    plan: Plan | None = None
    edits: tuple[Edit, ...] | None = None


def make(
    project: Project, request: Request, today: date, progress: Progress, edited: Path | None = None
) -> PlanOutcome:
    """Make the plan of the year after ``request.year``, with the edits in ``edited``. Raises UserError."""
    workbook = read_plan_workbook(edited, _planned(request)) if edited else None
    with printer_for(project, request) as printer:
        measured, issues = read_and_measure(project, request, today, progress)
        if measured is None:
            return PlanOutcome(None, None, (), issues)
        measured = recall(measured, request)
        edits: tuple[Edit, ...] | None = None
        if workbook is not None:
            measured, edits, bad = _edited(measured, workbook, today)
            if has_errors(bad):
                return PlanOutcome(measured, None, (), (*measured.issues, *bad), edits=edits)
        year = measured.line.year + 1
        if not _is_planned(measured, year):
            hint = f"请在目标文件的“年度目标”或“行动计划”表里填写{year}年的行"
            raise UserError(f"没有{year}年的目标与举措", hint, exit_code=1)
        progress(Step.REVIEW)
        reviewed = review(measured)
        progress(Step.PLAN)
        planned = plan(measured, reviewed)
        progress(Step.WRITE)
        document = write(measured, reviewed, planned, edition(project, year), today)
        progress(Step.RENDER)
        artifacts, more = write_files(
            Finished(f"plan-{year}", document, measured, reviewed, planned), request, today, printer
        )
        if request.as_written:
            PlanStore(project.state).drop(year)
        more += keep(measured, planned, request, today)
        return PlanOutcome(measured, reviewed, artifacts, (*measured.issues, *more), planned, edits)


def _planned(request: Request) -> int:
    if request.year is None:
        raise UserError("--from 要写明年份", "例如：rpt plan 2026 --from out/plan-2026.xlsx")
    return request.year + 1


def _edited(measured: Measured, workbook: PlanWorkbook, today: date) -> tuple[Measured, tuple[Edit, ...], list[Issue]]:
    """The measured year with a workbook's edits to the coming one."""
    year, promises = measured.line.year + 1, measured.promises
    was = SavedPlan(
        year,
        today,
        tuple(t for t in measured.ledger.targets if t.period == Period(year) and t.origin != SUMMED),
        tuple(action for action in promises.actions if action.year == year),
        promises.edits,
    )
    plan, edits, issues = take_edits(workbook, was, measured.ledger, today)
    if has_errors(issues) or not edits:
        return measured, edits, issues
    fresh = replace(measured, notes=tuple(note for note in measured.notes if f"{year}年计划" not in note))
    return adopted(fresh, plan), edits, issues


def _is_planned(measured: Measured, year: int) -> bool:
    has_targets = any(t.period == Period(year) and t.origin != SUMMED for t in measured.ledger.targets)
    return has_targets or any(action.year == year for action in measured.promises.actions)


def edition(project: Project, year: int) -> Edition:
    """The plan's titles."""
    return Edition("plan", f"{year}年电商运营工作计划", f"{year}年目标、分解与举措")
