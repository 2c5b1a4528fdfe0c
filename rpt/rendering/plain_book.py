"""Typed tables as a plain workbook: a sheet per table under its own name, headers in the first row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.engine import Engine, quote
from rpt.engine.dataset import TypedTable

_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def write_tables(engine: Engine, tables: Sequence[TypedTable], path: Path) -> None:
    """Write the columns that the tables have, rows in their order, in units of the schema (元, 人)."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        formats = {date: book.add_format({"num_format": _DAY}), datetime: book.add_format({"num_format": _MOMENT})}
        for table in tables:
            sheet = book.add_worksheet(table.label)
            keys = [key for key in table.all_columns if key in table.columns]
            sheet.write_row(0, 0, [table.all_columns[key] for key in keys])
            cells = ", ".join(map(quote, keys))
            for at, row in enumerate(engine.rows(f"select {cells} from {quote(table.name)} order by _src, _row"), 1):
                for column, value in enumerate(row):
                    _write(sheet, at, column, value, formats)


def _write(sheet: Any, row: int, column: int, value: object, formats: Mapping[type[date], Any]) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_string(row, column, "是" if value else "否")
        case date():  # moments too
            sheet.write_datetime(row, column, value, formats[type(value)])
        case int() | Decimal():
            sheet.write_number(row, column, value)
        case _:
            sheet.write_string(row, column, str(value))
