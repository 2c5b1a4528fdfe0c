"""The engine: where tables live and SQL runs. Steps see the protocol; the embedded engine is DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from rpt.values.issue import UserError


class EngineError(Exception):
    """The engine could not run a statement; the message is its first line."""


class RoomError(UserError):
    """Memory and spill folder do not suffice for a statement."""


class Engine(Protocol):
    """What a step may ask of an engine. SQL is DuckDB's dialect; rows come back as tuples of exact values.

    Every method raises EngineError for SQL that cannot run.
    """

    def run(self, sql: str) -> None:
        """Execute a statement for its effect."""
        ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Execute a query and return all rows."""
        ...

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Execute a query and yield its rows as they come; other statements may run meanwhile."""
        ...

    def columns(self, sql: str) -> list[str]:
        """The names of a query's columns, in order; no row is made."""
        ...

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table from a query."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Create or replace a view from a query."""
        ...

    def seal(self) -> None:
        """Shut files and network off: from here on SQL sees the tables it has, whoever wrote it."""
        ...

    def export(self, name: str, path: Path) -> None:
        """Write a table to a parquet file, rows in their order; the same rows give the same bytes. A sealed engine can
        do it too."""
        ...

    def ingest(self, name: str, source: object) -> None:
        """Copy an Arrow-compatible object or a data frame into a table; ``_row`` numbers its rows from 1."""
        ...


def quote(name: str) -> str:
    """A SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | date | None) -> str:
    """A SQL literal of a text, a day or nothing."""
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def relation(columns: Mapping[str, str], rows: Sequence[Sequence[str | date | None]]) -> str:
    """A query that yields these rows: column name -> SQL type, also where there are none."""
    names = [f"c{at}" for at in range(len(columns))]
    casts = ", ".join(
        f"cast({name} as {kind}) as {key}" for name, (key, kind) in zip(names, columns.items(), strict=True)
    )
    body = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows or [[None] * len(names)])
    return f"select {casts} from (values {body}) as t({', '.join(names)})" + ("" if rows else " where false")
