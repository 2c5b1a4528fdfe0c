"""What a document's figures rest on: the tracer of a measured year, and all printed figures explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rpt.assurance.explaining.known import Known, Sheet
from rpt.assurance.explaining.printed import Files, by_ref
from rpt.assurance.explaining.trace import Tracer
from rpt.engine.dataset import Dataset
from rpt.flows.steps import Measured
from rpt.language.figures import NOTHING
from rpt.metrics.rows import RowFinder
from rpt.values.document import Document
from rpt.values.explanation import Explanation
from rpt.values.plan import Plan
from rpt.values.review import Review


def row_finder(measured: Measured) -> RowFinder:
    """What finds the rows behind a measured year's figures."""
    return RowFinder(measured.dataset, measured.project, measured.catalogue, measured.line.year)


def tracer_of(measured: Measured, reviewed: Review, document: Document, plan: Plan | None = None) -> Tracer:
    """The tracer of a measured year's document."""
    finder = row_finder(measured)
    return Tracer(
        Known(
            reviewed.ledger,
            document,
            tuple(_sheets(measured.dataset)),
            {name: table.label for name, table in measured.dataset.tables.items()},
            {metric: finder.parts_of(metric) for metric in reviewed.ledger.metrics},
            reviewed.lists,
            reviewed.drivers,
            reviewed.comparable,
            reviewed.findings,
            plan,
            measured.line.cut,
        )
    )


def _sheets(dataset: Dataset) -> list[Sheet]:
    labels = {origin.id: table.label for table in dataset.tables.values() for origin in table.origins}
    return [
        Sheet(
            o.file,
            o.sheet,
            o.sha256,
            tuple(dict(o.columns).values()),
            labels[o.id],
            o.rows,
            o.first_row,
            o.last_row,
            o.id,
        )
        for o in dataset.origins()
    ]


def traced(tracer: Tracer, document: Document) -> Sequence[Explanation]:
    """Every figure that a document prints, in its order, each once, with the places where it stands."""
    places = by_ref(document, Files())
    explained = ((ref, tracer.explain(ref, depth=1)) for ref in places)
    return [
        replace(one, printed=places[ref], operands=())
        for ref, one in explained
        if one is not None and any(place.text != NOTHING for place in places[ref])
    ]
