"""A page taken apart: what it could load, what runs in it, what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

LOADING = {"src", "srcset", "href", "xlink:href", "data", "action", "poster", "formaction", "background", "ping"}


@dataclass
class Page:
    """``scripts`` are those that run, ``data`` those that only hold something, by id; ``text`` is what is read."""

    tags: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    styles: str = ""
    scripts: list[str] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)
    drawings: list[str] = field(default_factory=list)
    policy: str = ""
    text: str = ""


def parsed(html: str) -> Page:
    """The page as a browser would take it apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._inside, self._id = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, given = self.page, {name: value or "" for name, value in attrs}
        page.tags.add(tag)
        page.addresses += [value for name, value in given.items() if name in LOADING]
        page.handlers += [name for name in given if name.startswith("on")]
        page.styles += given.get("style", "") + "\n"
        if "data-chart" in given:
            page.drawings.append(given["data-chart"])
        if given.get("http-equiv", "").lower() == "content-security-policy":
            page.policy = given["content"]
        if tag == "style":
            self._inside = "style"
        elif tag == "script":
            self._inside, self._id = given.get("type", ""), given.get("id", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        page = self.page
        if self._inside == "style":
            page.styles += data
        elif self._inside == "application/json":
            page.data[self._id] = page.data.get(self._id, "") + data
        elif self._inside:
            page.scripts.append(data)
        else:
            page.text += data
