"""Workbooks (xlsx, xlsm, xls, xlsb, ods), read by calamine."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from rpt.intake.raw import RawSheet, column_index


def read(path: Path) -> list[RawSheet]:
    """Every sheet that has cells, from row 1 on."""
    import fastexcel

    book = fastexcel.read_excel(path)
    offsets = _first_columns(path)
    sheets = []
    for name in book.sheet_names:
        # skip_rows=0 keeps leading empty rows, so that row n of the data is row n of the sheet
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet.width and sheet.height:
            sheets.append(RawSheet(name, sheet, offsets.get(name, 0)))
    return sheets


def _first_columns(path: Path) -> dict[str, int]:
    """Sheet name -> first used column. The reader drops leading empty columns; cell addresses must not shift."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return {}
    with zipfile.ZipFile(path) as archive:
        workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        targets: dict[str, str] = {}
        for tag in re.findall(r"<Relationship\b[^>]*>", relations):
            identity, part = re.search(r'\bId="([^"]+)"', tag), re.search(r'\bTarget="([^"]+)"', tag)
            if identity and part:
                targets[identity[1]] = part[1]
        offsets: dict[str, int] = {}
        for tag in re.findall(r"<sheet\b[^>]*>", workbook):
            name, relation = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]+)"', tag)
            target = targets.get(relation[1] if relation else "")
            if not (name and target):
                continue
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            firsts = re.findall(rb'<row\b[^>]*>\s*<c\b[^>]*?\br="([A-Z]+)\d', archive.read(member))
            if firsts:
                offsets[_unescape(name[1])] = min(column_index(letters.decode()) for letters in set(firsts))
    return offsets


def _unescape(text: str) -> str:
    from xml.sax.saxutils import unescape

    return unescape(text, {"&quot;": '"', "&apos;": "'"})
