"""What a file is by its first bytes: what can be read, and the names of what cannot."""

from __future__ import annotations

import re
from typing import Literal

from rpt.intake.refusal import OTHER, RefusedError
from rpt.intake.sniff import sniff

Kind = Literal["xlsx", "xls", "xlsb", "ods", "csv", "tsv", "txt", "html", "xml2003", "parquet"]

HEAD = 1 << 16
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"II*\0", "TIFF 图片"),
    (b"MM\0*", "TIFF 图片"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ\0", "xz 压缩包"),
    (b"\x28\xb5\x2f\xfd", "zstd 压缩包"),
    (b"SQLite format 3\0", "SQLite 数据库"),
    (b"{\\rtf", "RTF 文档"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
)
_ARCHIVES = ("RAR 压缩包", "7z 压缩包", "gzip 压缩包", "bzip2 压缩包", "xz 压缩包", "zstd 压缩包")
_NO_TABLES = {
    "mhtml": ("单个文件网页（MHTML）", "请用 Excel 或 WPS 打开，另存为 .xlsx 后重试"),
    "xml": ("XML", "能读取的 XML 只有 Excel 的“XML 表格 2003”；请在后台选择导出为 Excel 或 CSV"),
    "json": ("JSON", "多半是导出失败时网站的回应（如登录失效），请重新登录后台，再导出一次"),
}
_EXPORT = "请换成导出的电子表格（xlsx、xls、csv）"


def other(what: str, hint: str = _EXPORT, value: str | None = None) -> RefusedError:
    """A file that is no table; ``what`` names it."""
    return RefusedError(OTHER, f"内容是{' ' if what[0].isascii() else ''}{what}，不是电子表格", hint, value)


def binary(head: bytes) -> RefusedError | None:
    """The refusal of a file whose first bytes tell that it is something else."""
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return other("BMP 图片")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return other("WebP 图片")
    for magic, what in _OTHERS:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head[:64]):
            return other(what, "请解压后使用里面的电子表格" if what in _ARCHIVES else _EXPORT)
    return None


def decoded(head: bytes) -> str | None:
    """The first bytes as text that is good enough to tell mark-up and delimiters; None for what is no text at all."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").removeprefix("\ufeff")
    zeros = head.count(0)
    if zeros:
        even, odd = head[::2].count(0), head[1::2].count(0)
        # UTF-16 without its mark has the zeros of its ASCII at one side, and no other encoding of text has any
        if min(even, odd) * 20 < zeros and zeros * 20 > len(head):
            return head[: len(head) // 2 * 2].decode("utf-16-le" if odd > even else "utf-16-be", "replace")
        if zeros * 20 > len(head):
            return None
        head = head.replace(b"\0", b"")  # a few in between are an accident of the export
    control = sum(head.count(byte) for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 26, 27))
    if control * 20 > len(head):
        return None
    return head.decode("utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "latin-1", "replace")


def kind_of_text(head: bytes, text: str) -> Kind:
    """Which kind of text a file is that begins with ``head``, ``text`` once decoded; raises RefusedError for kinds that
    hold no table."""
    found = sniff(head)
    if found == "html" or found == "xml2003":
        return found
    if found in _NO_TABLES:
        what, hint = _NO_TABLES[found]
        raise other(what, hint, said(head))
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    tabs, signs = (sum(len(re.findall(pattern, line)) for line in lines) for pattern in ("\t", "[,;|]"))
    if not tabs and not signs:
        return "txt"
    return "tsv" if tabs >= signs and tabs >= len(lines) - 1 else "csv"


def said(head: bytes) -> str:
    """How a text begins, for a message; in which encoding it is does not matter so much."""
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = head[:400].decode("utf-16" if wide else "utf-8", "ignore")
    if not wide and len(start.encode()) + 3 < len(head[:400]):
        start = head[:400].decode("gb18030", "replace")
    return " ".join(start.split())[:80]
