"""Delimited text of hundreds of megabytes: looked at in pieces, and left to the database to read in a stream.

Only what is beyond doubt goes this way: UTF-8 whose records all have as many cells as the first, without empty lines
and zero bytes. Everything else is read as a whole, by the rules for what people type.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import BinaryIO, Literal

from rpt.intake.formats.delimited import delimiter_of
from rpt.intake.raw import LargeText
from rpt.intake.sniff import HEAD, sniff

LARGE = 32 << 20  # bytes; rows of Python's take some twenty times as much
_PIECE = 1 << 22
_BOM = b"\xef\xbb\xbf"


def large_text(path: Path, encoding: str) -> LargeText | None:
    """How a file can be read in a stream; None where it is small or might need more than that."""
    if (
        not path.is_file()
        or path.stat().st_size < LARGE
        or encoding.lower().replace("_", "-") not in ("", "utf-8", "utf8", "utf-8-sig")
    ):
        return None
    with path.open("rb") as file:
        head = file.read(HEAD)
        if sniff(head) != "delimited" or head.startswith(_BOM + b"sep="):
            return None
        line_end: Literal["\\n", "\\r\\n"] = "\\r\\n" if b"\r\n" in head else "\\n"
        start = head.removeprefix(_BOM).decode("utf-8", "ignore")
        delimiter = delimiter_of(start.rpartition("\n")[0])
        width = len(next(csv.reader(start.splitlines(), delimiter=delimiter), []))
        file.seek(0)
        if width < 2 or not _is_plain(file, b"\r\n" if "r" in line_end else b"\n"):
            return None
    return LargeText(path, delimiter, width, line_end)


def _is_plain(file: BinaryIO, end: bytes) -> bool:
    """Whether there are no empty lines, which the database would not count, and no zero bytes."""
    before = end
    while piece := file.read(_PIECE):
        window = before + piece
        if b"\0" in piece or end + end in window:
            return False
        before = window[-len(end) * 2 + 1 :]
    return True
