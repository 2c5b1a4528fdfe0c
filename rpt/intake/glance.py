"""A glance at a large sheet's XML, piece by piece: whether there is anything in it that takes a closer look, cell by
cell.

Nearly every sheet of a million cells is a plain export without formulas and errors, of which all that matters can be
seen at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rpt.intake.number_formats import Styles
from rpt.intake.tags import Cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

# numbers of which the reader would round the digits
INEXACT = re.compile(
    rb"<v>-?(?:[0-9]{16,}(?:\.0*)?|[0-9]*\.[0-9]{10,}|[0-9]{8,}\.[0-9]+|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+)</v>"
)
_SHORT = 10  # characters from which a number may be rounded, one with an exponent aside
_QUOTE, _QUOTED, _ERROR = b"'", b"='", b' t="e"'  # single quotes stand hardly anywhere
_BEHIND = 1 << 20  # bytes behind the cells that are kept: merged ranges stand there


@dataclass(frozen=True)
class Glance:
    """The first and last column with a value (0 = A), how many rows have one, where in the XML values stand that the
    reader would round, whether there are percentages, and the XML from the end of the cells on."""

    first_column: int
    last_column: int
    rows: int
    inexact: tuple[int, ...]
    has_percentages: bool
    behind: bytes


class Glancing:
    """What has been seen of a sheet so far. ``seen`` is None once there was anything that takes a closer look: whatever
    is not in regular form, formulas, errors, cells that are not in order, values of nothing."""

    def __init__(self, styles: Styles) -> None:
        self._dates = date_ends(styles)
        self._percentages = tuple(b' s="%d"' % at for at in styles.percent)
        self._is_plain = True
        self._first, self._last, self._rows = 0, 0, 0  # columns from 1
        self._inexact: list[int] = []
        self._has_percentages = False
        self._at = (0, 0)  # row and column of the last cell
        self._filled_row = self._row_tags = 0  # the last row with a value; row tags since the last cell
        self._behind: bytes | None = None

    def give_up(self) -> None:
        """The sheet takes a closer look."""
        self._is_plain = False

    def add(self, piece: bytes, found: Cells, start: int) -> None:
        """The cells of the next piece, and where in the XML it starts."""
        if not self._is_plain:
            return
        is_quoted = _QUOTE in piece and _QUOTED in piece
        if is_quoted or _ERROR in piece or self._behind is not None or not self._goes_on(found):
            self.give_up()
            return
        if not found.filled.any():
            return
        columns, rows = found.columns[found.filled], found.rows[found.filled]
        self._first = min(self._first or int(columns.min()), int(columns.min()))
        self._last = max(self._last, int(columns.max()))
        self._rows += _different(rows) - (int(rows[0]) == self._filled_row)
        self._filled_row = int(rows[-1])
        self._inexact += (start + at for at in _inexact(piece, found, self._dates))
        self._has_percentages = self._has_percentages or any(sign in piece for sign in self._percentages)

    def end(self, behind: bytes) -> None:
        """What stands behind the cells, or more of it."""
        self._behind = (self._behind or b"") + behind
        if len(self._behind) > _BEHIND or b"<sheetData" in self._behind:
            self.give_up()

    def seen(self) -> Glance | None:
        """The sheet at a glance, once all of it has been seen."""
        if not self._is_plain or self._behind is None:
            return None
        first, last = max(self._first - 1, 0), max(self._last - 1, 0)
        return Glance(first, last, self._rows, tuple(self._inexact), self._has_percentages, self._behind)

    def _goes_on(self, found: Cells) -> bool:
        """Whether rows follow rows, and the cells of each stand from left to right, none of them twice."""
        import numpy

        if not len(found.columns):
            self._row_tags += len(found.row_numbers)
            return True
        (row, column), here = self._at, (int(found.rows[0]), int(found.columns[0]))
        is_new_row = self._row_tags + int(found.under[0]) > 0
        self._at = (int(found.rows[-1]), int(found.columns[-1]))
        self._row_tags = len(found.row_numbers) - int(found.under[-1])
        if not (here[0] > row if is_new_row else here[0] == row and here[1] > column):
            return False
        down, is_next = numpy.diff(found.rows), numpy.diff(found.under) > 0
        right = numpy.diff(found.columns) > 0
        return bool((((down > 0) & is_next) | ((down == 0) & ~is_next & right)).all())


def date_ends(styles: Styles) -> tuple[bytes, ...]:
    """How the tags of days and moments end: they are numbers of many digits."""
    return tuple(b' s="%d">' % at for at in styles.dates)


def _different(ascending: NDArray[Any]) -> int:
    import numpy

    return 1 + int((numpy.diff(ascending) > 0).sum())


def _inexact(piece: bytes, found: Cells, date_tags: tuple[bytes, ...]) -> list[int]:
    """Where the tags of values stand that would be rounded: those that may be, by their length or an exponent, are
    looked at. A number that is not long has an exponent within its first eight signs."""
    import numpy

    words = numpy.ndarray(len(piece), "<u8", piece + bytes(8), strides=(1,))  # the eight bytes from each on
    starts, ends = found.starts[found.values], found.ends[found.values]
    may_be = (ends - starts >= _SHORT) | _have_e(words[starts])
    starts = starts[may_be]
    for tag in date_tags:
        known = tag[-8:]
        before = words[numpy.maximum(starts - len(b"<v>") - 8, 0)] >> numpy.uint64(8 * (8 - len(known)))
        starts = starts[before != numpy.uint64(int.from_bytes(known, "little"))]
    return [at for at in (starts - len(b"<v>")).tolist() if INEXACT.match(piece, at)]


def _have_e(words: NDArray[Any]) -> NDArray[Any]:
    """Whether there is an e or E in them: whether a byte is zero once they are taken away."""
    import numpy

    ones = numpy.uint64(0x0101010101010101)
    other = (words | (ones * numpy.uint64(0x20))) ^ (ones * numpy.uint64(ord("e")))
    found: NDArray[Any] = (other - ones) & ~other & (ones * numpy.uint64(0x80)) != 0
    return found
