"""Reading finished files back: the figures of an HTML page, the pages of a PDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Element:
    """One ``<data>``: its exact value, what it refers to, and what a reader sees."""

    value: str
    ref: str
    text: str


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self._open: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            assert self._open is None, "a figure inside a figure"
            self._open = dict(attrs) | {"": ""}

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[""] = f"{self._open['']}{data}"

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._open is not None:
            self.found.append(
                Element(self._open.get("value") or "", self._open.get("data-ref") or "", self._open[""] or "")
            )
            self._open = None


def data_elements(html: str) -> list[Element]:
    """Every ``<data>`` of a page in order."""
    parser = _Parser()
    parser.feed(html)
    return parser.found


def squeezed(text: str) -> str:
    """Text without any white space: lines of a PDF break and space out where they like."""
    return "".join(text.split())


def sentences(html: str) -> list[str]:
    """The sentences of a page's prose, with their markup: tables, charts, notes and lists of evidence are none."""
    prose = re.sub(r"<table.*?</table>|<svg.*?</svg>|<script.*?</script>|<dl.*?</dl>", "", html, flags=re.DOTALL)
    said = re.findall(r"<(p|li)\b([^>]*)>(.*?)</\1>", prose, re.DOTALL)
    told = [text for _, kind, text in said if not re.search("note|versus", kind) and "依据</span>" not in text]
    return [sentence for text in told for sentence in text.split("。")]
