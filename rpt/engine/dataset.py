"""What intake hands on: typed tables inside an engine, and where their rows came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rpt.engine import Engine


@dataclass(frozen=True)
class Origin:
    """One sheet of one file that fed a table. ``id`` is the value of ``_src`` in its rows; ``columns`` are the table's
    columns with the letters (A, B …) they stand under in the sheet, none for files without cells."""

    id: int
    file: str  # as the project names it
    sheet: str
    sha256: str
    rows: int
    first_row: int = 0
    last_row: int = 0
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TypedTable:
    """A typed table in the engine under ``name``. ``columns`` are those that a file really had; ``date_column`` is
    the column that places a row in time, with its first and last day (a monthly row counts with its month's end)."""

    name: str
    label: str
    columns: frozenset[str]
    all_columns: Mapping[str, str]  # every column of the schema -> its Chinese label
    origins: tuple[Origin, ...]
    rows: int
    date_column: str | None = None
    date_type: str | None = None
    first: date | None = None
    last: date | None = None
    key: tuple[str, ...] = ()  # the columns that tell its rows apart
    is_standing: bool = False  # stands in a warehouse, where its rows stay
    is_series: bool = False  # has a row for every day or month, so that it can end too early
    why: str = ""  # why it is not there, where that is not for want of a file

    @property
    def is_present(self) -> bool:
        """Whether any file holds this table."""
        return bool(self.origins)


@dataclass(frozen=True)
class Dataset:
    """All known tables of a run by name (absent ones are there, empty), beside the engine that holds them."""

    engine: Engine
    tables: Mapping[str, TypedTable] = field(default_factory=dict)

    def origins(self) -> list[Origin]:
        """Every sheet that was read, in the order read."""
        return sorted({o.id: o for table in self.tables.values() for o in table.origins}.values(), key=lambda o: o.id)
