"""The rows and cells of one worksheet's XML, counted by patterns as its text passes."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache

from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import damaged
from rpt.intake.tags import Cells
from rpt.values.limits import COLUMNS, ROWS

WINDOW = 1 << 16
_ADDRESS = re.compile(rb"""(?:^|\s)r\s*=\s*["']([^"']*)["']""")
_WRITTEN = re.compile(rb"[A-Za-z]{1,3}[0-9]{1,7}")
_LETTERS, _DIGITS = string.ascii_letters.encode(), string.digits.encode()


@dataclass(frozen=True)
class _Tags:
    """The tags of a worksheet under the prefix that its root has; patterns that allow any take three times as long.

    ``row`` and ``cell`` are any; ``odd_row`` is a row without a number or with one that may be beyond the last;
    ``filled`` is a cell with something in it: its address, or nothing where ``r`` does not come first; ``odd`` is the
    same with all of its attributes.
    """

    row: re.Pattern[bytes]
    odd_row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    filled: re.Pattern[bytes]
    odd: re.Pattern[bytes]


@cache
def _tags(prefix: bytes) -> _Tags:
    name = re.escape(prefix)
    # nothing is tried twice (++, ?>): a hostile part takes no longer than an honest one
    something = rb"[^<>]*+>\s*+<(?!/|" + name + rb"c[\s/>])"
    return _Tags(
        row=re.compile(rb"<" + name + rb"row(?=[\s/>])([^<>]*)"),
        odd_row=re.compile(rb"<" + name + rb'row(?=[\s/>])(?! r="[1-9][0-9]{0,5}")'),
        cell=re.compile(rb"<" + name + rb"c(?=[\s/>])"),
        filled=re.compile(rb"<" + name + rb'c(?> r="([A-Za-z]{1,3}+[0-9]{1,7}+)"|(?=[\s>]))' + something),
        odd=re.compile(rb"<" + name + rb"c(?=[\s>])([^<>]*+)>\s*+<(?!/|" + name + rb"c[\s/>])"),
    )


class Sheet:
    """The rows and cells of one worksheet, counted piece by piece."""

    def __init__(self, name: str, tally: Tally, prefix: bytes) -> None:
        self.name, self.tally, self.tags = name, tally, _tags(prefix)
        self.rows: list[int] = []  # first and last with a value
        self.first_column, self.last_column = COLUMNS, -1
        self.row = self.last_row = 0  # of the row tags: the one at hand, and the highest where cells have no address
        self.tags_in_row = 0

    @staticmethod
    def cut(window: bytes) -> int:
        """Where the last cell starts, or a little before the end where the last one is far away."""
        searched = max(len(window) - WINDOW, 0)
        start = max(window.rfind(b"<c", searched), window.rfind(b":c", searched))
        return max(window.rfind(b"<", 0, start + 1), searched)

    def count(self, window: bytes) -> None:
        """Count a piece that starts and ends between cells."""
        cells = self.tags.filled.findall(window)
        is_odd = b"" in cells or self.tags.odd_row.search(window) is not None
        self._row_tags(window, all_of_them=is_odd)
        if not cells:
            return
        self.tally.add_cells(len(cells))
        # millions of addresses: what can be done to all of them at once is
        addresses = b" ".join(self._odd_cells(window) if b"" in cells else cells)
        self._columns(set(addresses.translate(None, _DIGITS).split()))
        self._cell_rows([int(row) for row in set(addresses.translate(None, _LETTERS).split())])
        self.check()

    def count_cells(self, found: Cells) -> bool:
        """Count a piece by its cells, which have been looked at; False where one of them cannot be."""
        if len(found.columns) and int(found.columns.max()) > COLUMNS:
            return False
        if len(found.row_numbers):
            lowest, highest = int(found.row_numbers.min()), int(found.row_numbers.max())
            if not 1 <= lowest <= highest <= ROWS:
                return False
            self.row, self.last_row = int(found.row_numbers[-1]), max(self.last_row, highest)
        columns, rows = found.columns[found.filled], found.rows[found.filled]
        if len(columns):
            self.tally.add_cells(len(columns))
            self._widen(int(columns.min()) - 1, int(columns.max()) - 1)
            self._cell_rows([int(rows.min()), int(rows.max())])
            self.check()
        return True

    def _widen(self, first: int, last: int) -> None:
        self.first_column, self.last_column = min(self.first_column, first), max(self.last_column, last)

    def _row_tags(self, window: bytes, *, all_of_them: bool) -> None:
        """Where nothing is odd, only the last one matters: to rows that follow without a number."""
        start = 0 if all_of_them else max(window.rfind(b"row "), 0)
        start = max(window.rfind(b"<", 0, start), 0) if start else 0
        for attributes in self.tags.row.findall(window, start):
            stated = _ADDRESS.search(attributes)
            if stated is None:
                self.row += 1
            else:
                self.row = int(stated[1]) if stated[1].isdigit() and len(stated[1]) < 9 else 0
            if not 1 <= self.row <= ROWS:
                raise damaged(f"{self.name} 的行号 {_shown(stated[1]) if stated else self.row} 不存在")
            self.last_row = max(self.last_row, self.row)

    def _columns(self, letters: set[bytes]) -> None:
        for column in letters:
            index = 0
            for letter in column.upper():
                index = index * 26 + letter - 64
            if index > COLUMNS:
                raise damaged(f"{self.name} 的列号 {_shown(column)} 不存在")
            self._widen(index - 1, index - 1)

    def _cell_rows(self, rows: list[int]) -> None:
        if not rows:
            return
        known = (*self.rows, min(rows), max(rows))
        self.rows = [min(known), max(known)]
        wrong = next((row for row in self.rows if not 1 <= row <= ROWS), None)
        if wrong is not None:
            raise damaged(f"{self.name} 的行号 {wrong} 不存在")

    def _odd_cells(self, window: bytes) -> list[bytes]:
        """The addresses, of which some are not the first attribute; cells without one follow their neighbour."""
        placed: list[bytes] = []
        unplaced = False
        for attributes in self.tags.odd.findall(window):
            found = _ADDRESS.search(attributes)
            if found is None:
                unplaced = True
            elif _WRITTEN.fullmatch(found[1]):
                placed.append(found[1])
            else:
                raise damaged(f"{self.name} 的单元格地址 {_shown(found[1])} 不存在")
        if unplaced:
            # a row cannot be wider than the cell tags it has, nor the sheet longer than its row tags say
            for number, piece in enumerate(self.tags.row.split(window)[::2]):
                before = self.tags_in_row if number == 0 else 0
                self.tags_in_row = before + len(self.tags.cell.findall(piece))
                self.last_column = max(self.last_column, min(self.tags_in_row, COLUMNS) - 1)
            self.first_column = 0
            self.rows = [1, max(*self.rows, self.last_row, 1)]
        return placed

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
