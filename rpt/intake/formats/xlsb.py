"""Binary workbooks of Excel 2007 and later (.xlsb). Format: Microsoft MS-XLSB; section 2.3 numbers the records."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from rpt.intake.formats.grid import MAX_MERGED, Grid
from rpt.intake.formats.numerals import Numerals
from rpt.intake.formats.records import packed_number, records, wide_text
from rpt.intake.number_formats import Styles, styles_of
from rpt.intake.raw import Merged, RawSheet
from rpt.values.limits import Limits

_ROW, _SHEET_END, _MERGED = 0, 146, 176
_PACKED, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED = range(2, 8)
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOLEAN, _FORMULA_ERROR = range(8, 12)
_SHORT_FIRST, _SHORT_LAST, _SHORTER = 12, 18, 11  # cells that stand right of the one before and do not say where
_RICH_TEXT = 62
_SHARED_TEXT, _FORMAT, _STYLES_START, _STYLES_END, _STYLE = 19, 44, 617, 618, 47
_WORKBOOK, _SHEET = 153, 156
_ERRORS: Mapping[int, str] = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(frozen=True)
class _Book:
    texts: list[str]
    styles: Styles
    from_1904: bool


def read(path: Path, limits: Limits) -> list[RawSheet]:
    """Every sheet that has cells.

    Raises zipfile.BadZipFile, KeyError, struct.error or ElementTree.ParseError where the file is broken.
    """
    with zipfile.ZipFile(path) as archive:
        # readers find entries whatever the case and the slashes
        entries = {entry.replace("\\", "/").lower(): entry for entry in archive.namelist()}
        workbook = archive.read(entries["xl/workbook.bin"])
        book = _Book(
            _texts(archive.read(entries["xl/sharedstrings.bin"])) if "xl/sharedstrings.bin" in entries else [],
            _styles(archive.read(entries["xl/styles.bin"])) if "xl/styles.bin" in entries else Styles(),
            any(kind == _WORKBOOK and content[:1] and content[0] & 1 for kind, content in records(workbook)),
        )
        relations = archive.read(entries["xl/_rels/workbook.bin.rels"])
        sheets = []
        for name, part in _sheets(workbook, relations, entries).items():
            sheet = _Sheet(book, Grid(limits.area)).read(archive.read(part), name)
            sheets += [sheet] if sheet else []
        return sheets


def _sheets(workbook: bytes, relations: bytes, entries: Mapping[str, str]) -> dict[str, str]:
    """Sheet name → entry of its records. Chart and dialog sheets have no cells and are left out."""
    targets = {
        tag.get("Id", ""): posixpath.normpath(posixpath.join("/xl", tag.get("Target", ""))).lstrip("/").lower()
        for tag in ElementTree.fromstring(relations).iterfind("{*}Relationship")
        if tag.get("Type", "").endswith("/worksheet")
    }
    found: dict[str, str] = {}
    for kind, content in records(workbook):
        if kind == _SHEET:
            relation, at = wide_text(content, 8)
            target = targets.get(relation, "")
            if target in entries:
                found[wide_text(content, at)[0]] = entries[target]
    return found


def _texts(part: bytes) -> list[str]:
    """A text may be followed by its fonts and its pronunciation, which are no part of it."""
    return [wide_text(content, 1)[0] for kind, content in records(part) if kind == _SHARED_TEXT]


def _styles(part: bytes) -> Styles:
    codes: dict[int, str] = {}
    used: list[int] = []
    of_cells = False
    for kind, content in records(part):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", content)[0]] = wide_text(content, 2)[0]
        elif kind in (_STYLES_START, _STYLES_END):
            of_cells = kind == _STYLES_START
        elif kind == _STYLE and of_cells:
            used.append(struct.unpack_from("<H", content, 2)[0])
    return styles_of(codes, used)


class _Sheet:
    """Reads the records of one sheet into a grid."""

    def __init__(self, book: _Book, grid: Grid) -> None:
        self._book = book
        self._grid = grid
        self._numerals = Numerals(self._grid)

    def read(self, part: bytes, name: str) -> RawSheet | None:
        grid, column, in_row = self._grid, -1, False
        for kind, content in records(part):
            if kind == _ROW:
                grid.start_row(struct.unpack_from("<I", content)[0] + 1)
                column, in_row = -1, True
            elif kind == _SHEET_END:
                in_row = False
            elif kind == _MERGED and len(grid.merged) < MAX_MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", content)
                grid.merged.append(Merged(top + 1, left, bottom + 1, right))
            elif in_row and _SHORT_FIRST <= kind <= _SHORT_LAST:
                column += 1
                self._put(kind - _SHORTER, content, 4, column, int.from_bytes(content[:3], "little"))
            elif in_row and (1 <= kind <= _FORMULA_ERROR or kind == _RICH_TEXT):
                (column,) = struct.unpack_from("<I", content)
                self._put(kind, content, 8, column, int.from_bytes(content[4:7], "little"))
        self._numerals.settle()
        return grid.sheet(name)

    def _put(self, kind: int, content: bytes, at: int, column: int, style: int) -> None:
        if kind == _SHARED:
            self._grid.put(self._book.texts[struct.unpack_from("<I", content, at)[0]] or None, column=column)
        elif kind == _PACKED:
            self._number(packed_number(content, at), column, style)
        elif kind in (_REAL, _FORMULA_REAL):
            self._number(struct.unpack_from("<d", content, at)[0], column, style)
        elif kind in (_ERROR, _FORMULA_ERROR):
            self._grid.note("error", _ERRORS.get(content[at], "#N/A"), column=column)
        elif kind in (_BOOLEAN, _FORMULA_BOOLEAN):
            self._grid.put("true" if content[at] else "false", column=column)
        elif kind in (_TEXT, _FORMULA_TEXT, _RICH_TEXT):
            self._grid.put(wide_text(content, at + (kind == _RICH_TEXT))[0] or None, column=column)

    def _number(self, value: float, column: int, style: int) -> None:
        self._numerals.double(value, style, self._book.styles, self._book.from_1904, column)
