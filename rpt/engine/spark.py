"""A session with Spark, through Ibis."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rpt.engine import EngineError
from rpt.engine.warehouse import ZONE, Fetched, Kinds, Rows, kind_of


class Spark:
    """Temporary views of one session; a table is a view whose rows are kept in the executors (and on their disks).

    ``pyspark://host:7077`` names the master of a cluster; what stands behind ``?`` are settings of the session, the
    master (``spark.master=local-cluster[2,1,1024]``) among them.
    """

    dialect = "spark"

    def __init__(self, url: str) -> None:
        import ibis
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        self._errors = (PySparkException, Py4JError)
        address = urlsplit(url)
        settings = dict(parse_qsl(address.query))
        if address.netloc:
            settings.setdefault("spark.master", f"spark://{address.netloc}")
        builder = SparkSession.builder.appName("rpt")
        for key, value in ({"spark.ui.enabled": "false"} | settings).items():
            builder = builder.config(key, value)
        try:
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("ERROR")
            self._session: Any = ibis.pyspark.connect(session)
            session.conf.set("spark.sql.session.timeZone", ZONE)  # Ibis has set another
        except (*self._errors, RuntimeError) as error:
            raise EngineError(_said(error)) from error
        self.session = session
        atexit.register(session.stop)  # else executors are cut off at work, and say so at length

    def functions(self) -> frozenset[str]:
        """The functions of the session, the team's own included."""
        return frozenset(row[0].lower() for row in self.fetch("show functions")[1])

    def fetch(self, sql: str) -> Fetched:
        """Run a query."""
        try:
            frame = self._session.raw_sql(sql)
            return frame.columns, [tuple(row) for row in frame.collect()]
        except self._errors as error:
            raise EngineError(_said(error)) from error

    def table(self, name: str, sql: str) -> None:
        """A view whose rows are worked out once."""
        self._register(name, sql, keep=True)

    def view(self, name: str, sql: str) -> None:
        """A temporary view."""
        self._register(name, sql, keep=False)

    def upload(self, name: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
        """A view of rows that the session holds."""
        schema = ", ".join(f"{self.quoted(key)} {kind}" for key, kind in columns)
        try:
            self.session.createDataFrame(list(rows), schema).createOrReplaceTempView(name)
        except self._errors as error:
            raise EngineError(_said(error)) from error

    def schema(self, source: str) -> Kinds:
        """The columns of a table or of files; no row is read."""
        try:
            return {name: kind_of(kind) for name, kind in self._session.raw_sql(f"select * from {source}").dtypes}
        except self._errors as error:
            raise EngineError(_said(error)) from error

    def at(self, path: str) -> str:
        """Parquet files, wherever the executors reach them."""
        return f"parquet.{self.quoted(path)}"

    def cast(self, value: str, kind: str) -> str:
        """An expression as a type."""
        return f"cast({value} as {kind})"

    def quoted(self, name: str) -> str:
        """An identifier as SQL."""
        return "`" + name.replace("`", "``") + "`"

    def _register(self, name: str, sql: str, *, keep: bool) -> None:
        try:
            frame = self._session.raw_sql(sql)
            (frame.persist() if keep else frame).createOrReplaceTempView(name)
        except self._errors as error:
            raise EngineError(_said(error)) from error


def _said(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
