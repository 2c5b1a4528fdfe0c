"""A warehouse for tests without one: a second DuckDB, whose dialect needs no translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rpt.engine import EngineError, literal, quote
from rpt.engine.duck import Duck
from rpt.engine.remote import Remote
from rpt.engine.warehouse import Fetched, Kind, Kinds, Rows

KINDS: Mapping[str, Kind] = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "float",
    "DATE": "date",
    "TIMESTAMP": "time",
    "BOOLEAN": "boolean",
}


class Neighbour:
    """Keeps every query it was asked in ``asked``."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.duck = Duck()
        self.asked: list[str] = []

    def functions(self) -> frozenset[str]:
        return frozenset()

    def fetch(self, sql: str) -> Fetched:
        self.asked.append(sql)
        return self.duck.columns(sql), self.duck.rows(sql)

    def table(self, name: str, sql: str) -> None:
        self.duck.table(name, sql)

    def view(self, name: str, sql: str) -> None:
        self.duck.view(name, sql)

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
        self.duck.run(f"create or replace table {quote(name)} ({', '.join(f'{quote(k)} {t}' for k, t in columns)})")
        for row in rows:
            cells = ", ".join("null" if cell is None else literal(str(cell)) for cell in row)
            self.duck.run(f"insert into {quote(name)} values ({cells})")

    def schema(self, source: str) -> Kinds:
        return {
            str(name): "decimal" if kind.startswith("DECIMAL") else KINDS[kind]
            for name, kind, *_ in self.duck.rows(f"describe select * from {source}")
        }

    def at(self, path: str) -> str:
        raise EngineError("没有文件")

    def cast(self, value: str, kind: str) -> str:
        return f"cast({value} as {kind})"

    def quoted(self, name: str) -> str:
        return quote(name)


class Plain:
    """A dialect that is DuckDB's own."""

    def translated(self, sql: str, known: Any = None) -> str:
        return sql

    def type_of(self, kind: str) -> str:
        return kind


def remote(neighbour: Neighbour, local: Duck) -> Remote:
    return Remote(neighbour, Plain(), local)  # type: ignore[arg-type]
