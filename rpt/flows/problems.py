"""The problems of a year: intake → metrics → review."""

from __future__ import annotations

from datetime import date

from rpt.flows.plans import recall
from rpt.flows.steps import Outcome, Progress, Request, Step, read_and_measure, review
from rpt.project.model import Project

STEPS = (Step.READ, Step.MEASURE, Step.REVIEW)


def problems(project: Project, request: Request, today: date, progress: Progress) -> Outcome:
    """Find the problems of a year. Raises UserError for what can be mended."""
    measured, issues = read_and_measure(project, request, today, progress)
    if measured is None:
        return Outcome(None, None, (), issues)
    measured = recall(measured, request)
    progress(Step.REVIEW)
    return Outcome(measured, review(measured), (), measured.issues)
