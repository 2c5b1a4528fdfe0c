"""The document itself: its figures against the ledger, its sums, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rpt.assurance.proving.document import figures, prose, sums
from rpt.assurance.proving.evidence import Evidence
from rpt.values.issue import Issue

# What is checked once, whatever files there are.
DOCUMENT: tuple[Callable[[Evidence], Iterator[Issue]], ...] = (
    figures.values,
    figures.texts,
    figures.tables,
    sums.totals,
    sums.shares,
    sums.printed,
    prose.unfilled,
    prose.loose_figures,
)
