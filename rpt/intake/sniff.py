"""What a file of text really is, by how it begins: back offices save pages, XML and plain text under .xls."""

from __future__ import annotations

import re
from typing import Literal

TextKind = Literal["html", "xml2003", "mhtml", "xml", "json", "delimited"]
HEAD = 8_192  # bytes that ``sniff`` wants to see

_BINARY: tuple[bytes, ...] = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"PAR1", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    *(b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
    *(b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x00\x04\x00"),  # workbooks of Excel 2 to 5
)
_OPENS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|meta|style|script|div|center|form|font|title|h\d|p|br|tr|td|span|link)[\s>/]"
)


def sniff(head: bytes) -> TextKind | None:
    """The kind of text that begins with ``head``; None for what is no text (archives, workbooks, pictures) or empty."""
    if head.startswith(_BINARY) or not head:
        return None
    # UTF-16 has a NUL beside every ASCII character; what matters here is ASCII
    plain = head[:HEAD].replace(b"\0", b"").lower()
    plain = re.sub(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|\s)+", b"", plain)
    if plain.startswith(b"mime-version") or (b"multipart/related" in plain[:600] and b"content-type" in plain[:600]):
        return "mhtml"
    if re.match(rb"[\[{]\s{0,99}(?:\"|\{|\[|\}|\])", plain):
        return "json"
    if plain.startswith(b"<"):
        return _markup(plain)
    # a title, or a warning of the program, before the table; a csv has commas and tabs there
    before, table, behind = plain.partition(b"<table")
    if table and behind[:1] in (b" ", b">", b"\r", b"\n", b"\t") and b"<t" in behind and not _has_columns(before):
        return "html"
    return "delimited"


def _has_columns(before: bytes) -> bool:
    lines = [line for line in before.splitlines() if line.strip()]
    commas = [line.count(b",") for line in lines]
    return b"\t" in before or any(count > 1 for count in commas) or (len(commas) > 1 and all(commas))


def _markup(plain: bytes) -> TextKind:
    first = re.search(rb"<[a-z][\w:.-]{0,60}", plain)
    root = first[0].rpartition(b":")[2].lstrip(b"<") if first else b""
    if root == b"workbook" and b"schemas-microsoft-com:office:spreadsheet" in plain:
        return "xml2003"
    if b'progid="excel.sheet"' in plain:
        return "xml2003"
    if _OPENS.search(plain) or root in (b"html", b"table"):
        return "html"
    return "xml" if plain.startswith(b"<?xml") or (first and b"xmlns" in plain) else "delimited"
