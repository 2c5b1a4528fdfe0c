"""LibreOffice recalculates the workbook to the values that are cached in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_recalculated_values_equal_the_cached_ones(workbook_path: Path, tmp_path: Path) -> None:
    stripped = tmp_path / "in" / "report.xlsx"
    stripped.parent.mkdir()
    book = openpyxl.load_workbook(workbook_path)
    book.save(stripped)  # openpyxl keeps formulas and drops their cached values: what comes back was calculated
    subprocess.run(
        [
            str(SOFFICE), "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(stripped),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    cached = openpyxl.load_workbook(workbook_path, data_only=True)
    recalculated = openpyxl.load_workbook(tmp_path / "out" / "report.xlsx", data_only=True)
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
