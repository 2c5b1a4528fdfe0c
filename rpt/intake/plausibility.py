"""Values that are well written and still can't be meant: days out of range, and columns in another unit."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from rpt.engine import Engine, literal, quote
from rpt.engine.dataset import TypedTable
from rpt.intake.parts import Part
from rpt.intake.schema import ColumnSchema, TableSchema
from rpt.values.issue import Issue, Level

_EARLIEST = date(1990, 1, 1)
_APART = timedelta(days=366)
_FEW = 100  # a handful of rows: one in so many of the rest
_OFF = (Decimal("3.4"), Decimal("4.6"))  # powers of ten about 万
_MANY = 1_000_000  # rows that a median is taken of
_ENOUGH = 3  # values that a median must stand on


def doubts(
    engine: Engine, schema: TableSchema, table: TypedTable, parts: Sequence[Part], today: date | None
) -> list[Issue]:
    """Everything of a table that is to be doubted, as warnings. Without ``today`` no day is too late."""
    if not parts or not table.rows:
        return []
    by_id = {part.origin.id: part for part in parts}
    return [*_days(engine, schema, table, by_id, today), *_units(engine, schema, table, by_id)]


# --- days -----------------------------------------------------------------------------------------------------------


def _days(
    engine: Engine, schema: TableSchema, table: TypedTable, parts: dict[int, Part], today: date | None
) -> Iterator[Issue]:
    for column in schema.columns:
        if column.type not in ("date", "month", "datetime") or column.key not in table.columns:
            continue
        day = f"cast({quote(column.key)} as date)"
        yield from _told(
            engine, table, parts, column, f"{day} < date '{_EARLIEST}'", "早于 1990 年", "请核对年份是否写错"
        )
        # plans, launches and deliveries may lie ahead; the day that a row counts for does not
        if today and column.key == schema.date and not schema.ahead:
            late = f"{day} > date '{today + timedelta(days=1)}'"
            yield from _told(engine, table, parts, column, late, f"晚于今天（{today}）", "请核对年份是否写错")
        if column.key == schema.date and (strays := _strays(engine, table, day, today)):
            listed = ", ".join(f"date '{stray}'" for stray in strays)
            test = f"{day} in ({listed})"
            yield from _told(engine, table, parts, column, test, "与其余日期相隔一年以上", "请核对年份；无误时不必理会")


def _told(
    engine: Engine, table: TypedTable, parts: dict[int, Part], column: ColumnSchema, test: str, what: str, hint: str
) -> Iterator[Issue]:
    """One warning per sheet, at the first of the cells."""
    key = quote(column.key)
    rows = engine.rows(
        f"select _src, count(*), min(_row), cast(arg_min(cast({key} as date), _row) as varchar) "
        f"from {quote(table.name)} where {test} group by _src order by _src"
    )
    for src, count, row, value in rows:
        more = f"等 {count} 处" if count > 1 else ""
        message = f"“{column.label}”{what}：{value}{more}"
        yield Issue("date_doubtful", Level.WARNING, message, parts[src].cell(column.key, row), hint, value)


def _strays(engine: Engine, table: TypedTable, day: str, today: date | None) -> list[date]:
    """Days more than a year away from all others, where they are a handful of rows; those told already left out."""
    test = f"{day} >= date '{_EARLIEST}'"
    if today:
        test += f" and {day} <= date '{today + timedelta(days=1)}'"
    days = engine.rows(f"select {day}, count(*) from {quote(table.name)} where {test} group by 1 order by 1")
    clusters: list[list[tuple[date, int]]] = []
    for found, rows in days:
        if not clusters or found - clusters[-1][-1][0] > _APART:
            clusters.append([])
        clusters[-1].append((found, rows))
    if len(clusters) < 2:
        return []
    sizes = [sum(rows for _, rows in cluster) for cluster in clusters]
    few = max(1, max(sizes) // _FEW)
    if max(sizes) < 2 or max(sizes) <= few:
        return []
    return [found for cluster, size in zip(clusters, sizes, strict=True) if size <= few for found, _ in cluster]


# --- units ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Rows of one sheet and year: how many have a value, and the median of each member (天猫, P001)."""

    src: int
    year: int
    rows: int
    medians: dict[str, Decimal]


