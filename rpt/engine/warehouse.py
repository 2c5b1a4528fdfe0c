"""What the remote engine asks of a warehouse, and how PostgreSQL, Spark and the others that Ibis speaks answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

Rows = Sequence[tuple[Any, ...]]
Fetched = tuple[list[str], Rows]  # the names of the columns, and the rows
Kind = Literal["text", "integer", "decimal", "float", "date", "time", "boolean", "other"]  # time: a day with its hour
Kinds = dict[str, Kind]  # the columns of a table by name


class Warehouse(Protocol):
    """A session with a database. SQL is its own dialect; every method raises EngineError for what it refuses."""

    dialect: str  # as sqlglot calls it

    def functions(self) -> frozenset[str]:
        """The functions it has, lower case; empty where it cannot say."""
        ...

    def fetch(self, sql: str) -> Fetched:
        """Run a query."""
        ...

    def table(self, name: str, sql: str) -> None:
        """Create or replace a temporary table from a query."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Create or replace a temporary view of a query."""
        ...

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
        """Create or replace a temporary table of these rows; columns are names and types."""
        ...

    def schema(self, source: str) -> Kinds:
        """The columns of what stands in a ``from`` of its SQL; no row is read."""
        ...

    def at(self, path: str) -> str:
        """Parquet files at a path or URL, for a ``from`` of its SQL."""
        ...

    def cast(self, value: str, kind: str) -> str:
        """An expression of its SQL as one of its types."""
        ...

    def quoted(self, name: str) -> str:
        """An identifier as SQL."""
        ...


def kinds(schema: Any) -> Kinds:
    """The columns of an Ibis schema. A time with a zone is ``other``: its day depends on who asks."""
    return {str(name): _kind(kind) for name, kind in schema.items()}


def _kind(of: Any) -> Kind:
    if of.is_timestamp():
        return "other" if of.timezone else "time"
    if of.is_decimal() and of.scale == 0:
        return "integer"
    known: dict[str, Kind] = {
        "is_string": "text",
        "is_integer": "integer",
        "is_decimal": "decimal",
        "is_floating": "float",
        "is_date": "date",
        "is_boolean": "boolean",
    }
    return next((kind for test, kind in known.items() if getattr(of, test)()), "other")
