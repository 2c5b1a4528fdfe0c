"""A figure of a year explained: measured anew, traced to its rows, and found in the finished files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from rpt.assurance.find import find
from rpt.assurance.printed import printed, read_files
from rpt.assurance.trace import Tracer
from rpt.flows.annual import edition
from rpt.flows.plans import recall
from rpt.flows.recalled import archived
from rpt.flows.steps import Measured, Progress, Request, Step, measure, plan, read_and_measure, review, write
from rpt.flows.tracing import row_finder, tracer_of
from rpt.metrics.rows import RowFinder
from rpt.project.model import Project
from rpt.values.explanation import Explanation
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.refs import parse_ref

STEPS = tuple(step for step in Step if step is not Step.RENDER)


@dataclass(frozen=True)
class Explained:
    """What came of the question: the figure explained, None where data errors stopped the run."""

    explanation: Explanation | None
    issues: tuple[Issue, ...]
    notes: tuple[str, ...] = ()  # what the answer rests on


def explain(project: Project, request: Request, query: str, today: date, progress: Progress) -> Explained:
    """Explain the figure that ``query`` means. Raises UserError (exit 2) where it means none, or several."""
    measured, issues = _measured(project, request, today, progress)
    if measured is None:
        return Explained(None, issues)
    measured = recall(measured, request)
    progress(Step.REVIEW)
    reviewed = review(measured)
    progress(Step.PLAN)
    planned = plan(measured, reviewed)
    progress(Step.WRITE)
    document = write(measured, reviewed, planned, edition(project, reviewed.year, planned), today)
    tracer, rows = tracer_of(measured, reviewed, document, planned), row_finder(measured)
    ref = find(tracer, Period(reviewed.year), query)
    explained = tracer.explain(ref)
    if explained is None:
        raise LookupError(f"found but not explained: {ref}")
    explained = _with_rows(explained, tracer, rows)
    files = read_files(request.out or project.out, f"annual-{reviewed.year}")
    return Explained(replace(explained, printed=printed(document, ref, files)), issues, measured.notes)


def _measured(
    project: Project, request: Request, today: date, progress: Progress
) -> tuple[Measured | None, tuple[Issue, ...]]:
    """The year measured: from the archive's rows where nothing has changed since, else from the files."""
    found = archived(project)
    if found is None:
        return read_and_measure(project, request, today, progress)
    progress(Step.READ)
    progress(Step.MEASURE)
    dataset, run = found
    measured = measure(project, dataset, [], request.year, request.as_of, today)
    return replace(measured, notes=(*measured.notes, f"数据行取自存档的运行 {run}，来源文件此后没有改动")), ()


def _with_rows(explained: Explanation, tracer: Tracer, rows: RowFinder) -> Explanation:
    """The explanation with the first rows behind it; what is derived has those of its first operand's measurement."""
    found = _measurement(explained, tracer)
    if found is None:
        found = next((m for one in explained.operands if (m := _measurement(one, tracer)) is not None), None)
    return explained if found is None else replace(explained, samples=rows.behind(found).samples)


def _measurement(explained: Explanation, tracer: Tracer) -> Measurement | None:
    ref = parse_ref(explained.ref)
    if ref is None or ref.metric not in tracer.ledger.metrics or ref.suffix not in ("", "prior", "previous"):
        return None
    period = Period.parse(ref.period)
    at = {"prior": period.year_ago, "previous": period.previous}.get(ref.suffix, period)
    return tracer.ledger.get(ref.metric, at, ref.scope)
