"""A workbook read back from its package: every cell's value as it is stored, and its formula."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import unescape
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_VALUE, _FORMULA, _INLINE = f"{_MAIN}v", f"{_MAIN}f", f"{_MAIN}is"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"(?: s="\d+")?(?: t="(\w+)")?>(?:<f>([^<]*)</f>)?<v>([^<]*)</v></c>')
At = tuple[int, int]  # row and column from 1


class CellRead(NamedTuple):
    """A cell: a number or a text (of a formula the value cached), and the formula without its ``=``."""

    value: float | str
    formula: str = ""


Cells = Mapping[At, CellRead]


@dataclass(frozen=True)
class SheetRead:
    """A sheet's cells that hold something."""

    name: str
    cells: Cells

    def row(self, number: int) -> Iterator[tuple[At, CellRead]]:
        """The cells of a row, from left to right as far as they reach."""
        return ((at, self.cells[at]) for at in self._rows.get(number, ()))

    @property
    def last(self) -> int:
        """The last row that holds something; 0 where none does."""
        return max(self._rows, default=0)

    @cached_property
    def _rows(self) -> dict[int, list[At]]:
        rows: dict[int, list[At]] = {}
        for at in self.cells:
            rows.setdefault(at[0], []).append(at)
        return rows

    def text(self, at: At) -> str:
        """The text in a cell; empty where it holds none."""
        cell = self.cells.get(at)
        return cell.value if cell is not None and isinstance(cell.value, str) else ""


def address(at: At) -> str:
    """``B12`` of (12, 2)."""
    letters, column = "", at[1]
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{at[0]}"


def position(text: str) -> At:
    """(12, 2) of ``B12`` or ``$B$12``. Raises ValueError for what is no address."""
    found = _ADDRESS.fullmatch(text.replace("$", ""))
    if found is None:
        raise ValueError(f"not an address: {text!r}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


@dataclass(frozen=True)
class ChartRead:
    """A native chart: its part of the package, its texts, and of each range that it refers to (``图表数据!$B$6:$B$17``)
    what it caches, by place."""

    part: str
    texts: tuple[str, ...]
    caches: tuple[tuple[str, Mapping[int, str]], ...]


def read_charts(path: Path) -> tuple[ChartRead, ...]:
    """Every native chart. Raises what ``read_workbook`` does."""
    with ZipFile(path) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        return tuple(_chart(part, fromstring(package.read(part))) for part in parts)


def _chart(part: str, root: Element) -> ChartRead:
    caches = []
    for reference in (*root.iter(f"{_CHART}strRef"), *root.iter(f"{_CHART}numRef")):
        points = {
            int(point.get("idx", "")): point.findtext(f"{_CHART}v", "") for point in reference.iter(f"{_CHART}pt")
        }
        caches.append((reference.findtext(f"{_CHART}f", ""), points))
    return ChartRead(part, tuple(text.text or "" for text in root.iter(f"{_DRAWING}t")), tuple(caches))


def read_workbook(path: Path) -> tuple[SheetRead, ...]:
    """Every sheet in order. Raises KeyError, ValueError, BadZipFile or ParseError for what is no workbook."""
    with ZipFile(path) as package:
        strings: list[str] = []
        if "xl/sharedStrings.xml" in package.namelist():
            strings = [_text(item) for item in fromstring(package.read("xl/sharedStrings.xml"))]
        links = fromstring(package.read("xl/_rels/workbook.xml.rels"))
        # a part is named from xl/ on, or from the package's root
        targets = {link.attrib["Id"]: posixpath.join("/xl", link.attrib["Target"])[1:] for link in links}
        book = fromstring(package.read("xl/workbook.xml"))
        return tuple(
            SheetRead(sheet.attrib["name"], dict(_cells(package.read(targets[sheet.attrib[_LINK]]), strings)))
            for sheet in book.iter(f"{_MAIN}sheet")
        )


def _cells(content: bytes, strings: list[str]) -> Iterator[tuple[At, CellRead]]:
    """The cells of a sheet: as our workbooks write them with one pattern, which is several times as fast, else (another
    program has saved the workbook since) with a parser."""
    text = content.decode("utf-8", "replace")
    found = _CELL.findall(text)
    if "<!" in text or "<is>" in text or len(found) != text.count("<v"):
        return _parsed(fromstring(content), strings)
    return _matched(found, strings)


def _matched(found: list[tuple[str, ...]], strings: list[str]) -> Iterator[tuple[At, CellRead]]:
    columns: dict[str, int] = {}  # by letters: a sheet has few columns and many cells
    for letters, row, kind, formula, value in found:
        if letters not in columns:
            columns[letters] = position(f"{letters}1")[1]
        at = int(row), columns[letters]
        if not kind:
            yield at, CellRead(_number(value), unescape(formula) if formula else "")
        else:
            yield at, _read(kind, unescape(value), unescape(formula), strings)


def _parsed(sheet: Element, strings: list[str]) -> Iterator[tuple[At, CellRead]]:
    columns: dict[str, int] = {}
    for row in sheet.iter(f"{_MAIN}row"):
        for cell in row:
            if len(cell) == 0:
                continue
            where = cell.attrib["r"]
            letters = where.rstrip("0123456789")
            if letters not in columns:
                columns[letters] = position(f"{letters}1")[1]
            read = _cell(cell, strings)
            if read is not None:
                yield (int(where[len(letters) :]), columns[letters]), read


def _cell(cell: Element, strings: list[str]) -> CellRead | None:
    formula, value = "", None
    for part in cell:
        if part.tag == _VALUE:
            value = part.text or ""
        elif part.tag == _FORMULA:
            formula = part.text or ""
        elif part.tag == _INLINE:
            value = _text(part)
    if value is None:
        return None
    return _read(cell.get("t", "n"), value, formula, strings)


def _read(kind: str, value: str, formula: str, strings: list[str]) -> CellRead:
    if kind == "s":
        at = int(value)
        return CellRead(strings[at] if 0 <= at < len(strings) else "", formula)
    return CellRead(_number(value) if kind == "n" else value, formula)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _text(item: Element) -> str:
    return "".join(part.text or "" for part in item.iter(f"{_MAIN}t"))
