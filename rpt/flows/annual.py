"""The annual report: intake → metrics → review → planning → writing → rendering."""

from __future__ import annotations

from datetime import date

from rpt.flows.files import Finished, printer_for, write_files
from rpt.flows.plans import keep, recall
from rpt.flows.steps import (
    Measured,
    Outcome,
    Progress,
    Reader,
    Request,
    Step,
    intake,
    plan,
    read_and_measure,
    review,
    write,
)
from rpt.project.model import Project
from rpt.values.document import Document
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.context import Edition

STEPS = tuple(Step)


def annual(project: Project, request: Request, today: date, progress: Progress, reader: Reader = intake) -> Outcome:
    """Make the report, of the project's sources or of what ``reader`` gives. Raises UserError for what the user can
    mend."""
    with printer_for(project, request) as printer:
        measured, issues = read_and_measure(project, request, today, progress, reader)
        if measured is None:
            return Outcome(None, None, (), issues)
        measured, reviewed, planned, document = composed(measured, request, today, progress)
        progress(Step.RENDER)
        finished = Finished(
            project.stem(f"annual-{reviewed.year}"), document, measured, reviewed, planned, is_whole=True
        )
        artifacts, more = write_files(finished, request, today, printer)
        more += keep(measured, planned, request, today)
        return Outcome(measured, reviewed, artifacts, (*measured.issues, *more))


def composed(
    measured: Measured, request: Request, today: date, progress: Progress
) -> tuple[Measured, Review, Plan, Document]:
    """What the report of a measured year says: the year with last year's plan recalled, its review, plan, document."""
    measured = recall(measured, request)
    progress(Step.REVIEW)
    reviewed = review(measured)
    progress(Step.PLAN)
    planned = plan(measured, reviewed)
    progress(Step.WRITE)
    document = write(measured, reviewed, planned, edition(measured.project, reviewed.year, planned), today)
    return measured, reviewed, planned, document


def edition(project: Project, year: int, planned: Plan) -> Edition:
    """The annual report's titles: a review, and next year's targets where any are set."""
    subtitle = f"{year}年度经营回顾" + (f"与{planned.year}年目标" if planned.targets else "")
    return Edition("annual", project.title(year), subtitle)
