"""A figure of a report explained: from the archive where that run still holds, else measured anew; traced to its rows,
and found in the finished files of every report that prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rpt.assurance.explaining.find import NotFoundError, find
from rpt.assurance.explaining.printed import printed, read_files
from rpt.assurance.explaining.trace import Tracer
from rpt.engine import EngineError
from rpt.flows.annual import composed
from rpt.flows.recalled import archived, records_of_today
from rpt.flows.remembered import holds, rows_behind, tracer_of_run
from rpt.flows.steps import Measured, Progress, Request, Step, measure, read_and_measure
from rpt.flows.tracing import row_finder, tracer_of
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.document import Document
from rpt.values.explanation import Explanation, Printed, Sample
from rpt.values.issue import Issue, UserError
from rpt.values.ledger import Measurement, Source
from rpt.values.period import Period
from rpt.values.refs import parse_ref
from rpt.values.run import Run, RunRecord
from rpt.values.scope import member_of

STEPS = tuple(step for step in Step if step is not Step.RENDER)


@dataclass(frozen=True)
class Explained:
    """What came of the question: the figure explained, None where data errors stopped the run."""

    explanation: Explanation | None
    issues: tuple[Issue, ...]
    notes: tuple[str, ...] = ()  # what the answer rests on


def explain(project: Project, request: Request, query: str, today: date, progress: Progress) -> Explained:
    """Explain the figure of a year that ``query`` means. What the annual report does not have is looked for in the
    newest of each other report of the year. Raises UserError (exit 2) where nothing is meant, or several figures."""
    records = records_of_today(project)
    stem = f"annual-{request.year}"
    store = RunStore(project.state)
    for record in records:
        if record.report == stem and (run := _loaded(store, record)) is not None and holds(project, run, request.as_of):
            progress(Step.READ)
            return _from_archive(project, run, request, query, records)
    return _anew(project, request, query, today, progress, records)


def explain_report(project: Project, request: Request, stem: str, query: str) -> Explained:
    """Explain a figure of the newest run of a report (``monthly-2025-11-channel``). Raises UserError (exit 2) where no
    such run is kept, or the query means no one figure of it."""
    store = RunStore(project.state)
    known = list(dict.fromkeys(record.report for record in store.list()))
    record = next((record for record in store.list() if record.report == stem), None)
    run = _loaded(store, record) if record else None
    if run is None:
        raise UserError(f"存档里没有报告“{stem}”", f"已存档的报告：{'、'.join(known) or '无'}；年度报告写年份，如 2025")
    project = project.of(member_of(run.record.only)) if run.record.only else project
    current = records_of_today(project)
    found = _from_archive(project, run, request, query, current)
    if any(record.id == run.record.id for record in current):
        return found
    return replace(found, notes=(*found.notes, "此后来源文件或设置有改动，以下是当时的数"))


def _from_archive(project: Project, run: Run, request: Request, query: str, records: list[RunRecord]) -> Explained:
    notes = [f"取自存档的运行 {run.record.id}，来源文件此后没有改动"]
    period = Period.parse(run.record.period) if run.record.command != "annual" else Period(int(run.record.period))
    tracer = tracer_of_run(run)
    try:
        ref = find(tracer, period, query)
    except NotFoundError:
        other = next(_having(project, records, run.record.report, run.record.period[:4], query), None)
        if other is None:
            raise
        run, tracer, ref = other
        notes = [f"年度报告里没有这个数；取自存档的运行 {run.record.id}"]
    samples: tuple[Sample, ...] = ()
    if any(record.id == run.record.id for record in records):
        measurement, cells = _behind(tracer, ref)
        samples = _samples(project, run, measurement, cells)
    explained = _explained(tracer, ref)
    out = request.out or project.out
    places = printed(run.document, ref, read_files(out, run.record.report, _hashes(run.record)))
    others = _elsewhere(project, out, records, run.record, explained)
    return Explained(replace(explained, samples=samples, printed=(*places, *others)), (), tuple(notes))


def _anew(
    project: Project, request: Request, query: str, today: date, progress: Progress, records: list[RunRecord]
) -> Explained:
    """The year measured, from the archive's rows where nothing has changed since, else from the files."""
    measured, issues = _measured(project, request, today, progress)
    if measured is None:
        return Explained(None, issues)
    measured, reviewed, planned, document = composed(measured, request, today, progress)
    tracer, finder = tracer_of(measured, reviewed, document, planned), row_finder(measured)
    stem = f"annual-{reviewed.year}"
    try:
        ref = find(tracer, Period(reviewed.year), query)
    except NotFoundError:
        other = next(_having(project, records, stem, str(reviewed.year), query), None)
        if other is None:
            raise
        return _from_archive(project, other[0], request, query, records)
    measurement, cells = _behind(tracer, ref)
    samples = finder.cells(cells) if cells else finder.behind(measurement).samples if measurement else ()
    explained = _explained(tracer, ref)
    out = request.out or project.out
    places = printed(document, ref, read_files(out, stem))
    record = RunRecord("", "annual", stem, str(reviewed.year), "", "", {}, ())
    others = _elsewhere(project, out, records, record, explained)
    return Explained(replace(explained, samples=samples, printed=(*places, *others)), issues, measured.notes)


