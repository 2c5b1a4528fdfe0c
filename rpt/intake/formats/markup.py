"""HTML as a run of tokens, in one pass without going back: whatever is written there costs no more than its length."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rpt.intake.refusal import RefusedError

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:_-]{0,40}")
# possessive: a quote that is never closed fails at once, and _MOST_TAG bounds what one tag may look at
_REST = re.compile(r"(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(r"([^\s=/\"'>]{1,80})\s{0,80}(?:=\s{0,80}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?")
_MOST_TAG, _MOST_BROKEN = 40_000, 200
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title", "xmp")}


class Tag(NamedTuple):
    """A start tag (or an end tag) with its lower-case name and what stands behind the name."""

    name: str
    rest: str = ""
    end: bool = False


class Comment(NamedTuple):
    """A comment; Excel keeps the sheet names in one."""

    text: str


Token = Tag | Comment | str


def tokens(text: str) -> Iterator[Token]:
    """The tags, comments and texts (entities as written) of a document.

    Raises RefusedError where hundreds of tags never close their quotes.
    """
    at, end, broken = 0, len(text), 0
    while at < end:
        opening = text.find("<", at)
        if opening < 0:
            yield text[at:]
            return
        if opening > at:
            yield text[at:opening]
        at = opening
        after = text[at + 1 : at + 2]
        if text.startswith("<!--", at):
            close = text.find("-->", at + 4)
            yield Comment(text[at + 4 : close if close >= 0 else end])
            at = close + 3 if close >= 0 else end
        elif after in ("!", "?"):
            close = text.find(">", at)
            at = close + 1 if close >= 0 else end
        elif after == "/":
            close = text.find(">", at)
            name = _NAME.match(text, at + 2)
            if name:
                yield Tag(name[0].lower(), end=True)
            at = close + 1 if close >= 0 else end
        elif name := _NAME.match(text, at + 1):
            rest = _REST.match(text, name.end(), name.end() + _MOST_TAG)
            close = rest.end() if rest else text.find(">", at) + 1
            if rest is None:
                broken += 1
                if broken > _MOST_BROKEN:
                    raise RefusedError("html_broken", "网页的标记大量残缺，读不出表格", "请重新导出，或另存为 .xlsx")
            if close == 0:
                return
            tag = Tag(name[0].lower(), text[name.end() : close - 1])
            yield tag
            at = close
            if tag.name in _RAW:  # what stands inside is no markup
                finish = _RAW[tag.name].search(text, at)
                stop = finish.start() if finish else end
                yield text[at:stop]
                at = stop
        else:  # a bare < is text
            yield "<"
            at += 1


def attributes(rest: str) -> Mapping[str, str]:
    """The attributes behind a tag's name, lower-case names to values; one without a value has the value ''."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


def unescape(text: str) -> str:
    """Text with its entities resolved; one that stands for no character is left as written."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text
