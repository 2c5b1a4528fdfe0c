"""Workbooks of Excel 5 to 2003 (.xls, BIFF in a compound file), read by xlrd.

Format: Microsoft MS-XLS. What xlrd does not tell, formulas that were never calculated, is looked for in the records.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rpt.intake.formats.grid import Grid
from rpt.intake.formats.numerals import Numerals
from rpt.intake.number_formats import Styles, styles_of
from rpt.intake.raw import Merged, RawSheet
from rpt.values.limits import Limits

_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR, _BLANK = range(7)  # xlrd's types of cells
_FORMULA, _END, _USER, _SHEET, _START = 0x0006, 0x000A, 0x005C, 0x0085, 0x0809
_ON_LOAD = 2  # the formula's flag that it is to be calculated when the file is opened
_NO_TEXT, _ZERO = b"\x03\0\0\0\0\0\xff\xff", bytes(8)  # results of a formula

_Address = tuple[int, int]


def read(path: Path, limits: Limits) -> list[RawSheet]:
    """Every sheet that has cells. Raises xlrd.XLRDError and whatever else xlrd's parsing raises."""
    import xlrd

    # stdout is how a child answers its parent: xlrd's remarks must not go there
    with xlrd.open_workbook(
        path,
        logfile=io.StringIO(),
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,
        ignore_workbook_corruption=True,
    ) as book:
        styles = styles_of(
            {key: known.format_str for key, known in book.format_map.items() if known.format_str},
            [style.format_key for style in book.xf_list],
        )
        starts = _sheet_starts(book.mem, book.base)
        every = _never_calculates(book.mem, book.base)
        sheets = []
        for at in range(book.nsheets):
            uncalculated = set(_uncalculated(book.mem, starts[at], every)) if at < len(starts) else set()
            found = _read_sheet(Grid(limits.area), book.sheet_by_index(at), styles, uncalculated, book.datemode == 1)
            book.unload_sheet(at)
            sheets += [found] if found else []
        return sheets


def _read_sheet(
    grid: Grid, sheet: Any, styles: Styles, uncalculated: set[_Address], from_1904: bool
) -> RawSheet | None:
    import xlrd

    numerals = Numerals(grid)
    for row in range(sheet.nrows):
        grid.start_row(row + 1)
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind in (_EMPTY, _BLANK):
                continue
            if (row, column) in uncalculated:
                grid.note("no_value", "=", column=column)
            elif kind == _ERROR:
                grid.note("error", xlrd.error_text_from_code.get(value, "#N/A"), column=column)
            elif kind in (_NUMBER, _DATE):
                numerals.double(value, sheet.cell_xf_index(row, column), styles, from_1904, column)
            elif kind == _BOOLEAN:
                grid.put("true" if value else "false", column=column)
            elif kind == _TEXT and value:
                grid.put(value, column=column)
    numerals.settle()
    grid.merged = [Merged(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return grid.sheet(sheet.name)


def _sheet_starts(book: bytes, start: int) -> list[int]:
    """Where the worksheets' records begin, in the order of the workbook; charts and macros are left out."""
    return [
        start + struct.unpack_from("<I", book, at)[0]
        for kind, at, length in _records(book, start)
        if kind == _SHEET and length >= 6 and book[at + 5] == 0
    ]


def _never_calculates(book: bytes, start: int) -> bool:
    """Whether the workbook is of xlwt, which writes no text for the result of each formula and does not say that there
    is none. It writes the user's name without its length, as no other program does."""
    named = ((at, length) for kind, at, length in _records(book, start) if kind == _USER and length >= 2)
    return any(struct.unpack_from("<H", book, at)[0] > length for at, length in named)


def _uncalculated(book: bytes, start: int, every: bool) -> Iterator[_Address]:
    """Rows and columns (both from 0) of formulas that the program which wrote them left to Excel to calculate: they say
    so, or ``every`` one without a text is such."""
    for kind, at, length in _records(book, start):
        if kind == _FORMULA and length >= 16:
            row, column, _, result, flags = struct.unpack_from("<HHH8sH", book, at)
            if (result == _NO_TEXT and every) or (result in (_NO_TEXT, _ZERO) and flags & _ON_LOAD):
                yield row, column


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, position and length of the records from ``at`` to the end of their part; charts may stand inside it."""
    depth = 0
    while 0 <= at <= len(book) - 4:
        kind, length = struct.unpack_from("<HH", book, at)
        if at + 4 + length > len(book):
            return
        depth += (kind == _START) - (kind == _END)
        if depth <= 1:
            yield kind, at + 4, length
        at += 4 + length
        if depth <= 0:
            return
