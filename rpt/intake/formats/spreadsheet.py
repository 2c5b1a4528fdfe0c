"""Workbooks, whatever their extension says: xlsx and xlsm are read by calamine, the others by readers of their own.

calamine gives neither the error cells of xls, xlsb and ods nor their percent formats, and rounds their numbers.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from rpt.intake.cell_notes import SheetNotes
from rpt.intake.formats import ods, xls, xlsb
from rpt.intake.raw import RawSheet
from rpt.intake.workbook_xml import examine_workbook

_COMPOUND = b"\xd0\xcf\x11\xe0"


def read(path: Path) -> list[RawSheet]:
    """Every sheet that has cells, from row 1 on. Raises whatever the readers raise of a broken file."""
    with path.open("rb") as file:
        if file.read(4) == _COMPOUND:
            return xls.read(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            entries = {entry.replace("\\", "/").lower() for entry in archive.namelist()}
        if "xl/workbook.bin" in entries:
            return xlsb.read(path)
        if "content.xml" in entries:
            return ods.read(path)
    return _read_xlsx(path)


def _read_xlsx(path: Path) -> list[RawSheet]:
    import fastexcel

    examined = examine_workbook(path)
    book = fastexcel.read_excel(examined.source)
    sheets = []
    for name in book.sheet_names:
        # skip_rows=0 keeps leading empty rows, so that row n of the data is row n of the sheet
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        told = examined.sheets.get(name, SheetNotes())
        if sheet.width and sheet.height and (told.rows or not told.notes):
            sheets.append(
                RawSheet(name, sheet, told.first_column, notes=told.notes, rows=told.rows, merged=told.merged)
            )
        elif told.notes:
            sheets.append(RawSheet(name, [], notes=told.notes))
    return sheets
