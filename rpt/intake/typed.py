"""Columnar files (parquet): typed already, so checked against the schema and used in place of cleaned text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rpt.engine import Engine, literal, quote
from rpt.intake.clean import SQL_TYPES
from rpt.intake.header import Match
from rpt.intake.schema import ColumnSchema, TableSchema, normalise
from rpt.intake.sheet import Place
from rpt.values.issue import Issue, Level, Origin


def clean_typed(
    engine: Engine, place: Place, path: Path, table: str | None, known: Mapping[str, TableSchema], target: str
) -> tuple[Match | None, list[Issue]]:
    """Load a parquet file whose columns are keys, labels or aliases of a schema; casts that fail are issues.

    The table is the one named, else the one the file's name says, else the one whose required columns are all there.
    """
    source = f"read_parquet({literal(str(path))})"
    names = [name for (name,) in engine.rows(f"select column_name from (describe select * from {source})")]
    schema = known[table] if table else _guess(place.file, names, known)
    if schema is None:
        hint = "请在 rpt.toml 里写 [tables.表名] files = […]"
        return None, [Issue("sheet_unknown", Level.ERROR, "没有认出这个文件是哪一张表", Origin(place.file), hint)]
    headers = schema.by_header() | {column.key: column for column in schema.columns}
    columns = {i: headers[key] for i, name in enumerate(names) if (key := _known(name, headers)) is not None}
    found = Match(schema, 0, columns, unknown={i: name for i, name in enumerate(names) if i not in columns})
    if found.missing:
        labels = "、".join(f"“{column.label}”" for column in found.missing)
        message = f"表“{schema.label}”缺少必需的列：{labels}"
        return None, [Issue("column_missing", Level.ERROR, message, Origin(place.file), "请补上该列")]
    positions = {column.key: i for i, column in columns.items()}
    ordered = [column for column in schema.columns if column.key in positions]
    cells = "".join(
        f"try_cast({quote(names[positions[c.key]])} as {SQL_TYPES[c.type]}) as {quote(c.key)}, " for c in ordered
    )
    numbered = f"read_parquet({literal(str(path))}, file_row_number = true)"
    engine.table(target, f"select {cells}{place.id} as _src, file_row_number + 1 as _row from {numbered}")
    return found, list(_bad(engine, place, source, target, {names[positions[c.key]]: c for c in ordered}))


def _bad(
    engine: Engine, place: Place, source: str, target: str, columns: Mapping[str, ColumnSchema]
) -> Iterator[Issue]:
    """An issue per column with values that do not convert, or are missing though required: one scan of the typed rows,
    and one of the file where some are without a value."""
    rows, *filled = engine.rows(f"select count(*), {_counts(c.key for c in columns.values())} from {quote(target)}")[0]
    held: Sequence[int] = [rows] * len(columns)
    if any(count < rows for count in filled):
        held = engine.rows(f"select {_counts(columns)} from {source}")[0]
    for column, typed, there in zip(columns.values(), filled, held, strict=True):
        count = (rows if column.required else there) - typed
        if count:
            message = f"列“{column.label}”有 {count} 个值为空或不能转换为 {SQL_TYPES[column.type]}"
            yield Issue("cell_bad", Level.ERROR, message, Origin(place.file), "请在导出时改正该列的类型")


def _counts(names: Iterable[str]) -> str:
    return ", ".join(f"count({quote(name)})" for name in names)


def _known(name: str, headers: Mapping[str, object]) -> str | None:
    return name if name in headers else normalise(name) if normalise(name) in headers else None


def _guess(file: str, names: list[str], known: Mapping[str, TableSchema]) -> TableSchema | None:
    stem = normalise(Path(file).stem)
    for schema in known.values():
        if stem == schema.name or any(stem.startswith(normalise(sheet)) for sheet in schema.sheets):
            return schema
    for schema in known.values():
        headers = schema.by_header() | {column.key: column for column in schema.columns}
        found = {headers[key].key for name in names if (key := _known(name, headers)) is not None}
        if all(column.key in found for column in schema.columns if column.required):
            return schema
    return None
