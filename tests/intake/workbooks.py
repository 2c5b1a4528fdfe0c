"""The same table as a workbook of each kind: xlsx and ods as XML, xlsb as records, xls by xlwt.

LibreOffice opens all four, and shows the same cells in each.
"""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import xlwt

from tests.intake.sheets import grid, number, text, worksheet, write_xml

_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
ERRORS = tuple(_CODES)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


@dataclass(frozen=True)
class Error:
    """A formula whose result is an error value."""

    text: str


@dataclass(frozen=True)
class Percent:
    """A number in the format 0.0%."""

    value: float


@dataclass(frozen=True)
class Day:
    """A day as a serial number in the format yyyy-mm-dd: 45826 is 2025-06-18."""

    serial: float


@dataclass(frozen=True)
class Uncalculated:
    """A formula, 1+1, saved without its result."""


Cell = str | float | bool | Error | Percent | Day | Uncalculated | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]
Merges = Sequence[tuple[int, int, int, int]]  # first row, first column, last row, last column, all from 0


def write(path: Path, sheets: Sheets, merged: Merges = ()) -> Path:
    """A workbook of the kind that the path's extension names. ``merged`` is of every sheet."""
    {"xlsx": _xlsx, "xls": _xls, "xlsb": _xlsb, "ods": _ods}[path.suffix[1:]](path, sheets, merged)
    return path


# --- xlsx ---------------------------------------------------------------------------------------------------------


def _xlsx(path: Path, sheets: Sheets, merged: Merges) -> None:
    areas = "".join(
        f'<mergeCell ref="{chr(65 + left)}{top + 1}:{chr(65 + right)}{bottom + 1}"/>'
        for top, left, bottom, right in merged
    )
    tail = f"<mergeCells>{areas}</mergeCells>" if areas else ""
    written = {
        name: worksheet(grid([[_xlsx_cell(c) for c in row] for row in rows]) + tail) for name, rows in sheets.items()
    }
    write_xml(path, written, ["0.0%", "yyyy-mm-dd"])


def _xlsx_cell(cell: Cell) -> str | None:
    match cell:
        case None:
            return None
        case Error():
            return f' t="e"><f>1/0</f><v>{cell.text}</v></c>'
        case Uncalculated():
            return "><f>1+1</f></c>"
        case Percent():
            return number(repr(cell.value), 1)
        case Day():
            return number(repr(cell.serial), 2)
        case bool():
            return f' t="b"><v>{cell:d}</v></c>'
        case str():
            return text(escape(cell))
        case _:
            return number(repr(cell))


# --- xls ----------------------------------------------------------------------------------------------------------


