"""A large plain sheet through the reader, a piece of its rows after the other and several at once.

Each piece is a workbook of its own, with all that cells refer to (styles, shared texts). So that the reader gives every
piece the same columns and all of its rows, empty ones included, a row is added before and behind it that reaches from
the sheet's first column to its last; what those hold is not handed on.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rpt.intake.preflight.archive import Archive
from rpt.intake.raw import LargeSheet, column_letters
from rpt.intake.workbook_xml import beside
from rpt.processes.ahead import ahead
from rpt.values.limits import Limits

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

_PIECE = 16 << 20  # bytes of XML that are read at once
_TAG = 32  # bytes within which a row's number is closed
_MOST_AT_ONCE = 4
_ROW = re.compile(rb'<row r="([0-9]+)"')
_PASSED = Limits(inflated_mb=1 << 20, entries=1 << 20)  # preflight has held it against the true ones
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


@dataclass(frozen=True)
class Piece:
    """Rows of a sheet as the reader gives them: those from ``first`` to ``last`` (None: to the end) behind ``skipped``
    others."""

    sheet: ExcelSheet
    skipped: int
    first: int
    last: int | None


@dataclass(frozen=True)
class _Cut:
    """The XML of the rows from ``first`` on (1 in the first piece), and the first row of the next one, if there is
    one."""

    xml: bytes
    first: int
    next: int | None


def in_pieces(sheet: LargeSheet, take: Callable[[int, Piece], None]) -> None:
    """Have ``take`` each piece with its number, in threads. Raises ValueError where a piece is not what was expected of
    it, or whatever the reader and ``take`` raise."""
    at_once = min(os.cpu_count() or 1, _MOST_AT_ONCE)
    running: deque[Future[None]] = deque()
    with (
        zipfile.ZipFile(sheet.path) as archive,
        ThreadPoolExecutor(at_once, thread_name_prefix="pieces") as threads,
    ):
        book = {name: archive.read(name) for name in beside(archive) if name != sheet.part}

        def read(number: int, cut: _Cut) -> None:
            take(number, _read(sheet, book, cut))

        try:
            for number, cut in enumerate(_cuts(ahead(_unpacked(sheet)))):
                running.append(threads.submit(read, number, cut))
                if len(running) > at_once:
                    running.popleft().result()
            for future in running:
                future.result()
        finally:
            threads.shutdown(cancel_futures=True)


def _unpacked(sheet: LargeSheet) -> Iterator[bytes]:
    """The sheet's XML in blocks. Raises ValueError where it is not what was packed."""
    from isal import isal_zlib

    with sheet.path.open("rb") as file:
        archive = Archive(file, sheet.path.stat().st_size, _PASSED)
        entry = next(entry for entry in archive.entries if entry.name == sheet.part)
        crc = 0
        for block in archive.pieces(entry):
            crc = isal_zlib.crc32(block, crc)
            yield block
        if crc != entry.crc:
            raise ValueError("the sheet's CRC-32 is another")


def _cuts(blocks: Iterator[bytes]) -> Iterator[_Cut]:
    """The rows of a sheet in pieces, each begun by a row."""
    held = b""
    for block in blocks:
        held += block
        if (begin := held.find(_BEGIN)) >= 0:
            held = held[begin + len(_BEGIN) :]
            break
    parts, size, first = [held], len(held), 1
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size < _PIECE:
            continue
        held = b"".join(parts)
        if (cut := held.rfind(b"<row ", 1, len(held) - _TAG)) > 0:
            following = _row_at(held, cut)
            yield _Cut(held[:cut], first, following)
            held, first = held[cut:], following
        parts, size = [held], len(held)
    held = b"".join(parts)
    yield _Cut(held[: held.rindex(_END)], first, None)


def _row_at(xml: bytes, at: int) -> int:
    found = _ROW.match(xml, at)
    if found is None:
        raise ValueError("a piece does not begin with a row")
    return int(found[1])


def _read(sheet: LargeSheet, book: dict[str, bytes], cut: _Cut) -> Piece:
    """A piece as the reader gives it."""
    import fastexcel

    is_first = cut.first == 1
    before = b"" if is_first else _frame(sheet, cut.first - 1)
    behind = _frame(sheet, cut.next) if cut.next else b""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as copy:
        for name, content in book.items():
            copy.writestr(name, content)
        with copy.open(sheet.part, "w", force_zip64=True) as part:
            part.write(_HEAD)
            for text in (before, cut.xml, behind):
                part.write(text)
            part.write(_TAIL)
    # skip_rows=0 keeps empty rows at the top of the sheet
    skip = 0 if is_first else None
    loaded = fastexcel.read_excel(written.getvalue()).load_sheet(
        sheet.name, header_row=None, skip_rows=skip, dtypes="string"
    )
    skipped, last = (0 if is_first else 1), cut.next - 1 if cut.next else None
    expected = None if last is None else skipped + last - cut.first + 2
    if loaded.width != sheet.last_column - sheet.first_column + 1 or (expected and loaded.height != expected):
        raise ValueError(f"rows from {cut.first} on are {loaded.height} × {loaded.width}")
    return Piece(loaded, skipped, cut.first, last)


def _frame(sheet: LargeSheet, row: int) -> bytes:
    """A row with a value in the first column and in the last."""
    columns = dict.fromkeys((sheet.first_column, sheet.last_column))
    cells = "".join(f'<c r="{column_letters(column)}{row}"><v>0</v></c>' for column in columns)
    return f'<row r="{row}">{cells}</row>'.encode()
