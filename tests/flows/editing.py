"""Changing one cell of a workbook in place, as a person would, without reading the rest of it.

openpyxl takes some twenty seconds to rewrite a sheet of 20,000 rows; a cell's value is a few characters of XML.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name


def set_cell(book: Path, sheet: str, row: Mapping[str, object], column: str, value: str | float) -> None:
    """Put ``value`` under ``column`` into the first row whose cells are these, by the names in the header."""
    at, name = _locate(book, sheet, row, column)
    member = f"xl/worksheets/sheet{at}.xml"
    content = f"<v>{value}</v>" if isinstance(value, int | float) else f"<is><t>{escape(value)}</t></is>"
    kind = "" if isinstance(value, int | float) else ' t="inlineStr"'
    edited = book.with_suffix(".edited")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(edited, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for item in old.infolist():
            text = old.read(item)
            if item.filename == member:
                cell = re.compile(rf'<c r="{name}"( s="\d+")?[^>]*>.*?</c>'.encode())
                text, changed = cell.subn(rf'<c r="{name}"\g<1>{kind}>{content}</c>'.encode(), text)
                assert changed == 1, f"{sheet}!{name} is empty"
            new.writestr(item.filename, text)
    shutil.move(edited, book)


def _locate(book: Path, sheet: str, row: Mapping[str, object], column: str) -> tuple[int, str]:
    """The sheet's number in the file, and the cell's name."""
    opened = CalamineWorkbook.from_path(book)
    rows = opened.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    head_at = next(at for at, cells in enumerate(rows) if column in cells)
    head = rows[head_at]
    wanted = [(head.index(name), value) for name, value in row.items()]
    found = next(at for at in range(head_at + 1, len(rows)) if all(rows[at][c] == value for c, value in wanted))
    return opened.sheet_names.index(sheet) + 1, f"{xl_col_to_name(head.index(column))}{found + 1}"
