"""One query per table: every part of every metric over all periods and scopes at once, by grouping sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rpt.engine import Engine, literal, quote
from rpt.engine.dataset import Origin, TypedTable
from rpt.metrics.entry import TableEntry
from rpt.metrics.grouping import Key, grouped
from rpt.project.model import Project
from rpt.values.ledger import Source
from rpt.values.scope import members_of

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
            keys.append(Key(campaign, "k_campaign", "campaign"))
        sets = [
            (period, chosen)
            for period in periods
            for c in (*combinations, *(yearly if period in _OF_YEARS else ()))
            for chosen in _choices(c, keys)
        ]
        tracing = self._tracing()
        parts = [*self.plan.parts, *(part for of_sheet in tracing.values() for part in of_sheet)]
        for group in grouped(self.engine, sql, sets, parts):
            values = {part: group.values[part] for part in self.plan.parts}
            yield Cell(group.period, group.scope, values, tuple(self._sources(tracing, group.values)))

    def _keys(self, dimension: str) -> list[Key]:
        """The grouping columns of a dimension: the members themselves, then one per group of members."""
        at = list(self.plan.entry.dimensions).index(dimension)
        member = self.plan.entry.dimensions[dimension]
        groups = self.project.settings.groups.get(dimension, {})
        return [
            Key(dimension, f"k{at}", member),
            *(
                Key(dimension, f"k{at}_g{number}", member, group, tuple(members))
                for number, (group, members) in enumerate(groups.items())
            ),
        ]

    def _tracing(self) -> Mapping[Origin, tuple[str, str, str]]:
        """How many rows of each sheet there are, and the first and last of them, for tables that stand in sheets."""
        origins = self.plan.table.origins if self.plan.table is not None else ()
        if len(origins) > _TRACED_SHEETS:
            return {}
        only = {origin: f" filter (where _src = {origin.id})" if len(origins) > 1 else "" for origin in origins}
        return {origin: (f"count(*){of}", f"min(_row){of}", f"max(_row){of}") for origin, of in only.items()}

    def _sources(
        self, tracing: Mapping[Origin, tuple[str, str, str]], values: Mapping[str, Decimal | None]
    ) -> Iterator[Source]:
        for origin, parts in tracing.items():
            rows, first, last = (int(values[part] or 0) for part in parts)
            if rows:
                yield Source(self.plan.name, origin.file, origin.sheet, rows, first, last)


def _choices(combination: tuple[str, ...], keys: list[Key]) -> Iterator[tuple[Key, ...]]:
    """Every way to pick one grouping column per dimension of a combination."""
    if not combination:
        yield ()
        return
    for key in keys:
        if key.dimension == combination[0]:
            for rest in _choices(combination[1:], keys):
                yield (key, *rest)
