"""Number formats of a workbook's cell styles: which of them show a percentage, which a date."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

_PERCENT = {9, 10}
_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
# what stands in a format as itself: "text", an escaped sign, a sign's width, a fill, [Red], [$-804], [>100]; not [h]
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Styles:
    """Indexes of cell styles (the ``s`` of a cell) by what their number format makes of a number."""

    percent: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()


def is_percent(code: str) -> bool:
    """Whether a format code shows a hundredfold with a percent sign; a sign in quotes is only text."""
    return "%" in _LITERAL.sub("", code)


def is_date(code: str) -> bool:
    """Whether a format code shows a date or a time."""
    return re.search("[ymdhs]", _LITERAL.sub("", code).lower().replace("general", "")) is not None


def read_styles(xml: bytes) -> Styles:
    """The styles of ``xl/styles.xml``. Raises ElementTree.ParseError."""
    root = ElementTree.fromstring(xml)
    codes = {int(tag.get("numFmtId", -1)): tag.get("formatCode", "") for tag in root.iterfind("{*}numFmts/{*}numFmt")}
    return styles_of(codes, [int(tag.get("numFmtId", 0)) for tag in root.iterfind("{*}cellXfs/{*}xf")])


def styles_of(codes: Mapping[int, str], used: Sequence[int]) -> Styles:
    """The styles of a workbook that gives these format codes by number, and uses format ``used[n]`` in its style n."""
    percent = {at for at, known in enumerate(used) if _is(known, codes, _PERCENT, is_percent)}
    dates = {at for at, known in enumerate(used) if _is(known, codes, _DATES, is_date)}
    return Styles(frozenset(percent), frozenset(dates))


def _is(known: int, codes: Mapping[int, str], built_in: Collection[int], test: Callable[[str], bool]) -> bool:
    """A code that the workbook gives wins over the built-in one of the same number."""
    return test(codes[known]) if known in codes else known in built_in
