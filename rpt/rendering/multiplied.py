"""A panel written out as the business it stands for: every row many times, under ids, times and amounts of its own.

All copies of a member live as that member does, day by day, so that rates (repurchase, tiers, cohorts) are the
panel's. Times move within their day and amounts by at most half a per cent. The rows are made by the database and
written in a stream: memory does not grow with them. Arithmetic only, no hash of the database's own, so that a seed
gives the same rows under every version.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rpt.engine import Engine, literal, quote
from rpt.engine.dataset import TypedTable

Format = Literal["parquet", "csv"]
TABLES = ("member", "orders", "touch", "parcel")
BYTES_A_ROW = {"parquet": 12, "csv": 110}  # about, over all four tables
_PRIME = 2_147_483_647
_MOMENTS = {"orders": ("ordered_at", "deposit_at", "paid_at"), "parcel": ("paid_at", "shipped_at", "signed_at")}
_IDS = {
    "order_id": "strftime(ordered_at, '%y%m%d') || {number}",
    "touch_id": "'T' || strftime(touched_on, '%y%m%d') || {number}",
    "parcel_id": "'YD' || strftime(paid_at, '%y%m%d') || {number}",
}
_COPY_OPTIONS = {"parquet": "format parquet, compression zstd", "csv": "format csv, header"}


def rows_of(tables: Mapping[str, TypedTable], times: float) -> int:
    """About how many rows ``write_rows`` writes of all four tables."""
    return round(sum(tables[name].rows for name in TABLES) * times)


def write_rows(engine: Engine, table: TypedTable, path: Path, times: float, form: Format, seed: int) -> int:
    """Write one of ``TABLES`` (all four are typed tables of ``engine``), each row about ``times`` times, and return the
    number of rows. Columns are named by their labels. Raises EngineError where the file cannot be written."""
    name = table.name.removeprefix("typed_")
    # one thread writes rows as they come, which is their order; several would hold all of a file until it is whole
    engine.run("set threads = 1")
    engine.run("set preserve_insertion_order = false")
    engine.run(f"copy ({_copies(table, name, times, form, seed)}) to {literal(str(path))} ({_COPY_OPTIONS[form]})")
    return int(engine.rows(f"select sum({_count('nth', times)}) from ({_placed(table, name)})")[0][0])


def _copies(table: TypedTable, name: str, times: float, form: Format, seed: int) -> str:
    """The rows of a table: ``nth`` counts the members (of parcels: rows) from 0, ``line`` the rows, ``copy`` within
    a row. Unnesting keeps the order and streams; a join would do neither."""
    cells = ", ".join(f"{_cell(name, key, form)} as {quote(label)}" for key, label in table.all_columns.items())
    chance = f"((line * 48271 + copy * 69621 + {seed}) * 16807 % {_PRIME})"
    return f"""
        select {cells} from (
          select *, {chance} as chance, {chance} % 3601 - 1800 as late from (
            select *, unnest(range({_count("nth", times)})) as copy from ({_placed(table, name)})
          )
        )"""


def _placed(table: TypedTable, name: str) -> str:
    """The panel's rows with ``nth``, ``line`` and how many rows and members there are."""
    own = quote(table.name)
    if name in ("member", "parcel"):
        return f"select *, line as nth, lines as people from ({_lines(own)})"
    members = "select member_id, row_number() over (order by _src, _row) - 1 as nth from typed_member"
    people = "(select count(*) from typed_member)"
    return (
        f"select r.*, m.nth, {people} as people from ({_lines(own)}) r join ({members}) m on m.member_id = r.member_id "
        "order by r.line"
    )


def _lines(own: str) -> str:
    return f"select *, row_number() over (order by _src, _row) - 1 as line, count(*) over () as lines from {own}"


def _count(nth: str, times: float) -> str:
    """How many copies a row has: ``times`` on the average, without chance. The third decimal of ``times`` counts, and
    scales are multiples of 0.001 of a panel of one in a hundred: 0.1."""
    thousandths = round(times * 1000)
    return f"cast(({nth} + 1) * {thousandths} // 1000 - {nth} * {thousandths} // 1000 as bigint)"


def _cell(name: str, key: str, form: Format) -> str:
    if key in _IDS:
        return _IDS[key].format(number="lpad(cast(line + copy * lines as varchar), 10, '0')")
    if key == "member_id":
        return "'M' || lpad(cast(nth + copy * people as varchar), 10, '0')"
    if key == "paid_amount":  # cents, so that the product is of whole numbers
        cents = "cast(paid_amount * 100 as bigint) * (10000 + chance // 3601 % 101 - 50) // 10000"
        return f"cast({cents} as decimal(16, 0)) * 0.01"
    moments = _MOMENTS.get(name, ())
    if key in moments:
        moved = [f"({at} + to_seconds(late))" for at in moments]
        stays = " and ".join(
            f"({at} is null or {to}::date = {at}::date)" for at, to in zip(moments, moved, strict=True)
        )
        return f"case when {stays} then {key} + to_seconds(late) else {key} end"
    if form == "csv" and key in ("reached", "complained"):
        return f"case {quote(key)} when true then '是' when false then '否' end"
    return quote(key)