def _xls(path: Path, sheets: Sheets, merged: Merges) -> None:
    book = xlwt.Workbook()
    percent, day = xlwt.easyxf(num_format_str="0.0%"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                match cell:
                    case None:
                        pass
                    case Error():
                        sheet.row(at).set_cell_error(column, _CODES[cell.text])
                    case Uncalculated():
                        sheet.write(at, column, xlwt.Formula("1+1"))
                    case Percent():
                        sheet.write(at, column, cell.value, percent)
                    case Day():
                        sheet.write(at, column, cell.serial, day)
                    case _:
                        sheet.write(at, column, cell)
        for top, left, bottom, right in merged:
            sheet.merge(top, bottom, left, right)
    book.save(str(path))


# --- xlsb ---------------------------------------------------------------------------------------------------------


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = bytearray(), len(content)
    while True:
        length.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return head + bytes(length) + content


def wide(words: str) -> bytes:
    """A text with its length before it."""
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def _xlsb(path: Path, sheets: Sheets, merged: Merges) -> None:
    parts = [f"xl/worksheets/sheet{at}.bin" for at in range(1, len(sheets) + 1)]
    types = "".join(
        f'<Override PartName="/{part}" ContentType="application/vnd.ms-excel.{kind}"/>'
        for part, kind in [
            ("xl/workbook.bin", "sheet.binary.macroEnabled.main"),
            ("xl/styles.bin", "styles"),
            ("xl/sharedStrings.bin", "sharedStrings"),
            *((part, "worksheet") for part in parts),
        ]
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(
            [
                *(("worksheet", part.removeprefix("xl/")) for part in parts),
                ("styles", "styles.bin"),
                ("sharedStrings", "sharedStrings.bin"),
            ],
            1,
        )
    )
    shared = sorted({cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str)})
    named = b"".join(
        record(156, struct.pack("<II", 0, at) + wide(f"r{at}") + wide(name)) for at, name in enumerate(sheets, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        book.writestr("xl/workbook.bin", record(131) + record(143) + named + record(144) + record(132))
        book.writestr("xl/styles.bin", _xlsb_styles())
        texts = b"".join(record(19, b"\0" + wide(words)) for words in shared)
        book.writestr(
            "xl/sharedStrings.bin", record(159, struct.pack("<II", len(shared), len(shared))) + texts + record(160)
        )
        for part, rows in zip(parts, sheets.values(), strict=True):
            book.writestr(part, _xlsb_sheet(rows, merged, shared))


def _xlsb_styles() -> bytes:
    """Styles 0 General, 1 0.0%, 2 yyyy-mm-dd."""
    codes = [(170, "0.0%"), (171, "yyyy-mm-dd")]
    formats = b"".join(record(44, struct.pack("<H", at) + wide(code)) for at, code in codes)
    style = [record(47, struct.pack("<HHHHHBBHH", parent, code, 0, 0, 0, 0, 0, 0, 0)) for parent, code in
             [(0xFFFF, 0), (0, 0), (0, 170), (0, 171)]]  # fmt: skip
    return b"".join(
        (
            record(278), record(615, struct.pack("<I", 2)), formats, record(616),
            record(626, struct.pack("<I", 1)), style[0], record(627),
            record(617, struct.pack("<I", 3)), *style[1:], record(618), record(279),
        )
    )  # fmt: skip


def _xlsb_sheet(rows: Sequence[Sequence[Cell]], merged: Merges, shared: Sequence[str]) -> bytes:
    parts = [record(129), record(145)]
    for at, cells in enumerate(rows):
        parts.append(record(0, struct.pack("<I", at) + bytes(13)))
        parts += [_xlsb_cell(column, cell, shared) for column, cell in enumerate(cells) if cell is not None]
    parts.append(record(146))
    areas = [record(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in merged]
    if areas:
        parts += [record(177, struct.pack("<I", len(areas))), *areas, record(178)]
    return b"".join((*parts, record(130)))


def _xlsb_cell(column: int, cell: Cell, shared: Sequence[str]) -> bytes:
    def at(style: int = 0) -> bytes:
        return struct.pack("<II", column, style)

    match cell:
        case Error():
            return record(3, at() + bytes([_CODES[cell.text]]))
        case Percent():
            return record(5, at(1) + struct.pack("<d", cell.value))
        case Day():
            return record(5, at(2) + struct.pack("<d", cell.serial))
        case bool():
            return record(4, at() + bytes([cell]))
        case str():
            return record(7, at() + struct.pack("<I", shared.index(cell)))
        case int() if abs(cell) < 2**29:
            return record(2, at() + struct.pack("<i", cell << 2 | 2))
        case int() | float():
            return record(5, at() + struct.pack("<d", cell))
        case _:
            raise ValueError("an xlsb holds a result for each formula")


# --- ods ----------------------------------------------------------------------------------------------------------


def ods(path: Path, tables: str) -> Path:
    """An OpenDocument spreadsheet of tables given as XML."""
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text", "drawing"))
    calcext = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} xmlns:calcext="{calcext}" '
        f'office:version="1.3"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="{media}"/>'
        for part, media in (("/", kind), ("content.xml", "text/xml"))
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.3">{manifest}'
            "</manifest:manifest>",
        )
    return path


def _ods(path: Path, sheets: Sheets, merged: Merges) -> None:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}
    tables = []
    for name, rows in sheets.items():
        lines = []
        for at, cells in enumerate(rows):
            line = (_ods_cell(cell, spans.get((at, column))) for column, cell in enumerate(cells))
            lines.append(f"<table:table-row>{''.join(line)}</table:table-row>")
        tables.append(f'<table:table table:name="{name}"><table:table-column/>{"".join(lines)}</table:table>')
    ods(path, "".join(tables))


def _ods_cell(cell: Cell, span: tuple[int, int] | None) -> str:
    spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    given, shown = "", ""
    match cell:
        case None:
            pass
        case Error():
            given = (
                ' table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
            )
            shown = cell.text
        case Uncalculated():
            given = ' table:formula="of:=1+1"'
        case Percent():
            given, shown = f' office:value-type="percentage" office:value="{cell.value!r}"', f"{cell.value:.0%}"
        case Day():
            day = f"2025-06-{18 + int(cell.serial) - 45826:02}"
            given, shown = f' office:value-type="date" office:date-value="{day}"', day
        case bool():
            given = f' office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
            shown = str(cell).upper()
        case str():
            given, shown = ' office:value-type="string"', escape(cell)
        case _:
            given, shown = f' office:value-type="float" office:value="{cell!r}"', f"{cell:.2f}"
    inside = f"<text:p>{shown}</text:p>" if shown else ""
    return f"<table:table-cell{given}{spanned}>{inside}</table:table-cell>"
