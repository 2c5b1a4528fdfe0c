"""What each metric rests on, for those who ask later: its parts, the source tables behind them, the conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rpt.metrics.catalogue import Catalogue
from rpt.metrics.entry import TableEntry
from rpt.values.run import Basis, BasisPart

_FILTER = re.compile(r"\bfilter\s*\(\s*where\s+", re.IGNORECASE)


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


def conditions_of(sql: str) -> Iterator[str]:
    """What stands in ``filter (where …)`` of an aggregate, brackets inside and all."""
    for start in _FILTER.finditer(sql):
        depth, quoted = 1, False
        for at in range(start.end(), len(sql)):
            quoted ^= sql[at] == "'"
            depth += 0 if quoted else {"(": 1, ")": -1}.get(sql[at], 0)
            if depth == 0:
                yield sql[start.end() : at].strip()
                break


def _sources(name: str, tables: Mapping[str, TableEntry]) -> Iterable[str]:
    """The source tables that a table is made of, itself where it is one."""
    entry = tables.get(name)
    if entry is None:
        return
    if not entry.sql:
        yield name
    looked_up = (entry.lookup.table,) if entry.lookup else ()
    for need in (*entry.needs, *entry.uses, *looked_up):
        yield from _sources(need, tables)
