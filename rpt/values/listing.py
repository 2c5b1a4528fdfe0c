"""Listings: what is no measurement but a list of things (slow movers, best sellers), with typed columns and rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from rpt.values.slug import slug

MOST = 2000  # rows that a sheet among other tables can hold and still be read
Item = str | Decimal | None


@dataclass(frozen=True)
class ListColumn:
    """A column: ``unit`` is the base unit of its exact decimals (元, 比率 …); None is a column of text."""

    key: str
    label: str
    unit: str | None = None
    digits: int | None = None


@dataclass(frozen=True)
class Listing:
    """A list as measured: rows in its own order, cells as the columns stand. ``tables`` are the Chinese names of the
    source tables; ``note`` says how it was drawn up. Of a very long list ``rows`` are the first, and ``total`` says how
    many there are."""

    id: str
    label: str
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[Item, ...], ...]
    tables: tuple[str, ...] = ()
    note: str = ""
    total: int | None = None

    @property
    def size(self) -> int:
        """How many rows the list has."""
        return len(self.rows) if self.total is None else self.total

    @property
    def is_long(self) -> bool:
        """Whether it is too long for a sheet among other tables, and so has a file of its own."""
        return self.size > MOST

    def file(self, report: str) -> str:
        """The name of that file, beside those of a report (``annual-2025``)."""
        return f"{report}-{slug(self.label)}.csv"

    def ref(self, row: int, column: str) -> str:
        """The id a printed cell answers to: ``list.slow_movers.1.stock_value``; rows count from 1."""
        return f"list.{self.id}.{row}.{column}"

    def exact(self) -> Listing:
        """The same list with the cells of its number columns as numbers, which an archive keeps as text."""
        cells = (
            tuple(
                Decimal(item) if isinstance(item, str) and column.unit is not None else item
                for column, item in zip(self.columns, row, strict=True)
            )
            for row in self.rows
        )
        return replace(self, rows=tuple(cells))

    def column(self, key: str) -> tuple[Item, ...]:
        """All cells of a column; raises KeyError for one that is not there."""
        for at, column in enumerate(self.columns):
            if column.key == key:
                return tuple(row[at] for row in self.rows)
        raise KeyError(key)

    def numbers(self, key: str) -> tuple[Decimal, ...]:
        """A column of numbers, nothing as zero."""
        return tuple(item if isinstance(item, Decimal) else Decimal(0) for item in self.column(key))
