"""Measuring lists: each ``[lists.X]`` of the catalogue → a Listing with exact cells."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from rpt.engine import EngineError, quote
from rpt.engine.dataset import Dataset
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.list_entry import ListEntry
from rpt.values.issue import UserError
from rpt.values.listing import Item, ListColumn, Listing

PRECISION = 28


def measure_lists(dataset: Dataset, catalogue: Catalogue, absent: Mapping[str, str]) -> dict[str, Listing]:
    """Every list whose tables are there and which has a row, by id.

    ``absent`` are the tables that could not be made. Raises UserError that names file, line and list where its SQL
    cannot run or a column is not of the kind it says.
    """
    found = {
        id: _listing(dataset, catalogue, id, entry)
        for id, entry in catalogue.lists.items()
        if not any(need in absent for need in entry.needs)
    }
    return {id: listing for id, listing in found.items() if listing.rows}


def _listing(dataset: Dataset, catalogue: Catalogue, id: str, entry: ListEntry) -> Listing:
    where = f"{catalogue.origins.get(f'lists.{id}', id)}：清单 {id}"
    names = entry.selected()
    most = f" limit {entry.most}" if entry.most else ""
    shown = ", ".join(map(quote, names))
    # what the list's own order leaves open is settled too, or two runs could list the same rows in two orders
    query = f"select {shown} from ({entry.sql}) as listed order by {entry.order}, {shown}{most}"
    try:
        rows = dataset.engine.rows(query)
    except EngineError as error:
        raise UserError(f"{where} 的 SQL 不能执行", str(error)) from error
    columns = tuple(ListColumn(c.key, c.label, c.unit, c.digits) for c in entry.columns)
    cells = tuple(_cells(entry, dict(zip(names, row, strict=True)), where) for row in rows)
    return Listing(id, entry.label, columns, cells, _source_tables(dataset, catalogue, entry), entry.note)


def _cells(entry: ListEntry, row: Mapping[str, Any], where: str) -> tuple[Item, ...]:
    cells: list[Item] = []
    for column in entry.columns:
        if column.ratio:
            above, below = (_exact(row[key], f"{where} 的列 {key}") for key in column.ratio)
            cells.append(_divide(above, below))
        elif column.unit is None:
            cells.append(None if row[column.key] is None else str(row[column.key]))
        else:
            cells.append(_exact(row[column.key], f"{where} 的列 {column.key}"))
    return tuple(cells)


def _exact(value: Any, where: str) -> Decimal | None:
    """A count or a sum as it is; the engine's floats are not exact, and a quotient belongs in ``ratio``."""
    if value is None:
        return None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise UserError(f"{where} 应是精确的数，得到 {value!r}", "求和、计数可直接写；相除请用 ratio")


def _divide(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    if above is None or not below:
        return None
    with localcontext(prec=PRECISION):
        return above / below


def _source_tables(dataset: Dataset, catalogue: Catalogue, entry: ListEntry) -> tuple[str, ...]:
    """The Chinese names of the sheets behind a list, through the derived tables."""
    found: list[str] = []

    def visit(name: str) -> None:
        table = catalogue.tables.get(name)
        if table is not None and table.sql:
            for need in (*table.needs, *table.uses):
                visit(need)
        elif (typed := dataset.tables.get(name)) is not None and typed.is_present and typed.label not in found:
            found.append(typed.label)

    for name in (*entry.needs, *entry.uses):
        visit(name)
    return tuple(found)
