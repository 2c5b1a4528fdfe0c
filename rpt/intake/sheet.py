"""One sheet through the cleaning path: raw text in the engine → typed rows, bad cells and totals as issues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rpt.engine import Engine, literal, quote
from rpt.intake.clean import SQL_TYPES, SUMMED_WORDS, cleaned, is_total, plain, plain_name, typed, typed_otherwise
from rpt.intake.header import SEARCHED_ROWS, Match
from rpt.intake.losses import lost_cell
from rpt.intake.raw import CellNote, RawSheet, column_letters
from rpt.intake.schema import ColumnSchema
from rpt.language.parse import ParseError, parse_measure
from rpt.values.issue import Issue, Level, Origin

_EXPECTED = {
    "date": "日期，如 2025-06-18",
    "datetime": "日期时间，如 2025-06-18 20:30",
    "month": "月份，如 2025年6月",
    "year": "年度，如 2025",
    "integer": "整数",
    "number": "数字",
    "money": "金额数字",
    "rate": "比率，如 35.2%",
    "yes_no": "是 或 否",
    "id": "以文本保存的编号（科学计数法会丢失位数）",
}


@dataclass(frozen=True)
class Place:
    """Where a sheet is: the file as messages name it, the sheet, its origin id, and its first column's index."""

    file: str
    sheet: str
    id: int
    first_column: int

    def cell(self, position: int, row: int) -> Origin:
        """The address of a cell."""
        return Origin(self.file, self.sheet, f"{column_letters(self.first_column + position)}{row}")

    def letters(self, columns: Mapping[int, ColumnSchema]) -> tuple[tuple[str, str], ...]:
        """The letters that columns at these positions stand under."""
        return tuple((column.key, column_letters(self.first_column + at)) for at, column in sorted(columns.items()))


def head(engine: Engine, raw: str) -> list[list[str | None]]:
    """The first rows of an ingested sheet as text, without the row number."""
    rows = engine.rows(f"select * from {quote(raw)} where _row <= {SEARCHED_ROWS} order by _row")
    return [[None if cell is None else str(cell) for cell in row[1:]] for row in rows]


def ingest(engine: Engine, sheet: RawSheet, name: str, *, may_stay: bool = False) -> None:
    """Put a sheet's text into the engine under ``name``, with ``_row`` as in the spreadsheet. A large one that
    ``may_stay`` is left in its files, and is a view of them.

    Raises EngineError for a sheet that is not as the child process writes it.
    """
    is_large = sheet.path.is_dir()
    source = sheet.path / "*.parquet" if is_large else sheet.path
    make = engine.view if is_large and may_stay else engine.table
    make(name, f"select * from read_parquet({literal(str(source))})")


def hold(engine: Engine, name: str) -> None:
    """Have the text of an ingested sheet in the engine, where it can be changed."""
    if _is_view(engine, name):
        held = f"{name}__held"
        engine.table(held, f"select * from {quote(name)}")
        engine.run(f"drop view {quote(name)}")
        engine.run(f"alter table {quote(held)} rename to {quote(name)}")


def let_go(engine: Engine, name: str) -> None:
    """Forget the text of an ingested sheet."""
    engine.run(f"drop {'view' if _is_view(engine, name) else 'table'} {quote(name)}")


def _is_view(engine: Engine, name: str) -> bool:
    return bool(engine.rows(f"select 1 from information_schema.views where table_name = {literal(name)}"))


