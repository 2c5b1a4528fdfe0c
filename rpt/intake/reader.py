"""Readers: one file in, its sheets out as columns of text. Values are not interpreted here."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from rpt.intake.raw import RawSheet, column_index
from rpt.values.issue import Issue, Level, Origin

SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
DELIMITED = {".csv", ".tsv", ".txt"}
COLUMNAR = {".parquet"}
READABLE = SPREADSHEETS | DELIMITED | COLUMNAR


def sha256(path: Path) -> str:
    """The file's SHA-256, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, shown: str) -> tuple[list[RawSheet], list[Issue]]:
    """Read every sheet of a file. ``shown`` is the file's name in messages. What cannot be read is an issue."""
    try:
        if path.suffix.lower() in SPREADSHEETS:
            return _read_spreadsheet(path), []
        if path.suffix.lower() in COLUMNAR:
            return _read_parquet(path), []
        return _read_delimited(path), []
    except UnicodeDecodeError:
        hint = "请在 Excel 或 WPS 中另存为“CSV UTF-8”后重试"
        return [], [Issue("encoding", Level.ERROR, "无法识别文字编码（试过 UTF-8 与 GB18030）", Origin(shown), hint)]
    except Exception as error:  # noqa: BLE001 - readers raise whatever their parsers raise; the file is named and the run goes on
        message, hint = _why_unreadable(path)
        return [], [Issue("unreadable", Level.ERROR, message, Origin(shown), hint, _first_line(error))]


def _why_unreadable(path: Path) -> tuple[str, str]:
    """What the first bytes of a file that no reader takes say of it: message and hint."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return "文件是空的（0 字节）", "请重新导出该文件"
    if path.suffix.lower() in SPREADSHEETS and not head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return "扩展名是电子表格，内容却不是", "如果内容其实是 CSV，请把扩展名改为 .csv"
    return "文件损坏或有密码，读不出来", "请用 Excel 或 WPS 打开确认文件完好、没有密码，另存为 .xlsx 后重试"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _read_spreadsheet(path: Path) -> list[RawSheet]:
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


def _read_delimited(path: Path) -> list[RawSheet]:
    import pandas

    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    columns = {f"column_{i}": [_cell(row, i) for row in rows] for i in range(width)}
    return [RawSheet(path.stem, pandas.DataFrame(columns, dtype="str"))]


def _cell(row: Sequence[str], index: int) -> str | None:
    return row[index] if index < len(row) and row[index] != "" else None


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)


def _read_parquet(path: Path) -> list[RawSheet]:
    return [RawSheet(path.stem, path, typed=True)]
