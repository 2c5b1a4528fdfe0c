"""The annual report: intake → metrics → review → planning → writing → rendering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rpt.flows.files import Finished, write_files
from rpt.flows.steps import (
    MEASURE,
    PLAN,
    READ,
    RENDER,
    REVIEW,
    WRITE,
    Measured,
    Progress,
    Request,
    plan,
    read_and_measure,
    review,
    write,
)
from rpt.project.model import Project
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.compose import Edition

STEPS = (READ, MEASURE, REVIEW, PLAN, WRITE, RENDER)


@dataclass(frozen=True)
class AnnualResult:
    """What came of it. ``measured`` and ``review`` are None where data errors stopped the run; nothing
    was written then."""

    measured: Measured | None
    review: Review | None
    artifacts: tuple[Artifact, ...]
    issues: tuple[Issue, ...]


def annual(project: Project, request: Request, today: date, progress: Progress) -> AnnualResult:
    """Make the report. Raises UserError for what the user can mend."""
    measured, issues = read_and_measure(project, request, today, progress)
    if measured is None:
        return AnnualResult(None, None, (), issues)
    progress(REVIEW)
    reviewed = review(measured)
    progress(PLAN)
    planned = plan(measured, reviewed)
    progress(WRITE)
    document = write(measured, reviewed, planned, edition(project, reviewed.year, planned), today)
    progress(RENDER)
    finished = Finished(f"annual-{reviewed.year}", document, measured, reviewed, planned)
    artifacts, more = write_files(finished, request, today)
    return AnnualResult(measured, reviewed, artifacts, (*issues, *more))


def edition(project: Project, year: int, planned: Plan) -> Edition:
    """The annual report's titles: a review, and next year's targets where any are set."""
    subtitle = f"{year}年度经营回顾" + (f"与{planned.year}年目标" if planned.targets else "")
    return Edition("annual", project.title(year), subtitle)
