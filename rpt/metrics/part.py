"""A part of the business: one member of a dimension, and of every table the rows that are the member's alone.

A table has a dimension where the catalogue cuts it by it or a column of it bears the name. One that has not, but names
by key the rows of a table that has (an order its member, a month's sales their product), is cut through that one. Any
other table says nothing of a member and is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from rpt.engine import literal, quote
from rpt.engine.dataset import Dataset, TypedTable
from rpt.metrics.catalogue import Catalogue, columns_used
from rpt.metrics.derive import beside
from rpt.metrics.entry import TableEntry
from rpt.metrics.part_promises import PROMISED, promises_of
from rpt.project.model import Project
from rpt.values.issue import Issue, Level, UserError
from rpt.values.scope import Member

MOST = 200  # members that reports are made of


def members(dataset: Dataset, project: Project, catalogue: Catalogue, dimension: str, year: int) -> tuple[str, ...]:
    """The members of a dimension that have a row in a year, as rpt.toml orders them, then by name.

    Raises UserError for a dimension that no table has, or one of more than ``MOST`` members.
    """
    cuts = _Cuts(dataset, project, catalogue, dimension)
    tables = [name for name in cuts.direct if dataset.tables[name].date_column] or list(cuts.direct)
    found: set[str] = set()
    for name in tables:
        found |= {text for (text,) in dataset.engine.rows(cuts.names(name, year)) if text and text.strip()}
        if len(found) > MOST:
            hint = "--each 用于平台、区域、类目这样成员不多的维度"
            raise UserError(f"“{dimension}”的成员超过{MOST}个，不逐个生成报告", hint)
    if not found:
        raise UserError(f"{year}年没有一行写了“{dimension}”", "请换一个维度，或检查这一列", exit_code=1)
    settings = project.settings
    known = [*settings.channels, *(platform for platforms in settings.channels.values() for platform in platforms)]
    return tuple(sorted(found, key=lambda name: (known.index(name) if name in known else len(known), name)))


def narrowed(dataset: Dataset, project: Project, catalogue: Catalogue, member: Member) -> tuple[Dataset, list[Issue]]:
    """The dataset of a member's rows, as ``typed_<table>`` in the same engine, and what was left out, said.

    A table that has them keeps its own span of time, though the member's rows may begin later or end earlier: it tells
    of those days too. Raises UserError for a dimension that no table has.
    """
    engine, cuts = dataset.engine, _Cuts(dataset, project, catalogue, member.dimension)
    tables: dict[str, TypedTable] = {}
    for name in cuts.order:
        table = dataset.tables[name]
        if name in PROMISED and table.is_present:
            sql = promises_of(dataset, project, catalogue, table, member)
        else:
            sql = cuts.rows(name, member.name) if table.is_present else None
        engine.table(f"typed_{name}", sql or f"select * from {quote(table.name)} where false")
        tables[name] = _described(dataset, name, member, is_cut=name in cuts.order_of_cut)
    left = [tables[name].label for name in dataset.tables if tables[name].why and name not in cuts.order_of_cut]
    message = f"本报告只含{member.dimension}为“{member.name}”的数据行，目标与举措只取范围为它的"
    message += f"；不分{member.dimension}的表没有列入：{'、'.join(left)}" if left else ""
    return Dataset(engine, {name: tables[name] for name in dataset.tables}), [Issue("part", Level.INFO, message)]


def dimensions(dataset: Dataset, catalogue: Catalogue) -> tuple[str, ...]:
    """The dimensions by which the catalogue cuts the tables that are there."""
    found = {
        dimension: None
        for name, table in dataset.tables.items()
        if table.is_present
        for dimension in catalogue.tables.get(name, TableEntry()).dimensions
    }
    return tuple(found)


class _Cuts:
    """How each table of a dataset is cut by a dimension. Raises UserError where none is."""

    def __init__(self, dataset: Dataset, project: Project, catalogue: Catalogue, dimension: str) -> None:
        self.dataset, self.project, self.catalogue = dataset, project, catalogue
        present = {name: table for name, table in dataset.tables.items() if table.is_present and name not in PROMISED}
        found = {name: self._expression(name, table, dimension) for name, table in present.items()}
        self.direct = {name: sql for name, sql in found.items() if sql is not None}
        self.through = dict(self._through(present))
        if not self.direct:
            raise UserError(
                f"没有一张表分“{dimension}”",
                f"可写的维度：{'、'.join(dimensions(dataset, catalogue))}；或表里一列的名字",
            )

    @property
    def order_of_cut(self) -> Collection[str]:
        """The tables that are cut, those first through which others are; promises by their range."""
        return (*self.direct, *self.through, *PROMISED)

    @property
    def order(self) -> tuple[str, ...]:
        """All tables, in the order in which they can be narrowed."""
        return tuple(dict.fromkeys((*self.order_of_cut, *self.dataset.tables)))

    def rows(self, name: str, member: str) -> str | None:
        """The query of a member's rows in a table, whose columns are its own; None for a table that is not cut. Those
        before it in ``order`` are narrowed already."""
        table = self.dataset.tables[name]
        if name in self.direct:
            own = ", ".join(f"s.{quote(column)}" for column in (*table.all_columns, "_src", "_row"))
            return f"select {own} from ({self._with_beside(name)}) as s where {self.direct[name]} = {literal(member)}"
        if name in self.through:
            other, key = self.through[name]
            return f"select * from {quote(table.name)} where {quote(key)} in (select {quote(key)} from typed_{other})"
        return None

    def names(self, name: str, year: int) -> str:
        """The query of the members that a directly cut table has, of one year where it is dated."""
        table = self.dataset.tables[name]
        when = f"year(s.{quote(table.date_column)})" if table.date_column else ""
        only = f" where {when} = {year}" if when else ""
        return f"select distinct {self.direct[name]} from ({self._with_beside(name)}) as s{only}"

    def _with_beside(self, name: str) -> str:
        table, entry = self.dataset.tables[name], self.catalogue.tables.get(name, TableEntry())
        looked_up = self.dataset.tables[entry.lookup.table].name if entry.lookup else ""
        more, join = beside(table, entry, self.project, looked_up)
        return f"select {', '.join(['t.*', *more])} from {quote(table.name)} t{join}"

    def _expression(self, name: str, table: TypedTable, dimension: str) -> str | None:
        """The SQL of a table's member, as text, over its own columns and those beside; None where it has none."""
        entry = self.catalogue.tables.get(name, TableEntry())
        sql = entry.dimensions.get(dimension)
        if sql is None:
            sql = next((quote(key) for key, label in table.all_columns.items() if label == dimension), None)
        if sql is None or not self._columns(table, entry) >= columns_used(sql, self._all_columns(table, entry)):
            return None
        return f"cast({sql} as varchar)"

    def _columns(self, table: TypedTable, entry: TableEntry) -> set[str]:
        """The columns that a table really has, beside ones too."""
        found = set(table.columns)
        if "platform" in table.columns:
            found.add("channel")
        if entry.lookup:
            found |= set(entry.lookup.columns) & self.dataset.tables[entry.lookup.table].columns
        return found

    @staticmethod
    def _all_columns(table: TypedTable, entry: TableEntry) -> Mapping[str, str]:
        beside = ("channel", *(entry.lookup.columns if entry.lookup else ()))
        return {**table.all_columns, **dict.fromkeys(beside, "")}

    def _through(self, present: Mapping[str, TypedTable]) -> Iterator[tuple[str, tuple[str, str]]]:
        """Tables without the dimension that name by key the rows of one that has it: which, and the key's column."""
        for name, table in present.items():
            for other in self.direct if name not in self.direct else ():
                keys = present[other].key
                names_things = len(keys) == 1 and present[other].date_column is None  # a day or month names nothing
                if names_things and keys[0] in table.columns and keys[0] in present[other].columns:
                    yield name, (other, keys[0])
                    break


def _described(dataset: Dataset, name: str, member: Member, *, is_cut: bool) -> TypedTable:
    """What is to be known of a narrowed table: the rows that are left of each sheet, or why there is none."""
    table, target = dataset.tables[name], f"typed_{name}"
    if not table.is_present:
        return replace(table, name=target)
    counted = dataset.engine.rows(f"select _src, count(*), min(_row), max(_row) from {quote(target)} group by _src")
    left = {src: (int(rows), int(first), int(last)) for src, rows, first, last in counted}
    if not left:
        why = f"没有{member.name}的行" if is_cut else f"不分{member.dimension}"
        gone = replace(table, name=target, columns=frozenset(), origins=(), rows=0, first=None, last=None)
        return replace(gone, why=f"表“{table.label}”{why}")
    origins = tuple(
        replace(origin, rows=left[origin.id][0], first_row=left[origin.id][1], last_row=left[origin.id][2])
        for origin in table.origins
        if origin.id in left
    )
    return replace(table, name=target, origins=origins, rows=sum(rows for rows, _, _ in left.values()))
