"""The outside of a compound file (OLE2): its streams' names tell .xls, .doc and encrypted files apart.

Format: Microsoft MS-CFB (2.2 header, 2.6 directory). Every walk along a chain of sectors is bounded.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from rpt.intake.refusal import OTHER, SAVE_AGAIN, RefusedError, damaged, locked

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTORS_READ = 512
_LAST = 0xFFFFFFFA
_OTHERS = {
    "worddocument": "Word 文档",
    "powerpoint document": "PowerPoint 演示文稿",
    "visiodocument": "Visio 图形",
    "__properties_version1.0": "Outlook 邮件",
}
_BOF, _FILEPASS, _WRITE_PROTECTED = 0x0809, 0x002F, 0x0086


def check_compound(file: BinaryIO) -> None:
    """Return for a workbook (BIFF5 or BIFF8); raises RefusedError for anything else and for encrypted ones."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512:
        raise damaged("文件不完整")
    shift, first = struct.unpack_from("<H", header, 30)[0], struct.unpack_from("<I", header, 48)[0]
    if shift not in (9, 12):
        raise damaged("复合文档的头部不对")
    streams = _streams(file, header, first, 1 << shift)
    if "encryptedpackage" in streams or "encryptioninfo" in streams:
        raise locked()
    book = streams.get("workbook", streams.get("book"))
    if book is None:
        what = next((f"是 {name}" for stream, name in _OTHERS.items() if stream in streams), "是复合文档")
        raise RefusedError(OTHER, f"内容{what}，不是电子表格", "请换成导出的电子表格（xlsx、xls、csv）")
    file.seek((book + 1) << shift)
    if _is_encrypted(file.read(512)):
        raise locked()


def _streams(file: BinaryIO, header: bytes, sector: int, size: int) -> dict[str, int]:
    """Stream name in lower case -> its first sector."""
    streams: dict[str, int] = {}
    for _ in range(_SECTORS_READ):
        if sector >= _LAST:
            break
        file.seek((sector + 1) * size)
        data = file.read(size)
        if not data:
            raise damaged("文件不完整")
        for at in range(0, len(data) - 127, 128):
            (length,) = struct.unpack_from("<H", data, at + 64)
            if data[at + 66] and 2 <= length <= 64:
                name = data[at : at + length - 2].decode("utf-16-le", "replace").lower()
                streams.setdefault(name, struct.unpack_from("<I", data, at + 116)[0])
        sector = _next_sector(file, header, sector, size)
    return streams


def _next_sector(file: BinaryIO, header: bytes, sector: int, size: int) -> int:
    per_sector = size // 4
    # the header lists the first 109 sectors of the table; a directory so far behind them is not looked for
    if sector // per_sector >= 109:
        return _LAST
    (table,) = struct.unpack_from("<I", header, 76 + 4 * (sector // per_sector))
    if table >= _LAST:
        return _LAST
    file.seek((table + 1) * size + 4 * (sector % per_sector))
    found = file.read(4)
    return int.from_bytes(found, "little") if len(found) == 4 else _LAST


def _is_encrypted(start: bytes) -> bool:
    """Whether FILEPASS follows the workbook's BOF (MS-XLS 2.1.7.20.3), where a write protection may stand between."""
    at, first = 0, True
    while at + 4 <= len(start):
        kind, length = struct.unpack_from("<HH", start, at)
        if (kind == _BOF) != first or kind not in (_BOF, _WRITE_PROTECTED):
            return kind == _FILEPASS and not first
        at, first = at + 4 + length, False
    return False


def old_binary(head: bytes) -> RefusedError | None:
    """Workbooks as bare records without a compound file, as old export scripts write them; no reader takes them."""
    if head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and head[2:4] in (
        b"\x04\x00", b"\x06\x00", b"\x08\x00", b"\x10\x00",
    ):  # fmt: skip
        return RefusedError(OTHER, "内容是老式的 Excel 二进制记录，不是完整的工作簿", SAVE_AGAIN)
    return None
