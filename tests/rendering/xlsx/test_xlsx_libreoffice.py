"""LibreOffice recalculates the workbook to the values that are cached in it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.office import needs_office, reopened, without_cached_values


@needs_office
def test_recalculated_values_equal_the_cached_ones(workbook_path: Path, tmp_path: Path) -> None:
    stripped = tmp_path / "report.xlsx"
    assert without_cached_values(workbook_path, stripped) > 20
    book = openpyxl.load_workbook(stripped)
    cached = openpyxl.load_workbook(workbook_path, data_only=True)
    recalculated = openpyxl.load_workbook(reopened(stripped, tmp_path / "out"), data_only=True)
    assert recalculated.sheetnames == cached.sheetnames
    compared = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found = recalculated[sheet.title][cell.coordinate]
                assert found.data_type != "e", f"{sheet.title}!{cell.coordinate}: {found.value}"
                if cell.data_type == "f":
                    expected = cached[sheet.title][cell.coordinate].value
                    assert found.value == pytest.approx(expected, rel=1e-12, abs=1e-12), cell.coordinate
                    compared += 1
    assert compared > 20
