"""A glance at a large sheet's XML: whether there is anything in it that takes a closer look, cell by cell.

Nearly every sheet of a million cells is a plain export without formulas and errors, of which all that matters can be
seen at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rpt.intake.number_formats import Styles
from rpt.intake.tags import Cells, cells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

# numbers of which the reader would round the digits
INEXACT = re.compile(
    rb"<v>-?(?:[0-9]{16,}(?:\.0*)?|[0-9]*\.[0-9]{10,}|[0-9]{8,}\.[0-9]+|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+)</v>"
)
_PIECE = 4 << 20  # bytes looked at at once
_SHORT = 10  # characters from which a number may be rounded, one with an exponent aside
_CLOSER = (b"='", b' t="e"')  # single quotes around an attribute; an error


@dataclass(frozen=True)
class Glance:
    """The first column with a value (0 = A), how many rows have one, and whether there are numbers that the reader
    would round."""

    first_column: int
    rows: int
    has_inexact: bool


def look(xml: bytes, styles: Styles) -> Glance | None:
    """What a sheet is at a glance; None where it takes a closer look: anything that is not in regular form, formulas,
    errors, cells without an order in their row, values of nothing."""
    start, end = xml.find(b"<sheetData>") + len(b"<sheetData>"), xml.find(b"</sheetData>")
    if xml[:1] != b"<" or start > end or any(xml.find(sign, start, end) >= 0 for sign in _CLOSER):
        return None
    first_column, rows, has_inexact = 0, 0, False
    ends = date_ends(styles)
    text = memoryview(xml)
    while start < end:
        stop = xml.find(b"<row ", start + _PIECE, end)
        piece = text[start : stop if stop > 0 else end]
        found = cells_of(piece)
        if found is None or not _is_in_order(found):
            return None
        if found.filled.any():
            column = int(found.columns[found.filled].min())
            first_column = min(first_column or column, column)
            rows += _different(found.under[found.filled])
            has_inexact = has_inexact or _has_inexact(piece, found, ends)
        start += len(piece)
    return Glance(max(first_column - 1, 0), rows, has_inexact)


def date_ends(styles: Styles) -> tuple[bytes, ...]:
    """How the tags of days and moments end: they are numbers of many digits."""
    return tuple(b' s="%d">' % at for at in styles.dates)


def _is_in_order(found: Cells) -> bool:
    """Whether the cells of every row stand from left to right, none of them twice."""
    import numpy

    return bool(((numpy.diff(found.columns) > 0) | (numpy.diff(found.under) > 0)).all())


def _different(ascending: NDArray[Any]) -> int:
    import numpy

    return 1 + int((numpy.diff(ascending) > 0).sum())


def _has_inexact(piece: memoryview, found: Cells, date_tags: tuple[bytes, ...]) -> bool:
    """Whether a number would be rounded: those that may be, by their length or an exponent, are looked at."""
    import numpy

    text = numpy.frombuffer(piece, numpy.uint8)
    starts, ends = found.starts[found.values], found.ends[found.values]
    may_be = ends - starts >= _SHORT
    for offset in range(_SHORT - 1):
        within = starts + offset < ends
        sign = text[numpy.minimum(starts + offset, len(text) - 1)]
        may_be |= within & ((sign == ord("e")) | (sign == ord("E")))
    starts, ends = starts[may_be], ends[may_be]
    for tag in date_tags:
        before = starts - len(b"<v>") - len(tag)
        is_date = before >= 0
        for offset, expected in enumerate(tag):
            is_date &= text[numpy.maximum(before + offset, 0)] == expected
        starts, ends = starts[~is_date], ends[~is_date]
    return any(INEXACT.match(piece, start - len(b"<v>")) for start in starts.tolist())
