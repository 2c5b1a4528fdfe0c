"""A long list read back from its CSV: its columns, how many rows it has, and every cell of those that the run holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from pathlib import Path

from rpt.assurance.proving.evidence import Evidence, broken, differs
from rpt.values.issue import Issue
from rpt.values.listing import Item, Listing

_RUN = "=+-@\t\r"  # a text that begins with one of these has an apostrophe in front


def check_csv(evidence: Evidence, path: Path) -> Iterator[Issue]:
    """Hold the file of a list against the run; of a very long one the rows after those held are counted."""
    run = evidence.run
    listing = next((one.exact() for one in run.told.lists if one.file(run.record.report) == path.name), None)
    if listing is None:
        yield broken("list_unknown", "文件名不是这次运行的任何清单", path.name)
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(listing, csv.reader(file), path.name)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        yield broken("list_unreadable", f"清单无法读取：{error}", path.name)


def _rows(listing: Listing, lines: Iterator[list[str]], file: str) -> Iterator[Issue]:
    heads = [c.label if c.unit in (None, "", "比率") else f"{c.label}（{c.unit}）" for c in listing.columns]
    found = next(lines, [])
    if found != heads:
        yield broken("list_columns", differs("表头", "、".join(heads), "、".join(found)), file)
    count = 0
    held = iter(listing.rows)
    for count, line in enumerate(lines, start=1):
        row = next(held, None)
        if row is not None:
            yield from _cells(listing, count, row, line, file)
    if count != listing.size:
        yield broken("list_rows", differs("行数", f"{listing.size:,}", f"{count:,}"), file)


def _cells(listing: Listing, number: int, row: tuple[Item, ...], line: list[str], file: str) -> Iterator[Issue]:
    for column, item, text in zip_longest(listing.columns, row, line):
        if column is None or text is None or not _says(text, item):
            id = listing.ref(number, column.key) if column else f"list.{listing.id}.{number}"
            yield broken("list_cell", differs(id, "" if item is None else item, text), file, f"第{number + 1}行")


def _says(text: str, item: Item) -> bool:
    if item is None:
        return not text
    if isinstance(item, Decimal):
        try:
            return Decimal(text) == item
        except InvalidOperation:
            return False
    return text == (f"'{item}" if item[:1] and item[0] in _RUN else item)
