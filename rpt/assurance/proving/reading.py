"""The document read as a reader meets it: one unit of text after the other, with the figures that stand in each."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "dfn", "em", "i", "kbd", "mark", "q", "s"),
        *("samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
    )
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_SILENT = frozenset(("head", "script", "style", "svg", "template"))


@dataclass(frozen=True)
class Printed:
    """A figure in a unit: its id, the exact value its element states (None where a reason stands for it), what kind of
    figure it is, its text, and from where to where it stands in the unit's text."""

    ref: str
    value: str | None
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Unit:
    """A paragraph, heading, item or table cell. ``chapter`` is the heading it stands under, ``path`` the elements
    around it with their classes, ``table`` the id of its table and ``row`` its row there (0 heads it, −1 outside)."""

    text: str
    figures: tuple[Printed, ...]
    chapter: str
    path: tuple[str, ...]
    table: str = ""
    row: int = -1

    @property
    def tag(self) -> str:
        """The innermost element around it."""
        return self.path[-1].partition(".")[0] if self.path else ""

    def within(self, *names: str) -> bool:
        """Whether one of these elements (``nav``, ``p.definition``) stands around it."""
        return any(name in self.path or name in {part.partition(".")[0] for part in self.path} for name in names)


@dataclass(frozen=True)
class Page:
    """A document read: its units in order, and the texts of its drawings by chart id."""

    units: tuple[Unit, ...]
    drawings: dict[str, tuple[str, ...]]
    title: str


def read_page(html: str) -> Page:
    """Read a document, or a finished HTML file: its head, scripts and drawings are no part of its text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.finish_unit()
    return Page(tuple(reader.units), {key: tuple(parts) for key, parts in reader.drawings.items()}, reader.title)


class _Reader(HTMLParser):
    """Collects units; every element that is not inline begins and ends one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.units: list[Unit] = []
        self.drawings: dict[str, list[str]] = {}
        self.title = ""
        self._text: list[str] = []
        self._length = 0
        self._figures: list[Printed] = []
        self._open: tuple[str, str | None, str, int] | None = None  # ref, value, kind, start of the figure being read
        self._path: list[str] = []
        self._silent: list[str] = []
        self._chart = ""
        self._chapter = ""
        self._table, self._row = "", -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT or self._silent:
            if tag not in _VOID:
                self._silent.append(tag)
            return
        found = dict(attrs)
        if tag == "div" and found.get("data-chart"):
            self._chart = found["data-chart"] or ""
        if tag not in _INLINE:
            self.finish_unit()
            self._enter(tag, found)
        elif "data-ref" in found and self._open is None:
            kind = (found.get("class") or "").partition(" ")[0]
            self._open = (found["data-ref"] or "", found.get("value") if tag == "data" else None, kind, self._length)

    def _enter(self, tag: str, found: dict[str, str | None]) -> None:
        if tag in _VOID:
            return
        classes = (found.get("class") or "").split()
        self._path.append(".".join((tag, *classes[:1])))
        if tag == "figure" and classes[:1] == ["table"]:
            self._table, self._row = (found.get("id") or "").removeprefix("table-"), -1
        elif tag == "tr" and "continued" not in classes:
            self._row += 1

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
            return
        if tag in ("data", "span") and self._open is not None:
            self._end_figure()
        if tag in _INLINE or tag in _VOID:
            return
        self.finish_unit()
        names = [part.partition(".")[0] for part in self._path]
        if tag in names:
            del self._path[len(names) - 1 - names[::-1].index(tag) :]
        if tag == "figure":
            self._table, self._row = "", -1

    def _end_figure(self) -> None:
        assert self._open is not None
        ref, value, kind, start = self._open
        text = "".join(self._text)[start:]
        self._figures.append(Printed(ref, value, kind, text, start, self._length))
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            if ("svg" in self._silent and self._silent[-1] == "text") or self._silent[-1] == "tspan":
                self.drawings.setdefault(self._chart, []).append(data)
            elif self._silent[-1] == "title" and self._silent[0] == "head":
                self.title += data
            return
        self._text.append(data)
        self._length += len(data)

    def finish_unit(self) -> None:
        """End the unit being read; one without text is none."""
        text = "".join(self._text)
        if text.strip():
            if self._path and self._path[-1].partition(".")[0] == "h1":
                self._chapter = " ".join(text.split())
            unit = Unit(text, tuple(self._figures), self._chapter, tuple(self._path), self._table, self._row)
            self.units.append(unit)
        self._text, self._length, self._figures, self._open = [], 0, [], None
