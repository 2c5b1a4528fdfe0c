"""The XML of one sheet, made regular so that it can be searched as bytes: fast where nearly all cells need no look.

Regular means: the rows and cells as nearly every program writes them (``<row r="3" …>``, ``<c r="B3" s="5" t="e">``,
no prefix, double quotes, no white space between elements, UTF-8). Whatever else a parser accepts is written anew that
way first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from xml.parsers import expat

from rpt.intake.raw import column_index, column_letters

_ADDRESS = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_STYLE = re.compile(rb' s="([0-9]+)"')
_TYPE = re.compile(rb' t="([A-Za-z]+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_SLASH = ord("/")
_FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FRAMES = {"worksheet", "sheetData", "mergeCells"}
_KEPT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_FRAMES, ()),
    "row": ("r",),
    "c": ("r", "s", "t"),
    **dict.fromkeys(("f", "is", "r"), ()),
    **dict.fromkeys(("v", "t"), ("xml:space",)),
    "mergeCell": ("ref",),
}
# comments and CDATA, single quotes, and white space between elements
_IRREGULAR = (b"<!", b" r='", b" s='", b" t='", *(b"%c<%c" % (space, tag) for space in b" \t\n" for tag in b"cfv"))


@dataclass(frozen=True)
class Cell:
    """A cell's tag and content as they stand in the XML, from byte ``start`` to ``end``."""

    start: int
    end: int
    tag: bytes
    content: bytes

    @property
    def address(self) -> tuple[int, int]:
        """Row, from 1, and spreadsheet column, 0 = A."""
        found = _ADDRESS.match(self.tag)
        return (int(found[2]), column_index(found[1].decode())) if found else (0, 0)

    @property
    def style(self) -> int:
        """The index of the cell's style."""
        found = _STYLE.search(self.tag)
        return int(found[1]) if found else 0

    @property
    def type(self) -> bytes:
        """The cell's ``t``; n (a number) where there is none."""
        found = _TYPE.search(self.tag)
        return found[1] if found else b"n"

    @property
    def value(self) -> str:
        """The text of the saved value, empty where there is none."""
        return _text(_VALUE.search(self.content))

    @property
    def formula(self) -> str:
        """The formula without its ``=``, empty where the cell shares another's."""
        return _text(_FORMULA.search(self.content))


def _text(found: re.Match[bytes] | None) -> str:
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def cells(xml: bytes, pattern: re.Pattern[bytes]) -> Iterator[Cell]:
    """The cells of a regular sheet in which the pattern is found, in file order and each once."""
    return cells_at(xml, (hit.start() for hit in pattern.finditer(xml)))


def cells_at(xml: bytes, places: Iterable[int]) -> Iterator[Cell]:
    """The cells of a regular sheet around these places, which ascend, each once."""
    end = 0
    for at in places:
        if at < end:
            continue
        start = xml.rfind(b"<c ", end, at)
        tag_end = xml.find(b">", start)
        if start < 0 or tag_end < 0:
            continue
        closed = xml[tag_end - 1] == _SLASH
        stop = tag_end if closed else xml.find(b"</c>", tag_end)
        if at < stop:
            end = tag_end + 1 if closed else stop + 4
            yield Cell(start, end, xml[start:tag_end], xml[tag_end + 1 : stop])


def regular(xml: bytes) -> bytes:
    """The sheet in regular form; the same bytes where it is regular already. Raises expat.ExpatError."""
    start, end = xml.find(b"<sheetData>"), xml.find(b"</sheetData>")
    if start >= 0 and end >= 0 and xml[:1] == b"<":
        data = xml[start:end]
        plain = data.count(b"<c") == data.count(b'<c r="') and data.count(b"<row") == data.count(b'<row r="')
        if plain and not any(sign in data for sign in _IRREGULAR):
            return xml
    return _Rewriter().rewrite(xml)


class _Rewriter:
    """Reads a sheet with expat and writes rows and cells in regular form, missing addresses filled in."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.row = self.column = 0

    def rewrite(self, xml: bytes) -> bytes:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        self.open: list[str] = []
        parser.Parse(xml, True)
        return "".join(self.parts).encode()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.open.append(tag)
        if tag not in _KEPT:
            return
        named = {_attribute(key): value for key, value in attributes.items()}
        self._place(tag, named)
        kept = "".join(f' {key}="{escape(named[key])}"' for key in _KEPT[tag] if key in named)
        self.parts.append(f'<{tag} xmlns="{_MAIN}">' if tag == "worksheet" else f"<{tag}{kept}>")

    def _place(self, tag: str, attributes: dict[str, str]) -> None:
        """A row or cell without an address follows the one before it."""
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
            attributes["r"] = str(self.row)
        elif tag == "c":
            address = attributes.get("r", "").upper()
            self.column = column_index(address.rstrip("0123456789")) if address else self.column + 1
            attributes["r"] = address or f"{column_letters(self.column)}{self.row}"

    def _end(self, name: str) -> None:
        tag = self.open.pop()
        if tag in _KEPT:
            self.parts.append(f"</{tag}>")

    def _text(self, text: str) -> None:
        # phonetic guides (rPh) are no part of a text
        if self.open and self.open[-1] in ("v", "f", "t") and "rPh" not in self.open:
            self.parts.append(escape(text))


def _attribute(name: str) -> str:
    """The attribute's name; of those with a namespace only ``xml:space`` matters."""
    return "xml:space" if name.endswith(" space") else name
