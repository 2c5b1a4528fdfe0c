"""Parts of .xlsb as records, and the few kinds of values in them. Format: Microsoft MS-XLSB 2.1.4 and 2.5."""

from __future__ import annotations

import struct
from collections.abc import Iterator

Record = tuple[int, bytes]


def records(part: bytes) -> Iterator[Record]:
    """Kind and content of each record; one that is cut off ends the part."""
    at, end = 0, len(part)
    while at < end:
        kind, at = part[at], at + 1
        if kind & 0x80 and at < end:
            kind, at = (kind & 0x7F) | (part[at] << 7), at + 1
        if at < end and (length := part[at]) < 0x80 and at + length < end:  # nearly all
            yield kind, part[at + 1 : at + 1 + length]
            at += 1 + length
            continue
        length = shift = 0
        while at < end and shift < 28:
            byte, at = part[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if at + length > end:
            return
        yield kind, part[at : at + length]
        at += length


def wide_text(content: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it (all ones: none), and where it ends. Raises struct.error where it is cut off."""
    (length,) = struct.unpack_from("<I", content, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(content):
        raise struct.error("a text is longer than its record")
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def packed_number(content: bytes, at: int) -> float:
    """A number in four bytes: a whole one, or the upper half of a double; either may stand for a hundredth of it."""
    (packed,) = struct.unpack_from("<i", content, at)
    number: float = packed >> 2 if packed & 2 else struct.unpack("<d", struct.pack("<Ii", 0, packed & ~3))[0]
    return number / 100 if packed & 1 else number
