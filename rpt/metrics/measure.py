"""Measuring: the catalogue over the tables → the ledger. The engine counts and sums; Python divides, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from rpt.engine import EngineError, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.metrics.catalogue import Catalogue, columns_used
from rpt.metrics.derive import not_derived
from rpt.metrics.entry import MetricEntry, Part, TableEntry
from rpt.metrics.query import CAMPAIGN, Cell, TablePlan, TableQuery
from rpt.metrics.timeline import Timeline
from rpt.project.model import Project
from rpt.values.issue import UserError
from rpt.values.ledger import Ledger, Measurement, Source
from rpt.values.period import Period, PeriodKind
from rpt.values.scope import ALL, UNMAPPED, dimensions_of, scope_of

PRECISION = 28
_CALENDAR = TableEntry(date="date")

Cells = Mapping[tuple[str, str], Cell]


class Measurer:
    """Measures one catalogue over one dataset. ``absent`` are tables that could not be made, with the reason."""

    def __init__(
        self, dataset: Dataset, project: Project, catalogue: Catalogue, absent: Mapping[str, str], line: Timeline
    ) -> None:
        self.dataset, self.project, self.catalogue = dataset, project, catalogue
        self.absent, self.line, self.year = absent, line, line.year
        self.plans: dict[tuple[str, bool], TablePlan] = {}
        self.cells: dict[tuple[str, bool], Cells] = {}

    def ledger(self) -> Ledger:
        """Measure every metric that can be; what cannot is in ``missing`` with the table or columns it lacks."""
        missing: dict[str, str] = {}
        for id, entry in self.catalogue.metrics.items():
            reason = self._lacking(entry)
            if reason:
                missing[id] = reason
            else:
                self._plan(entry)
        for key, plan in self.plans.items():
            query = TableQuery(self.dataset.engine, self.project, plan, self.year)
            try:
                self.cells[key] = {(cell.period, cell.scope): cell for cell in query.cells()}
            except EngineError:
                self._blame(plan.name)
                raise
        measurements: list[Measurement] = []
        for id, entry in self.catalogue.metrics.items():
            if id not in missing and entry.aggregation != "plan":
                measurements += self._measure(id, entry)
        measurements += self._history({(m.metric, m.period.year) for m in measurements})
        return Ledger(
            self.catalogue.nouns(),
            tuple(self._sorted(measurements)),
            missing=missing,
            groups=self._groups(),
            parts={
                scope_of({"渠道": channel}): tuple(scope_of({"平台": platform}) for platform in platforms)
                for channel, platforms in self.project.settings.channels.items()
            },
        )

    def _blame(self, table: str) -> None:
        """Raise UserError for the derived table or the metric whose SQL the engine cannot run, if that is why a table
        failed."""
        if self._entry_of(table).sql:
            try:
                self.dataset.engine.table("_tried", f"select * from {quote(table)}")
            except EngineError as error:
                raise not_derived(table, error) from error
        for id, entry in self.catalogue.metrics.items():
            for part in self.catalogue.parts(entry).values():
                if part.table != table or self._lacking(entry):
                    continue
                try:
                    self.dataset.engine.rows(f"select {part.sql} from {quote(part.table)}")
                except EngineError as error:
                    where = self.catalogue.origins.get(id, id)
                    raise UserError(f"{where}：指标 {id} 的算式不能计算：{part.sql}", str(error)) from error

    def _groups(self) -> dict[str, tuple[str, ...]]:
        return {
            scope_of({dimension: group}): tuple(scope_of({dimension: member}) for member in members)
            for dimension, groups in self.project.settings.groups.items()
            for group, members in groups.items()
        }

    def _lacking(self, entry: MetricEntry) -> str | None:
        lacking: dict[str, set[str]] = {}
        for part in self.catalogue.parts(entry).values():
            if part.table in self.absent:
                return self.absent[part.table]
            table = self.dataset.tables.get(part.table)
            if table is not None and (absent := columns_used(part.sql, table.all_columns) - table.columns):
                lacking.setdefault(part.table, set()).update(absent)
        tables = [(self.dataset.tables[name], keys) for name, keys in lacking.items()]
        labels = {t.label: "、".join(f"“{t.all_columns[key]}”" for key in sorted(keys)) for t, keys in tables}
        return "；".join(f"表“{label}”缺少列{columns}" for label, columns in labels.items()) or None

    def _entry_of(self, table: str) -> TableEntry:
        if table == "calendar":
            return _CALENDAR
        return self.catalogue.tables[table]

    def _plan(self, entry: MetricEntry) -> None:
        combinations = [tuple(scope.split("|")) for scope in entry.scopes]
        yearly = [tuple(scope.split("|")) for scope in entry.yearly]
        combinations += [dimensions_of(scope) for scope in entry.only or () if scope != ALL]
        for part in self.catalogue.parts(entry).values():
            key = (part.table, self.catalogue.is_period_end(entry))
            if key not in self.plans:
                table_entry = self._entry_of(part.table)
                self.plans[key] = TablePlan(part.table, table_entry, self._source(part.table), key[1])
            usable, by_year = (
                [c for c in chosen if part.scope != ALL and self._can_cut(part.table, c)]
                for chosen in (combinations, yearly)
            )
            self.plans[key].add(part.sql, usable, by_year)

    def _source(self, table: str) -> TypedTable | None:
        return self.dataset.tables.get(table)

    def _can_cut(self, table: str, combination: Sequence[str]) -> bool:
        entry = self._entry_of(table)
        return all(d in entry.dimensions or (d == CAMPAIGN and table in self.dataset.tables) for d in combination)

    def _measure(self, id: str, entry: MetricEntry) -> Iterable[Measurement]:
        parts = self.catalogue.parts(entry)
        period_end = self.catalogue.is_period_end(entry)
        lead = self.cells[parts["numerator"].table, period_end]
        wanted = {tuple(scope.split("|")) for scope in entry.scopes}
        yearly = {tuple(scope.split("|")) for scope in entry.yearly}
        exact = set(entry.only) if entry.only is not None else {ALL}
        for period, scope in lead:
            when = Period.parse(period)
            cuts = wanted | yearly if when.kind is PeriodKind.YEAR else wanted
            if when.kind.value not in entry.periods or (scope not in exact and dimensions_of(scope) not in cuts):
                continue
            yield self._measurement(id, parts, period_end, when, scope)

    def _measurement(
        self, id: str, parts: Mapping[str, Part], period_end: bool, period: Period, scope: str
    ) -> Measurement:
        values: dict[str, Decimal | None] = {}
        sources: list[Source] = []
        for role, part in parts.items():
            cell = self.cells[part.table, period_end].get((period.key, part.scope or scope))
            values[role] = cell.values[part.sql] if cell else None
            sources += [source for source in (cell.sources if cell else ()) if source not in sources]
        sources = sources or self._base_sources(parts)
        above = _product(values, ("numerator", "times"))
        if "denominator" not in parts:
            reason = None if above is not None else "无数据"
            return Measurement(id, period, scope, above, above, None, tuple(sources), reason)
        below = _product(values, ("denominator", "over"))
        value, reason = _divide(above, below)
        return Measurement(id, period, scope, value, above, below, tuple(sources), reason)

    def _base_sources(self, parts: Mapping[str, Part]) -> list[Source]:
        """A derived table's figures come from all rows of the tables it is derived from."""
        names: list[str] = []

        def visit(table: str) -> None:
            entry = self.catalogue.tables.get(table)
            if entry and entry.sql:
                for need in (*entry.needs, *entry.uses):
                    visit(need)
            elif table in self.dataset.tables and table not in names:
                names.append(table)

        for part in parts.values():
            visit(part.table)
        return [
            Source(name, origin.file, origin.sheet, origin.rows, origin.first_row, origin.last_row)
            for name in names
            for origin in self.dataset.tables[name].origins
        ]

    def _history(self, measured: set[tuple[str, int]]) -> Iterable[Measurement]:
        """Yearly totals of years before the daily tables begin; none where the report year is cut, since a whole year
        is no base for a part of one."""
        table = self.dataset.tables.get("history")
        if table is None or not table.is_present or self.line.is_partial:
            return
        columns = {
            id: e.history for id, e in self.catalogue.metrics.items() if e.history and e.history in table.columns
        }
        if not columns:
            return
        cells = ", ".join(columns.values())
        for year, src, row, *values in self.dataset.engine.rows(
            f"select year, _src, _row, {cells} from typed_history order by year"
        ):
            if year is None or year > self.year:
                continue
            origin = next(o for o in table.origins if o.id == src)
            source = Source("history", origin.file, origin.sheet, 1, int(row), int(row))
            for id, value in zip(columns, values, strict=True):
                if value is not None and (id, year) not in measured:
                    yield Measurement(id, Period(year), ALL, Decimal(value), Decimal(value), None, (source,))

    def _sorted(self, measurements: list[Measurement]) -> list[Measurement]:
        """By metric as in the catalogue, then period, then scope: 全部 first, members as rpt.toml orders them, the rest
        by size."""
        metrics = {id: at for at, id in enumerate(self.catalogue.metrics)}
        settings = self.project.settings
        known = [*settings.channels, *(p for ps in settings.channels.values() for p in ps), *settings.campaigns]
        known += [
            name for entry in self.catalogue.tables.values() for names in entry.members.values() for name in names
        ]
        known += [group for groups in settings.groups.values() for group in groups]
        order = {member: at for at, member in enumerate(known)}
        order |= {name: len(known) + 1 for name in ("其他", UNMAPPED)}

        def key(m: Measurement) -> tuple[object, ...]:
            members = m.scope.split("|") if m.scope != ALL else []
            names = [part.partition("=")[2] for part in members]
            size = -(m.numerator or Decimal(0))
            return (
                metrics[m.metric],
                m.period.year,
                m.period.kind.value != "year",
                m.period.kind.value,
                m.period.part,
                len(members),
                [part.partition("=")[0] for part in members],
                [order.get(name, len(known)) for name in names],
                size,
                m.scope,
            )

        return sorted(measurements, key=key)


def _product(values: Mapping[str, Decimal | None], roles: Sequence[str]) -> Decimal | None:
    result: Decimal | None = None
    with localcontext(prec=60):
        for role in roles:
            if role not in values:
                continue
            value = values[role]
            if value is None:
                return None
            result = value if result is None else result * value
    return result


def _divide(above: Decimal | None, below: Decimal | None) -> tuple[Decimal | None, str | None]:
    """The ratio of exact sums to 28 significant digits, or the reason there is none."""
    if above is None or below is None:
        return None, "无数据"
    if below == 0:
        return None, "分母为零"
    with localcontext(prec=PRECISION):
        return above / below, None