class SheetCleaner:
    """Types one matched sheet. ``raw`` names its text in the engine; the typed rows go into ``target``."""

    def __init__(
        self, engine: Engine, place: Place, match: Match, raw: str, target: str, notes: Iterable[CellNote] = ()
    ) -> None:
        self.engine, self.place, self.match, self.raw, self.target = engine, place, match, raw, target
        # DESCRIBE is asked once: the reader's own column names are not ours to guess
        described = engine.rows(f"select column_name from (describe {quote(raw)})")
        self.raw_columns = [name for (name,) in described if name != "_row"]
        self.columns = dict(match.columns)
        self.work = f"{target}__work"
        # cells that hold no value though they should, by row and position
        self.lost = {
            (note.row, at): note
            for note in notes
            if note.row > match.row and (at := note.column - place.first_column) in self.columns
        }

    def clean(self) -> list[Issue]:
        """Create ``target`` (typed columns, ``_src``, ``_row``) and return what was found on the way."""
        self.engine.table(self.work, self._typing_sql())
        self._type_the_rest()
        issues = [*self._duplicate_headers(), *self._lost_cells(), *self._bad_cells(), *self._totals()]
        keys = ", ".join(quote(column.key) for column in self.columns.values())
        self.engine.table(
            self.target,
            f"select {keys}, {self.place.id} as _src, _row from {quote(self.work)} where not _total order by _row",
        )
        self.engine.run(f"drop table {quote(self.work)}")
        return issues

    def _source(self, position: int) -> str:
        return quote(self.raw_columns[position])

    def _typing_sql(self) -> str:
        """Text, typed value and whether the row is one of totals. A text stands there only where it has no value, or
        in such a row: nobody asks for the others, which are most."""
        texts, values, kept, labels = [], [], [], []
        for position, column in self.columns.items():
            source, text, key = self._source(position), plain_name(column.key), quote(column.key)
            texts.append(f"{cleaned(source)} as {text}")
            value = typed(column, source, text, self.match.units.get(position, ""))
            values += [text, f"cast({value} as {SQL_TYPES[column.type]}) as {key}"]
            kept += [f"case when {key} is null or _total then {text} end as {text}", key]
            if not column.is_numeric and column.type != "rate":
                labels.append(is_total(text))
        values.append(f"({' or '.join(labels) or 'false'}) as _total")
        sources = ", ".join(self._source(position) for position in self.columns)
        filled = ", ".join(plain_name(column.key) for column in self.columns.values())
        # materialized: else the planner writes the cleaning out again wherever its result is used
        return (
            f"with cleaned as materialized (select _row, {sources}, {', '.join(texts)} from {quote(self.raw)} "
            f"where _row > {self.match.row}), "
            f"typed as (select _row, {', '.join(values)} from cleaned where coalesce({filled}) is not null) "
            f"select _row, {', '.join(kept)}, _total from typed"
        )

    def _type_the_rest(self) -> None:
        """Cells that are not written the usual way take the long way, if there are any in their column."""
        open_cells = {position: self._open(column) for position, column in self.columns.items()}
        counted = ", ".join(f"count(*) filter (where {test})" for test in open_cells.values())
        counts = self.engine.rows(f"select {counted} from {quote(self.work)}")[0]
        for (position, test), count in zip(open_cells.items(), counts, strict=True):
            if count:
                column = self.columns[position]
                value = typed_otherwise(column, plain_name(column.key), self.match.units.get(position, ""))
                cast = f"cast({value} as {SQL_TYPES[column.type]})"
                self.engine.run(f"update {quote(self.work)} set {quote(column.key)} = {cast} where {test}")

    @staticmethod
    def _open(column: ColumnSchema) -> str:
        """SQL that is true where there is text and no value."""
        return f"{quote(column.key)} is null and {plain_name(column.key)} is not null"

    def _duplicate_headers(self) -> Iterator[Issue]:
        for first, second in self.match.duplicates:
            here, there = (self.place.cell(position, self.match.row) for position in (first, second))
            label = self.columns[first].label
            message = f"两列都是“{label}”：{here.cell} 与 {there.cell}"
            yield Issue("duplicate_header", Level.ERROR, message, there, "请删去或改名其中一列")

    def _lost_cells(self) -> Iterator[Issue]:
        """Cells of the table that the file says should hold a value. In a totals row they are of no account."""
        if not self.lost:
            return
        totals = {row for (row,) in self.engine.rows(f"select _row from {quote(self.work)} where _total")}
        for (row, position), note in self.lost.items():
            if note.kind == "repeated":  # the one that was read is as good as the other
                column = self.columns[position]
                emptied = f"{quote(column.key)} = null, {plain_name(column.key)} = null"
                self.engine.run(f"update {quote(self.work)} set {emptied} where _row = {row}")
            yield lost_cell(note, self.columns[position].label, self.place.cell(position, row), row in totals)

    def _bad_cells(self) -> Iterator[Issue]:
        positions = list(self.columns)
        names = [f"b{position}" for position in positions]
        problems = ", ".join(
            f"{self._problem(self.columns[p])} as {name}" for p, name in zip(positions, names, strict=True)
        )
        bad = (
            f"select _row, {', '.join(names)} from (select *, {problems} from {quote(self.work)} where not _total) "
            f"where coalesce({', '.join(names)}) is not null"
        )
        found = self.engine.rows(f"{bad} order by _row")
        for (row, *cells), (_, *texts) in zip(found, self._as_written(bad) if found else (), strict=True):
            for position, problem, text in zip(positions, cells, texts, strict=True):
                if problem is not None and (row, position) not in self.lost:
                    yield self._bad_cell(self.columns[position], self.place.cell(position, row), text, problem)
        yield from self._bad_measures()

    def _as_written(self, rows: str) -> list[tuple[Any, ...]]:
        """The plain text of rows, what stands for no value included."""
        texts = ", ".join(plain(self._source(position)) for position in self.columns)
        return self.engine.rows(
            f"select _row, {texts} from {quote(self.raw)} where _row in (select _row from ({rows})) order by _row"
        )

    @classmethod
    def _problem(cls, column: ColumnSchema) -> str:
        """SQL for what is wrong with a cell: one of bad, empty, low, high, unknown, or NULL."""
        key = quote(column.key)
        cases = [f"when {cls._open(column)} then 'bad'"]
        if column.required:
            cases.append(f"when {key} is null then 'empty'")
        if column.min is not None:
            cases.append(f"when {key} < {column.min:g} then 'low'")
        if column.max is not None:
            cases.append(f"when {key} > {column.max:g} then 'high'")
        if column.allowed:
            words = ", ".join(literal(word) for word in column.allowed)
            cases.append(f"when {key} is not null and {key} not in ({words}) then 'unknown'")
        return f"case {' '.join(cases)} end"

    def _bad_cell(self, column: ColumnSchema, origin: Origin, value: str | None, problem: str) -> Issue:
        label, shown = column.label, None if value is None else str(value)
        match problem:
            case "bad":
                expected = _EXPECTED.get(column.type, column.label)
                message, hint = f"“{label}”无法识别：{shown}", f"应填{expected}；没有数据请留空或填 -"
            case "empty":
                message, hint = f"必填列“{label}”为空", "请补上该值，或删去整行"
            case "low":
                message, hint = f"“{label}”小于 {column.min:g}：{shown}", "请核对正负号与单位"
            case "high":
                message, hint = f"“{label}”大于 {column.max:g}：{shown}", "请核对单位；比率写成 35.2% 或 0.352"
            case _:
                message, hint = f"“{label}”不在允许的取值内：{shown}", f"可填：{'、'.join(column.allowed)}"
        return Issue(f"cell_{problem}", Level.ERROR, message, origin, hint, shown)

    def _bad_measures(self) -> Iterator[Issue]:
        """Quantities as people write them are parsed one by one; their tables are small."""
        for position, column in self.columns.items():
            if column.type != "measure":
                continue
            key = quote(column.key)
            for row, text in self.engine.rows(
                f"select _row, {key} from {quote(self.work)} where {key} is not null and not _total"
            ):
                try:
                    parse_measure(text)
                except ParseError as error:
                    hint = "可写 6亿、≥15%、28天以内、4:1 这样的数"
                    message = f"“{column.label}”无法识别：{error}"
                    yield Issue("cell_bad", Level.ERROR, message, self.place.cell(position, row), hint, text)

    def _totals(self) -> Iterator[Issue]:
        """Totals rows are dropped from the data; a grand total that differs from its rows is reported."""
        numeric = [(position, column) for position, column in self.columns.items() if column.is_numeric]
        if not numeric or not self.engine.rows(f"select 1 from {quote(self.work)} where _total limit 1"):
            return
        labels = [plain_name(c.key) for c in self.columns.values() if not c.is_numeric and c.type != "rate"]
        words = ", ".join(literal(word) for word in SUMMED_WORDS)
        grand = " or ".join(
            f"coalesce(rtrim(replace({label}, ' ', ''), ':行') in ({words}), false)" for label in labels
        )
        stated = ", ".join(quote(column.key) for _, column in numeric)
        sums = ", ".join(f"sum({quote(column.key)})" for _, column in numeric)
        totals = self.engine.rows(
            f"select _row, {stated} from {quote(self.work)} where _total and ({grand}) order by _row"
        )
        # several totals rows are subtotals of blocks, which have no one sum to be held against
        if len(totals) != 1:
            return
        detail = self.engine.rows(f"select {sums} from {quote(self.work)} where not _total")[0]
        row, *values = totals[0]
        for (position, column), total, added in zip(numeric, values, detail, strict=True):
            if total is not None and added is not None and abs(Decimal(total) - Decimal(added)) > Decimal("0.01"):
                difference = Decimal(total) - Decimal(added)
                message = (
                    f"合计行的“{column.label}”与明细之和相差 {difference:,.2f}（合计 {total:,.2f}，明细 {added:,.2f}）"
                )
                origin = self.place.cell(position, row)
                yield Issue("total_differs", Level.WARNING, message, origin, "报告按明细计算；请核对合计行", str(total))
