"""A document's first page as a few lines, read from its own HTML: what a chat says is what the page prints.

The page's summary says what is what: ``p.lead`` is the first sentence, ``div.card`` with ``p.name``, ``p.value`` and
``p.versus`` a figure that matters, and a list with ``data-digest`` (``points``, ``problems``, ``decisions``) the
sentences of that kind. A project's own summary that keeps to these names is read likewise.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

from rpt.values.digest import Digest, Kpi, Line
from rpt.values.document import Document, Figure, FigureKind

_BEGIN = '<section class="summary"'
_KINDS = {kind.value: kind for kind in FigureKind}
_TONES = {"good": True, "bad": False}
_ARROWS = {"up": "▲", "down": "▼"}
_LISTS = ("points", "problems", "decisions")


def digest_of(document: Document) -> Digest:
    """The few lines of a document; fields for which its first page has nothing are empty."""
    begin = document.html.find(_BEGIN)
    reader = _Summary({(f.ref, f.text): f for f in document.figures})
    if begin >= 0:
        reader.feed(document.html[begin:])
    return Digest(
        document.title,
        document.subtitle,
        document.company,
        reader.lead,
        tuple(reader.kpis),
        **{name: tuple(reader.lists[name]) for name in _LISTS},
    )


class _Summary(HTMLParser):
    """Goes through the summary and stops listening at its end."""

    def __init__(self, printed: dict[tuple[str, str], Figure]) -> None:
        super().__init__()
        self.lead: Line = ()
        self.kpis: list[Kpi] = []
        self.lists: dict[str, list[Line]] = {name: [] for name in _LISTS}
        self._printed = printed
        self._depth = 0
        self._is_over = False
        self._list = ""  # what the list that is open says
        self._in_versus = False
        self._place: tuple[str, str] | None = None  # what is being read, and the tag that ends it
        self._line: list[str | Figure] = []
        self._figure: dict[str, str] | None = None  # the attributes of the figure that is being read
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._is_over:
            return
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "section":
            self._depth += 1
        elif tag == "ol":
            self._list = given.get("data-digest", "")
        elif tag == "div" and "card" in classes:
            self.kpis.append(Kpi("", ()))
        elif tag == "p":
            self._begin(next((name for name in ("lead", "name", "value") if name in classes), ""), tag)
            self._in_versus = "versus" in classes
        elif tag == "li" and self._list in _LISTS:
            self._begin("item", tag)
        elif tag in ("data", "span") and "data-ref" in given:
            self._figure, self._texts = given, []
        elif tag == "span" and self._in_versus:
            self._begin("versus", tag)

    def handle_endtag(self, tag: str) -> None:
        if self._is_over:
            return
        if self._figure is not None and tag in ("data", "span"):
            self._line.append(self._figure_of(self._figure, "".join(self._texts).strip()))
            self._figure = None
        elif self._place and tag == self._place[1]:
            self._keep(self._place[0], _trimmed(self._line))
            self._place = None
        elif tag == "section":
            self._depth -= 1
            self._is_over = self._depth == 0
        if tag == "ol":
            self._list = ""
        elif tag == "p":
            self._in_versus = False

    def handle_data(self, data: str) -> None:
        if self._figure is not None:
            self._texts.append(data)
        elif self._place:
            self._line.append("".join(data.split("\n")))

    def _begin(self, what: str, tag: str) -> None:
        if what:
            self._place, self._line = (what, tag), []

    def _keep(self, what: str, line: Line) -> None:
        if not line:
            return
        if what == "lead":
            self.lead = line
        elif what == "item":
            self.lists[self._list].append(line)
        elif self.kpis:
            kpi = self.kpis[-1]
            if what == "name":
                kpi = replace(kpi, name="".join(part for part in line if isinstance(part, str)))
            elif what == "value":
                kpi = replace(kpi, value=line)
            else:
                kpi = replace(kpi, versus=(*kpi.versus, line))
            self.kpis[-1] = kpi

    def _figure_of(self, given: dict[str, str], text: str) -> Figure:
        """The figure as it was printed: the document's own with its unit, and the direction of this very place."""
        classes = given.get("class", "").split()
        ref, value = given["data-ref"], given.get("value")
        known = self._printed.get((ref, text))
        kind = next((_KINDS[name] for name in classes if name in _KINDS), FigureKind.NUMBER)
        return Figure(
            ref=ref,
            kind=kind,
            value=Decimal(value) if value is not None else None,
            unit=known.unit if known else "",
            text=text,
            good=next((_TONES[name] for name in classes if name in _TONES), None),
            arrow=next((_ARROWS[name] for name in classes if name in _ARROWS), ""),
        )


def _trimmed(parts: list[str | Figure]) -> Line:
    """Neighbouring words joined, without blanks at either end."""
    line: list[str | Figure] = []
    for part in parts:
        if isinstance(part, str) and line and isinstance(line[-1], str):
            line[-1] += part
        else:
            line.append(part)
    if line and isinstance(line[0], str):
        line[0] = line[0].lstrip()
    if line and isinstance(line[-1], str):
        line[-1] = line[-1].rstrip()
    return tuple(part for part in line if part != "")
