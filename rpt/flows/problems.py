"""The problems of a year: intake → metrics → review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rpt.flows.steps import MEASURE, READ, REVIEW, Measured, Progress, Request, read_and_measure, review
from rpt.project.model import Project
from rpt.values.issue import Issue
from rpt.values.review import Review

STEPS = (READ, MEASURE, REVIEW)


@dataclass(frozen=True)
class ProblemsResult:
    """``measured`` and ``review`` are None where data errors stopped the run."""

    measured: Measured | None
    review: Review | None
    issues: tuple[Issue, ...]


def problems(project: Project, request: Request, today: date, progress: Progress) -> ProblemsResult:
    """Find the problems of a year. Raises UserError for what can be mended."""
    measured, issues = read_and_measure(project, request, today, progress)
    if measured is None:
        return ProblemsResult(None, None, issues)
    progress(REVIEW)
    return ProblemsResult(measured, review(measured), issues)
