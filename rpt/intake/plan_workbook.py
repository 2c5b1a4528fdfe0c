"""The plan read back from a workbook that rpt wrote and people edited.

The tables are found by the workbook's defined names ``rpt_targets_2026`` and ``rpt_actions_2026``, which cover header
and rows: sheets may be renamed, rows sorted, inserted, or added right below.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.language.parse import split_unit
from rpt.values.issue import UserError
from rpt.values.plan_workbook import CellValue, EditedCell, EditedTable, PlanWorkbook

TARGETS, ACTIONS = "rpt_targets", "rpt_actions"
_NAME = re.compile(rf"(?:{TARGETS}|{ACTIONS})_(\d{{4}})")
_NOTES = ("注：", "注:", "说明", "数据来源", "来源")
_BELOW = 500  # rows below a table in which added ones are looked for
_HINT = "请用 rpt annual 或 rpt plan 生成的 Excel，改好后保存为 .xlsx"


def read_plan_workbook(path: Path, year: int) -> PlanWorkbook:
    """The plan's tables of one year. Raises UserError where the file is none of ours or of another year."""
    from openpyxl.utils.exceptions import InvalidFileException

    if not path.is_file():
        raise UserError(f"找不到文件：{path}", "请检查 --from 后面的路径")
    try:
        book = _open(path)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise UserError(f"不是能读取的 Excel 文件：{path.name}", _HINT) from error
    years = sorted({int(found[1]) for name in book.defined_names if (found := _NAME.fullmatch(name))})
    if not years:
        raise UserError(f"{path.name} 里没有计划表", _HINT)
    if year not in years:
        held = "、".join(str(known) for known in years)
        raise UserError(
            f"{path.name} 里是{held}年的计划，不是{year}年的", f"请输入 rpt plan {held} --from …，或换一个文件"
        )
    tables = [_table(book, path.name, f"{kind}_{year}") for kind in (TARGETS, ACTIONS)]
    return PlanWorkbook(path.name, year, *tables)


def _open(path: Path) -> Any:
    """The workbook with the values its formulas had when it was last saved."""
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl cannot keep is of no use here
        return openpyxl.load_workbook(path, data_only=True)


def _table(book: Any, file: str, name: str) -> EditedTable | None:
    from openpyxl.utils.cell import range_boundaries

    if name not in book.defined_names:
        return None
    places = list(book.defined_names[name].destinations)
    if not places or places[0][0] not in book.sheetnames or "#REF" in places[0][1]:
        raise UserError(f"{file} 里的计划表已被整张删除（名称 {name} 失效）", "请从原来的 Excel 重新开始修改")
    title, area = places[0]
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    sheet = book[title]
    headings, units = {}, {}
    for column in range(left, right + 1):
        label, unit = split_unit(str(sheet.cell(top, column).value or ""))
        if label:
            headings[column], units[label] = label, unit
    rows = tuple(_rows(sheet, headings, top, bottom))
    return EditedTable(file, title, units, rows)


def _rows(sheet: Any, headings: Mapping[int, str], top: int, bottom: int) -> Iterator[dict[str, EditedCell]]:
    """The rows of a table that are not empty, and those people added below it; notes below end it."""
    for at in range(top + 1, min(bottom + _BELOW, sheet.max_row) + 1):
        row = {label: _cell(sheet.cell(at, column)) for column, label in headings.items()}
        filled = [cell for cell in row.values() if cell.value is not None]
        if at > bottom and (len(filled) < 2 or str(filled[0].value).startswith(_NOTES)):
            return
        if filled:
            yield row


def _cell(cell: Any) -> EditedCell:
    return EditedCell(cell.coordinate, _value(cell.value), "%" in (cell.number_format or ""))


def _value(value: Any) -> CellValue:
    """Text without edges, numbers exactly as the file spells them, days."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    return str(value).strip() or None
