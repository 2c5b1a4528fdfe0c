"""One query per table: every part of every metric over all periods and scopes at once, by grouping sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from rpt.engine import Engine, RoomError, literal, quote
from rpt.engine.dataset import TypedTable
from rpt.metrics.entry import TableEntry
from rpt.metrics.stages import quantile, staged
from rpt.project.model import Project
from rpt.values.ledger import Source
from rpt.values.scope import members_of, scope_of

LEVELS = {"year_key": "in_cut", "quarter_key": "in_cut", "month_key": "in_months"}  # and which rows count there
_OF_YEARS = ("year_key", "period")  # the period columns that may hold a year
CAMPAIGN = "活动"
_TRACED_SHEETS = 40


@dataclass(frozen=True)
class Cell:
    """The measured parts of one period and scope: exact values by SQL text, and the rows behind them."""

    period: str
    scope: str
    values: dict[str, Decimal | None]
    sources: tuple[Source, ...]


@dataclass
class TablePlan:
    """What is to be measured over one table: the SQL of the parts, and the dimension combinations; ``yearly`` are those
    that nothing shorter than a year is cut by."""

    name: str
    entry: TableEntry
    table: TypedTable | None  # None for a derived table
    period_end: bool = False
    parts: list[str] = field(default_factory=list)
    combinations: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    yearly: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, sql: str, combinations: Sequence[tuple[str, ...]], yearly: Sequence[tuple[str, ...]] = ()) -> None:
        """Ask for one more part, over these dimension combinations too."""
        if sql not in self.parts:
            self.parts.append(sql)
        self.combinations += [c for c in combinations if c not in self.combinations]
        self.yearly = [c for c in dict.fromkeys([*self.yearly, *yearly]) if c not in self.combinations]


@dataclass(frozen=True)
class _Key:
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


_Set = tuple[str, tuple[_Key, ...]]  # a grouping set: the period column, and a key for each dimension


class TableQuery:
    """Runs a TablePlan. ``year`` is the report year, to which tables without time belong."""

    def __init__(self, engine: Engine, project: Project, plan: TablePlan, year: int) -> None:
        self.engine, self.project, self.plan, self.year = engine, project, plan, year

    def cells(self) -> Iterator[Cell]:
        """All measured cells: by period, and for dated tables by campaign window too."""
        plan = self.plan
        dimensions = sorted({d for combination in (*plan.combinations, *plan.yearly) for d in combination})
        native = [d for d in dimensions if d in plan.entry.dimensions]
        by_period, by_year = (
            [c for c in chosen if all(d in native for d in c)] for chosen in (plan.combinations, plan.yearly)
        )
        yield from self._run(self._periods(), by_period, native, yearly=by_year)
        by_campaign = [c for c in (*plan.combinations, *plan.yearly) if CAMPAIGN in c and CAMPAIGN not in native]
        if by_campaign and plan.table is not None and plan.table.date_type in ("date", "datetime"):
            yield from self._run(self._campaigns(), by_campaign, native, CAMPAIGN)

    def rows_of(self, period: str, scope: str) -> str:
        """The query of the rows that one cell of ``cells`` is made of. Raises ValueError for what is no scope."""
        members = members_of(scope)
        by_campaign = CAMPAIGN in members and CAMPAIGN not in self.plan.entry.dimensions
        sql, columns = self._campaigns() if by_campaign else self._periods()
        tests = ["(" + " or ".join(f"{column} = {literal(period)}" for column in columns if column != "campaign") + ")"]
        for dimension, member in members.items():
            if by_campaign and dimension == CAMPAIGN:
                tests.append(f"campaign = {literal(member)}")
            else:
                keys = self._keys(dimension)
                tests.append("(" + " or ".join(f"{key.sql()} = {literal(member)}" for key in keys) + ")")
        return f"select * from ({sql}) as source where {' and '.join(tests)}"

    def _periods(self) -> tuple[str, list[str]]:
        """The relation to group, and its period columns."""
        name, entry = quote(self.plan.name), self.plan.entry
        if entry.period:
            key = f"cast({quote(entry.period)} as varchar) as period"
            cells = f"* replace ({key})" if entry.period == "period" else f"*, {key}"
            return f"select {cells} from {name}", ["period"]
        if entry.snapshot:
            return f"select *, '{self.year}' as period from {name}", ["period"]
        if self.plan.period_end:
            last = " union all ".join(
                f"select *, {level} as period from {self._dated(name)} where {counts} "
                f"qualify _day = max(_day) over (partition by {level})"
                for level, counts in LEVELS.items()
            )
            return last, ["period"]
        # a key that does not count is null, and groups under null are no cells
        keys = ", ".join(f"case when {counts} then {level} end as {level}" for level, counts in LEVELS.items())
        return f"select * replace ({keys}) from {self._dated(name)} where in_months", list(LEVELS)

    def _dated(self, name: str) -> str:
        """A dated relation with period keys; a derived one takes them from the calendar or its month's end."""
        entry = self.plan.entry
        if self.plan.table is not None or self.plan.name == "calendar" or not entry.date:
            return name
        day = f"last_day(d.{quote(entry.date)})"
        keys = "c.year_key, c.quarter_key, c.month_key, c.month_in_cut as in_cut, c.month_in_months as in_months"
        return f"(select d.*, {keys}, {day} as _day from {name} d join calendar c on c.date = {day})"

    def _campaigns(self) -> tuple[str, list[str]]:
        name = quote(self.plan.name)
        # the windows end before the cut; one that began in the old year is whole all the same
        days = f"{name} t join campaign_day c on c.day = t._day"
        return f"select t.* exclude (year_key), c.year_key as period, c.campaign from {days}", ["period"]

    def _run(
        self,
        relation: tuple[str, list[str]],
        combinations: list[tuple[str, ...]],
        native: list[str],
        campaign: str | None = None,
        yearly: Sequence[tuple[str, ...]] = (),
    ) -> Iterator[Cell]:
        sql, periods = relation
        keys = [key for dimension in native for key in self._keys(dimension)]
        if campaign:
            keys.append(_Key(campaign, "k_campaign", "campaign"))
        sets = [
            (period, chosen)
            for period in periods
            for c in (*combinations, *(yearly if period in _OF_YEARS else ()))
            for chosen in _choices(c, keys)
        ]
        yield from self._cells(sql, sets, self.plan.parts)

    def _cells(self, sql: str, sets: Sequence[_Set], parts: Sequence[str]) -> Iterator[Cell]:
        """The cells of grouping sets at once or, where memory does not hold them (distinct counts and quantiles do not
        spill), with quantiles by counting, and one half of the sets after the other. Raises RoomError for a set that
        does not fit alone."""
        try:
            found = list(self._at_once(sql, sets, parts))
        except RoomError:
            counted = {part: of for part in parts if (of := quantile(part))}
            if counted:
                others = [part for part in parts if part not in counted] or ["count(*)"]
                least = {
                    part: dict(pair for one in sets for pair in self._counted(sql, one, *counted[part]))
                    for part in counted
                }
                for cell in self._cells(sql, sets, others):
                    at = cell.period, cell.scope
                    yield replace(cell, values={**cell.values, **{part: least[part].get(at) for part in counted}})
                return
            if len(sets) == 1:
                raise
            for half in (sets[: len(sets) // 2], sets[len(sets) // 2 :]):
                yield from self._cells(sql, half, parts)
            return
        yield from found

    def _at_once(self, sql: str, sets: Sequence[_Set], parts: Sequence[str]) -> Iterator[Cell]:
        periods = list(dict.fromkeys(period for period, _ in sets))
        keys = list(dict.fromkeys(key for _, chosen in sets for key in chosen))
        columns = [*periods, *(key.name for key in keys)]
        grouping = ", ".join("(" + ", ".join([period, *(key.name for key in chosen)]) + ")" for period, chosen in sets)
        grouped, measured = self._grouped(sql, periods, keys, parts)
        query = f"""
            with {grouped}
            select {", ".join([*columns, f"grouping({', '.join(columns)})", *measured])}
            from keyed group by grouping sets ({grouping})"""
        known = {_bitmap(columns, [period, *(key.name for key in chosen)]): (period, chosen) for period, chosen in sets}
        width = len(columns)
        for row in self.engine.rows(query):
            period, chosen = known[row[width]]
            members = [row[columns.index(key.name)] for key in chosen]
            key = row[columns.index(period)]
            if key is None or None in members:
                continue
            values = dict(zip(parts, map(_exact, row[width + 1 :]), strict=False))
            yield Cell(str(key), _scope_of(chosen, members), values, self._sources(row[width + 1 + len(parts) :]))

    def _counted(self, sql: str, of: _Set, value: str, share: str) -> Iterator[tuple[tuple[str, str], Decimal | None]]:
        """A quantile by period and scope: the least value that so great a share of the values does not exceed. How
        often each value comes is few rows, or spills."""
        period, keys = of
        columns = ", ".join([period, *(key.name for key in keys)])
        named = "".join(f", {key.sql()} as {key.name}" for key in keys)
        query = f"""
            with source as ({sql}), keyed as (select *{named} from source),
            counted as (select {columns}, {value} as v, count(*) as n from keyed group by all),
            ranked as (
              select *, sum(n) over (partition by {columns} order by v) as upto,
                sum(n) over (partition by {columns}) as of_all
              from counted where v is not null
            )
            select {columns}, min(v) from ranked where upto >= {share} * of_all group by {columns}"""
        for key, *members, least in self.engine.rows(query):
            yield (str(key), _scope_of(keys, members)), _exact(least)

    def _grouped(self, sql: str, periods: list[str], keys: list[_Key], parts: Sequence[str]) -> tuple[str, list[str]]:
        """The relations up to ``keyed``, which grouping sets go over, and the columns of parts and of row counts to ask
        of it: its rows are the source's or, where all parts add up from those, the finest groups'."""
        measured = [*parts, *self._tracing()]
        columns = {member: f"d{at}" for at, member in enumerate(dict.fromkeys(key.member for key in keys))}
        source, two = f"source as ({sql})", staged(measured, columns)
        if two is None or len(columns) + len(periods) == 1:
            named = "".join(f", {key.sql()} as {key.name}" for key in keys)
            return f"{source}, keyed as (select *{named} from source)", _numbered(measured, "p")
        members = [f"{member} as {column}" for member, column in columns.items()]
        finest = ", ".join([*periods, *members, *_numbered(two.inner, "a")])
        by = ", ".join(str(at + 1) for at in range(len(periods) + len(columns)))
        named = "".join(f", {key.sql(columns[key.member])} as {key.name}" for key in keys)
        return (
            f"{source}, finest as (select {finest} from source group by {by}), keyed as (select *{named} from finest)"
        ), _numbered(two.outer, "p")

    def _keys(self, dimension: str) -> list[_Key]:
        """The grouping columns of a dimension: the members themselves, then one per group of members."""
        at = list(self.plan.entry.dimensions).index(dimension)
        member = self.plan.entry.dimensions[dimension]
        groups = self.project.settings.groups.get(dimension, {})
        return [
            _Key(dimension, f"k{at}", member),
            *(
                _Key(dimension, f"k{at}_g{number}", member, group, tuple(members))
                for number, (group, members) in enumerate(groups.items())
            ),
        ]

    def _tracing(self) -> list[str]:
        """Row counts and ranges per sheet, for tables that stand in sheets."""
        origins = self._traced()
        traced = [f" filter (where _src = {origin.id})" if len(origins) > 1 else "" for origin in origins]
        return [f"{what}{only}" for only in traced for what in ("count(*)", "min(_row)", "max(_row)")]

    def _traced(self) -> list[Any]:
        table = self.plan.table
        return list(table.origins) if table is not None and len(table.origins) <= _TRACED_SHEETS else []

    def _sources(self, cells: Sequence[Any]) -> tuple[Source, ...]:
        found = []
        for i, origin in enumerate(self._traced()):
            rows, first, last = cells[3 * i : 3 * i + 3]
            if rows:
                found.append(Source(self.plan.name, origin.file, origin.sheet, int(rows), int(first), int(last)))
        return tuple(found)


def _choices(combination: tuple[str, ...], keys: list[_Key]) -> Iterator[tuple[_Key, ...]]:
    """Every way to pick one grouping column per dimension of a combination."""
    if not combination:
        yield ()
        return
    for key in keys:
        if key.dimension == combination[0]:
            for rest in _choices(combination[1:], keys):
                yield (key, *rest)


def _scope_of(keys: Sequence[_Key], members: Sequence[Any]) -> str:
    return scope_of({key.dimension: str(member) for key, member in zip(keys, members, strict=True)})


def _numbered(aggregates: Sequence[str], letter: str) -> list[str]:
    """Aggregates as the columns ``p0``, ``p1`` …"""
    return [f"{sql} as {letter}{at}" for at, sql in enumerate(aggregates)]


def _bitmap(columns: list[str], grouped: list[str]) -> int:
    """What grouping(columns…) returns for a set: a bit is 1 where the column is aggregated away."""
    return int("".join("0" if column in grouped else "1" for column in columns), 2)


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
