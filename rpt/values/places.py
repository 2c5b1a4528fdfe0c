"""Where the figures of a document stand: read from its HTML, which is what every page is printed from."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from rpt.values.document import Document

_BLOCKS = frozenset({"p", "li", "td", "th", "figcaption", "h1", "h2", "h3", "div", "dd"})


@dataclass(frozen=True)
class Place:
    """A figure as printed once: its id, exact value and text, the id of its chapter (``chapter-channel``) and of its
    table (empty in prose), and the words of its paragraph or the heading of its row."""

    ref: str
    value: str
    text: str
    chapter: str
    table: str
    words: str


def places_of(document: Document) -> list[Place]:
    """Every figure in the order of the pages. Drawings are no text, and are left out."""
    reader = _Reader()
    reader.feed(document.html)
    reader.close()
    return reader.places


@dataclass
class _Open:
    ref: str
    value: str
    chapter: str
    table: str
    text: str = ""


class _Reader(HTMLParser):
    """Follows sections, tables, rows and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._section: list[str] = []
        self._table = ""
        self._svg = 0
        self._figure: _Open | None = None
        self._waiting: list[_Open] = []
        self._words: list[str] = []
        self._head = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "section":
            self._section.append(given.get("id", ""))
        elif tag == "figure" and given.get("id", "").startswith("table-"):
            self._table = given["id"].removeprefix("table-")
        elif tag == "svg":
            self._svg += 1
        elif tag == "tr":
            self._head = ""
        if tag in _BLOCKS:
            self._settle()
        ref = given.get("data-ref")
        if ref is not None and tag in ("data", "span"):
            section = self._section[-1] if self._section else ""
            self._figure = _Open(ref, given.get("value", ""), section, self._table)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("data", "span") and self._figure is not None:
            self._waiting.append(self._figure)
            self._figure = None
        if tag == "th":
            self._head = self._head or "".join(self._words).strip()
        if tag in _BLOCKS:
            self._settle()
        if tag == "section" and self._section:
            self._section.pop()
        elif tag == "figure":
            self._table = ""
        elif tag == "svg":
            self._svg -= 1

    def handle_data(self, data: str) -> None:
        if self._svg:
            return
        if self._figure is not None:
            self._figure.text += data
        self._words.append(data)

    def close(self) -> None:
        super().close()
        self._settle()

    def _settle(self) -> None:
        """The paragraph or cell is over: its words belong to the figures met in it."""
        words = "".join(self._words).strip()
        for one in self._waiting:
            said = self._head if one.table and self._head else words
            self.places.append(Place(one.ref, one.value, one.text.strip(), one.chapter, one.table, said))
        self._waiting, self._words = [], []
