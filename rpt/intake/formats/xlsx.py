"""Workbooks of Excel 2007 and later (xlsx, xlsm), read by calamine; what it does not give is taken from their XML."""

from __future__ import annotations

from pathlib import Path

from rpt.intake.cell_notes import SheetNotes
from rpt.intake.raw import RawSheet
from rpt.intake.workbook_xml import examine_workbook
from rpt.values.limits import Limits


def read(path: Path, _: Limits) -> list[RawSheet]:
    """Every sheet that has cells, from row 1 on. Raises whatever the readers raise of a broken file.

    The limits held before it was opened: calamine takes no others.
    """
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
