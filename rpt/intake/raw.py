"""What a reader gives: the sheets of one file as text, and the cells that are not what they were in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class CellNote:
    """A cell whose value can't be known, though the file has one: ``row`` is 1-based, ``column`` the spreadsheet column
    (0 = A).

    ``error`` is an error value (``text`` says which, #REF!), ``no_value`` a formula saved without its result
    (``text`` is the formula, =SUM(A1:A3), or = where it shares another's), ``repeated`` a cell that stands in its row
    more than once, of which a reader takes one.
    """

    row: int
    column: int
    kind: Literal["error", "no_value", "repeated"]
    text: str


@dataclass(frozen=True)
class Merged:
    """A merged range: rows from 1, spreadsheet columns (0 = A), both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class LargeText:
    """Delimited UTF-8 text that is too large to be held: where it is, and how its records and cells end."""

    path: Path
    delimiter: str
    width: int  # cells of every record
    line_end: Literal["\\n", "\\r\\n"]  # as the database wants to be told


@dataclass(frozen=True)
class LargeSheet:
    """A plain sheet of an xlsx file that is too large to be held: the workbook, the sheet's name, the part that holds
    its cells, and its first and last column with a value (0 = A)."""

    path: Path
    name: str
    part: str
    first_column: int
    last_column: int


@dataclass(frozen=True)
class RawSheet:
    """A sheet as text without header, one column per spreadsheet column.

    ``data`` of a reader: rows of text cells, an Arrow-compatible object, a data frame, large text or a large sheet; of
    a file that has been read in a child process: the path of a parquet file with ``_row`` and the columns, or of a
    folder of them, in the order of their names. ``first_column`` is the
    spreadsheet column (0 = A) that the first column stands for; row 1 is the sheet's row 1.
    ``typed`` marks columnar files: ``data`` is a path from the start, and the columns have names and types of their
    own. Where the file tells: ``rows`` is how many rows with a value it says there are, ``merged`` the
    merged ranges of the sheet's first rows, and those of several rows below.
    """

    name: str
    data: object
    first_column: int = 0
    typed: bool = False
    notes: tuple[CellNote, ...] = ()
    rows: int | None = None
    merged: tuple[Merged, ...] = ()

    @property
    def path(self) -> Path:
        """Where the sheet is, once it has been written."""
        return Path(str(self.data))


def sha256(path: Path) -> str:
    """The file's SHA-256, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
