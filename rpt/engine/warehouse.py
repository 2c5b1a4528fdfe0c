"""What the remote engine asks of a warehouse, and how PostgreSQL, Spark and the others that Ibis speaks answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from rpt.engine import EngineError

Rows = Sequence[tuple[Any, ...]]
Fetched = tuple[list[str], Rows]  # the names of the columns, and the rows


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

    def columns_of(self, source: str) -> dict[str, str]:
        """The columns of a table or path that stands there, with their types in DuckDB's words."""
        ...

    def named(self, table: str) -> str:
        """A table of the warehouse (``schema.table``) as SQL."""
        ...

    def quoted(self, name: str) -> str:
        """An identifier as SQL."""
        ...
