"""A figure of a year explained: measured anew, traced to its rows, and found in the finished files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rpt.assurance.find import find
from rpt.assurance.printed import printed, read_files
from rpt.assurance.trace import Known, Sheet, Tracer
from rpt.flows.annual import edition
from rpt.flows.plans import recall
from rpt.flows.steps import Measured, Progress, Request, Step, plan, read_and_measure, review, write
from rpt.metrics.rows import RowFinder
from rpt.project.model import Project
from rpt.values.document import Document
from rpt.values.explanation import Explanation
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement
from rpt.values.period import Period
from rpt.values.refs import parse_ref
from rpt.values.review import Review

STEPS = tuple(step for step in Step if step is not Step.RENDER)


@dataclass(frozen=True)
class Explained:
    """What came of the question: the figure explained, None where data errors stopped the run."""

    explanation: Explanation | None
    issues: tuple[Issue, ...]


def explain(project: Project, request: Request, query: str, today: date, progress: Progress) -> Explained:
    """Explain the figure that ``query`` means. Raises UserError (exit 2) where it means none, or several."""
    measured, issues = read_and_measure(project, request, today, progress)
    if measured is None:
        return Explained(None, issues)
    measured = recall(measured, request)
    progress(Step.REVIEW)
    reviewed = review(measured)
    progress(Step.PLAN)
    planned = plan(measured, reviewed)
    progress(Step.WRITE)
    document = write(measured, reviewed, planned, edition(project, reviewed.year, planned), today)
    tracer, rows = tracer_of(measured, reviewed, document)
    ref = find(tracer, Period(reviewed.year), query)
    explained = tracer.explain(ref)
    if explained is None:
        raise LookupError(f"found but not explained: {ref}")
    explained = _with_rows(explained, tracer, rows, measured)
    files = read_files(request.out or project.out, f"annual-{reviewed.year}")
    return Explained(replace(explained, printed=printed(document, ref, files)), issues)


def tracer_of(measured: Measured, reviewed: Review, document: Document) -> tuple[Tracer, RowFinder]:
    """The tracer of a measured year's document, and what finds the rows behind it."""
    rows = RowFinder(measured.dataset, measured.project, measured.catalogue, measured.line.year)
    known = Known(
        measured.ledger,
        document,
        tuple(Sheet(o.file, o.sheet, o.sha256, tuple(dict(o.columns).values())) for o in measured.dataset.origins()),
        _labels(measured),
        rows.parts_of,
        reviewed.lists,
        reviewed.drivers,
    )
    return Tracer(known), rows


def _labels(measured: Measured) -> Mapping[str, str]:
    """Chinese names of the source tables."""
    return {name: table.label for name, table in measured.dataset.tables.items()}


def _with_rows(explained: Explanation, tracer: Tracer, rows: RowFinder, measured: Measured) -> Explanation:
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
