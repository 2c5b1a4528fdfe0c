"""Members of a dimension by rank on a figure: best first, as the metric's direction has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.values.document import Cell, Column, Row, Table
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, UNMAPPED, member_label, members_of, scope_of
from rpt.writing.tables import TableBuilder


def ranked_members(review: Review, metric: str, dimension: str) -> list[str]:
    """Scopes with a value, best first; equal values in the ledger's order."""
    year, down = Period(review.year), review.ledger.metrics[metric].better == "down"
    found: list[tuple[Decimal, str]] = []
    for member in review.ledger.members(metric, dimension, year):
        scope = scope_of({dimension: member})
        m = review.ledger.get(metric, year, scope)
        if m is not None and m.value is not None and member_label(scope) != UNMAPPED:
            found.append((m.value if down else -m.value, scope))
    return [scope for _, scope in sorted(found, key=lambda pair: pair[0])]


def ranked_table(
    review: Review,
    id: str,
    number: str,
    title: str,
    chapter: str,
    metric: str,
    dimension: str,
    columns: Sequence[str],
) -> Table:
    """One row per member, the whole last; equal values share a rank. Empty with fewer than two members."""
    scopes = ranked_members(review, metric, dimension)
    if len(scopes) < 2:
        return Table(id, number, title, chapter, (), ())
    names = [members_of(scope)[dimension] for scope in scopes]
    builder = TableBuilder(review)
    table = builder.by_member(id, number, title, chapter, dimension, columns, names, total=True)
    year = Period(review.year)
    values = [m.value for scope in scopes if (m := review.ledger.get(metric, year, scope))]
    rank = {scope: values.index(value) + 1 for scope, value in zip(scopes, values, strict=True)}
    labels = {member_label(scope): scope for scope in scopes}
    rows = []
    for row in table.rows:
        scope = labels.get(str(row.cells["label"]), ALL)
        cell: Cell = "—"
        if scope in rank:
            cell = free_figure(f"{measurement_id(metric, year, scope)}.rank", rank[scope])
        rows.append(Row({**row.cells, "rank": cell}, emphasis=row.emphasis))
    place = Column("rank", "名次", number_format="0")
    first, *rest = table.columns
    return replace(table, columns=(first, place, *rest), rows=tuple(rows))
