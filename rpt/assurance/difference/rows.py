"""Which input rows differ between two runs: typed rows held against each other, wherever in their files they stand.

Rows that are equal in all columns cancel out, though they moved. Of the rest, rows of the same key are one row that
changed, then rows in the same place of the same file (their key was changed); what is left came or went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rpt.engine import literal, quote
from rpt.engine.duck import Duck
from rpt.language.typed import typed_text
from rpt.values.difference import CellChange, Change, RowChange, RowCount
from rpt.values.run import KeptTable, Run, SourceSheet

LISTED = 2000  # rows of a table on each side; more differ where a whole file is another
_PLATFORM = "platform"
_PEOPLE = ("member_id",)


@dataclass(frozen=True)
class _Side:
    """One run's rows of a table that the other run has not: ``count`` of them in all, the first of them listed."""

    rows: Sequence[_Row]
    count: int


@dataclass(frozen=True)
class _Row:
    sheet: SourceSheet
    row: int
    values: Mapping[str, Any]


def compare_rows(old: Run, new: Run) -> tuple[list[RowChange], dict[str, RowCount]]:
    """The rows that differ, table by table in the order of their places, and how many there are of each table."""
    changes: list[RowChange] = []
    counts: dict[str, RowCount] = {}
    for name in dict.fromkeys([*new.rows, *old.rows]):
        before, after = old.rows.get(name), new.rows.get(name)
        if before and after and _same_bytes(before, after):
            continue
        table = (new.tables if name in new.tables else old.tables)[name]
        engine = Duck()
        _load(engine, before, after, list(table.columns))
        table = _without_passing_ids(engine, table)
        gone, come = (_unequal(engine, side, other, run, list(table.columns)) for side, other, run in _ways(old, new))
        found = list(_paired(name, table, gone, come))
        if found:
            changes += found
            counts[name] = _counted(table.label, found, gone, come)
    return changes, counts


def _same_bytes(one: Path, other: Path) -> bool:
    """Whether two files are one (linked), or hold the same."""
    if one.samefile(other):
        return True
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _load(engine: Duck, before: Path | None, after: Path | None, columns: Sequence[str]) -> None:
    """Both runs' rows as tables ``a`` and ``b`` with all columns, empty ones where a run knew none."""
    paths = {"a": before, "b": after}
    present = {side: _types(engine, path) for side, path in paths.items()}
    types = present["a"] | present["b"]
    for side, path in paths.items():
        given = [
            quote(c) if c in present[side] else f"cast(null as {types.get(c, 'varchar')}) as {quote(c)}"
            for c in columns
        ]
        source = f"read_parquet({literal(str(path))})" if path else "(select 0 as _src, 0 as _row where false)"
        engine.table(side, f"select {', '.join(given)}, _src, _row from {source}")


def _without_passing_ids(engine: Duck, table: KeptTable) -> KeptTable:
    """The table without ids that intake hashed with a key of the run's own: no two runs spell them alike."""
    ids = [key for key in table.columns if key in _PEOPLE and _is_hashed_anew(engine, quote(key))]
    columns = {key: label for key, label in table.columns.items() if key not in ids}
    return replace(table, key=tuple(key for key in table.key if key not in ids), columns=columns)


def _is_hashed_anew(engine: Duck, column: str) -> bool:
    both = f"(select {column} as id from a union all select {column} from b)"
    plain = f"select count(*) from {both} where not regexp_full_match(id, '[0-9a-f]{{64}}')"
    shared = (
        f"select count(*) from (select {column} from a intersect select {column} from b) where {column} is not null"
    )
    return all(int(engine.rows(count)[0][0]) == 0 for count in (plain, shared))


def _ways(old: Run, new: Run) -> tuple[tuple[str, str, Run], ...]:
    return ("a", "b", old), ("b", "a", new)


