"""The rows and cells of one worksheet's XML, counted by patterns as its text passes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import damaged
from rpt.values.limits import COLUMNS, ROWS

WINDOW = 1 << 16
_ADDRESS = re.compile(rb"""(?:^|\s)r\s*=\s*["']([^"']*)["']""")
_WRITTEN = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class _Tags:
    """The tags of a worksheet under the prefix that its root has; patterns that allow any take three times as long."""

    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    filled: re.Pattern[bytes]


@cache
def _tags(prefix: bytes) -> _Tags:
    """``filled`` is a cell with something in it: its address (letters, digits), or all of its attributes where ``r``
    does not come first."""
    name = re.escape(prefix)
    return _Tags(
        row=re.compile(rb"<" + name + rb"row(?=[\s/>])([^<>]*)"),
        cell=re.compile(rb"<" + name + rb"c(?=[\s/>])"),
        # nothing is tried twice (++, ?>): a hostile part takes no longer than an honest one
        filled=re.compile(
            rb"<" + name + rb'c(?> r="([A-Za-z]{1,3}+)([0-9]{1,7}+)"|(?=[\s>])([^<>]*+))[^<>]*+>'
            rb"\s*+<(?!/|" + name + rb"c[\s/>])"
        ),
    )


class Sheet:
    """The rows and cells of one worksheet, counted piece by piece."""

    def __init__(self, name: str, tally: Tally, prefix: bytes) -> None:
        self.name, self.tally, self.tags = name, tally, _tags(prefix)
        self.rows: list[int] = []  # first and last with a value
        self.first_column, self.last_column = COLUMNS, -1
        self.row = self.last_row = 0  # of the row tags: the one at hand, and the highest
        self.tags_in_row = 0

    @staticmethod
    def cut(window: bytes) -> int:
        """Where the last cell starts, or a little before the end where the last one is far away."""
        start = max(window.rfind(b"<c"), window.rfind(b":c"))
        return max(window.rfind(b"<", 0, start + 1), len(window) - WINDOW, 0)

    def count(self, window: bytes) -> None:
        """Count a piece that starts and ends between cells."""
        self._row_tags(window)
        cells = self.tags.filled.findall(window)
        if not cells:
            return
        self.tally.add_cells(len(cells))
        columns, numbers, attributes = zip(*cells, strict=True)
        letters: Sequence[bytes] = columns
        digits: Sequence[bytes] = numbers
        if b"" in letters:
            letters, digits = self._unusual(window, letters, digits, attributes)
        self._columns(set(letters))
        self._cell_rows([int(row) for row, _ in groupby(digits) if row])
        self.check()

    def _row_tags(self, window: bytes) -> None:
        for attributes in self.tags.row.findall(window):
            stated = _ADDRESS.search(attributes)
            if stated is None:
                self.row += 1
            else:
                self.row = int(stated[1]) if stated[1].isdigit() and len(stated[1]) < 9 else 0
            if not 1 <= self.row <= ROWS:
                raise damaged(f"{self.name} 的行号 {_shown(stated[1]) if stated else self.row} 不存在")
            self.last_row = max(self.last_row, self.row)

    def _columns(self, letters: set[bytes]) -> None:
        for column in letters - {b""}:
            index = 0
            for letter in column.upper():
                index = index * 26 + letter - 64
            if index > COLUMNS:
                raise damaged(f"{self.name} 的列号 {_shown(column)} 不存在")
            self.first_column, self.last_column = min(self.first_column, index - 1), max(self.last_column, index - 1)

    def _cell_rows(self, rows: list[int]) -> None:
        for row in rows:
            if not 1 <= row <= ROWS:
                raise damaged(f"{self.name} 的行号 {row} 不存在")
        if rows:
            known = (*self.rows, *rows)
            self.rows = [min(known), max(known)]

    def _unusual(
        self, window: bytes, letters: Sequence[bytes], digits: Sequence[bytes], attributes: Sequence[bytes]
    ) -> tuple[Sequence[bytes], Sequence[bytes]]:
        """Addresses that are not the first attribute, and cells without one, which follow their neighbour."""
        placed: list[tuple[bytes, bytes]] = []
        unplaced = False
        for column, row, text in zip(letters, digits, attributes, strict=True):
            found = None if column else _ADDRESS.search(text)
            written = _WRITTEN.fullmatch(found[1]) if found else None
            if found and written is None:
                raise damaged(f"{self.name} 的单元格地址 {_shown(found[1])} 不存在")
            placed.append((written[1], written[2]) if written else (column, row))
            unplaced = unplaced or not placed[-1][0]
        if unplaced:
            # a row cannot be wider than the cell tags it has, nor the sheet longer than its row tags say
            for number, piece in enumerate(self.tags.row.split(window)[::2]):
                before = self.tags_in_row if number == 0 else 0
                self.tags_in_row = before + len(self.tags.cell.findall(piece))
                self.last_column = max(self.last_column, min(self.tags_in_row, COLUMNS) - 1)
            self.first_column = 0
            self.rows = [1, max(*self.rows, self.last_row, 1)]
        columns, rows = zip(*placed, strict=True)
        return columns, rows

    def check(self) -> None:
        """The area so far; raises RefusedError."""
        if self.rows and self.last_column >= 0:
            columns = range(self.first_column, self.last_column + 1)
            self.tally.check_area(range(self.rows[0], self.rows[1] + 1), columns, self.name)

    def end(self) -> None:
        """After the last piece."""
        self.check()


def _shown(raw: bytes) -> str:
    return raw[:20].decode("ascii", "replace")
