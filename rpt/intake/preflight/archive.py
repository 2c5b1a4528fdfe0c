"""The outside of a ZIP archive, read without trust: its directory, and its parts unpacked in pieces under a limit.

What headers say of sizes is never believed: a part is as large as what comes out of it. Python's own reader stops at
the size a header states, other readers do not, so the directory is read here.
Format: PKWARE APPNOTE 6.3 (4.3.7 local header, 4.3.12 directory, 4.3.14–4.3.16 ends).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from rpt.intake.refusal import TOO_LARGE, RefusedError, damaged, locked, too_large, unsafe
from rpt.values.limits import Limits

if TYPE_CHECKING:
    from isal.isal_zlib import Decompress

PIECE = 1 << 21
_STORED, _DEFLATED = 0, 8
_LONGEST_NAME = 1024
_SEE_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    """A part of an archive: name, compression, CRC-32 of what is unpacked, packed size in bytes, and where its local
    header starts."""

    name: str
    method: int
    crc: int
    packed: int
    offset: int


class Archive:
    """An open archive; every name in it is checked. Raises RefusedError for what no spreadsheet program writes."""

    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        self.file, self.size = file, size
        self.room = self.limit = limits.inflated_mb << 20
        start, length, self.shift = self._directory()
        # an entry takes 46 bytes and its name; a directory that is far longer is not read at all
        if length > limits.entries * (46 + _LONGEST_NAME):
            raise too_large("压缩包目录的字节数", length, limits.entries * (46 + _LONGEST_NAME), "entries")
        file.seek(start)
        self.entries = _entries(file.read(length), limits.entries)
        _check_names([entry.name for entry in self.entries])

    def _directory(self) -> tuple[int, int, int]:
        """Where the directory starts, its length, and the bytes that stand before the archive."""
        tail_at = max(0, self.size - 65557)
        self.file.seek(tail_at)
        tail = self.file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            raise damaged("压缩包不完整（可能没有下载完）", "请重新导出或下载该文件")
        length, start = struct.unpack_from("<II", tail, at + 12)
        end = tail_at + at
        if tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
            (where,) = struct.unpack_from("<Q", tail, at - 12)
            self.file.seek(min(where, self.size))
            record = self.file.read(56)
            if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
                raise damaged("压缩包目录不完整")
            length, start = struct.unpack_from("<QQ", record, 40)
            end = where
        shift = end - length - start
        if shift < 0:
            raise damaged("压缩包目录的位置不对")
        return start + shift, length, shift

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """The part unpacked, in pieces of at most two mebibytes; all parts together take from one limit. Its CRC is
        left to whoever reads it."""
        from isal import isal_zlib  # a third of the time that zlib takes

        self.file.seek(entry.offset + self.shift)
        header = self.file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise damaged(f"压缩包里的 {entry.name} 找不到")
        name, extra = struct.unpack_from("<HH", header, 26)
        position, left = entry.offset + self.shift + 30 + name + extra, entry.packed
        inflate = isal_zlib.decompressobj(-15) if entry.method == _DEFLATED else None
        while left > 0 and not (inflate and inflate.eof):
            self.file.seek(position)  # the caller may have read elsewhere in the meantime
            packed = self.file.read(min(PIECE // 4, left))
            if not packed:
                raise damaged(f"压缩包里的 {entry.name} 不完整", "请重新导出或下载该文件")
            position, left = position + len(packed), left - len(packed)
            while packed:
                piece, packed = _unpack(inflate, packed, entry.name)
                yield from self._counted(piece)
        # not all of what was taken in has come out yet
        while inflate and not inflate.eof and (piece := _unpack(inflate, b"", entry.name)[0]):
            yield from self._counted(piece)

    def _counted(self, piece: bytes) -> Iterator[bytes]:
        """A piece, if there is anything in it, taken from the limit."""
        self.room -= len(piece)
        if self.room < 0:
            raise _too_much(self.limit)
        if piece:
            yield piece

    def head(self, entry: Entry, size: int = PIECE) -> bytes:
        """The first bytes of a part."""
        found = b""
        for piece in self.pieces(entry):
            self.room += len(piece)  # looked at twice, counted once
            found += piece
            if len(found) >= size:
                break
        return found[:size]


def _unpack(inflate: Decompress | None, packed: bytes, name: str) -> tuple[bytes, bytes]:
    from isal.igzip_lib import IsalError

    if inflate is None:
        return packed, b""
    try:
        piece = inflate.decompress(packed, PIECE)
    except IsalError as error:  # type: ignore[misc] # its stub has it as a value
        raise damaged(f"压缩包里的 {name} 解不开") from error
    return piece, b"" if inflate.eof else inflate.unconsumed_tail


def _too_much(limit: int) -> RefusedError:
    message = f"解压后的大小超过限制（限 {limit >> 20:,} MB）"
    hint = "请确认不是压缩炸弹；文件确属正常时，请分成几个文件，或在 rpt.toml 的 [limits] 里调高 inflated_mb"
    return RefusedError(TOO_LARGE, message, hint)


def _entries(directory: bytes, limit: int) -> list[Entry]:
    found: list[Entry] = []
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02" and at + 46 <= len(directory):
        flags, method, crc, packed, _, name, extra, comment = struct.unpack_from("<HH4xIIIHHH", directory, at + 8)
        (offset,) = struct.unpack_from("<I", directory, at + 42)
        if flags & 1:
            raise locked()
        text = directory[at + 46 : at + 46 + name].decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if _SEE_ZIP64 in (packed, offset):
            packed, offset = _zip64(directory[at + 46 + name : at + 46 + name + extra], directory, at, packed, offset)
        # names with a slash at the end are folders
        if method not in (_STORED, _DEFLATED):
            raise damaged(f"压缩包里的 {text[:80]} 用了少见的压缩方法")
        found.append(Entry(text, method, crc, packed, offset))
        if len(found) > limit:
            raise too_large("压缩包里的文件数", len(found), limit, "entries")
        at += 46 + name + extra + comment
    if at != len(directory):
        raise damaged("压缩包目录不完整")
    return found


def _zip64(extras: bytes, directory: bytes, at: int, packed: int, offset: int) -> tuple[int, int]:
    """Sizes too large for the directory stand in extra field 1, in the order unpacked, packed, offset."""
    (unpacked,) = struct.unpack_from("<I", directory, at + 24)
    place = 0
    while place + 4 <= len(extras):
        kind, length = struct.unpack_from("<HH", extras, place)
        values = extras[place + 4 : place + 4 + length]
        place += 4 + length
        if kind != 1:
            continue
        wanted = [value == _SEE_ZIP64 for value in (unpacked, packed, offset)]
        if len(values) < 8 * sum(wanted):
            break
        numbers = iter(struct.unpack_from(f"<{sum(wanted)}Q", values))
        _, packed, offset = (
            next(numbers) if more else value for more, value in zip(wanted, (unpacked, packed, offset), strict=True)
        )
        return packed, offset
    raise damaged("压缩包目录不完整")


def _check_names(names: list[str]) -> None:
    """No part twice (readers differ in which one they take; names are compared as packages do, without case), and no
    part outside."""
    seen: set[str] = set()
    for name in names:
        plain = name.replace("\\", "/")
        key = plain.casefold()
        if key in seen:
            raise unsafe(f"压缩包里有两个 {name[:80]}")
        seen.add(key)
        if len(name) > _LONGEST_NAME or "\0" in name or ".." in PurePosixPath(plain).parts or plain[1:2] == ":":
            raise unsafe(f"压缩包里有指向别处的路径 {name[:80]}")
