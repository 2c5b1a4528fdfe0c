"""A list as CSV, row after row, for a list that is too long for a sheet among others."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from rpt.values.listing import Item, ListColumn

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, columns: Iterable[ListColumn], rows: Iterable[tuple[Item, ...]]) -> int:
    """Write a list in base units, exact, under its labels; returns how many rows it has. UTF-8 with the mark by which
    spreadsheet programs know it. A text that they would run as a formula has an apostrophe in front."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading(column) for column in columns)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - counted
            writer.writerow(map(cell, row))
    return count


def heading(column: ListColumn) -> str:
    """What stands over a column: 库存金额（元）."""
    return f"{column.label}（{column.unit}）" if column.unit not in (None, "", "比率") else column.label


def cell(item: Item) -> str:
    """One cell's text."""
    if item is None:
        return ""
    if isinstance(item, Decimal):
        return f"{item:f}"
    return f"'{item}" if item.startswith(_FORMULA) else item
