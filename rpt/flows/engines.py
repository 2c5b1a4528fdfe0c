"""Which engine a project's tables are measured in: the embedded one, or the warehouse that rpt.toml names."""

from __future__ import annotations

from rpt.engine import Engine, EngineError
from rpt.engine.opening import connect
from rpt.engine.remote import Remote
from rpt.intake.standing import standing
from rpt.metrics.catalogue import catalogue
from rpt.metrics.expressible import refuse_inexpressible
from rpt.project.model import Project
from rpt.values.address import address
from rpt.values.issue import Issue, Level, Origin, UserError


def warehouse_of(project: Project, local: Engine) -> tuple[Remote | None, list[Issue]]:
    """A session with the warehouse of a project, and what is to be said of it; None for the embedded engine.

    Raises UserError where it cannot be reached, or cannot express what the catalogue asks: before a row is read.
    """
    where, tables = address(project.settings.engine.url), standing(project)
    if where.is_embedded:
        if tables:
            message = f"表 {'、'.join(tables)} 写的是 warehouse 或 path，而引擎是内嵌的 duckdb"
            raise UserError(
                message, '请在 rpt.toml 里写 [engine] url = "postgres://…" 或 "pyspark://…"；文件请写 files'
            )
        return None, []
    try:
        remote = connect(where, local)
    except EngineError as error:
        raise UserError(f"连不上 {where.name}", str(error)) from error
    # thresholds stand for any year: only the form of the SQL is tried
    refuse_inexpressible(catalogue(project, base_year=0), remote.objection, where.name)
    if where.is_proved:
        return remote, []
    message = f"{where.name} 尚未与内嵌引擎逐项核对，数字以内嵌引擎为准"
    hint = "已核对的有 PostgreSQL 与 Spark"
    return remote, [Issue("engine_unproved", Level.INFO, message, Origin(project.file.name), hint)]
