"""Typed tables out of the archive: rows that an earlier run read, in place of reading the files again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rpt.engine import Engine, literal, quote
from rpt.engine.dataset import Dataset, Origin, TypedTable
from rpt.intake.assemble import assemble, described
from rpt.intake.schema import TableSchema


def recall(
    engine: Engine, known: Mapping[str, TableSchema], rows: Mapping[str, Path], origins: Iterable[Origin]
) -> Dataset:
    """The dataset whose typed rows stand in parquet files by table; a column without any value counts as absent, unless
    a sheet has it."""
    sheets = {origin.id: origin for origin in origins}
    tables: dict[str, TypedTable] = {}
    for name, schema in known.items():
        if name not in rows:
            tables[name], _ = assemble(engine, schema, [])
            continue
        target = f"typed_{name}"
        engine.table(target, f"select * from read_parquet({literal(str(rows[name]))})")
        used = [sheets[src] for (src,) in engine.rows(f"select distinct _src from {quote(target)} order by 1")]
        counted = ", ".join(f"count({quote(column.key)})" for column in schema.columns)
        counts = engine.rows(f"select {counted} from {quote(target)}")[0]
        filled = {column.key for column, count in zip(schema.columns, counts, strict=True) if count}
        written = {key for origin in used for key, _ in origin.columns}
        tables[name] = described(engine, schema, frozenset(filled | written), used)
    return Dataset(engine, tables)
