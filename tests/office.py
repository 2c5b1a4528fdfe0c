"""LibreOffice as the tests use it: one profile a process, since making one takes longer than a conversion."""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


@functools.cache
def _profile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rpt-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def reopened(book: Path, folder: Path) -> Path:
    """The workbook as LibreOffice opens it and saves it again, in ``folder``."""
    profile = f"-env:UserInstallation={_profile().as_uri()}"
    command = [str(SOFFICE), "--headless", "--norestore", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", str(folder), str(book)], check=True, capture_output=True, timeout=240)
    return folder / book.name


def without_cached_values(book: Path, into: Path) -> int:
    """Copy a workbook without its formulas' values, so that what comes back was calculated; how many there were."""
    removed = 0
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                content, count = re.subn(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", content)
                removed += count
            new.writestr(item.filename, content)
    return removed
