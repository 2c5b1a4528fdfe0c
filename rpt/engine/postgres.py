"""A session with PostgreSQL, through Ibis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rpt.engine import EngineError, quote
from rpt.engine.warehouse import ZONE, Fetched, Kinds, Rows, kind_of


class Postgres:
    """Temporary tables and views of one connection. Text is compared by code point (``collate "C"``), as everywhere
    else in rpt, whatever the database's own order."""

    dialect = "postgres"

    def __init__(self, url: str) -> None:
        import ibis
        import psycopg

        self._error = psycopg.Error
        try:
            self._session: Any = ibis.connect(url)
            self._session.con.execute(f"set client_min_messages = warning; set timezone = '{ZONE}'")
        except psycopg.Error as error:
            raise EngineError(_said(error)) from error

    def functions(self) -> frozenset[str]:
        """The functions of the server, extensions' and the team's own included."""
        return frozenset(name for (name,) in self.fetch("select distinct proname::text from pg_proc")[1])

    def fetch(self, sql: str) -> Fetched:
        """Run a query."""
        try:
            with self._session.con.execute(sql) as cursor:
                return [column.name for column in cursor.description], cursor.fetchall()
        except self._error as error:
            raise EngineError(_said(error)) from error

    def table(self, name: str, sql: str) -> None:
        """A temporary table, with the statistics that its joins are planned by."""
        self._make(name, f"create temporary table {quote(name)} as {sql}")
        self._run(f"analyze {quote(name)}")

    def view(self, name: str, sql: str) -> None:
        """A temporary view."""
        self._make(name, f"create temporary view {quote(name)} as {sql}")

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
        """A temporary table, filled by COPY."""
        kinds = ", ".join(f"{quote(key)} {kind}{_collated(kind)}" for key, kind in columns)
        self._make(name, f"create temporary table {quote(name)} ({kinds})")
        try:
            with self._session.con.cursor() as cursor, cursor.copy(f"copy {quote(name)} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        except self._error as error:
            raise EngineError(_said(error)) from error
        self._run(f"analyze {quote(name)}")

    def schema(self, source: str) -> Kinds:
        """The columns of a table or of files; no row is read."""
        try:
            with self._session.con.execute(f"select * from {source} limit 0") as cursor:
                return {column.name: kind_of(column.type_display) for column in cursor.description}
        except self._error as error:
            raise EngineError(_said(error)) from error

    def at(self, path: str) -> str:
        """Refused: a server reads no files of ours."""
        raise EngineError('PostgreSQL 读不到文件；请写 warehouse = "模式.表"，或由 rpt 读取：files = […]')

    def cast(self, value: str, kind: str) -> str:
        """An expression as a type."""
        return f"cast({value} as {kind}){_collated(kind)}"

    def quoted(self, name: str) -> str:
        """An identifier as SQL."""
        return quote(name)

    def _make(self, name: str, sql: str) -> None:
        """What stands under the name in this session goes first, view or table."""
        kinds = self.fetch(
            f"select relkind::text from pg_class where relnamespace = pg_my_temp_schema() and relname = {_text(name)}"
        )[1]
        for (kind,) in kinds:
            self._run(f"drop {'view' if kind == 'v' else 'table'} pg_temp.{quote(name)} cascade")
        self._run(sql)

    def _run(self, sql: str) -> None:
        try:
            self._session.con.execute(sql)
        except self._error as error:
            raise EngineError(_said(error)) from error


def _said(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _collated(kind: str) -> str:
    return ' collate "C"' if kind.lower() in ("text", "varchar") else ""
