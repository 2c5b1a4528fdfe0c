"""What a kept run remembers: its figures explained, and the rows behind them, without measuring anything anew."""

from __future__ import annotations

from datetime import date

from rpt.assurance.explaining.known import Known, Sheet
from rpt.assurance.explaining.trace import Tracer
from rpt.flows.recalled import rows_of
from rpt.metrics.catalogue import catalogue
from rpt.metrics.derive import create_views
from rpt.metrics.rows import RowFinder
from rpt.metrics.timeline import Timeline, create_time_tables
from rpt.project.model import Project
from rpt.state.plans import PlanStore
from rpt.values.explanation import Sample
from rpt.values.ledger import Measurement, Source
from rpt.values.run import Run


def holds(project: Project, run: Run, until: date | None) -> bool:
    """Whether a run on today's files would print the same: it was cut as asked, and the plans that it read are those
    saved now."""
    if run.trail is None or run.trail.until != until:
        return False
    store, year = PlanStore(project.memory), run.cut.year
    coming, _ = store.load(year + 1)
    return run.trail.before == store.digest(year) and run.told.edits == (coming.edits if coming else ())


def tracer_of_run(run: Run) -> Tracer:
    """The tracer of a run as it was kept."""
    trail, labels = run.trail, {id: table.label for table in run.tables.values() for id in table.sheets}
    sheets = tuple(
        Sheet(
            o.file,
            o.sheet,
            o.sha256,
            tuple(o.columns.values()),
            labels.get(o.id, ""),
            o.rows,
            o.first_row,
            o.last_row,
            o.id,
        )
        for o in run.origins
    )
    tables = {name: table.label for name, table in run.tables.items()}
    if trail is None:
        return Tracer(Known(run.ledger, run.document, sheets, tables, plan=run.plan, cut=run.cut))
    lists = {listing.id: listing.exact() for listing in run.told.lists}
    found = (lists, run.told.drivers, trail.comparable, run.told.findings, run.plan, run.cut)
    return Tracer(Known(run.ledger, run.document, sheets, tables, trail.parts, *found))


def rows_behind(
    project: Project, run: Run, measurement: Measurement | None, cells: tuple[Source, ...]
) -> tuple[Sample, ...]:
    """The first rows of a measurement, or those of cells, out of the rows that the run kept. Only the tables that they
    stand in are opened. Raises EngineError, KeyError or OSError."""
    if run.trail is None or (measurement is None and not cells):
        return ()
    wanted = {source.table for source in cells}
    entries = catalogue(project, base_year=run.cut.year - 1)
    if measurement is not None and not cells:
        wanted = set(run.bases[measurement.metric].tables) if measurement.metric in run.bases else set()
    dataset = rows_of(project, run, wanted)
    finder = RowFinder(dataset, project, entries, run.cut.year)
    if cells:
        return finder.cells(cells)
    line = Timeline(run.cut.year, run.trail.first, run.cut)
    create_time_tables(dataset.engine, project, line)
    create_views(dataset, project, entries, line)
    return finder.behind(measurement).samples if measurement is not None else ()
