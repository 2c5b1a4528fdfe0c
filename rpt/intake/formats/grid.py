"""A sheet being put together cell by cell, with gaps, merged cells and limits."""

from __future__ import annotations

from typing import Literal

from rpt.intake.raw import CellNote, Merged, RawSheet
from rpt.intake.refusal import TOO_LARGE, RefusedError, too_large
from rpt.values.limits import COLUMNS, ROWS

MAX_NOTES, MAX_MERGED = 200_000, 200_000


class Grid:
    """Rows of text from A1 on, at most ``area`` cells; a merged cell's text stands in its first one."""

    def __init__(self, area: int) -> None:
        self._most = area
        self.rows: list[list[str | None]] = []
        self.notes: list[CellNote] = []
        self.merged: list[Merged] = []
        self._width = 0
        self._column = 0
        self._merged = 0
        self._covered: dict[int, int] = {}  # column -> the last row (1-based) that a cell above covers

    def start_row(self, number: int | None = None) -> None:
        """Begin the next row, or the row of that 1-based number, which must lie below."""
        number = len(self.rows) + 1 if number is None else number
        if number <= len(self.rows):
            raise RefusedError("sheet_rows", f"行号 {number} 重复或倒退", "文件的行号有误，请重新导出")
        if number > ROWS:
            raise RefusedError(TOO_LARGE, f"行号 {number} 超出电子表格的上限", "请分批导出，或另存为 .xlsx")
        self.check_area(number, self._width)
        while len(self.rows) < number:
            self.rows.append([])
        self._column = 0
        if self._covered:
            self._covered = {column: last for column, last in self._covered.items() if last >= number}

    def put(self, text: str | None, across: int = 1, down: int = 1, column: int | None = None) -> tuple[int, int]:
        """Write the next free cell of the row, or ``column`` (0 = A); returns its row (1-based) and column.

        ``across`` and ``down`` are how many columns and rows the cell covers.
        """
        if column is not None:
            self._column = column
        else:
            while self._column in self._covered:
                self._column += 1
        at, after = self._column, self._column + across
        if after > COLUMNS:
            raise RefusedError(
                TOO_LARGE, f"第 {len(self.rows)} 行的列数超出电子表格的上限", "请重新导出，或另存为 .xlsx"
            )
        if down > 1:
            last = min(len(self.rows) + down - 1, ROWS)
            self._merged += across * (last - len(self.rows))
            if self._merged > self._most:
                raise too_large("合并单元格的面积", self._merged, self._most, "area", "请取消合并后重新导出")
            self._covered.update(dict.fromkeys(range(at, after), last))
        if across > 1 or down > 1:
            self.span(across, down, at)
        self.set(len(self.rows), at, text)
        self._column = after
        return len(self.rows), at

    def span(self, across: int, down: int, column: int) -> None:
        """Remember that a cell of the current row covers others."""
        if len(self.merged) < MAX_MERGED:
            row = len(self.rows)
            self.merged.append(Merged(row, column, row + down - 1, column + across - 1))

    def set(self, row: int, column: int, text: str | None) -> None:
        """Write a cell of the current row that has been put."""
        if text is None:
            return
        cells = self.rows[row - 1]
        if column >= len(cells):
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text
        if column >= self._width:
            self._width = column + 1
            self.check_area(len(self.rows), self._width)

    def note(
        self, kind: Literal["error", "no_value"], text: str, across: int = 1, down: int = 1, column: int | None = None
    ) -> None:
        """The next cell (or ``column``) holds an error value, or a formula without its value: it is left empty."""
        row, at = self.put(None, across, down, column)
        if len(self.notes) >= MAX_NOTES:
            message = f"错误值与没有结果的公式超过 {MAX_NOTES:,} 个"
            raise RefusedError(TOO_LARGE, message, "请在 Excel 或 WPS 里改正公式并保存后再运行")
        self.notes.append(CellNote(row, at, kind, text))

    def sheet(self, name: str) -> RawSheet | None:
        """What has been put, without the empty rows at the end; None where that is nothing at all."""
        last_note = max((note.row for note in self.notes), default=0)
        while len(self.rows) > last_note and not any(self.rows[-1]):
            self.rows.pop()
        merged = tuple(sorted(self.merged, key=lambda found: (found.first_row, found.first_column)))
        return RawSheet(name, self.rows, notes=tuple(self.notes), merged=merged) if self.rows else None

    def check_area(self, rows: int, columns: int) -> None:
        """Raise RefusedError where a sheet of that size is too large to hold."""
        if rows * columns > self._most:
            what = f"表格（{rows:,} 行 × {columns:,} 列）的面积"
            raise too_large(what, rows * columns, self._most, "area", "请分批导出")
