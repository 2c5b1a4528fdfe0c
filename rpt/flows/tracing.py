"""What a document's figures rest on: the tracer of a measured year, and all printed figures explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rpt.assurance.printed import Files, by_ref
from rpt.assurance.trace import Known, Sheet, Tracer
from rpt.flows.steps import Measured
from rpt.language.figures import NOTHING
from rpt.metrics.rows import RowFinder
from rpt.values.document import Document
from rpt.values.explanation import Explanation
from rpt.values.review import Review


def row_finder(measured: Measured) -> RowFinder:
    """What finds the rows behind a measured year's figures."""
    return RowFinder(measured.dataset, measured.project, measured.catalogue, measured.line.year)


def tracer_of(measured: Measured, reviewed: Review, document: Document) -> Tracer:
    """The tracer of a measured year's document."""
    return Tracer(
        Known(
            reviewed.ledger,
            document,
            tuple(
                Sheet(o.file, o.sheet, o.sha256, tuple(dict(o.columns).values())) for o in measured.dataset.origins()
            ),
            {name: table.label for name, table in measured.dataset.tables.items()},
            row_finder(measured).parts_of,
            reviewed.lists,
            reviewed.drivers,
        )
    )


def traced(tracer: Tracer, document: Document) -> Sequence[Explanation]:
    """Every figure that a document prints, in its order, each once, with the places where it stands."""
    places = by_ref(document, Files())
    explained = ((ref, tracer.explain(ref, depth=1)) for ref in places)
    return [
        replace(one, printed=places[ref], operands=())
        for ref, one in explained
        if one is not None and any(place.text != NOTHING for place in places[ref])
    ]
