"""What each metric rests on, for those who ask later: its parts, the source tables behind them, the conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rpt.language.sql_words import conditions_of
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.entry import TableEntry
from rpt.values.run import Basis, BasisPart


def bases(catalogue: Catalogue) -> dict[str, Basis]:
    """The basis of every metric that is computed from tables."""
    found = {}
    for id, entry in catalogue.metrics.items():
        parts = tuple(
            BasisPart(role, part.table, part.sql, part.scope) for role, part in catalogue.parts(entry).items()
        )
        if parts:
            tables = dict.fromkeys(name for part in parts for name in _sources(part.table, catalogue.tables))
            conditions = dict.fromkeys(one for part in parts for one in conditions_of(part.sql))
            found[id] = Basis(parts, tuple(tables), "；".join(conditions))
    return found


def _sources(name: str, tables: Mapping[str, TableEntry]) -> Iterable[str]:
    """The source tables that a table is made of, itself where it is one."""
    entry = tables.get(name, TableEntry())  # a source may be measured through others alone, and has none
    if not entry.sql:
        yield name
    looked_up = (entry.lookup.table,) if entry.lookup else ()
    for need in (*entry.needs, *entry.uses, *looked_up):
        yield from _sources(need, tables)
