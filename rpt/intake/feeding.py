"""Exports into our tables: what comes back in a later file is taken from there, and rows become rows of the table.

Rows stay as they stand in the files, each with its file and row: a day's advertising is as many rows as it has plans,
and the table's measures add them up. So a table that exports feed may hold several rows of a key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from rpt.engine import Engine, literal, quote
from rpt.engine.dataset import TypedTable
from rpt.intake.clean import SQL_TYPES
from rpt.intake.export import ExportSheet
from rpt.intake.parts import Part, files_of
from rpt.intake.recency import rank
from rpt.intake.schema import TableSchema
from rpt.values.issue import Issue, Level, Origin


def feed_table(engine: Engine, schema: TableSchema, sheets: Sequence[ExportSheet]) -> tuple[list[Part], list[Issue]]:
    """The parts of ``schema`` that these export sheets make, one per sheet, and what was found on the way."""
    groups: dict[tuple[str, str], list[ExportSheet]] = defaultdict(list)
    for sheet in sheets:
        groups[sheet.export.name, sheet.feed.label].append(sheet)
    parts: list[Part] = []
    issues: list[Issue] = []
    for group in groups.values():
        found, said = _Group(engine, schema, group).make()
        parts += found
        issues += said
    return parts, issues


class _Group:
    """All sheets of one export and feed."""

    def __init__(self, engine: Engine, schema: TableSchema, sheets: Sequence[ExportSheet]) -> None:
        self.engine, self.schema = engine, schema
        self.sheets = {sheet.part.origin.id: sheet for sheet in sheets}
        self.feed, self.source = sheets[0].feed, sheets[0].export.source
        self.columns = self.feed.as_table(schema, self.source)
        # a column is there for repeats where every file has it
        self.key = [key for key in self.feed.key if all(key in sheet.columns for sheet in sheets)]
        self.work = f"feed_{min(self.sheets)}"
        files = files_of(sheet.part for sheet in sheets)
        self.ranking = rank(list(files), files)

    def make(self) -> tuple[list[Part], list[Issue]]:
        ranks = {file: at for at, file in enumerate(self.ranking.files)}
        unions = [self._rows(sheet, ranks[sheet.part.origin.file]) for sheet in self.sheets.values()]
        self.engine.table(self.work, " union all ".join(unions))
        issues = [*self._repeated_in_later_files(), *self._repeated_in_a_file(), *self._left_out()]
        parts = self._parts()
        issues += self._lacking(parts)
        if self.feed.says:
            first = next(iter(self.sheets.values())).part.origin
            issues.append(
                Issue("export_basis", Level.INFO, f"“{self.feed.label}”：{self.feed.says}", Origin(first.file))
            )
        for sheet in self.sheets.values():
            self.engine.run(f"drop table {quote(sheet.part.target)}")
        self.engine.run(f"drop table {quote(self.work)}")
        return parts, issues

    def _rows(self, sheet: ExportSheet, rank: int) -> str:
        cells = []
        for column in self.columns.columns:
            value = quote(column.key)
            if column.key not in sheet.part.columns:
                value = literal(sheet.stated) if column.key == self.feed.named else "null"
            cells.append(f"cast({value} as {SQL_TYPES[column.type]}) as {quote(column.key)}")
        return f"select {', '.join(cells)}, _src, _row, {rank} as _rank from {quote(sheet.part.target)}"

    @property
    def _by(self) -> str:
        return ", ".join(quote(key) for key in self.key)

    def _repeated_in_later_files(self) -> Iterator[Issue]:
        """What a later file holds again is taken from the later file."""
        if not self.key or len(self.ranking.files) < 2:
            return
        first = quote(self.key[0])
        newest = f"max(_rank) over (partition by {self._by})"
        self.engine.table(f"{self.work}_all", f"select *, {newest} as _newest from {quote(self.work)}")
        measure = self.columns.column(self.feed.grows) if self.feed.grows else None
        total = f"sum({quote(measure.key)})" if measure else "null"
        on = " and ".join(f"l.{quote(key)} is not distinct from o.{quote(key)}" for key in self.key)
        later = f"select {self._by}, _rank, {total} as total from {quote(self.work + '_all')} group by all"
        older = (
            f"select {self._by}, _rank, _newest, count(*) as rows, min(_src) as src, {total} as total "
            f"from {quote(self.work + '_all')} where _rank < _newest and {first} is not null group by all"
        )
        for src, newest_rank, rows, begin, end, before, after in self.engine.rows(
            f"select min(o.src), o._newest, sum(o.rows), min(o.{first}), max(o.{first}), sum(o.total), sum(l.total) "
            f"from ({older}) o join ({later}) l on {on} and l._rank = o._newest "
            "group by o._rank, o._newest order by 1, 2"
        ):
            yield self._superseded(int(src), int(newest_rank), int(rows), (begin, end), (before, after))
        self.engine.table(
            self.work,
            f"select * exclude (_newest) from {quote(self.work + '_all')} where _rank = _newest or {first} is null",
        )
        self.engine.run(f"drop table {quote(self.work + '_all')}")

    def _superseded(
        self,
        src: int,
        newest: int,
        rows: int,
        span: tuple[object, object],
        totals: tuple[Decimal | None, Decimal | None],
    ) -> Issue:
        older, newer = self.sheets[src].part.origin, self.ranking.files[newest]
        basis = self.ranking.reason(older.file, newer)
        level, told = Level.INFO, ""
        if totals[0] is not None and totals[1] is not None and self.feed.grows:
            label = self.columns.column(self.feed.grows).label
            told = f"，其{label}由 {totals[0]:,.2f} 变为 {totals[1]:,.2f}"
            if totals[1] < totals[0]:
                level = Level.WARNING
                told += "，反而减少，请核对"
        message = (
            f"“{self.feed.label}”有 {rows} 行（{_range(*span)}）在后来的文件 {newer} 里又出现，"
            f"采用后来的文件{told}（先后按{basis}）"
        )
        return Issue("export_repeated", level, message, Origin(older.file, older.sheet))

    def _repeated_in_a_file(self) -> Iterator[Issue]:
        if not self.key or self.feed.rows == "lines":
            return
        window = f"over (partition by {self._by} order by _src, _row)"
        if self.feed.rows == "first":
            kept = f"select * exclude (_nth) from (select *, row_number() {window} as _nth from {quote(self.work)})"
            self.engine.table(self.work, f"{kept} where _nth = 1 or {quote(self.key[0])} is null")
            return
        labels = "、".join(self.columns.column(key).label for key in self.key)
        shown = " || '，' || ".join(f"coalesce(cast({quote(key)} as varchar), '空')" for key in self.key)
        repeated = self.engine.rows(
            f"select _src, _row, {shown}, src, row from (select *, first_value(_src) {window} as src, "
            f"first_value(_row) {window} as row, row_number() {window} as nth from {quote(self.work)}) "
            f"where nth > 1 and {quote(self.key[0])} is not null order by _src, _row"
        )
        if self.feed.rows == "added":
            counts: dict[int, int] = defaultdict(int)
            for src, *_ in repeated:
                counts[src] += 1
            for src, count in counts.items():
                at = self.sheets[src].part.origin
                message = f"“{self.feed.label}”有 {count} 行与同一文件的其他行{labels}相同，已按明细相加"
                hint = "如果是同一份数据粘贴了两次，请删去重复的行"
                yield Issue("export_lines", Level.WARNING, message, Origin(at.file, at.sheet), hint)
            return
        for src, row, value, first_src, first_row in repeated:
            at, first = self.sheets[src].part.origin, self.sheets[first_src].part.origin
            message = f"重复的行：{labels}为“{value}”，与 {first.file} › {first.sheet} 第 {first_row} 行相同"
            here = Origin(at.file, at.sheet, f"A{row}")
            yield Issue("duplicate_key", Level.ERROR, message, here, "请删去重复的行", value)

    def _left_out(self) -> Iterator[Issue]:
        by_sheet = f"select _src, count(*) from {quote(self.work)} where not ({self.feed.where}) group by 1 order by 1"
        for src, count in self.engine.rows(by_sheet):
            at = self.sheets[src].part.origin
            message = f"“{self.feed.label}”有 {count} 行{self.feed.left_out}"
            yield Issue("rows_left_out", Level.INFO, message, Origin(at.file, at.sheet))

    def _parts(self) -> list[Part]:
        constants = {**self.feed.fill, **self.source.fill}
        parts: list[Part] = []
        everything = f"{self.work}_into"
        present = frozenset().union(*(sheet.columns for sheet in self.sheets.values()))
        targets = self.feed.targets(self.schema, present)
        for key, value in constants.items():
            targets[key] = f"coalesce({quote(key)}, {literal(value)})" if key in present else literal(value)
        cells = ", ".join(
            f"cast({sql} as {SQL_TYPES[self.schema.column(key).type]}) as {quote(key)}" for key, sql in targets.items()
        )
        self.engine.table(
            everything, f"select {cells}, _src, _row from {quote(self.work)} as export where {self.feed.where}"
        )
        for identity, sheet in self.sheets.items():
            name = f"{self.work}_{identity}"
            self.engine.table(name, f"select * from {quote(everything)} where _src = {identity} order by _row")
            rows, first, last = self.engine.rows(
                f"select count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) from {quote(name)}"
            )[0]
            origin = replace(sheet.part.origin, rows=rows, first_row=first, last_row=last)
            parts.append(replace(sheet.part, target=name, columns=frozenset(targets), origin=origin))
        self.engine.run(f"drop table {quote(everything)}")
        return parts

    def _lacking(self, parts: Sequence[Part]) -> Iterator[Issue]:
        """What the table needs and the rows could not give; a bad cell was named already, so only computed columns."""
        for part in parts:
            origin = part.origin
            for column in self.schema.columns:
                if not column.required or column.key not in self.feed.into:
                    continue
                test = f"{quote(column.key)} is null" if column.key in part.columns else "true"
                count = self.engine.rows(f"select count(*) from {quote(part.target)} where {test}")[0][0]
                if count:
                    message = f"“{self.feed.label}”有 {count} 行算不出“{column.label}”"
                    yield Issue(
                        "export_incomplete", Level.WARNING, message, Origin(origin.file, origin.sheet), self.feed.says
                    )


def counted_twice(
    engine: Engine, schema: TableSchema, table: TypedTable, exported: Sequence[ExportSheet]
) -> Iterator[Issue]:
    """The same measure of the same key from two tools, or from a tool and the team's own table, would count twice.
    Two exports of one preset are two shops, and add up."""
    origins = {origin.id: origin for origin in table.origins}
    sheets = {sheet.part.origin.id: sheet for sheet in exported}
    keys = [key for key in schema.key if key in table.columns]
    if not keys or not any(identity in sheets for identity in origins):
        return
    by = ", ".join(quote(key) for key in keys)
    tools = " ".join(
        f"when {identity} then {literal(sheet.export.preset.name)}"
        for identity, sheet in sheets.items()
        if identity in origins
    )
    for column in [c for c in schema.columns if c.is_numeric and c.key in table.columns]:
        sql = f"""
            select count(*), arg_min(src, said), arg_min(other, said), arg_min(row, said), min(said) from (
              select {by}, arg_min(_src, tool) as src, arg_max(_src, tool) as other, arg_min(_row, tool) as row,
                concat_ws('，', {", ".join(f"cast({quote(k)} as varchar)" for k in keys)}) as said
              from (select *, case _src {tools} else '' end as tool from {quote(table.name)}
                    where {quote(column.key)} is not null)
              group by {by} having count(distinct tool) > 1)"""
        count, src, other, row, said = engine.rows(sql)[0]
        if count:
            there, labels = origins[other], "、".join(schema.column(key).label for key in keys)
            where = f"{there.file} › {there.sheet}"
            message = f"“{column.label}”有 {count} 处与 {where} 的{labels}相同，会重复计算（第一处：{said}）"
            at = origins[src]
            hint = "请只保留一个来源，或从其中一个文件里去掉这一列"
            yield Issue("counted_twice", Level.ERROR, message, Origin(at.file, at.sheet, f"A{row}"), hint)


def _range(begin: object, end: object) -> str:
    return str(begin) if begin == end else f"{begin} 至 {end}"
