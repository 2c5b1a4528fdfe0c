"""The rows behind a figure: which of a table count, how many they are, and the first of them with their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rpt.engine import EngineError, literal, quote
from rpt.engine.dataset import Dataset, Origin, TypedTable
from rpt.language.format import period_text
from rpt.language.sql_words import condition_words, conditions_of, said
from rpt.language.typed import typed_text
from rpt.metrics.catalogue import Catalogue, columns_used
from rpt.metrics.entry import MetricEntry, Part, TableEntry
from rpt.metrics.query import TablePlan, TableQuery
from rpt.project.model import Project
from rpt.values.explanation import Sample, SampleCell, SampleRow
from rpt.values.ledger import Measurement, Source
from rpt.values.scope import ALL, dimensions_of

FIRST = 10  # rows shown
_COLUMNS = 8  # of a row
_CALENDAR = "calendar"  # a table of days, in no sheet


@dataclass(frozen=True)
class Behind:
    """What stands behind a metric's measurement: the parts in words (numerator, denominator …), and samples of rows."""

    parts: Mapping[str, str]
    samples: tuple[Sample, ...]


class RowFinder:
    """Looks up rows of one measured dataset, for a catalogue filled for the report ``year``."""

    def __init__(self, dataset: Dataset, project: Project, catalogue: Catalogue, year: int) -> None:
        self.dataset, self.project, self.catalogue, self.year = dataset, project, catalogue, year

    def parts_of(self, metric: str) -> dict[str, str]:
        """The parts of a metric by role, in words: numerator → 支付金额合计."""
        entry = self.catalogue.metrics.get(metric)
        return {} if entry is None else {role: self._said(part) for role, part in self._parts(entry).items()}

    def behind(self, found: Measurement) -> Behind:
        """The rows of one measurement, of each table that it counts; none for plans and for what rests on no rows."""
        entry = self.catalogue.metrics.get(found.metric)
        if entry is None:
            return Behind({}, ())
        parts = list(self._parts(entry).values())
        samples: list[Sample] = []
        counted: set[tuple[str, str, str]] = set()
        shown: set[str] = set()  # of each table the rows are shown once, those of its other parts are counted
        for part in parts:
            key = (part.table, part.scope or found.scope, " or ".join(conditions_of(part.sql)))
            if part.table != _CALENDAR and key not in counted:
                samples += self._samples(entry, part, found, parts, counts_only=part.table in shown)
            counted.add(key)
            shown.add(part.table)
        return Behind(self.parts_of(found.metric), tuple(samples))

    def cells(self, sources: Sequence[Source]) -> tuple[Sample, ...]:
        """The rows that single cells stand in, as promised values do, by their tables."""
        found = []
        for table in dict.fromkeys(source.table for source in sources):
            typed = self.dataset.tables.get(table)
            if typed is None or not typed.is_present:
                continue
            ids = {(origin.file, origin.sheet): origin.id for origin in typed.origins}
            spans = [(ids[s.file, s.sheet], s) for s in sources if s.table == table and (s.file, s.sheet) in ids]
            tests = [f"(_src = {id} and _row between {s.first_row} and {s.last_row})" for id, s in spans]
            if tests:
                query = f"select * from {quote(typed.name)} where {' or '.join(tests)}"
                found.append(
                    self._of_sheet(typed, query, (), [key for key in typed.all_columns if key in typed.columns])
                )
        return tuple(found)

    def _parts(self, entry: MetricEntry) -> dict[str, Part]:
        if entry.share_of:
            part = self.catalogue.metrics[entry.share_of].parts()["numerator"]
            return {"numerator": part, "denominator": part.model_copy(update={"scope": ALL})}
        return entry.parts()

    def _said(self, part: Part) -> str:
        words = said(part.sql, self._labels(part.table))
        if part.table == _CALENDAR:
            return words.replace("行数", "天数")
        return f"{words}（全部）" if part.scope == ALL else words

    def _labels(self, table: str) -> dict[str, str]:
        """Column → Chinese name of a table; of a derived one, the names of the tables it is derived from."""
        if table in self.dataset.tables:
            return dict(self.dataset.tables[table].all_columns)
        labels: dict[str, str] = {}
        for name in (*self._bases(table), *self.dataset.tables):
            labels = dict(self.dataset.tables[name].all_columns) | labels
        entry = self.catalogue.tables.get(table, TableEntry())
        dimensions = {column: name for name, column in entry.dimensions.items() if column.isidentifier()}
        return labels | dimensions | entry.labels

    def _bases(self, table: str) -> list[str]:
        """The source tables behind a table, through the derived ones, those that are there."""
        entry = self.catalogue.tables.get(table)
        if entry is None or not entry.sql:
            typed = self.dataset.tables.get(table)
            return [table] if typed is not None and typed.is_present else []
        found = [name for need in (*entry.needs, *entry.uses) for name in self._bases(need)]
        return list(dict.fromkeys(found))

    def _samples(
        self, entry: MetricEntry, part: Part, found: Measurement, parts: Sequence[Part], *, counts_only: bool
    ) -> Iterator[Sample]:
        of = self.catalogue.metrics[entry.share_of] if entry.share_of else entry
        table, typed = self.catalogue.tables.get(part.table, TableEntry()), self.dataset.tables.get(part.table)
        plan = TablePlan(part.table, table, typed, of.aggregation == "period_end")
        scope = part.scope or found.scope
        query = TableQuery(self.dataset.engine, self.project, plan, self.year).rows_of(found.period.key, scope)
        conditions = conditions_of(part.sql)
        if conditions:
            query = f"select * from ({query}) as counted where {' or '.join(f'({one})' for one in conditions)}"
        told = (period_text(found.period), *([] if scope == ALL else [scope.replace("|", "，")]))
        told += condition_words(part.sql, self._labels(part.table))
        used = [name for one in parts if one.table == part.table for name in self._used(one, scope)]
        try:
            if counts_only:
                name = typed.label if typed is not None else table.grain or part.table
                yield Sample(name, told, (), self._count(query), is_derived=typed is None)
            elif typed is not None:
                yield self._of_sheet(typed, query, told, list(dict.fromkeys(used)))
            else:
                yield from self._of_derived(part.table, table, query, told)
        except EngineError:
            return  # history's yearly totals stand in a table of their own

    def _count(self, query: str) -> int:
        return int(self.dataset.engine.rows(f"select count(*) from ({query})")[0][0])

    def _used(self, part: Part, scope: str) -> list[str]:
        """The columns worth showing: when, for whom, and what is counted or tested."""
        typed = self.dataset.tables.get(part.table)
        if typed is None:
            return []
        entry = self.catalogue.tables.get(part.table, TableEntry())
        cuts = [entry.dimensions.get(dimension, "") for dimension in dimensions_of(scope)]
        wanted = columns_used(" ".join([part.sql, *cuts]), typed.all_columns)
        if "channel" in " ".join(cuts) or "platform" in typed.columns:
            wanted |= {"platform"}
        first = [typed.date_column] if typed.date_column else []
        return [*first, *(key for key in typed.all_columns if key in wanted and key in typed.columns)]

    def _of_sheet(self, typed: TypedTable, query: str, told: tuple[str, ...], used: Sequence[str]) -> Sample:
        columns = list(used)[:_COLUMNS] or [key for key in typed.all_columns if key in typed.columns][:_COLUMNS]
        cells = ", ".join(map(quote, columns))
        rows = self.dataset.engine.rows(f"select _src, _row, {cells} from ({query}) order by _src, _row limit {FIRST}")
        total = self._count(query)
        origins = {origin.id: origin for origin in typed.origins}
        shown = tuple(_row(origins[src], int(row), columns, values, typed) for src, row, *values in rows)
        return Sample(typed.label, told, shown, total)

    def _of_derived(self, name: str, entry: TableEntry, query: str, told: tuple[str, ...]) -> Iterator[Sample]:
        """The first rows of a derived table, then rows of its sources that share their ids."""
        engine, labels = self.dataset.engine, self._labels(name)
        hidden = {"period", "period_1", "in_cut", "in_months", "month_in_cut", "month_in_months", "_day"}
        columns = [c for c in engine.columns(query) if c not in hidden and not c.endswith("_key")][:_COLUMNS]
        order = ", ".join(str(at) for at in range(1, len(columns) + 1))
        rows = engine.rows(f"select {', '.join(map(quote, columns))} from ({query}) order by {order} limit {FIRST}")
        total = self._count(query)
        shown = tuple(
            SampleRow(
                "", None, tuple(SampleCell(labels.get(c, c), typed_text(v)) for c, v in zip(columns, row, strict=True))
            )
            for row in rows
        )
        yield Sample(entry.grain or name, told, shown, total, is_derived=True)
        for base in self._bases(name):
            typed = self.dataset.tables[base]
            shared = [(at, c) for at, c in enumerate(columns) if c.endswith("_id") and c in typed.columns]
            if not shared:
                continue
            at, key = shared[0]
            wanted = ", ".join(literal(str(row[at])) for row in rows if row[at] is not None)
            if wanted:
                ids = f"cast({quote(key)} as varchar) in ({wanted})"
                rows_of_ids = self._of_sheet(typed, f"select * from {quote(base)} where {ids}", (), [])
                yield replace(rows_of_ids, shared=typed.all_columns[key])


def _row(origin: Origin, row: int, columns: Sequence[str], values: Sequence[Any], typed: TypedTable) -> SampleRow:
    letters = dict(origin.columns)
    cells = tuple(
        SampleCell(typed.all_columns[key], typed_text(value), f"{letters[key]}{row}" if key in letters else "")
        for key, value in zip(columns, values, strict=True)
    )
    return SampleRow(" › ".join(part for part in (origin.file, origin.sheet) if part), row, cells)
