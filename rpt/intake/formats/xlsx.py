"""Workbooks of Excel 2007 and later (xlsx, xlsm), read by calamine; what it does not give is taken from their XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rpt.intake.cell_notes import SheetNotes
from rpt.intake.glance import Glance
from rpt.intake.raw import RawSheet
from rpt.intake.workbook_xml import Examined, examine_workbook
from rpt.values.limits import Limits

_NONE: Mapping[str, Glance] = {}


def read(path: Path, _: Limits, glances: Mapping[str, Glance] = _NONE) -> list[RawSheet]:
    """Every sheet that has cells, from row 1 on. Raises whatever the readers raise of a broken file. ``glances`` are of
    its large plain sheets, by the names of their parts in lower case: those are not held.

    The limits held before it was opened: calamine takes no others.
    """
    examined = examine_workbook(path, glances)
    sheets = []
    for name, data in _loaded(examined):
        told = examined.sheets.get(name, SheetNotes())
        if data is not None and (told.rows or not told.notes):
            sheets.append(RawSheet(name, data, told.first_column, notes=told.notes, rows=told.rows, merged=told.merged))
        elif told.notes:
            sheets.append(RawSheet(name, [], notes=told.notes))
    return sheets


def _loaded(examined: Examined) -> Iterator[tuple[str, object]]:
    """Every sheet by name: as calamine reads it, or where it is, if large; None where it has no cells."""
    import fastexcel

    book = fastexcel.read_excel(examined.source)
    for name in book.sheet_names:
        if name in examined.large:
            yield name, examined.large[name]
            continue
        # skip_rows=0 keeps leading empty rows, so that row n of the data is row n of the sheet
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        yield name, sheet if sheet.width and sheet.height else None
