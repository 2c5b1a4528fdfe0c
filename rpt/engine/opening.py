"""A warehouse by its address: only what a project names is imported, and only then."""

from __future__ import annotations

from importlib.util import find_spec

from rpt.engine import Engine, EngineError
from rpt.engine.remote import Remote
from rpt.engine.warehouse import Warehouse
from rpt.values.address import Address


def connect(where: Address, local: Engine) -> Remote:
    """A session with the warehouse, beside the embedded engine that reads files. Raises EngineError where there is no
    warehouse, or the parts that speak to it are not installed (the extra ``rpt[remote]``)."""
    if find_spec("ibis") is None or find_spec("sqlglot") is None:
        raise EngineError("没有安装远端引擎的组件，请运行：pip install 'rpt[remote]'")
    # the extra's own modules: an ordinary installation cannot import them
    from rpt.engine.dialect import Dialect

    warehouse = _warehouse(where)
    return Remote(warehouse, Dialect(warehouse.dialect, warehouse.functions()), local)


def _warehouse(where: Address) -> Warehouse:
    try:
        if where.name == "PostgreSQL":
            from rpt.engine.postgres import Postgres

            return Postgres(where.url)
        if where.name == "Spark":
            from rpt.engine.spark import Spark

            return Spark(where.url)
        from rpt.engine.unproved import Unproved

        return Unproved(where.url)
    except ImportError as error:
        raise EngineError(f"没有安装 {where.name} 的组件：{error.name}") from error
