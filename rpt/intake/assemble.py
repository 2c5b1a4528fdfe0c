"""One typed table of all its parts: rows of every sheet together, repeated rows named, overlaps settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rpt.engine import Engine, quote
from rpt.engine.dataset import Origin as Sheet
from rpt.engine.dataset import TypedTable
from rpt.intake.clean import SQL_TYPES
from rpt.intake.overlaps import settle
from rpt.intake.parts import Part, file_numbers, files_of
from rpt.intake.schema import TableSchema
from rpt.values.issue import Issue, Level, Origin


def assemble(
    engine: Engine, schema: TableSchema, own: Sequence[Part], fed: Sequence[Part] = ()
) -> tuple[TypedTable, list[Issue]]:
    """One table of the team's own sheets and of what exports feed it, whose repeats are settled already; a column that
    no file has is all NULL and not in ``columns``. A table that no file holds is there too, empty, so that SQL may join
    it."""
    name = f"typed_{schema.name}"
    parts = [*own, *fed]
    columns: frozenset[str] = frozenset().union(*(part.columns for part in parts))
    if not parts:
        engine.run(f"create or replace table {quote(name)} ({_columns(schema)})")
        return described(engine, schema, columns, ()), []
    if len(parts) == 1 and _has_all(engine, schema, parts[0]):
        engine.run(f"drop table if exists {quote(name)}")
        engine.run(f"alter table {quote(parts[0].target)} rename to {quote(name)}")
    else:
        engine.table(name, _union(schema, parts))
        for part in parts:
            engine.run(f"drop table {quote(part.target)}")
    issues = list(_duplicate_keys(engine, schema, name, columns, own))
    issues += settle(engine, schema, name, columns, own)
    return described(engine, schema, columns, [part.origin for part in parts]), issues


def described(engine: Engine, schema: TableSchema, columns: frozenset[str], origins: Sequence[Sheet]) -> TypedTable:
    """What is to be known of the typed table that the engine holds for a schema."""
    name = f"typed_{schema.name}"
    rows, first, last = _extent(engine, schema, name) if origins else (0, None, None)
    return TypedTable(
        name=name,
        label=schema.label,
        columns=columns,
        all_columns={column.key: column.label for column in schema.columns},
        origins=tuple(origins),
        rows=rows,
        date_column=schema.date,
        date_type=schema.column(schema.date).type if schema.date else None,
        key=tuple(schema.key),
        is_series=schema.date in schema.key,
        first=first,
        last=last,
    )


def _columns(schema: TableSchema) -> str:
    own = [f"{quote(column.key)} {SQL_TYPES[column.type]}" for column in schema.columns]
    return ", ".join([*own, "_src integer", "_row bigint"])


def _union(schema: TableSchema, parts: Sequence[Part]) -> str:
    selects = []
    for part in parts:
        cells = [
            quote(c.key) if c.key in part.columns else f"cast(null as {SQL_TYPES[c.type]}) as {quote(c.key)}"
            for c in schema.columns
        ]
        selects.append(f"select {', '.join(cells)}, _src, _row from {quote(part.target)}")
    return " union all ".join(selects)


def _has_all(engine: Engine, schema: TableSchema, part: Part) -> bool:
    """Whether a part is the whole table as it stands: its columns are the schema's, in their order."""
    there = [name for (name,) in engine.rows(f"select column_name from (describe {quote(part.target)})")]
    return there == [*(column.key for column in schema.columns), "_src", "_row"]


def _extent(engine: Engine, schema: TableSchema, table: str) -> tuple[int, date | None, date | None]:
    """How many rows a table has, and the first and last day that they tell of."""
    first = last = "null"
    if schema.date:
        column = quote(schema.date)
        is_month = schema.column(schema.date).type == "month"
        first = f"cast(min({column}) as date)"
        last = f"last_day(max({column}))" if is_month else f"cast(max({column}) as date)"
    rows, begin, end = engine.rows(f"select count(*), {first}, {last} from {quote(table)}")[0]
    return int(rows), begin, end


def _duplicate_keys(
    engine: Engine, schema: TableSchema, table: str, columns: frozenset[str], parts: Sequence[Part]
) -> Iterator[Issue]:
    """Rows of one file that share a key are named in pairs: the row, and the earlier one it repeats. Over several files
    they are an overlap."""
    keys = [key for key in schema.key if key in columns]
    if not parts or not keys or len(keys) < len([k for k in schema.key if schema.column(k).required]):
        return
    numbers = {file: at for at, file in enumerate(files_of(parts))}
    by = ", ".join(quote(key) for key in keys)
    shown = " || '，' || ".join(f"coalesce(cast({quote(key)} as varchar), '空')" for key in keys)
    filed = f"{quote(table)} join {file_numbers(parts, numbers)} using (_src)"
    same = " and ".join(f"r.{quote(key)} is not distinct from t.{quote(key)}" for key in keys)
    # keys that come back are few: only their rows are put in order
    sql = f"""
        with again as (select _file, {by} from {filed} group by all having count(*) > 1)
        select _src, _row, {shown}, first_src, first_row from (
          select t.*, first_value(_src) over w as first_src, first_value(_row) over w as first_row,
            row_number() over w as nth
          from (select * from {filed}) t semi join again r on r._file = t._file and {same}
          window w as (partition by _file, {by} order by _src, _row)
        ) where nth > 1 order by _src, _row"""
    sheets = {part.origin.id: part.origin for part in parts}
    labels = "、".join(schema.column(key).label for key in keys)
    for src, row, value, first_src, first_row in engine.rows(sql):
        first = sheets[first_src]
        message = f"重复的行：{labels}为“{value}”，与 {first.file} › {first.sheet} 第 {first_row} 行相同"
        here = Origin(sheets[src].file, sheets[src].sheet, f"A{row}")
        hint = f"每{schema.grain.removeprefix('一行')}应只出现一次，请删去重复的行"
        yield Issue("duplicate_key", Level.ERROR, message, here, hint, value)