def _units(engine: Engine, schema: TableSchema, table: TypedTable, parts: dict[int, Part]) -> Iterator[Issue]:
    """Columns of which one sheet or year is 10,000 times another, member by member: 万元 under a header of 元.

    Like is held against like: platforms and products differ by far more than that among themselves.
    """
    columns = [c for c in schema.columns if c.is_numeric and c.key in table.columns]
    if not columns or not (len(parts) > 1 or (table.first and table.last and table.first.year < table.last.year)):
        return
    groups = _groups(engine, schema, table, columns)
    for column in columns:
        told: set[int] = set()
        own = sorted(groups[column.key], key=lambda group: -group.rows)
        for group in own[1:]:
            found = _off(own[0], group)
            if found and group.src not in told:
                told.add(group.src)
                yield _unit_issue(column, parts, own[0], group, found)


def _groups(
    engine: Engine, schema: TableSchema, table: TypedTable, columns: Sequence[ColumnSchema]
) -> dict[str, list[_Group]]:
    dated = schema.date if schema.date in table.columns else None
    members = [key for key in schema.key if key != dated and key in table.columns] if dated in schema.key else []
    year = f"year({quote(dated)})" if dated else "0"
    member = " || '|' || ".join(f"coalesce(cast({quote(key)} as varchar), '')" for key in members) or literal("")
    cells = ", ".join(
        f"quantile_disc(abs({quote(c.key)}), 0.5) filter (where {quote(c.key)} <> 0), "
        f"count(*) filter (where {quote(c.key)} <> 0)"
        for c in columns
    )
    # the median of some of very many rows tells the unit as well
    some = f" where _row % {step} = 0" if (step := table.rows // _MANY) > 1 else ""
    rows = engine.rows(
        f"select _src, {year}, {member}, {cells} from {quote(table.name)}{some} group by 1, 2, 3 order by 1, 2, 3"
    )
    groups: dict[str, list[_Group]] = {}
    for at, column in enumerate(columns):
        medians: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
        counts: dict[tuple[int, int], int] = defaultdict(int)
        for src, stated, name, *values in rows:
            middle, count = values[2 * at : 2 * at + 2]
            if middle is not None and stated is not None:
                medians[src, stated][name] = Decimal(middle)
                counts[src, stated] += count
        groups[column.key] = [_Group(*key, counts[key], found) for key, found in medians.items()]
    return groups


def _off(main: _Group, other: _Group) -> tuple[Decimal, Decimal] | None:
    """The medians of both where they are about 10,000 times apart; over the members that both have."""
    both = sorted(main.medians.keys() & other.medians.keys())
    if not both or min(main.rows, other.rows) < _ENOUGH:
        return None
    powers = [math.log10(main.medians[name] / other.medians[name]) for name in both]
    low, high = _OFF
    if bisect_right((low, high), abs(Decimal(median(powers)))) != 1:
        return None
    return median([main.medians[name] for name in both]), median([other.medians[name] for name in both])


def _unit_issue(
    column: ColumnSchema, parts: dict[int, Part], main: _Group, other: _Group, medians: tuple[Decimal, Decimal]
) -> Issue:
    small, large = sorted(medians)
    unit = column.unit or "个"
    one, two = (
        f"{_where(parts, group, main, other)}为 {value:,.2f}"
        for group, value in ((other, medians[1]), (main, medians[0]))
    )
    wide = f"{column.label}（万{unit}）"
    message = (
        f"“{column.label}”的中位数{one}，{two}，相差约 {round(large / small, -3):,.0f} 倍，像是{unit}与万{unit}混用"
    )
    hint = f"数值是万{unit}时，请把表头写成“{wide}”，或在 [aliases] 里写明带单位的列名；数值无误时不必理会"
    return Issue("unit_doubtful", Level.WARNING, message, parts[other.src].header(column.key), hint, f"{medians[1]:f}")


def _where(parts: dict[int, Part], group: _Group, main: _Group, other: _Group) -> str:
    origin = parts[group.src].origin
    place = f"在 {origin.file} › {origin.sheet} " if main.src != other.src else ""
    year = f"{group.year}年" if group.year and main.year != other.year else ""
    return f"{place}{year}"
