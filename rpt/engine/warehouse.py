"""What the remote engine asks of a warehouse, and how PostgreSQL, Spark and the others that Ibis speaks answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

ZONE = "Asia/Shanghai"  # of a session: its days are China's, whatever the server's
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


def kind_of(declared: str) -> Kind:
    """What a type is by its name in PostgreSQL or Spark (``numeric(12,2)``, ``timestamp_ntz``). A time with a zone is
    read in the session's zone, which is China's."""
    name, _, size = declared.lower().partition("(")
    if name in ("numeric", "decimal") and size.replace(" ", "").endswith(",0)"):
        return "integer"
    return next((kind for kind, names in _NAMES.items() if name.strip() in names), "other")


_NAMES: dict[Kind, tuple[str, ...]] = {
    "text": ("text", "varchar", "bpchar", "char", "string"),
    "integer": ("int2", "int4", "int8", "tinyint", "smallint", "int", "bigint"),
    "decimal": ("numeric", "decimal"),
    "float": ("float4", "float8", "float", "double"),
    "date": ("date",),
    "time": ("timestamp", "timestamptz", "timestamp_ntz"),
    "boolean": ("bool", "boolean"),
}
