"""An engine somewhere else: queries in DuckDB's dialect are translated and run there; only their rows come here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rpt.engine import Engine, EngineError, quote
from rpt.engine.warehouse import Kinds, Warehouse

if TYPE_CHECKING:
    from rpt.engine.dialect import Dialect


class Remote:
    """Tables and views are the session's own, temporary, and gone with it; nothing that stands in the warehouse is
    written. ``local`` is the embedded engine that read the project's files: what came from files is exported there.

    A sealed engine reads the tables made here and no others, so that a project's SQL cannot reach past them.
    """

    def __init__(self, warehouse: Warehouse, dialect: Dialect, local: Engine) -> None:
        self.warehouse, self.dialect, self.local = warehouse, dialect, local
        self._known: dict[str, tuple[str, ...]] = {}

    def objection(self, sql: str) -> str:
        """Why a query cannot be expressed here, before any of its tables is there; '' where it can."""
        try:
            self.dialect.translated(sql)
        except EngineError as error:
            return str(error)
        return ""

    def run(self, sql: str) -> None:
        """Refused: what has an effect is a table, a view or an upload."""
        raise EngineError("远端引擎只执行查询")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Execute a query and return all rows: text, whole numbers, decimals, days and times of day."""
        _, rows = self.warehouse.fetch(self._translated(sql))
        return [tuple(map(_exact, row)) for row in rows]

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; a warehouse sends them at once."""
        yield from self.rows(sql)

    def columns(self, sql: str) -> list[str]:
        """The names of a query's columns, in order."""
        names, _ = self.warehouse.fetch(f"select * from ({self._translated(sql)}) as t where 1 = 0")
        return names

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table of this session from a query."""
        self.warehouse.table(name, self._translated(sql))
        self._note(name)

    def view(self, name: str, sql: str) -> None:
        """Create or replace a view of this session from a query."""
        self.warehouse.view(name, self._translated(sql))
        self._note(name)

    def seal(self) -> None:
        """Nothing to shut: a query reads the tables made here from the beginning."""

    def export(self, name: str, path: Path) -> None:
        """Write a table that was read from files; a warehouse's own rows stay there."""
        self.local.export(name, path)

    def ingest(self, name: str, source: object) -> None:
        """Refused: files are read by the embedded engine."""
        raise EngineError("远端引擎不读取文件")

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> None:
        """Copy rows that were read here into a table of this session; ``columns`` are names with DuckDB's types."""
        self.warehouse.upload(name, [(key, self.dialect.type_of(kind)) for key, kind in columns], rows)
        self._known[name] = tuple(key for key, _ in columns)

    def source(self, *, table: str = "", path: str = "") -> str:
        """A table of the warehouse (``schema.table``), or files at a path, for ``schema_of`` and ``adopt``."""
        return ".".join(map(self.warehouse.quoted, table.split("."))) if table else self.warehouse.at(path)

    def schema_of(self, source: str) -> Kinds:
        """The columns of a source; no row is read."""
        return self.warehouse.schema(source)

    def adopt(self, name: str, source: str, cells: Sequence[tuple[str, str | None, str]], id: int) -> None:
        """A view ``name`` of a source: per column the name it gets, the one it has there (None for what it lacks), and
        its type (DuckDB's); ``id`` is the value of ``_src``. A warehouse has no order of rows: ``_row`` is 0."""
        quoted, cast, type_of = self.warehouse.quoted, self.warehouse.cast, self.dialect.type_of
        typed = [
            f"{cast(quoted(theirs) if theirs else 'null', type_of(kind))} as {quoted(key)}"
            for key, theirs, kind in cells
        ]
        typed += [f"{cast(value, type_of(kind))} as {quoted(key)}" for key, value, kind in _origin(id)]
        self.warehouse.view(name, f"select {', '.join(typed)} from {source}")
        self._known[name] = (*(key for key, _, _ in cells), *(key for key, _, _ in _origin(id)))

    def _translated(self, sql: str) -> str:
        return self.dialect.translated(sql, self._known)

    def _note(self, name: str) -> None:
        names, _ = self.warehouse.fetch(self.dialect.translated(f"select * from {quote(name)} limit 0"))
        self._known[name] = tuple(names)


def _origin(id: int) -> list[tuple[str, str, str]]:
    return [("_src", str(id), "integer"), ("_row", "0", "bigint")]


def _exact(value: Any) -> Any:
    """A value as the embedded engine gives it. A double that holds a whole number is that number; another is not
    exact, and no figure of a report."""
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 2**53:
            raise EngineError(f"远端引擎返回了不精确的数 {value!r}")
        return int(value)
    if value is None or isinstance(value, str | int | Decimal | datetime | date):
        return value
    raise EngineError(f"远端引擎返回了 {type(value).__name__}，不是文字、数或日期")
