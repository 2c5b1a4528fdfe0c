"""Grouping sets over a relation: aggregates by period and scope, within the memory that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from rpt.engine import Engine, RoomError, literal
from rpt.metrics.stages import quantile, staged
from rpt.values.scope import scope_of


@dataclass(frozen=True)
class Group:
    """The aggregates of one period and scope, by their SQL text."""

    period: str
    scope: str
    values: dict[str, Decimal | None]


@dataclass(frozen=True)
class Key:
    """A grouping column: the dimension it stands for and the SQL of a row's member. A group of members has a column of
    its own, with the group's name in the rows of those ``inside``."""

    dimension: str
    name: str
    member: str
    group: str | None = None
    inside: tuple[str, ...] = ()

    def sql(self, member: str | None = None) -> str:
        """The column over the row's member, or over the column that holds it."""
        member = member or f"({self.member})"
        if self.group is not None:
            inside = ", ".join(literal(name) for name in self.inside)
            return f"case when {member} in ({inside}) then {literal(self.group)} end"
        # a scope is spelled with | and =, so a name that holds them is spelled with their wide forms; hardly one does,
        # and looking costs a tenth of translating
        signs = f"{member} like '%|%' or {member} like '%=%'"
        return f"case when {signs} then translate({member}, '|=', '｜＝') else {member} end"


GroupingSet = tuple[str, tuple[Key, ...]]  # a grouping set: the period column, and a key for each dimension


def grouped(engine: Engine, sql: str, sets: Sequence[GroupingSet], parts: Sequence[str]) -> Iterator[Group]:
    """The aggregates ``parts`` of the query's rows by grouping sets, where period and members are known.

    All at once or, where memory does not hold them (distinct counts and quantiles do not spill), with quantiles by
    counting, and one half of the sets after the other. Raises RoomError for a set that does not fit alone.
    """
    try:
        yield from list(_at_once(engine, sql, sets, list(dict.fromkeys(parts))))
        return
    except RoomError:
        quantiles = {part: of for part in parts if (of := quantile(part))}
        if not quantiles and len(sets) == 1:
            raise
    if not quantiles:
        for half in (sets[: len(sets) // 2], sets[len(sets) // 2 :]):
            yield from grouped(engine, sql, half, parts)
        return
    others = [part for part in parts if part not in quantiles] or ["count(*)"]
    least = {
        part: dict(pair for one in sets for pair in _counted(engine, sql, one, *of)) for part, of in quantiles.items()
    }
    for group in grouped(engine, sql, sets, others):
        counted = {part: found.get((group.period, group.scope)) for part, found in least.items()}
        yield replace(group, values=group.values | counted)


def _at_once(engine: Engine, sql: str, sets: Sequence[GroupingSet], parts: Sequence[str]) -> Iterator[Group]:
    periods = list(dict.fromkeys(period for period, _ in sets))
    keys = list(dict.fromkeys(key for _, chosen in sets for key in chosen))
    columns = [*periods, *(key.name for key in keys)]
    grouping = ", ".join(f"({', '.join(_columns(one))})" for one in sets)
    relations, measured = _keyed(sql, periods, keys, parts)
    query = f"""
        with {relations}
        select {", ".join([*columns, f"grouping({', '.join(columns)})", *measured])}
        from keyed group by grouping sets ({grouping})"""
    known = {_bitmap(columns, _columns(one)): one for one in sets}
    width = len(columns)
    for row in engine.rows(query):
        period, chosen = known[row[width]]
        key, *members = (row[columns.index(name)] for name in _columns((period, chosen)))
        if key is not None and None not in members:
            values = dict(zip(parts, map(_exact, row[width + 1 :]), strict=True))
            yield Group(str(key), _scope(chosen, members), values)


def _keyed(sql: str, periods: list[str], keys: list[Key], parts: Sequence[str]) -> tuple[str, list[str]]:
    """The relations up to ``keyed``, which grouping sets go over, and the columns to ask of it: its rows are the
    source's or, where all parts add up from those, the finest groups'."""
    columns = {member: f"d{at}" for at, member in enumerate(dict.fromkeys(key.member for key in keys))}
    source, two = f"source as ({sql})", staged(parts, columns)
    if two is None or len(columns) + len(periods) == 1:
        return f"{source}, keyed as (select {_with(keys)} from source)", _numbered(parts, "p")
    members = [f"{member} as {column}" for member, column in columns.items()]
    finest = ", ".join([*periods, *members, *_numbered(two.inner, "a")])
    by = ", ".join(str(at + 1) for at in range(len(periods) + len(columns)))
    finest = f"finest as (select {finest} from source group by {by})"
    return f"{source}, {finest}, keyed as (select {_with(keys, columns)} from finest)", _numbered(two.outer, "p")


def _counted(
    engine: Engine, sql: str, of: GroupingSet, value: str, share: str
) -> Iterator[tuple[tuple[str, str], Decimal | None]]:
    """A quantile by period and scope: the least value that so great a share of the values does not exceed. How often
    each value comes is few rows, or spills."""
    columns = ", ".join(_columns(of))
    query = f"""
        with source as ({sql}), keyed as (select {_with(of[1])} from source),
        counted as (select {columns}, {value} as v, count(*) as n from keyed group by all),
        ranked as (
          select *, sum(n) over (partition by {columns} order by v) as upto,
            sum(n) over (partition by {columns}) as of_all
          from counted where v is not null
        )
        select {columns}, min(v) from ranked where upto >= {share} * of_all group by {columns}"""
    for period, *members, least in engine.rows(query):
        yield (str(period), _scope(of[1], members)), _exact(least)


def _columns(of: GroupingSet) -> list[str]:
    return [of[0], *(key.name for key in of[1])]


def _with(keys: Sequence[Key], columns: Mapping[str, str] | None = None) -> str:
    """All columns, and those of the keys beside them."""
    return "".join(["*", *(f", {key.sql((columns or {}).get(key.member))} as {key.name}" for key in keys)])


def _numbered(aggregates: Sequence[str], letter: str) -> list[str]:
    """Aggregates as the columns ``p0``, ``p1`` …"""
    return [f"{sql} as {letter}{at}" for at, sql in enumerate(aggregates)]


def _bitmap(columns: list[str], of: list[str]) -> int:
    """What grouping(columns…) returns for a set: a bit is 1 where the column is aggregated away."""
    return int("".join("0" if column in of else "1" for column in columns), 2)


def _scope(keys: Sequence[Key], members: Sequence[Any]) -> str:
    return scope_of({key.dimension: str(member) for key, member in zip(keys, members, strict=True)})


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
