"""Lists as tables: the page shows the first rows and says how many there are, Excel holds them all, up to a length that
a sheet among other tables can have; a longer one has a CSV of its own."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import Display, cell_text, column_unit, excel_format, quantity
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.listing import MOST, Item, ListColumn, Listing
from rpt.writing.tables import signed

_RATIO = "比率"
_CHANGES = ("change", "growth")  # columns that are told with their sign


def listing_table(listing: Listing, id: str, number: str, title: str, chapter: str, limit: int | None) -> Table:
    """The list as a table; ``limit`` cuts the page, not Excel. Columns without anything in them are left out."""
    shown = [
        (at, column) for at, column in enumerate(listing.columns) if any(row[at] is not None for row in listing.rows)
    ]
    displays = {c.key: _display(listing, c) for _, c in shown if c.unit is not None}
    columns = [_column(c, displays.get(c.key)) for _, c in shown]
    rows = [
        Row({c.key: _cell(listing, nth, c, row[at], displays.get(c.key)) for at, c in shown})
        for nth, row in enumerate(listing.rows[:MOST], start=1)
    ]
    units = {c.unit for c in columns if c.number_format and "%" not in c.number_format}
    left = f"清单共{listing.size:,}行，表中只有前{MOST:,}行，全部见“{listing.file('…')}”。" if listing.is_long else ""
    notes = [listing.note, left]
    return Table(
        id,
        number,
        title,
        chapter,
        tuple(columns),
        tuple(rows),
        unit=units.pop() if len(units) == 1 and "" not in units else "",
        notes=tuple(text for text in notes if text),
        page_rows=limit,
        listing=listing.id,
    )


def cell_figure(listing: Listing, row: int, key: str, value: Decimal) -> Figure:
    """One number of a list as prose prints it, with its unit."""
    column = next(c for c in listing.columns if c.key == key)
    unit = column.unit or ""
    return free_figure(listing.ref(row, key), value, unit, quantity(value, unit, column.digits))


def _display(listing: Listing, column: ListColumn) -> Display:
    return column_unit(listing.numbers(column.key), column.unit or "", column.digits)


def _column(column: ListColumn, display: Display | None) -> Column:
    if display is None:
        return Column(column.key, column.label)
    unit = "%" if display.unit == _RATIO else display.unit
    return Column(column.key, column.label, unit, display.scale, excel_format(display.unit, display.digits))


def _cell(listing: Listing, nth: int, column: ListColumn, item: Item, display: Display | None) -> Cell:
    if not isinstance(item, Decimal) or display is None:
        return "—" if item is None else str(item)
    text = cell_text(item, display)
    ref = listing.ref(nth, column.key)
    return Figure(
        ref,
        FigureKind.NUMBER,
        item,
        column.unit or "",
        signed(text) if column.key in _CHANGES else text,
    )
