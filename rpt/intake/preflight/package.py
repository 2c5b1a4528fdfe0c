"""A ZIP package: which kind of workbook it is, and every part of it looked over under one tally."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

from rpt.intake.glance import Glance
from rpt.intake.number_formats import Styles, read_styles
from rpt.intake.preflight.archive import Archive, Entry
from rpt.intake.preflight.binary import check_binary
from rpt.intake.preflight.doctype import refuse_doctype
from rpt.intake.preflight.open_document import check_content
from rpt.intake.preflight.parts import check_xml
from rpt.intake.preflight.signature import Kind, other
from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import LOCKED, RefusedError, damaged, locked
from rpt.processes.ahead import ahead
from rpt.values.limits import Limits

LARGE = 1 << 20  # bytes of a packed part from which it pays to glance at a sheet, and to unpack in a thread
_STYLES = 1 << 22  # bytes of the styles that are read before the sheets
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


def check_package(archive: Archive, limits: Limits) -> tuple[Kind, dict[str, Glance]]:
    """What a package is, and what was seen at a glance of its large plain sheets, by the names of their parts in lower
    case; raises RefusedError."""
    names = {_plain(entry.name): entry for entry in archive.entries}
    kind = _kind_of(archive, names)
    tally = Tally(limits)
    glances: dict[str, Glance] = {}
    styles = _styles(archive, names) if kind == "xlsx" else None
    for entry in archive.entries:
        is_large = entry.packed >= LARGE
        glance = _check(kind, entry, _pieces(archive, entry, is_large), tally, styles if is_large else None)
        if glance is not None:
            glances[_plain(entry.name)] = glance
    return kind, glances


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _pieces(archive: Archive, entry: Entry, is_large: bool) -> Iterator[bytes]:
    return ahead(archive.pieces(entry)) if is_large else archive.pieces(entry)


def _check(kind: Kind, entry: Entry, pieces: Iterator[bytes], tally: Tally, styles: Styles | None) -> Glance | None:
    name, first = entry.name[:80], next(pieces, b"")
    again: Iterable[bytes] = (piece for part in ([first], pieces) for piece in part)
    if kind == "ods" and entry.name == "content.xml":
        check_content(name, again, tally)
    elif first.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        is_as_it_stands = first.startswith(b"<") and b"\0" not in first[:4]  # in UTF-8, and not written anew to be seen
        return check_xml(name, again, tally, styles if is_as_it_stands else None)
    elif kind == "xlsb" and name.lower().endswith(".bin"):
        check_binary(name, again, tally)
    else:
        for _ in pieces:  # measured all the same
            pass
    return None


def _styles(archive: Archive, names: Mapping[str, Entry]) -> Styles | None:
    """The cell styles of a workbook, without which no sheet is glanced at; None where they cannot be read."""
    entry = names.get("xl/styles.xml")
    if entry is None:
        return Styles()
    content = archive.head(entry, _STYLES)
    refuse_doctype(content, entry.name)
    if b"\0" in content[:4]:  # in an encoding that the line above does not look through
        return None
    try:
        return read_styles(content)
    except (ElementTree.ParseError, ValueError):
        return None


def _kind_of(archive: Archive, names: dict[str, Entry]) -> Kind:
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
