"""A worksheet's XML with some cells in other styles; cells and rows that are not there yet are put in their place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from rpt.rendering.marked.scan import Patches, opened, parser, tag_end, with_attributes
from rpt.values.issue import Level

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_AFTER_DRAWING = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
     "AlternateContent"}
)  # fmt: skip
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
Cell = tuple[int, int]  # row and column, both from 1


def cell_of(address: str) -> Cell | None:
    """``C12`` → (12, 3), ``第 12 行`` → (12, 1), a range → its first cell; None for what is no cell of a sheet."""
    if whole := re.fullmatch(r"第 ?(\d{1,7}) ?行", address):
        row, column = int(whole[1]), 1
    elif found := re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?[A-Z]{1,3}\$?\d{1,7})?", address):
        row, column = int(found[2]), _column(found[1])
    else:
        return None
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


def address_of(cell: Cell) -> str:
    """(12, 3) → ``C12``."""
    row, column = cell
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def merged_anchors(data: bytes, cells: set[Cell]) -> dict[Cell, Cell]:
    """Cells hidden under a merged one → the cell that shows."""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_row[cell[0]].append(cell)
    rows = sorted(by_row)
    anchors: dict[Cell, Cell] = {}
    for first, top, last, bottom in _MERGED.findall(data):
        up, down, left, right = int(top), int(bottom), _column(first.decode()), _column(last.decode())
        for row in rows[bisect_left(rows, up) : bisect_right(rows, down)]:
            for cell in by_row[row]:
                if left <= cell[1] <= right and cell != (up, left):
                    anchors[cell] = (up, left)
    return anchors


@dataclass
class _Row:
    """The row being read: its number, tag, own style, the wanted cells not met yet, and the last column met."""

    number: int
    start: int
    tag_end: int
    style: int | None
    wanted: dict[int, Level]
    column: int = 0
    has_new: bool = False


@dataclass
class SheetEditor:
    """One pass over a sheet's XML that restyles ``wanted`` cells and refers to the drawing of comments.

    ``styled`` gives a cell's new style from its own and a level; ``drawing`` is the id of the comments' drawing, empty
    where the sheet has one already.
    """

    data: bytes
    wanted: Mapping[Cell, Level]
    styled: Callable[[int, Level], int]
    drawing: str
    relations: str
    _patches: Patches = field(init=False)
    _columns: list[tuple[int, int, int]] = field(default_factory=list)
    _depth: int = 0
    _in_data: bool = False
    _row: _Row | None = None
    _row_number: int = 0
    _data_start: int = 0
    _prefix: str = ""
    _drawn: bool = False

    def edited(self) -> bytes:
        """The sheet's XML with the changes."""
        self._patches = Patches(self.data)
        self._drawn = not self.drawing
        rows: dict[int, dict[int, Level]] = defaultdict(dict)
        for (row, column), level in self.wanted.items():
            rows[row][column] = level
        self._rows = {row: dict(sorted(cells.items())) for row, cells in sorted(rows.items())}
        self._pending = iter([*self._rows, LAST_ROW + 1])
        self._next_missing = next(self._pending)
        self._reader = parser()
        self._listen()
        self._reader.Parse(self.data, True)
        return self._patches.applied()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._in_data:
            if self._depth == 3:
                self._start_row(name, attributes)
            elif self._row is not None and self._depth == 4:
                self._start_cell(self._row, attributes)
            return
        local = name.rpartition(":")[2]
        if self._depth == 2:
            self._section(name, local, attributes)
        elif local == "col" and "style" in attributes:
            self._columns.append((int(attributes["min"]), int(attributes["max"]), int(attributes["style"])))

    def _section(self, name: str, local: str, attributes: Mapping[str, str]) -> None:
        if local == "sheetData":
            self._in_data, self._prefix = True, name[: -len(local)]
            self._data_start = self._reader.CurrentByteIndex
        elif local == "dimension":
            self._widen(attributes.get("ref", ""))
        elif local in _AFTER_DRAWING and self._data_start and not self._drawn:
            self._draw(self._reader.CurrentByteIndex)

    def _widen(self, stated: str) -> None:
        """The sheet's stated extent, with cells that were not in it."""
        corners = [cell for part in stated.split(":") if (cell := cell_of(part))]
        cells = [*corners, *self.wanted]
        rows, columns = [row for row, _ in cells], [column for _, column in cells]
        low, high = (min(rows), min(columns)), (max(rows), max(columns))
        if corners and {low, high} - set(corners):
            start = self._reader.CurrentByteIndex
            end = tag_end(self.data, start)
            extent = {"ref": f"{address_of(low)}:{address_of(high)}"}
            self._patches.replace(start, end, with_attributes(self.data[start:end], extent))

    def _start_row(self, name: str, attributes: dict[str, str]) -> None:
        start = self._reader.CurrentByteIndex
        self._row_number = int(attributes.get("r", self._row_number + 1))
        missing = self._missing_rows(self._row_number)
        if missing:
            self._patches.replace(start, start, missing)
        wanted = self._rows.get(self._row_number)
        if wanted is None or self._next_missing != self._row_number:
            self._skip_row(name)
            return
        self._next_missing = next(self._pending)
        own = int(attributes["s"]) if attributes.get("customFormat") in ("1", "true") and "s" in attributes else None
        self._row = _Row(self._row_number, start, tag_end(self.data, start), own, dict(wanted))

    def _skip_row(self, row: str) -> None:
        """Pass over a row's cells: most rows of a sheet are as they should be."""

        def end(name: str) -> None:
            if name == row:
                self._depth -= 1
                self._listen()

        self._reader.StartElementHandler, self._reader.EndElementHandler = None, end

    def _listen(self) -> None:
        self._reader.StartElementHandler, self._reader.EndElementHandler = self._start, self._end

    def _start_cell(self, row: _Row, attributes: dict[str, str]) -> None:
        start = self._reader.CurrentByteIndex
        place = cell_of(attributes["r"]) if "r" in attributes else None
        row.column = place[1] if place else row.column + 1
        before = {column: level for column, level in row.wanted.items() if column < row.column}
        if before:
            self._patches.replace(start, start, self._new_cells(row, before))
        level = row.wanted.pop(row.column, None)
        if level is not None:
            end = tag_end(self.data, start)
            style = self.styled(int(attributes.get("s", 0)), level)
            self._patches.replace(start, end, with_attributes(self.data[start:end], {"s": str(style)}))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._in_data and self._depth == 2 and self._row is not None:
            self._end_row(self._row)
        elif self._in_data and self._depth == 1:
            self._end_data(name)
        elif self._depth == 0 and not self._drawn:
            self._draw(self._reader.CurrentByteIndex)

    def _end_row(self, row: _Row) -> None:
        cells = self._new_cells(row, row.wanted)
        self._row = None
        if not row.has_new:
            return
        tag = with_attributes(self.data[row.start : row.tag_end], {"spans": None})  # what it spans has changed
        if tag.endswith(b"/>"):
            closing = f"</{self._prefix}row>".encode()
            self._patches.replace(row.start, row.tag_end, opened(tag) + cells + closing)
        else:
            self._patches.replace(row.start, row.tag_end, tag)
            self._patches.replace(self._reader.CurrentByteIndex, self._reader.CurrentByteIndex, cells)

    def _end_data(self, name: str) -> None:
        self._in_data = False
        rows = self._missing_rows(LAST_ROW + 1)
        if not rows:
            return
        end = tag_end(self.data, self._data_start)
        tag = self.data[self._data_start : end]
        if tag.endswith(b"/>"):
            self._patches.replace(self._data_start, end, opened(tag) + rows + f"</{name}>".encode())
        else:
            self._patches.replace(self._reader.CurrentByteIndex, self._reader.CurrentByteIndex, rows)

    def _missing_rows(self, before: int) -> bytes:
        """Rows that are wanted above row ``before`` and not in the sheet."""
        made = []
        while self._next_missing < before:
            number = self._next_missing
            row = _Row(number, 0, 0, None, self._rows[number])
            cells = self._new_cells(row, self._rows[number])
            made.append(f'<{self._prefix}row r="{number}">'.encode() + cells + f"</{self._prefix}row>".encode())
            self._next_missing = next(self._pending)
        return b"".join(made)

    def _new_cells(self, row: _Row, cells: Mapping[int, Level]) -> bytes:
        made = []
        for column, level in list(cells.items()):
            base = row.style if row.style is not None else self._column_style(column)
            style = self.styled(base, level)
            made.append(f'<{self._prefix}c r="{address_of((row.number, column))}" s="{style}"/>')
            row.wanted.pop(column, None)
        row.has_new |= bool(made)
        return "".join(made).encode()

    def _column_style(self, column: int) -> int:
        return next((style for first, last, style in self._columns if first <= column <= last), 0)

    def _draw(self, at: int) -> None:
        self._drawn = True
        tag = f'<{self._prefix}legacyDrawing xmlns:r="{self.relations}" r:id="{self.drawing}"/>'
        self._patches.replace(at, at, tag.encode())


def deselected(data: bytes) -> bytes:
    """A sheet that is not the one in front: two selected sheets would be edited as one."""
    head = data[: 1 << 16]
    tags: Iterator[re.Match[bytes]] = re.finditer(rb"<(?:\w+:)?sheetView\b[^>]*>", head)
    patches = Patches(data)
    for tag in tags:
        patches.replace(tag.start(), tag.end(), with_attributes(tag[0], {"tabSelected": None}))
    return patches.applied()


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column