def _measured(
    project: Project, request: Request, today: date, progress: Progress
) -> tuple[Measured | None, tuple[Issue, ...]]:
    found = archived(project)
    if found is None:
        return read_and_measure(project, request, today, progress)
    progress(Step.READ)
    progress(Step.MEASURE)
    dataset, run = found
    measured = measure(project, dataset, [], request.year, request.as_of, today)
    return replace(measured, notes=(*measured.notes, f"数据行取自存档的运行 {run}，来源文件此后没有改动")), ()


def _explained(tracer: Tracer, ref: str) -> Explanation:
    explained = tracer.explain(ref)
    if explained is None:
        raise LookupError(f"found but not explained: {ref}")
    return explained


def _behind(tracer: Tracer, ref: str) -> tuple[Measurement | None, tuple[Source, ...]]:
    """What the first rows are shown of: the measurement or the cells of a figure; of what is derived, of the first of
    its operands that has either."""
    found, cells = _measurement(tracer, ref), tracer.cells_of(ref)
    for operand in tracer.follows(ref):
        if found is not None or cells:
            break
        found, cells = _measurement(tracer, operand), tracer.cells_of(operand)
    return found, cells


def _measurement(tracer: Tracer, text: str) -> Measurement | None:
    ref = parse_ref(text)
    if ref is None or ref.metric not in tracer.ledger.metrics or ref.suffix not in ("", "prior", "previous"):
        return None
    at = {"prior": ref.at.year_ago, "previous": ref.at.previous}.get(ref.suffix, ref.at)
    return tracer.ledger.get(ref.metric, at, ref.scope)


def _samples(
    project: Project, run: Run, measurement: Measurement | None, cells: tuple[Source, ...]
) -> tuple[Sample, ...]:
    """The first rows, out of the archive; none where it does not have them any more."""
    try:
        return rows_behind(project, run, measurement, cells)
    except (EngineError, KeyError, OSError, UserError):
        return ()


def _loaded(store: RunStore, record: RunRecord) -> Run | None:
    try:
        return store.load(record.id)
    except UserError:
        return None


def _others(records: list[RunRecord], stem: str, year: str) -> Iterator[RunRecord]:
    """The newest run of each other report of a year; the plan of the year after is made of it too."""
    seen = {stem}
    for record in records:
        coming = record.command == "plan" and record.period == str(int(year) + 1)
        if record.report not in seen and (record.period.startswith(year) or coming):
            seen.add(record.report)
            yield record


def _having(
    project: Project, records: list[RunRecord], stem: str, year: str, query: str
) -> Iterator[tuple[Run, Tracer, str]]:
    """Other reports of the year in which a query means one figure."""
    store = RunStore(project.state)
    for record in _others(records, stem, year):
        if store.document(record.id, query.strip()) is None or (run := _loaded(store, record)) is None:
            continue
        if run.trail is None:
            continue
        tracer = tracer_of_run(run)
        try:
            yield run, tracer, find(tracer, Period.parse(record.period), query)
        except NotFoundError:
            continue


def _elsewhere(
    project: Project, out: Path, records: list[RunRecord], main: RunRecord, explained: Explanation
) -> Iterator[Printed]:
    """Where other reports of the year print the same figure with the same value."""
    store = RunStore(project.state)
    for record in _others(records, main.report, main.period[:4]):
        document = store.document(record.id, f'data-ref=\\"{explained.ref}\\"')
        if document is None or not _is_same(document, explained):
            continue
        files = read_files(out, record.report, _hashes(record))
        yield from (replace(place, report=record.report) for place in printed(document, explained.ref, files))


def _is_same(document: Document, explained: Explanation) -> bool:
    return any(one.ref == explained.ref and one.value == explained.value for one in document.figures)


def _hashes(record: RunRecord) -> Mapping[str, str]:
    return {file.name: file.sha256 for file in record.artifacts}
