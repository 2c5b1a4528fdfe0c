"""Files of text, whatever they are called: pages, XML 2003, delimited text."""

from __future__ import annotations

import re
from pathlib import Path

from rpt.intake.encoding import Decoded, decode
from rpt.intake.formats import delimited, html, xml2003
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import DAMAGED, EXPORT_AGAIN, RefusedError
from rpt.intake.sniff import HEAD, TextKind, sniff
from rpt.values.issue import Issue, Level, Origin
from rpt.values.limits import Limits

_USUAL = Limits()
_CHARSET = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def read(
    source: Path | bytes, shown: str, encoding: str = "", limits: Limits = _USUAL
) -> tuple[list[RawSheet], list[Issue]]:
    """The sheets of a file of text and what was found on the way. ``shown`` is the file's name in messages.

    ``encoding`` is what rpt.toml states of the file, if anything. What cannot be read is an issue, never an error.
    """
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        name = Path(shown).stem
        kind = sniff(data[:HEAD])
        if not data.strip():
            raise RefusedError(DAMAGED, "文件是空的", EXPORT_AGAIN)
        declared = _CHARSET.search(data, 0, HEAD) if kind in ("html", "xml2003") else None
        decoded = decode(data, encoding, declared[1].decode("ascii") if declared else "")
        return _sheets(kind, decoded.text, name, limits), _remarks(decoded, shown)
    except RefusedError as refusal:
        return [], [refusal.issue(shown)]


def _sheets(kind: TextKind | None, text: str, name: str, limits: Limits) -> list[RawSheet]:
    match kind:
        case "html":
            return html.read(text, name, limits)
        case "xml2003":
            return xml2003.read(text, name, limits)
        case _:
            return delimited.read(text, name, limits)


def _remarks(decoded: Decoded, shown: str) -> list[Issue]:
    issues = []
    if decoded.nuls:
        message = f"文件里夹有 {decoded.nuls:,} 个空字节（NUL），读取时已去掉"
        issues.append(Issue("nul_bytes", Level.WARNING, message, Origin(shown), "请核对前后的数据，最好重新导出"))
    if decoded.lost:
        message = f"有 {decoded.lost:,} 处文字在导出时已损坏（显示为 �）"
        issues.append(Issue("text_lost", Level.WARNING, message, Origin(shown), "请重新导出，或改用另一种编码导出"))
    return issues
