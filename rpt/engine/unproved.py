"""A session with whatever else Ibis speaks, by Ibis's own means: its steps are tried on PostgreSQL, others are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rpt.engine import EngineError
from rpt.engine.warehouse import Fetched, Kind, Kinds, Rows


class Unproved:
    """Temporary tables and views as Ibis makes them."""

    def __init__(self, url: str) -> None:
        import ibis

        self._session: Any = ibis.connect(url)
        self.dialect: str = self._session.name
        self._own: set[str] = set()  # the tables made here

    def functions(self) -> frozenset[str]:
        """Unknown: how to ask differs."""
        return frozenset()

    def fetch(self, sql: str) -> Fetched:
        """Run a query; drivers answer with a cursor, or ClickHouse's with a result."""
        answer = self._tried(self._session.raw_sql, sql)
        if hasattr(answer, "result_rows"):
            return list(answer.column_names), list(answer.result_rows)
        return [column[0] for column in answer.description], [tuple(row) for row in answer.fetchall()]

    def table(self, name: str, sql: str) -> None:
        """A temporary table."""
        self._tried(self._forget, name)
        self._tried(self._session.raw_sql, f"create temporary table {self.quoted(name)} as {sql}")
        self._own.add(name)

    def view(self, name: str, sql: str) -> None:
        """A table all the same: not every engine has temporary views."""
        self.table(name, sql)

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
        """A temporary table of rows as literals of their types."""
        import ibis
        import pyarrow as pa

        schema = ibis.schema(
            {key: ibis.dtype(self._session.compiler.type_mapper.from_string(kind)) for key, kind in columns}
        ).to_pyarrow()
        cells = list(zip(*rows, strict=True)) or [()] * len(columns)
        table = pa.table([pa.array(list(cell), field.type) for cell, field in zip(cells, schema, strict=True)], schema)
        self._tried(self._forget, name)
        self._tried(lambda: self._session.create_table(name, table, temp=True))
        self._own.add(name)

    def schema(self, source: str) -> Kinds:
        """The columns of a table; no row is read."""
        import sqlglot

        place = sqlglot.exp.to_table(source, dialect=self.dialect)
        database = tuple(filter(None, (place.catalog, place.db))) or None
        return _kinds(self._tried(lambda: self._session.table(place.name, database=database).schema()))

    def at(self, path: str) -> str:
        """Refused: how to read files differs."""
        raise EngineError('这个引擎不能按路径读文件，请写 warehouse = "模式.表"')

    def cast(self, value: str, kind: str) -> str:
        """An expression as a type."""
        return f"cast({value} as {kind})"

    def quoted(self, name: str) -> str:
        """An identifier as SQL."""
        import sqlglot

        return str(sqlglot.exp.to_identifier(name, quoted=True).sql(self.dialect))

    def _forget(self, name: str) -> None:
        """Drop a table made here: Ibis's own way writes no name with the newer translators that we need."""
        if name in self._own:
            self._session.raw_sql(f"drop table {self.quoted(name)}")

    def _tried(self, act: Any, *of: Any) -> Any:
        """Drivers' errors share no class of their own but Exception."""
        try:
            return act(*of)
        except Exception as error:
            raise EngineError((str(error).strip().splitlines() or [type(error).__name__])[0]) from error


def _kinds(schema: Any) -> Kinds:
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
