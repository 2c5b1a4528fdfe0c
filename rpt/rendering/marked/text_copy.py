"""A workbook of what has no cells to colour, such as a csv: its rows as text, to be marked like any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_LAST_ROW, _LONGEST = 1_048_576, 32_767  # of a sheet, of a cell
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_text_workbook(target: Path, sheets: Mapping[str, Iterable[Sequence[str | None]]]) -> bool:
    """Write sheets of text, row n in row n and column n in column n. Returns whether every row found room."""
    import xlsxwriter

    is_whole = True
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        text = book.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                if at >= _LAST_ROW:
                    is_whole = False
                    break
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write_string(at, column, value[:_LONGEST], text)
    return is_whole
