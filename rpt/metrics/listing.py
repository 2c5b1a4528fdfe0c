"""Measuring lists: each ``[lists.X]`` of the catalogue → a Listing with exact cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any

from rpt.engine import EngineError, quote
from rpt.engine.dataset import Dataset
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.list_entry import ListEntry
from rpt.values.issue import UserError
from rpt.values.listing import Item, ListColumn, Listing

PRECISION = 28
HELD = 100_000  # rows of a list that a run keeps in memory, in its archive and in the JSON


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
    where = _where(catalogue, id)
    most = min(entry.most or HELD, HELD)
    total: int | None = None
    try:
        rows = dataset.engine.rows(_query(entry, most))
        if len(rows) == HELD != entry.most:
            ((total,),) = dataset.engine.rows(f"select count(*) from ({entry.sql}) as listed")
            total = min(total, entry.most or total)
    except EngineError as error:
        raise UserError(f"{where} 的 SQL 不能执行", str(error)) from error
    columns = tuple(ListColumn(c.key, c.label, c.unit, c.digits) for c in entry.columns)
    names = entry.selected()
    cells = tuple(_cells(entry, dict(zip(names, row, strict=True)), where) for row in rows)
    return Listing(id, entry.label, columns, cells, _source_tables(dataset, catalogue, entry), entry.note, total)


def whole_list(dataset: Dataset, catalogue: Catalogue, id: str) -> Iterator[tuple[Item, ...]]:
    """Every row of a list, as they come: those that a Listing holds first. Raises UserError as ``measure_lists``."""
    entry, where = catalogue.lists[id], _where(catalogue, id)
    names = entry.selected()
    try:
        for row in dataset.engine.stream(_query(entry, entry.most)):
            yield _cells(entry, dict(zip(names, row, strict=True)), where)
    except EngineError as error:
        raise UserError(f"{where} 的 SQL 不能执行", str(error)) from error


def _where(catalogue: Catalogue, id: str) -> str:
    return f"{catalogue.origins.get(f'lists.{id}', id)}：清单 {id}"


def _query(entry: ListEntry, most: int | None) -> str:
    shown = ", ".join(map(quote, entry.selected()))
    limit = f" limit {most}" if most else ""
    # what the list's own order leaves open is settled too, or two runs could list the same rows in two orders
    return f"select {shown} from ({entry.sql}) as listed order by {entry.order}, {shown}{limit}"


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
