"""The workbook by openpyxl: the ledger, a sheet per chapter with its tables, the long lists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .pages import Chapter

LISTS = {
    "product_change": "各商品增减",
    "slow_movers": "滞销商品",
    "rush_suppliers": "紧急补货",
    "product_year": "商品年度",
}


def write(path: Path, ledger: pd.DataFrame, chapters: list[Chapter], made: dict[str, pd.DataFrame]) -> None:
    """Write the workbook, sheet by sheet."""
    book = Workbook(write_only=True)
    for chapter in chapters:
        if chapter.tables:
            sheet = book.create_sheet(chapter.title.partition("、")[2] or chapter.title[-4:])
            for table in chapter.tables:
                sheet.append([_bold(sheet, table.title)])
                _frame(sheet, table.frame)
                sheet.append([table.note])
    _frame(book.create_sheet("数据"), ledger)
    for name, title in LISTS.items():
        _frame(book.create_sheet(title), made[name])
    book.save(path)


def _frame(sheet: WriteOnlyWorksheet, frame: pd.DataFrame) -> None:
    sheet.append([_bold(sheet, str(name)) for name in frame.columns])
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
        sheet.append(row)


def _bold(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell
