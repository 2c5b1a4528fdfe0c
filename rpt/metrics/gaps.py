"""What is lacking for what could not be measured: for every missing metric, the source tables and their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rpt.engine.dataset import Dataset
from rpt.metrics.catalogue import Catalogue, columns_used
from rpt.values.ledger import Ledger

Lacking = Mapping[str, Mapping[str, tuple[str, ...]]]


def lacking(dataset: Dataset, catalogue: Catalogue, ledger: Ledger) -> Lacking:
    """Missing metric id → label of a table → labels of the columns it lacks there, in the order of the schema."""
    return {id: _of(id, dataset, catalogue) for id in ledger.missing}


def _of(id: str, dataset: Dataset, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    entry = catalogue.metrics[id]
    parts = (catalogue.metrics[entry.share_of] if entry.share_of else entry).parts()
    wanted: dict[str, set[str]] = {}
    for part in parts.values():
        for name, columns in _columns(part.table, part.sql, dataset, catalogue):
            wanted.setdefault(name, set()).update(columns)
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in wanted.items():
        table = dataset.tables[name]
        absent = columns - table.columns if table.is_present else columns
        if absent or not table.is_present:
            found[table.label] = tuple(label for key, label in table.all_columns.items() if key in absent)
    return found


def _columns(table: str, sql: str, dataset: Dataset, catalogue: Catalogue) -> Iterator[tuple[str, set[str]]]:
    """The source tables behind a table, with the columns that the SQL over it, or that makes it, names."""
    entry = catalogue.tables.get(table)
    if entry is not None and entry.sql:
        for need in entry.needs:
            yield from _columns(need, entry.sql, dataset, catalogue)
    elif table in dataset.tables:
        known = dataset.tables[table]
        date = {known.date_column} if known.date_column else set()
        yield table, columns_used(sql, known.all_columns) | date
