"""The rows and cells of a worksheet's XML as arrays: all are looked at at once, in a tenth of the time that a pattern
takes to find them one by one.

Only what nearly every program writes is looked at this way: ``<row r="3" …>``, ``<c r="B3" …>`` with ``<v>`` or
``<is>`` in it, no prefix, no white space between elements, no formula. Of anything else in a piece it is said that it
needs another look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 8 << 20  # bytes from which arrays pay
_ROW, _CELL = b'<row r="', b'<c r="'
_DIGITS = 7  # of the highest row's number
_REACH = 24  # bytes behind a tag's beginning that are looked at


@dataclass(frozen=True)
class Cells:
    """The cells of a piece, in file order. ``columns`` (1 = A) and ``rows`` are those of their addresses; ``under`` is
    how many row tags stand before each; ``filled`` whether there is a value or a text in it, ``values`` whether it is
    a value, which stands from ``starts`` to ``ends``: positions in the piece."""

    columns: NDArray[Any]
    rows: NDArray[Any]
    under: NDArray[Any]
    filled: NDArray[Any]
    values: NDArray[Any]
    starts: NDArray[Any]
    ends: NDArray[Any]


def cells_of(piece: bytes | memoryview) -> Cells | None:
    """The cells of a piece that begins with a tag and ends before one; None where it needs another look."""
    import numpy

    text = numpy.frombuffer(piece, numpy.uint8)
    tags = numpy.flatnonzero(text == ord("<"))
    if not len(tags) or tags[0] != 0:
        return None
    padded = numpy.concatenate([text, numpy.zeros(_REACH, numpy.uint8)])

    def follows(at: NDArray[Any], word: bytes) -> bool:
        return all(bool((padded[at + offset] == sign).all()) for offset, sign in enumerate(word))

    first = padded[tags + 1]
    is_cell, is_row = first == ord("c"), (first == ord("r")) & (padded[tags + 2] == ord("o"))
    at = tags[is_cell]
    if not follows(at, _CELL) or not follows(tags[is_row], _ROW) or _is_odd(padded, tags, first):
        return None
    columns, rows, is_plain = _addresses(padded, at)
    if not is_plain:
        return None
    # behind a cell's tag: its value, its text, its end, or the next cell where it has none of them
    inner = numpy.append(tags, [len(text)] * 2)
    order = numpy.flatnonzero(is_cell)
    inside, ends = inner[order + 1], inner[order + 2]
    what = padded[inside + 1]
    values, texts = what == ord("v"), what == ord("i")
    starts = inside + len(b"<v>")
    empty = (what == ord("/")) | (what == ord("c")) | (inside == len(text))
    if not (values | texts | empty).all() or not follows(inside[values], b"<v>"):
        return None
    if (starts == ends)[values].any():  # whether nothing is a value depends on the cell's type
        return None
    under = numpy.cumsum(is_row)[is_cell]
    return Cells(columns, rows, under, values | texts, values, starts, ends)


def _is_odd(padded: NDArray[Any], tags: NDArray[Any], first: NDArray[Any]) -> bool:
    """Whether there are comments, instructions, formulas, or white space before cells, formulas and values."""
    if _is_one_of(b"!?f", first).any():
        return True
    before = padded[tags[1:] - 1]
    return bool((_is_one_of(b" \t\r\n", before) & _is_one_of(b"cv", first[1:])).any())


def _is_one_of(signs: bytes, found: NDArray[Any]) -> NDArray[Any]:
    import numpy

    table = numpy.zeros(256, bool)
    table[list(signs)] = True
    return numpy.take(table, found)


def _addresses(padded: NDArray[Any], at: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], bool]:
    """Columns and rows of the addresses of cells, and whether all are written as they should be."""
    import numpy

    place = at + len(_CELL)
    columns = numpy.zeros(len(at), numpy.int64)
    going = numpy.ones(len(at), bool)
    length = numpy.zeros(len(at), numpy.int64)
    for offset in range(3):
        letter = padded[place + offset]
        going &= (letter >= ord("A")) & (letter <= ord("Z"))
        columns = numpy.where(going, columns * 26 + letter - (ord("A") - 1), columns)
        length += going
    is_plain = bool((length > 0).all())
    place = place + length
    rows = numpy.zeros(len(at), numpy.int64)
    going = numpy.ones(len(at), bool)
    length = numpy.zeros(len(at), numpy.int64)
    for offset in range(_DIGITS):
        digit = padded[place + offset]
        going &= (digit >= ord("0")) & (digit <= ord("9"))
        rows = numpy.where(going, rows * 10 + digit - ord("0"), rows)
        length += going
    closed = padded[place + length] == ord('"')
    return columns, rows, is_plain and bool((length > 0).all()) and bool(closed.all())