def _unequal(engine: Duck, side: str, other: str, run: Run, columns: Sequence[str]) -> _Side:
    """The rows of one run that have no equal in the other; of equal ones as many as are too many."""
    cells = ", ".join(map(quote, columns))
    nth = f"row_number() over (partition by {cells} order by _src, _row) as _nth"
    same = " and ".join(f"s.{quote(c)} is not distinct from o.{quote(c)}" for c in (*columns, "_nth"))
    rest = (
        f"from (select *, {nth} from {side}) s "
        f"where not exists (select 1 from (select *, {nth} from {other}) o where {same})"
    )
    count = int(engine.rows(f"select count(*) {rest}")[0][0])
    found = engine.rows(f"select _src, _row, {cells} {rest} order by _src, _row limit {LISTED}")
    sheets = {sheet.id: sheet for sheet in run.origins}
    rows = [_Row(sheets[src], int(at), dict(zip(columns, values, strict=True))) for src, at, *values in found]
    return _Side(rows, count)


def _types(engine: Duck, path: Path | None) -> dict[str, str]:
    """The columns of a parquet file with their SQL types."""
    if path is None:
        return {}
    described = f"select column_name, column_type from (describe select * from read_parquet({literal(str(path))}))"
    return {str(column): str(kind) for column, kind in engine.rows(described)}


def _paired(name: str, table: KeptTable, gone: _Side, come: _Side) -> Iterator[RowChange]:
    """Rows that went and rows that came, joined where they are one row that changed."""
    pairs: list[tuple[_Row | None, _Row | None]] = []
    left, right = list(gone.rows), list(come.rows)
    ways: tuple[Callable[[_Row], Hashable], ...] = (
        lambda row: tuple(row.values[key] for key in table.key),
        lambda row: (row.sheet.file, row.sheet.sheet, row.row),
    )
    for way in ways if table.key else ways[1:]:
        waiting: dict[Hashable, list[_Row]] = defaultdict(list)
        for row in left:
            waiting[way(row)].append(row)
        unmatched = []
        for row in right:
            if found := waiting.get(way(row)):
                pairs.append((found.pop(0), row))
            else:
                unmatched.append(row)
        left, right = [row for rows in waiting.values() for row in rows], unmatched
    pairs += [(row, None) for row in left]
    pairs += [(None, row) for row in right]
    told = [_change(name, table, before, after) for before, after in pairs]
    return iter(sorted(told, key=lambda change: (change.file, change.sheet, change.row, change.change.value)))


def _change(name: str, table: KeptTable, before: _Row | None, after: _Row | None) -> RowChange:
    here = after or before
    assert here is not None
    change = Change.CHANGED if before and after else Change.ADDED if after else Change.REMOVED
    cells = []
    for column, label in table.columns.items():
        old, new = (row.values[column] if row else None for row in (before, after))
        if old != new:
            cells.append(
                CellChange(
                    label,
                    here.sheet.address(column, here.row),
                    typed_text(old, grouped=True),
                    typed_text(new, grouped=True),
                )
            )
    sides = [row.values for row in (before, after) if row]
    days = [found for values in sides if (found := _day(values.get(table.date_column or "")))]
    platforms = [str(values[_PLATFORM]) for values in sides if values.get(_PLATFORM)]
    return RowChange(
        change,
        name,
        table.label,
        here.sheet.file,
        here.sheet.sheet,
        here.row,
        "，".join(typed_text(here.values[key], grouped=True) for key in table.key if here.values[key] is not None),
        tuple(cells),
        tuple(dict.fromkeys(days)),
        tuple(dict.fromkeys(platforms)),
    )


def _counted(label: str, found: Sequence[RowChange], gone: _Side, come: _Side) -> RowCount:
    """The counts of a table; where rows were left out, what they are is taken to be as it is of the listed ones."""
    whole = gone.count == len(gone.rows) and come.count == len(come.rows)
    changed = sum(row.change is Change.CHANGED for row in found)
    return RowCount(label, changed, come.count - changed, gone.count - changed, whole)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
