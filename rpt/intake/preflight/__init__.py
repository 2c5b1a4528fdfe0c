"""Preflight: what a file really is, by content, and whether it may be opened – before any reader sees it.

Memory is bounded by the pieces a file is read in and time by the limits, whatever the file. Nothing is extracted,
nothing outside the file is touched.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rpt.intake.preflight.archive import Archive, Entry
from rpt.intake.preflight.binary import check_binary
from rpt.intake.preflight.compound import MAGIC, check_compound, old_binary
from rpt.intake.preflight.open_document import check_content
from rpt.intake.preflight.parts import check_xml
from rpt.intake.preflight.signature import HEAD, Kind, binary, decoded, kind_of_text, other, said
from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import DAMAGED, LOCKED, RefusedError, damaged, locked, too_large, unsafe
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits

__all__ = ["Checked", "Kind", "preflight"]

_SPREADSHEET_NAMES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_TYPES_OF_CONTENT: tuple[tuple[bytes, Kind], ...] = (
    (b"ms-excel.sheet.binary.macroenabled.main", "xlsb"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"ms-excel.sheet.macroenabled.main+xml", "xlsx"),
    (b"ms-excel.template.macroenabled.main+xml", "xlsx"),
)
_OTHER_CONTENT = (
    (b"wordprocessingml", "Word 文档"),
    (b"presentationml", "PowerPoint 演示文稿"),
    (b"ms-visio", "Visio 图形"),
)
_MARKUP_SEARCHED = re.compile(rb"<!entity|<!doctype[^>\[]{0,4096}\[", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """A file that may be opened, and what it is, whatever its name says."""

    kind: Kind
    path: Path


def preflight(path: Path, limits: Limits, shown: str = "") -> Checked | Issue:
    """Look at a file before it is read. ``shown`` is its name in messages. Never raises for what a file holds."""
    try:
        # devices and pipes can keep a reader waiting for ever
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError(DAMAGED, "不是普通文件", "请检查 rpt.toml 里的路径")
        if status.st_size > limits.file_mb << 20:
            raise too_large("文件的 MB 数", status.st_size >> 20, limits.file_mb, "file_mb")
        with path.open("rb") as file:
            return Checked(_kind(file, status.st_size, path.suffix.lower(), limits), path)
    except RefusedError as refused:
        return refused.issue(shown or path.name)
    except OSError as error:
        message, hint = f"文件读不出来（{error.strerror}）", "请检查文件是否存在、是否有读取权限、是否正被占用"
        return Issue(DAMAGED, Level.ERROR, message, Origin(shown or path.name), hint)


def _kind(file: BinaryIO, size: int, suffix: str, limits: Limits) -> Kind:
    head = file.read(HEAD)
    if not head:
        raise RefusedError(DAMAGED, "文件是空的（0 字节）", "请重新导出该文件")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _check_archive(Archive(file, size, limits), limits)
    if head.startswith(MAGIC):
        check_compound(file)
        return "xls"
    if head.startswith(b"PAR1") or head.startswith(b"PARE"):
        return _check_parquet(file, head, size)
    if refused := binary(head) or old_binary(head):
        raise refused
    text = decoded(head)
    if text is None:
        raise damaged("内容不是认得的任何一种表格")
    kind = kind_of_text(head, text)
    if kind in ("html", "xml2003"):
        _check_markup(file, kind)
    if kind == "txt" and suffix in _SPREADSHEET_NAMES:
        message, hint = "扩展名是电子表格，内容却是普通文字", "请打开看看里面是什么，再重新导出"
        raise RefusedError(DAMAGED, message, hint, said(head))
    return kind


def _check_parquet(file: BinaryIO, head: bytes, size: int) -> Kind:
    file.seek(max(size - 4, 0))
    if head.startswith(b"PARE") or file.read(4) == b"PARE":
        raise locked()
    file.seek(max(size - 8, 0))
    length, end = int.from_bytes(file.read(4), "little"), file.read(4)
    if size < 12 or end != b"PAR1" or length > size - 12:
        raise damaged("parquet 文件不完整", "请重新导出该文件")
    return "parquet"


def _check_markup(file: BinaryIO, kind: Kind) -> None:
    """Entities can be defined anywhere a document type stands, so all of the text is searched."""
    file.seek(0)
    rest = b""
    while piece := file.read(HEAD):
        # UTF-16 of ASCII without its zeros is ASCII
        window = rest + piece.replace(b"\0", b"")
        if _MARKUP_SEARCHED.search(window) or (kind == "xml2003" and b"<!DOCTYPE" in window):
            raise unsafe("文件里有 DOCTYPE（文档类型定义）")
        rest = window[-4200:]


def _check_archive(archive: Archive, limits: Limits) -> Kind:
    names = {entry.name.replace("\\", "/").lstrip("/").casefold(): entry for entry in archive.entries}
    kind = _kind_of_archive(archive, names)
    tally = Tally(limits)
    for entry in archive.entries:
        name, pieces = entry.name[:80], archive.pieces(entry)
        first = next(pieces, b"")
        again = (piece for part in ([first], pieces) for piece in part)
        if kind == "ods" and entry.name == "content.xml":
            check_content(name, again, tally)
        elif first.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
            check_xml(name, again, tally)
        elif kind == "xlsb" and name.lower().endswith(".bin"):
            check_binary(name, again, tally)
        else:
            for _ in pieces:  # measured all the same
                pass
    return kind


def _kind_of_archive(archive: Archive, names: dict[str, Entry]) -> Kind:
    if types := names.get("[content_types].xml"):
        # the parts' types may be listed in any order, the workbook's own after thousands of others
        content = archive.head(types, 1 << 22).replace(b"\0", b"").lower()
        for mark, kind in _TYPES_OF_CONTENT:
            if mark in content:
                return kind
        if what := next((what for mark, what in _OTHER_CONTENT if mark in content), ""):
            raise other(what)
        if "xl/workbook.xml" not in names:  # else the writer forgot to say so
            raise other("Office 文件")
        return "xlsx"
    if mimetype := names.get("mimetype"):
        content = archive.head(mimetype, 200)
        if b"opendocument.spreadsheet" in content:
            manifest = names.get("meta-inf/manifest.xml")
            if manifest and b"encryption-data" in archive.head(manifest, 1 << 20):
                raise RefusedError(LOCKED, locked().message, locked().hint)
            return "ods"
        if b"opendocument" not in content and "content.xml" in names:
            raise damaged("OpenDocument 文件没有写明自己的类型")
        raise other("OpenDocument 文档" if b"opendocument" in content else "EPUB 等压缩文件")
    if any(name.endswith(".iwa") for name in names):
        raise other("Numbers 表格", "请在 Numbers 里导出为 Excel（.xlsx）后重试")
    if any(name.endswith((".xlsx", ".xls", ".csv")) for name in names):
        raise other("ZIP 压缩包", "里面有表格文件，请解压后使用")
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise other("ZIP 压缩包", "请解压后使用里面的电子表格")
