"""Workbooks of Excel 2007 and later (xlsx, xlsm), read by calamine; what it does not give is taken from their XML."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rpt.intake.cell_notes import SheetNotes
from rpt.intake.raw import RawSheet
from rpt.intake.workbook_xml import Examined, examine_workbook
from rpt.values.limits import Limits

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

_LARGE = 8 << 20  # bytes of a file


def read(path: Path, _: Limits) -> list[RawSheet]:
    """Every sheet that has cells, from row 1 on. Raises whatever the readers raise of a broken file.

    The limits held before it was opened: calamine takes no others.
    """
    examined, loaded = _both(path)
    sheets = []
    for name, sheet in loaded.items():
        told = examined.sheets.get(name, SheetNotes())
        if sheet.width and sheet.height and (told.rows or not told.notes):
            sheets.append(
                RawSheet(name, sheet, told.first_column, notes=told.notes, rows=told.rows, merged=told.merged)
            )
        elif told.notes:
            sheets.append(RawSheet(name, [], notes=told.notes))
    return sheets


def _both(path: Path) -> tuple[Examined, dict[str, ExcelSheet]]:
    """What the XML tells, and the sheets as calamine reads them: of a large file at the same time, since there is
    hardly ever anything in one that has to be written anew for the reader first."""
    if path.stat().st_size < _LARGE:
        examined = examine_workbook(path)
        return examined, _loaded(examined.source)
    with ThreadPoolExecutor(1, thread_name_prefix="loading") as beside:
        begun = beside.submit(_loaded, str(path))
        examined = examine_workbook(path)
        if examined.source == str(path):
            return examined, begun.result()
        begun.exception()
    return examined, _loaded(examined.source)


def _loaded(source: str | bytes) -> dict[str, ExcelSheet]:
    """Every sheet by name."""
    import fastexcel

    book = fastexcel.read_excel(source)
    # skip_rows=0 keeps leading empty rows, so that row n of the data is row n of the sheet
    return {name: book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string") for name in book.sheet_names}
