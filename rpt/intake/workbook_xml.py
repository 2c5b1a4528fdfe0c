"""An xlsx file's own XML beside the reader: notes of every sheet, and the file as the reader is to see it."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from rpt.intake.cell_notes import SheetNotes, examine, glanced, made_exact
from rpt.intake.glance import Glance
from rpt.intake.number_formats import Styles, read_styles
from rpt.intake.raw import LargeSheet

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_NO_CELLS = ("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/charts/", "docprops/")
_LARGEST_BESIDE = 8 << 20  # bytes of shared texts and styles with which a sheet goes in pieces: each takes them along


@dataclass(frozen=True)
class Examined:
    """Sheet name → its notes; ``source`` is what the reader opens: the file, or its bytes with numbers as text.
    ``large`` are the sheets that need not be opened as a whole."""

    sheets: Mapping[str, SheetNotes]
    source: str | bytes
    large: Mapping[str, LargeSheet] = field(default_factory=dict)


def examine_workbook(path: Path, glances: Mapping[str, Glance]) -> Examined:
    """Look over all sheets of a workbook; one that is not made of sheet XML (xls, xlsb, ods) is left to the reader.
    ``glances`` are of the parts that have been seen at a glance, by their names in lower case.

    Raises zipfile.BadZipFile, KeyError, ElementTree.ParseError or expat.ExpatError where the file is broken.
    """
    if not zipfile.is_zipfile(path):
        return Examined({}, str(path))
    with zipfile.ZipFile(path) as archive:
        # readers find entries whatever the case and the slashes
        entries = {entry.replace("\\", "/").lower(): entry for entry in archive.namelist()}
        if "xl/workbook.xml" not in entries:
            return Examined({}, str(path))
        styles_entry = entries.get("xl/styles.xml")
        styles = read_styles(archive.read(styles_entry)) if styles_entry else Styles()
        sheets: dict[str, SheetNotes] = {}
        changed: dict[str, bytes] = {}
        large: dict[str, LargeSheet] = {}
        goes_in_pieces = sum(archive.getinfo(entry).file_size for entry in beside(archive)) <= _LARGEST_BESIDE
        for name, member in _sheets(archive, entries).items():
            glance = glances.get(member.replace("\\", "/").casefold())
            if glance is None:
                xml = archive.read(member)
                sheets[name], handed = examine(xml, styles)
                if handed is not xml:
                    changed[member] = handed
                continue
            sheets[name] = glanced(glance)
            if glance.inexact or glance.has_percentages:
                changed[member] = made_exact(archive.read(member), styles, glance)
            elif goes_in_pieces and glance.rows:
                large[name] = LargeSheet(path, name, member, glance.first_column, glance.last_column)
        return Examined(sheets, _with(archive, changed) if changed else str(path), large)


def beside(archive: zipfile.ZipFile) -> list[str]:
    """The parts of a workbook that its cells may refer to."""
    names = {name: name.replace("\\", "/").lower() for name in archive.namelist()}
    return [
        name for name, plain in names.items() if plain.endswith((".xml", ".rels")) and not plain.startswith(_NO_CELLS)
    ]


def _sheets(archive: zipfile.ZipFile, entries: Mapping[str, str]) -> dict[str, str]:
    """Sheet name → entry of its XML. Chart and dialog sheets have no cells and are left out."""
    workbook = ElementTree.fromstring(archive.read(entries["xl/workbook.xml"]))
    relations = ElementTree.fromstring(archive.read(entries["xl/_rels/workbook.xml.rels"]))
    targets = {
        tag.get("Id", ""): posixpath.normpath(posixpath.join("/xl", tag.get("Target", ""))).lstrip("/").lower()
        for tag in relations.iterfind("{*}Relationship")
        if tag.get("Type", "").endswith("/worksheet")
    }
    found: dict[str, str] = {}
    for tag in workbook.iterfind("{*}sheets/{*}sheet"):
        target = targets.get(tag.get(_RELATION) or tag.get(_STRICT_RELATION) or "", "")
        if target in entries:
            found[tag.get("name", "")] = entries[target]
    return found


def _with(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """The archive with some entries replaced; pictures and other parts that hold no cells stay behind."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as copy:
        for entry in dict.fromkeys(archive.namelist()):
            if entry.lower().endswith((".xml", ".rels")):
                copy.writestr(entry, changed.get(entry) or archive.read(entry))
    return written.getvalue()
