"""Rows that several files hold: exports overlap, and a later one has the same days with fuller figures.

Of rows with one key in several files those of the latest file stay, whatever they say, so that nothing is counted
twice. Each pair of files is told once, with how many rows and which days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rpt.engine import Engine, quote
from rpt.intake.parts import Part, file_numbers, files_of
from rpt.intake.recency import Ranking, rank
from rpt.intake.schema import TableSchema
from rpt.values.issue import Issue, Level, Origin


def settle(
    engine: Engine, schema: TableSchema, table: str, columns: frozenset[str], parts: Sequence[Part]
) -> list[Issue]:
    """Take rows that a later file holds, too, out of the typed ``table``; say so for each pair of files."""
    files = files_of(parts)
    keys = [key for key in schema.key if key in columns] or sorted(columns)
    if len(files) < 2 or any(schema.column(key).required and key not in columns for key in schema.key):
        return []
    shared = _shared(engine, schema, table, keys, parts, {file: at for at, file in enumerate(files)})
    if len(shared) < 2:
        return []
    names = list(files)
    ranking = rank([names[at] for at in shared], files)
    # files that share nothing may stand anywhere; -1 keeps them out of the way
    numbers = dict.fromkeys(files, -1) | {file: at for at, file in enumerate(ranking.files)}
    late = f"{table}__late"
    engine.table(
        late,
        f"select *, max(_file) over (partition by {_list(keys)}) as _last "
        f"from {quote(table)} join {file_numbers(parts, numbers)} using (_src) where {_whole(schema, keys)}",
    )
    issues = list(_pairs(engine, schema, late, keys, sorted(columns), ranking))
    engine.run(
        f"delete from {quote(table)} where (_src, _row) in (select (_src, _row) from {quote(late)} where _file < _last)"
    )
    engine.run(f"drop table {quote(late)}")
    return issues


def _whole(schema: TableSchema, keys: Sequence[str]) -> str:
    """SQL for rows that have their key; one whose date could not be read is like no other."""
    required = [f"{quote(key)} is not null" for key in keys if schema.column(key).required]
    return " and ".join(required) or "true"


def _list(names: Sequence[str]) -> str:
    return ", ".join(quote(name) for name in names)


def _shared(
    engine: Engine, schema: TableSchema, table: str, keys: Sequence[str], parts: Sequence[Part], numbers: dict[str, int]
) -> list[int]:
    """The numbers of the files that have a key in common with another."""
    sql = f"""
        select distinct unnest(found) from (
          select list(distinct _file) as found from {quote(table)} join {file_numbers(parts, numbers)} using (_src)
          where {_whole(schema, keys)} group by {_list(keys)} having min(_file) < max(_file)
        ) order by 1"""
    return [int(at) for (at,) in engine.rows(sql)]


def _pairs(
    engine: Engine, schema: TableSchema, late: str, keys: Sequence[str], columns: Sequence[str], ranking: Ranking
) -> Iterator[Issue]:
    others = [column for column in columns if column not in keys]
    differs = " or ".join(f"e.{quote(c)} is distinct from l.{quote(c)}" for c in others) or "false"
    lost = "".join(f", bool_or(e.{quote(c)} is not null and l.{quote(c)} is null)" for c in others)
    day = "null"
    if schema.date and schema.date in columns:
        day = f"cast(e.{quote(schema.date)} as date)"
    same = " and ".join(f"e.{quote(key)} is not distinct from l.{quote(key)}" for key in keys)
    sql = f"""
        select e._file, l._file, count(*), count(*) filter (where {differs}), count(distinct {day}), min({day}),
          max({day}){lost}
        from {quote(late)} e join (
          select * from {quote(late)} where _file = _last
          qualify row_number() over (partition by {_list(keys)} order by _src, _row) = 1
        ) l on {same}
        where e._file < e._last group by all order by 1, 2"""
    for early, later, rows, different, days, first, last, *gone in engine.rows(sql):
        one, other = ranking.files[early], ranking.files[later]
        reason = ranking.reason(one, other)
        span = _span(schema, days, first, last)
        labels = "、".join(schema.column(c).label for c, lacks in zip(others, gone, strict=True) if lacks)
        yield _issue(schema, one, other, int(rows), int(different), span, reason, labels)


def _span(schema: TableSchema, days: int, first: date | None, last: date | None) -> str:
    if not schema.date or not days or first is None or last is None:
        return ""
    monthly = schema.column(schema.date).type == "month"
    one, two = ((f"{d.year}年{d.month}月" if monthly else d.isoformat()) for d in (first, last))
    if days == 1:
        return one
    return f"{one}至{two}，共{days}{'个月' if monthly else '天'}"


def _issue(
    schema: TableSchema, early: str, late: str, rows: int, different: int, span: str, reason: str, lost: str
) -> Issue:
    when = f"（{span}）" if span else ""
    again = f"表“{schema.label}”有 {rows} 行同时出现在 {early} 与 {late}{when}"
    if not different:
        message = f"{again}，内容完全相同，只计一次"
        return Issue("overlap_same", Level.INFO, message, Origin(early), "可删去重复导出的部分")
    message = f"{again}，其中 {different} 行数值不同；以较晚的 {late} 为准（依据：{reason}），不重复计算"
    if lost:
        message += f"。较晚的文件里没有值的列按没有数据计：{lost}"
    hint = "如应以另一份为准，请在文件名里写明导出日期，或删去多余的文件；若是不同店铺的数据，请先在表里区分开"
    return Issue("overlap_differs", Level.WARNING, message, Origin(early), hint)
