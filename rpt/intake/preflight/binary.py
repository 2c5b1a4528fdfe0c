"""Parts of .xlsb: records of cells, rows and shared texts, counted as they pass. Format: Microsoft MS-XLSB 2.1.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import damaged
from rpt.values.limits import COLUMNS, ROWS

_ROW, _FIRST_CELL, _LAST_CELL = 0, 2, 11  # 1 is a cell without a value
_SHEET, _TEXTS, _TEXT = 129, 159, 19
_LONGEST = 1 << 24


def check_binary(name: str, pieces: Iterable[bytes], tally: Tally) -> None:
    """One binary part; what is neither a worksheet nor the shared texts passes. Raises RefusedError."""
    records = _records(pieces, name)
    kind, start = next(records, (-1, b""))
    if kind == _TEXTS and len(start) >= 8:
        tally.check_stated_texts(int.from_bytes(start[4:8], "little"))
        for kind, _ in records:
            if kind == _TEXT:
                tally.add_texts(1)
    elif kind == _SHEET:
        _check_sheet(name, records, tally)


def _check_sheet(name: str, records: Iterator[tuple[int, bytes]], tally: Tally) -> None:
    row, last_row = -1, -1
    first_with_value, first_column, last_column = -1, COLUMNS, -1
    for kind, start in records:
        if kind == _ROW and len(start) >= 4:
            row = int.from_bytes(start[:4], "little")
            if row >= ROWS:
                raise damaged(f"{name} 的行号 {row + 1} 不存在")
            if row <= last_row:
                raise damaged(f"{name} 的行号乱序或重复：第 {row + 1} 行在第 {last_row + 1} 行之后")
            last_row = row
        elif _FIRST_CELL <= kind <= _LAST_CELL and len(start) >= 4:
            column = int.from_bytes(start[:4], "little")
            if column >= COLUMNS or row < 0:
                raise damaged(f"{name} 的单元格地址不存在")
            tally.add_cells(1)
            first_with_value = row if first_with_value < 0 else first_with_value
            if not first_column <= column <= last_column:
                first_column, last_column = min(first_column, column), max(last_column, column)
            tally.check_area(range(first_with_value, row + 1), range(first_column, last_column + 1), name)


def _records(pieces: Iterable[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Type and first eight bytes of each record. Types take one or two bytes, lengths one to four, seven bits each."""
    source = iter(pieces)
    window, at = b"", 0
    while True:
        if len(window) - at < 16:
            window, at = window[at:] + next(source, b""), 0
        if at >= len(window):
            return
        kind, at = window[at], at + 1
        if kind & 0x80 and at < len(window):
            kind, at = (kind & 0x7F) | (window[at] << 7), at + 1
        length = 0
        for place in range(4):
            byte = window[at] if at < len(window) else 0
            length, at = length | ((byte & 0x7F) << (7 * place)), at + 1
            if not byte & 0x80:
                break
        if length > _LONGEST:
            raise damaged(f"{name} 里有过长的记录")
        if len(window) - at < min(length, 8):
            window, at = window[at:] + next(source, b""), 0
        yield kind, window[at : at + min(length, 8)]
        at += length
        while at > len(window):
            more = next(source, b"")
            if not more:
                return
            window, at = more, at - len(window)
