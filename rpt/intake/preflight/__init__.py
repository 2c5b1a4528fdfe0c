"""Preflight: what a file really is, by content, and whether it may be opened – before any reader sees it.

Memory is bounded by the pieces a file is read in and time by the limits, whatever the file. Nothing is extracted,
nothing outside the file is touched.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rpt.intake.glance import Glance
from rpt.intake.preflight.archive import Archive
from rpt.intake.preflight.compound import MAGIC, check_compound, old_binary
from rpt.intake.preflight.package import check_package
from rpt.intake.preflight.signature import HEAD, Kind, binary, decoded, kind_of_text, said
from rpt.intake.refusal import DAMAGED, RefusedError, damaged, locked, too_large, unsafe
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits

__all__ = ["Checked", "Kind", "preflight"]

_SPREADSHEET_NAMES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_MARKUP_SEARCHED = re.compile(rb"<!entity|<!doctype[^>\[]{0,4096}\[", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """A file that may be opened, and what it is, whatever its name says."""

    kind: Kind
    path: Path
    glances: Mapping[str, Glance] = field(default_factory=dict)  # of large plain sheets, by the names of their parts


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
            head = file.read(HEAD)
            if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                kind, glances = check_package(Archive(file, status.st_size, limits), limits)
                return Checked(kind, path, glances)
            return Checked(_kind(file, head, status.st_size, path.suffix.lower()), path)
    except RefusedError as refused:
        return refused.issue(shown or path.name)
    except OSError as error:
        message, hint = f"文件读不出来（{error.strerror}）", "请检查文件是否存在、是否有读取权限、是否正被占用"
        return Issue(DAMAGED, Level.ERROR, message, Origin(shown or path.name), hint)


def _kind(file: BinaryIO, head: bytes, size: int, suffix: str) -> Kind:
    if not head:
        raise RefusedError(DAMAGED, "文件是空的（0 字节）", "请重新导出该文件")
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
