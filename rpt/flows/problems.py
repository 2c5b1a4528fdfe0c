"""The problems of a year: intake → metrics → review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rpt.flows.steps import Measured, Progress, intake, measure, review
from rpt.project.model import Project
from rpt.values.issue import Issue, has_errors
from rpt.values.review import Review

STEPS = ("读取数据", "计算指标", "对比与查找问题")


@dataclass(frozen=True)
class ProblemsResult:
    """``measured`` and ``review`` are None where data errors stopped the run."""

    measured: Measured | None
    review: Review | None
    issues: tuple[Issue, ...]


def problems(
    project: Project, year: int | None, as_of: date | None, today: date, progress: Progress, *, allow_errors: bool
) -> ProblemsResult:
    """Find the problems of a year, the last complete one without a year. Raises UserError for what can be mended."""
    progress(STEPS[0])
    dataset, issues = intake(project)
    if has_errors(issues) and not allow_errors:
        return ProblemsResult(None, None, tuple(issues))
    progress(STEPS[1])
    measured = measure(project, dataset, issues, year, as_of, today)
    progress(STEPS[2])
    return ProblemsResult(measured, review(measured), measured.issues)
