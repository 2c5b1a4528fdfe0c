"""The embedded engine: DuckDB in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpt.engine import EngineError, RoomError, literal, quote
from rpt.engine.spill import Spill
from rpt.values.resources import Resources

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


_BATCH = 10_000  # rows of a stream that are fetched at once
_USUAL = Resources()
_OPERATORS = 8  # that share a limited memory: of three, joins in a row left each other none; of eight, none is slower
_OUTLET = 256 << 20  # bytes in which a table is written as fast as in all there are


class _Stream:
    """A query's result as an Arrow stream and nothing else: another database reads that, but no relation of ours."""

    def __init__(self, relation: DuckDBPyRelation) -> None:
        self._relation = relation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._relation.__arrow_c_stream__(requested_schema)


class Duck:
    """One DuckDB database of a run, within its resources; no extension is fetched from outside.

    A statement for which memory and spill folder do not suffice raises RoomError (exit 3); a folder that cannot be
    used, UserError.
    """

    def __init__(self, resources: Resources = _USUAL) -> None:
        import duckdb

        self._spill = Spill(resources.spill, resources.memory) if resources.spill else None
        self._resources = resources
        config = _config(resources)
        if self._spill:
            config["temp_directory"] = str(self._spill.path)
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("set preserve_insertion_order = true")
        if resources.memory:
            # joins that feed a grouping would take all there is, and leave that nothing to begin with
            self._connection.execute(f"set operator_memory_limit = '{resources.memory // _OPERATORS}B'")

    def run(self, sql: str) -> None:
        """Execute a statement for its effect."""
        self._execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Execute a query and return all rows."""
        import duckdb

        try:
            return self._execute(sql).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise _too_small(error) from error

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Execute a query and yield its rows as they come."""
        import duckdb

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
                while rows := cursor.fetchmany(_BATCH):
                    yield from rows
        except duckdb.OutOfMemoryException as error:
            raise _too_small(error) from error
        except duckdb.Error as error:
            raise EngineError(str(error).splitlines()[0]) from error

    def columns(self, sql: str) -> list[str]:
        """The names of a query's columns."""
        return [name for name, *_ in self.rows(f"describe {sql}")]

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table from a query."""
        self._execute(f"create or replace table {quote(name)} as {sql}")

    def view(self, name: str, sql: str) -> None:
        """Create or replace a view from a query."""
        self._execute(f"create or replace view {quote(name)} as {sql}")

    def seal(self) -> None:
        """Shut files and network off for the rest of the run."""
        self._execute("set enable_external_access = false")

    def export(self, name: str, path: Path) -> None:
        """Write a table to a parquet file, through a database of its own: a sealed one reaches no file."""
        import duckdb

        stream = _Stream(self._connection.sql(f"select * from {quote(name)}"))
        try:
            self._outlet.register("_outgoing", stream)
            self._outlet.execute(f"copy _outgoing to {literal(str(path))} (format parquet, compression zstd)")
            self._outlet.unregister("_outgoing")
        except duckdb.Error as error:
            raise EngineError(str(error).splitlines()[0]) from error

    @cached_property
    def _outlet(self) -> DuckDBPyConnection:
        """The database that writes files. Its memory comes on top of what this one is limited to, so it is small then.
        To open one takes as long as to write a small table: there is one for all."""
        import duckdb

        memory = _OUTLET if self._resources.memory else None
        return duckdb.connect(":memory:", config=_config(replace(self._resources, memory=memory)))

    def _execute(self, sql: str) -> DuckDBPyConnection:
        import duckdb

        try:
            return self._connection.execute(sql)
        except duckdb.OutOfMemoryException as error:
            raise _too_small(error) from error
        except duckdb.Error as error:
            raise EngineError(str(error).splitlines()[0]) from error

    def ingest(self, name: str, source: object) -> None:
        """Copy an Arrow-compatible object or a data frame into a table with its row order in ``_row``."""
        self._connection.register("_incoming", source)
        self.table(name, "select row_number() over () as _row, * from _incoming")
        self._connection.unregister("_incoming")


def _config(resources: Resources) -> dict[str, str | bool | int | float | list[str]]:
    """A database's settings, but for its spill folder."""
    config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
    if resources.memory:
        config["memory_limit"] = f"{resources.memory}B"
    if resources.threads:
        config["threads"] = resources.threads
    return config


def _too_small(error: Exception) -> RoomError:
    """What is said where a statement needs more than there is."""
    hint = "请在 rpt.toml 的 [engine] 里提高 memory_limit，或把 temp_directory 指向空间更大的磁盘"
    return RoomError(f"数据库的内存与溢写空间不够用：{str(error).splitlines()[0][:200]}", hint, 3)
