"""Writing tables as the sheets teams keep: a title over the header, a note, real dates and number formats, a total."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_CREATED: Final = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)  # fixed: the same seed gives the same file
_TEN_THOUSAND: Final = 10_000
_FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "id": "@",
    "year": "0",
    "int": "#,##0",
    "number": "#,##0.0",
    "money": "#,##0.00",
    "wan": "#,##0.00",
    "wan_people": "#,##0.0000",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "month": 'yyyy"年"m"月"',
    "plain": "General",
    "yes_no": "General",
}


@dataclass(frozen=True)
class Column:
    """A column: its key in the table, its header on the sheet, how its cells are written, its width."""

    key: str
    header: str
    kind: str = "plain"
    width: float = 12


@dataclass(frozen=True)
class Sheet:
    """A sheet: its table and the furniture around it. `totals` are the keys summed in a last row 合计."""

    name: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    title: str | None = None
    note: str | None = None
    totals: tuple[str, ...] = field(default=())


def _cells(values: pd.Series, kind: str) -> list[Any]:
    """The column's values as Excel takes them; None leaves the cell empty, "-" stays what it is."""
    if kind in ("wan", "wan_people"):
        values = values / _TEN_THOUSAND
    if kind == "yes_no":
        values = values.map({True: "是", False: "否"})
    return [None if value is None or value is pd.NaT or value != value else value for value in values.astype(object)]


def _write_sheet(sheet: Sheet, worksheet: Worksheet, formats: dict[str, Format]) -> None:
    top = 0
    for text, style in ((sheet.title, "title"), (sheet.note, "note")):
        if text:
            worksheet.write_string(top, 0, text, formats[style])
            top += 1
    for at, column in enumerate(sheet.columns):
        worksheet.write_string(top, at, column.header, formats["header"])
        worksheet.set_column(at, at, column.width)
        worksheet.write_column(top + 1, at, _cells(sheet.rows[column.key], column.kind), formats[column.kind])
        if column.key in sheet.totals:
            # Cents are added as whole numbers: the total on the sheet is the detail's to the last digit.
            total = int((sheet.rows[column.key] * 100).round().sum()) / 100
            worksheet.write_number(top + 1 + len(sheet.rows), at, total, formats[f"total {column.kind}"])
    if sheet.totals:
        worksheet.write_string(top + 1 + len(sheet.rows), 0, "合计", formats["total"])
    worksheet.set_row(top, 20)
    worksheet.freeze_panes(top + 1, 2)


def write_workbook(path: Path, sheets: list[Sheet]) -> None:
    """Write the sheets to an .xlsx file."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": path.stem, "author": "电商运营中心", "created": _CREATED})
        total = {"bold": True, "top": 1}
        formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        formats |= {f"total {kind}": book.add_format(total | {"num_format": code}) for kind, code in _FORMATS.items()}
        formats["total"] = book.add_format(total)
        formats["title"] = book.add_format({"bold": True, "font_size": 14})
        formats["note"] = book.add_format({"italic": True, "font_color": "#7F7F7F"})
        formats["header"] = book.add_format(
            {"bold": True, "bg_color": "#DDE6F0", "bottom": 1, "align": "center", "valign": "vcenter"}
        )
        for sheet in sheets:
            _write_sheet(sheet, book.add_worksheet(sheet.name), formats)
