"""Headers: which row of a sheet names its columns, which table it is, and which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    def missing(self) -> list[ColumnSchema]:
        """Required columns that the header lacks."""
        found = {column.key for column in self.columns.values()}
        return [column for column in self.table.columns if column.required and column.key not in found]


def match(table: TableSchema, head: Sequence[Sequence[str | None]]) -> Match | None:
    """Find the header of ``table`` in the first rows of a sheet: the row that names most of its columns.

    None where no row names at least two of them (or the only one there is).
    """
    best: Match | None = None
    headers = table.by_header()
    for number, cells in enumerate(head, 1):
        candidate = _read_header(table, headers, number, cells)
        if best is None or len(candidate.columns) > len(best.columns):
            best = candidate
    needed = min(2, len(table.columns))
    return best if best and len(best.columns) >= needed else None


def _read_header(
    table: TableSchema, headers: Mapping[str, ColumnSchema], row: int, cells: Sequence[str | None]
) -> Match:
    columns: dict[int, ColumnSchema] = {}
    units: dict[int, str] = {}
    unknown: dict[int, str] = {}
    duplicates: list[tuple[int, int]] = []
    for position, cell in enumerate(cells):
        if cell is None or not cell.strip():
            continue
        label, unit = split_unit(cell)
        # a label may carry brackets of its own (直播时长（分钟）), so the whole text is tried first
        column = headers.get(normalise(cell)) or headers.get(normalise(label))
        if column is None:
            unknown[position] = cell.strip()
            continue
        earlier = next((at for at, known in columns.items() if known.key == column.key), None)
        if earlier is not None:
            duplicates.append((earlier, position))
            continue
        columns[position] = column
        if unit and normalise(cell) not in headers:
            units[position] = unit
    return Match(table, row, columns, units, unknown, tuple(duplicates))


def recognise(sheet: str, head: Sequence[Sequence[str | None]], tables: Mapping[str, TableSchema]) -> Match | None:
    """Say which table a sheet is: by its name first, else by the header that fits best with all required columns."""
    name = normalise(sheet)
    by_name = [t for t in tables.values() if any(normalise(known) == name for known in t.sheets)]
    by_prefix = [t for t in tables.values() if any(name.startswith(normalise(known)) for known in t.sheets)]
    for table in by_name or sorted(by_prefix, key=lambda t: -max(len(s) for s in t.sheets)):
        if found := match(table, head):
            return found
    matches = [found for table in tables.values() if (found := match(table, head)) and not found.missing]
    matches = [found for found in matches if len(found.columns) * 2 > len(found.columns) + len(found.unknown)]
    return max(matches, key=lambda found: len(found.columns), default=None)
