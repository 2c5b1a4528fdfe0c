"""Headers: which row of a sheet names its columns, which table it is, and which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rpt.intake.schema import ColumnSchema, TableSchema, normalise
from rpt.language.parse import split_unit

SEARCHED_ROWS = 30


@dataclass(frozen=True)
class Match:
    """A sheet read as a table: header row (1-based), spreadsheet position → column, and the unit its header states."""

    table: TableSchema
    row: int
    columns: Mapping[int, ColumnSchema]
    units: Mapping[int, str] = field(default_factory=dict)
    unknown: Mapping[int, str] = field(default_factory=dict)
    duplicates: tuple[tuple[int, int], ...] = ()

    @property
    def lacks_only_its_date(self) -> bool:
        """Whether the column that places its rows in time is the one required column that the header lacks."""
        return [column.key for column in self.missing] == [self.table.date]

    @property
    def missing(self) -> list[ColumnSchema]:
        """Required columns that the header lacks."""
        found = {column.key for column in self.columns.values()}
        return [column for column in self.table.columns if column.required and column.key not in found]


def match(table: TableSchema, head: Sequence[Sequence[str | None]]) -> Match | None:
    """Find the header of ``table`` in the first rows of a sheet: the row that names most of its columns, or two rows
    where groups of columns are headed together (``抖音`` over ``GMV`` and ``访客数``) and that names more.

    None where no row names at least two of them (or the only one there is).
    """
    headers = table.by_header()
    singles = [_read_header(table, headers, number, cells) for number, cells in enumerate(head, 1)]
    pairs = [
        _read_levels(table, headers, number, upper, lower)
        for number, (upper, lower) in enumerate(pairwise(head), 2)
        if any(_text(cell) for cell in upper)
    ]
    # max keeps the first of equals: one row before two, an upper row before a lower
    best = max([*singles, *pairs], key=lambda found: len(found.columns), default=None)
    needed = min(2, len(table.columns))
    return best if best and len(best.columns) >= needed else None


def _text(cell: str | None) -> str:
    return cell.strip() if cell else ""


def _read_header(
    table: TableSchema, headers: Mapping[str, ColumnSchema], row: int, cells: Sequence[str | None]
) -> Match:
    """One row as the header."""
    named = {position: text for position, cell in enumerate(cells) if (text := _text(cell))}
    found = {at: known for at, text in named.items() if (known := _known(headers, text))}
    return _matched(table, row, named, found)


def _read_levels(
    table: TableSchema,
    headers: Mapping[str, ColumnSchema],
    row: int,
    upper: Sequence[str | None],
    lower: Sequence[str | None],
) -> Match:
    """Two rows as the header: the names of merged cells in the upper one reach to the next name. A column is known by
    ``上级/下级``, else by its lower name where no other column can be meant by that."""
    named: dict[int, str] = {}
    found: dict[int, tuple[ColumnSchema, str]] = {}
    alone: dict[str, list[tuple[int, ColumnSchema, str]]] = {}
    group = ""
    for position in range(max(len(upper), len(lower))):
        own = _text(upper[position]) if position < len(upper) else ""
        below = _text(lower[position]) if position < len(lower) else ""
        group = own or (group if below else "")
        # a name merged over both rows stands in the upper one
        named[position] = f"{group}/{below}" if group and below else below or own
        if not named[position]:
            del named[position]
        elif known := _known(headers, named[position]):
            found[position] = known
        elif below and (known := _known(headers, below)):
            alone.setdefault(known[0].key, []).append((position, *known))
    taken = {column.key for column, _ in found.values()}
    for key, meant in alone.items():
        if len(meant) == 1 and key not in taken:
            position, column, unit = meant[0]
            found[position] = (column, unit)
    return _matched(table, row, named, found)


def _known(headers: Mapping[str, ColumnSchema], text: str) -> tuple[ColumnSchema, str] | None:
    """The column that a header names, and the unit it states."""
    label, unit = split_unit(text)
    # a label may carry brackets of its own (直播时长（分钟）), so the whole text is tried first
    if column := headers.get(normalise(text)):
        # an alias written with its unit (流水（万元）) states it as any header does
        return column, unit if normalise(text) != normalise(column.label) else ""
    column = headers.get(normalise(label))
    return (column, unit) if column else None


def _matched(
    table: TableSchema, row: int, named: Mapping[int, str], found: Mapping[int, tuple[ColumnSchema, str]]
) -> Match:
    columns: dict[int, ColumnSchema] = {}
    units: dict[int, str] = {}
    duplicates: list[tuple[int, int]] = []
    first_of: dict[str, int] = {}
    for position, (column, unit) in sorted(found.items()):
        if (earlier := first_of.setdefault(column.key, position)) != position:
            duplicates.append((earlier, position))
            continue
        columns[position] = column
        if unit:
            units[position] = unit
    unknown = {position: text for position, text in named.items() if position not in found}
    return Match(table, row, columns, units, unknown, tuple(duplicates))


def recognise(
    sheet: str, head: Sequence[Sequence[str | None]], tables: Mapping[str, TableSchema], *, dated: bool = False
) -> Match | None:
    """Say which table a sheet is: by its name first, else by the header that fits best with all required columns.
    Where the names around the sheet state its period (``dated``), its date column may be missing."""
    name = normalise(sheet)
    by_name = [t for t in tables.values() if any(normalise(known) == name for known in t.sheets)]
    by_prefix = [t for t in tables.values() if any(name.startswith(normalise(known)) for known in t.sheets)]
    for table in by_name or sorted(by_prefix, key=lambda t: -max(len(s) for s in t.sheets)):
        if found := match(table, head):
            return found
    matches = [found for table in tables.values() if (found := match(table, head))]
    matches = [found for found in matches if len(found.columns) * 2 > len(found.columns) + len(found.unknown)]
    whole = [found for found in matches if not found.missing]
    if not whole and dated:
        whole = [found for found in matches if found.lacks_only_its_date]
    return max(whole, key=lambda found: len(found.columns), default=None)
