"""Views that metrics measure: typed tables with period keys and mapped dimensions, then the derived tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rpt.engine import EngineError, literal, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.metrics.catalogue import Catalogue
from rpt.metrics.entry import TableEntry
from rpt.metrics.timeline import Timeline, in_cut, in_months, keys_of, month_in_cut
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.scope import UNMAPPED


def create_views(
    dataset: Dataset, project: Project, catalogue: Catalogue, line: Timeline
) -> tuple[dict[str, str], list[Issue]]:
    """Create a view per source table and a table per derived entry whose needs are there: a view too where it is read
    once, for many rows would be kept to no use.

    Returns the derived and source tables that could not be made, with the reason, and issues of the mapping.
    """
    missing: dict[str, str] = {}
    issues: list[Issue] = []
    for name, table in dataset.tables.items():
        entry = catalogue.tables.get(name, TableEntry())
        dataset.engine.view(name, _base_sql(table, entry, project, line))
        if not table.is_present:
            missing[name] = table.why or f"缺少表“{table.label}”"
        elif "platform" in table.columns:
            issues += _unmapped(dataset, project, name, table)
    once = _read_once(catalogue)
    for name in _in_order(catalogue.tables):
        entry = catalogue.tables[name]
        lacking = [missing[need] for need in entry.needs if need in missing]
        if lacking:
            missing[name] = "；".join(dict.fromkeys(lacking))
        else:
            try:
                (dataset.engine.view if name in once else dataset.engine.table)(name, entry.sql)
            except EngineError as error:
                raise not_derived(name, error) from error
    return missing, issues


def not_derived(name: str, error: EngineError) -> UserError:
    """What is said of a derived table whose SQL does not run."""
    return UserError(f"派生表 {name} 的 SQL 不能执行", str(error))


def _read_once(catalogue: Catalogue) -> set[str]:
    """The derived tables that a single query reads, and in one place."""
    reading: Counter[str] = Counter()
    for derived in catalogue.tables.values():
        reading.update({*derived.needs, *derived.uses})
    for listed in catalogue.lists.values():
        reading.update({*listed.needs, *listed.uses})
    for table, _ in {
        (part.table, catalogue.is_period_end(entry))
        for entry in catalogue.metrics.values()
        for part in catalogue.parts(entry).values()
    }:
        reading[table] += 1
    # what is dated by a day or a month is joined with the calendar once per kind of period
    return {name for name, entry in catalogue.tables.items() if entry.sql and entry.period and reading[name] == 1}


def views(dataset: Dataset, project: Project, catalogue: Catalogue, line: Timeline) -> dict[str, str]:
    """The SQL of the source tables that are there, as metrics see them (cut, channels, period keys), then of the
    derived tables, in the order in which they can be made."""
    present = {name: table for name, table in dataset.tables.items() if table.is_present}
    found = {
        name: _base_sql(table, catalogue.tables.get(name, TableEntry()), project, line)
        for name, table in present.items()
    }
    for name in _in_order(catalogue.tables):
        if all(need in found for need in catalogue.tables[name].needs):
            found[name] = catalogue.tables[name].sql
    return found


def _in_order(tables: Mapping[str, TableEntry]) -> list[str]:
    """Derived tables after those they are derived from."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        entry = tables.get(name)
        if entry is None or not entry.sql or name in ordered:
            return
        for need in (*entry.needs, *entry.uses):
            visit(need)
        ordered.append(name)

    for name in tables:
        visit(name)
    return ordered


def _base_sql(table: TypedTable, entry: TableEntry, project: Project, line: Timeline) -> str:
    columns = ["t.*"]
    where = ""
    if table.date_column:
        column = f"t.{quote(table.date_column)}"
        last_day = f"last_day({column})" if table.date_type == "month" else f"cast({column} as date)"
        counts = month_in_cut(column, line) if table.date_type == "month" else in_cut(column, line)
        columns += [keys_of(column), f"{counts} as in_cut", f"{last_day} as _day"]
        columns.append(f"{in_months(counts, column, line)} as in_months")
        if table.date_type == "datetime":
            columns.append(f"cast({column} as date) as {quote(table.date_column.removesuffix('_at') + '_on')}")
        # months still to come matter to targets alone, which are read from the typed table
        where = f" where {last_day} <= {literal(line.cut)}"
    more, join = beside(table, entry, project, f"typed_{entry.lookup.table}" if entry.lookup else "")
    return f"select {', '.join([*columns, *more])} from {quote(table.name)} t{join}{where}"


def beside(table: TypedTable, entry: TableEntry, project: Project, looked_up: str) -> tuple[list[str], str]:
    """What a table ``t`` has beside its own columns: the channel of its platform, and what it takes from the table that
    it looks up, whose name in the engine is ``looked_up``, with the join that this takes."""
    columns, join = [], ""
    if "platform" in table.all_columns:
        columns.append(f"{_channel_of('t.platform', project)} as channel")
    if look := entry.lookup:
        columns += [f"l.{quote(c)}" for c in look.columns]
        join = f" left join {quote(looked_up)} l on l.{quote(look.on)} = t.{quote(look.on)}"
    return columns, join


def _channel_of(column: str, project: Project) -> str:
    cases = " ".join(
        f"when {column} in ({', '.join(literal(platform) for platform in platforms)}) then {literal(channel)}"
        for channel, platforms in project.settings.channels.items()
    )
    return f"case {cases} else {literal(UNMAPPED)} end" if cases else column


def _unmapped(dataset: Dataset, project: Project, name: str, table: TypedTable) -> list[Issue]:
    mapped = {platform for platforms in project.settings.channels.values() for platform in platforms}
    if not mapped:
        return []
    found = [
        row[0]
        for row in dataset.engine.rows(
            f"select distinct platform from {quote(name)} where platform is not null order by 1"
        )
    ]
    origin = Origin(table.origins[0].file, table.origins[0].sheet)
    return [
        Issue(
            "platform_unmapped",
            Level.WARNING,
            f"平台“{platform}”没有归入任何渠道，计入“未归类”",
            origin,
            "请在 rpt.toml 的 [channels] 里补上",
            platform,
        )
        for platform in found
        if platform not in mapped
    ]
