"""The engine: where tables live and SQL runs. Steps see the protocol; the embedded engine is DuckDB."""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """What a step may ask of an engine. SQL is DuckDB's dialect; rows come back as tuples of exact values."""

    def run(self, sql: str) -> None:
        """Execute a statement for its effect."""
        ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Execute a query and return all rows."""
        ...

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table from a query."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Create or replace a view from a query."""
        ...

    def ingest(self, name: str, source: object) -> None:
        """Copy an Arrow-compatible object or a data frame into a table, keeping its order in a ``_row`` column (1-based)."""
        ...


def quote(name: str) -> str:
    """A SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
