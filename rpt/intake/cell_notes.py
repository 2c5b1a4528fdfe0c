"""What the reader of xlsx files does not give, from the XML of a sheet: cells it would lose or alter, and addresses.

``examine`` looks once over a sheet's bytes, before the reader does. Cells that hold no value but should (errors,
formulas saved without a result) become notes. Numbers that would reach the cleaner altered (percent formats, ids of
more than 15 digits, more than nine decimals) are written into the XML as text, which the reader hands over as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rpt.intake.exact import is_long, is_rounded, is_surely_whole, long_text, number_text, percentage
from rpt.intake.glance import INEXACT, Glance, date_ends
from rpt.intake.number_formats import Styles
from rpt.intake.raw import CellNote, Merged, column_index
from rpt.intake.sheet_xml import Cell, cells, cells_at, regular

HEAD_ROWS = 30  # merged cells matter where headers stand; below, those that cover several rows

_FORMULA = rb"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?"
_FILLED = re.compile(
    rb'<c r="([A-Z]+)[0-9]+"(?:[^>]* t="str"[^>]*>%b<v|(?:[^>]*[^/])?>%b<(?:v[^>/]*>[^<]|is>))' % (_FORMULA, _FORMULA)
)
_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_ERROR = re.compile(rb' t="e"')
_NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v ?/>|<v></v>)?</c>")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
# an error value that the reader does not know makes it refuse the whole file
_READABLE_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

_Change = tuple[Cell, str | None]


@dataclass(frozen=True)
class SheetNotes:
    """A sheet as its XML tells it: first used column, number of rows with a value (None: unknown), notes, and
    the merged ranges at its top and down its columns."""

    first_column: int = 0
    rows: int | None = None
    notes: tuple[CellNote, ...] = ()
    merged: tuple[Merged, ...] = ()


def glanced(glance: Glance) -> SheetNotes:
    """The notes of a plain sheet that has been glanced at."""
    return SheetNotes(glance.first_column, glance.rows, (), _merged(glance.behind))


def made_exact(xml: bytes, styles: Styles, glance: Glance) -> bytes:
    """The XML of a plain sheet with altered numbers as text."""
    return _changed(xml, dict(_altered(xml, styles, glance.inexact)))


def examine(xml: bytes, styles: Styles) -> tuple[SheetNotes, bytes]:
    """The notes of a sheet, and its XML with altered numbers as text (the same bytes where there are none).

    Raises expat.ExpatError where the XML is none.
    """
    plain = regular(xml)
    errors = [cell for cell in cells(plain, _ERROR) if cell.type == b"e"]
    missing = [cell for cell in cells(plain, _NO_VALUE) if cell.type not in (b"e", b"str") or b"<v" not in cell.content]
    found = [CellNote(*cell.address, "error", cell.value or "#N/A") for cell in errors]
    found += [CellNote(*cell.address, "no_value", f"={cell.formula}") for cell in missing]
    found += [CellNote(row, column, "repeated", "") for row, column in _repeated(plain)]
    first, rows = _extent(plain)
    notes = SheetNotes(first, rows, tuple(sorted(found, key=lambda note: (note.row, note.column))), _merged(plain))
    changes = {**dict(_altered(plain, styles)), **{cell.start: (cell, None) for cell in _unreadable(errors)}}
    return notes, _changed(plain, changes) if changes else xml


def _altered(plain: bytes, styles: Styles, inexact: Sequence[int] | None = None) -> Iterator[tuple[int, _Change]]:
    """The numbers that would reach the cleaner altered, by where they stand; of those that would be rounded it may be
    known where."""
    for cell, text in (*_exact_numbers(plain, styles, inexact), *_percentages(plain, styles)):
        yield cell.start, (cell, text)


def _repeated(plain: bytes) -> Iterator[tuple[int, int]]:
    """Row and column of the cells that stand twice in one row; a row that stands twice is counted elsewhere."""
    addresses = _CELL.findall(plain)
    if len(set(addresses)) == len(addresses):
        return
    for row in plain.split(b"<row ")[1:]:
        in_row = _CELL.findall(row)
        for letters, number in {address for address in in_row if in_row.count(address) > 1}:
            yield int(number), column_index(letters.decode())


def _extent(plain: bytes) -> tuple[int, int]:
    """First used column, and how many rows hold a value; an error is used, but no value."""
    letters: set[bytes] = set()
    rows = 0
    for row in plain.split(b"<row ")[1:]:
        first = _FILLED.search(row)
        if first is None:
            continue
        letters.add(first[1])
        if b' t="e"' not in row or any(b' t="e"' not in cell[0] for cell in _FILLED.finditer(row)):
            rows += 1
    return min((column_index(found.decode()) for found in letters), default=0), rows


def _merged(plain: bytes) -> tuple[Merged, ...]:
    found = (
        Merged(int(top), column_index(left.decode()), int(bottom), column_index(right.decode()))
        for left, top, right, bottom in _MERGED.findall(plain, max(plain.rfind(b"</sheetData>"), 0))
    )
    wanted = (m for m in found if m.first_row <= HEAD_ROWS or m.last_row > m.first_row)
    return tuple(sorted(wanted, key=lambda m: (m.first_row, m.first_column)))


def _percentages(plain: bytes, styles: Styles) -> Iterator[_Change]:
    if not styles.percent:
        return
    pattern = re.compile(rb' s="(?:%b)"' % b"|".join(b"%d" % at for at in sorted(styles.percent)))
    for cell in cells(plain, pattern):
        if cell.type == b"n" and cell.style in styles.percent and (text := percentage(cell.value)) is not None:
            yield cell, text


def _exact_numbers(plain: bytes, styles: Styles, places: Sequence[int] | None) -> Iterator[_Change]:
    """Numbers whose digits the reader would round. Whether a long id is whole is settled by its column: a program
    that wrote one in full wrote them all."""
    times = date_ends(styles)  # the many moments of a sheet are passed over early
    found = (hit.start() for hit in INEXACT.finditer(plain)) if places is None else places
    wanted = (
        at
        for at in found
        if not plain.endswith(times, 0, at) and is_rounded(plain[at + len(b"<v>") : plain.index(b"<", at + 1)])
    )
    inexact = [
        (cell, cell.value) for cell in cells_at(plain, wanted) if cell.type == b"n" and cell.style not in styles.dates
    ]
    whole = {cell.address[1] for cell, value in inexact if is_surely_whole(value)}
    for cell, value in inexact:
        text = long_text(value, cell.address[1] in whole) if is_long(value) else number_text(value)
        if text is not None:
            yield cell, text


def _unreadable(errors: Iterable[Cell]) -> Iterator[Cell]:
    return (cell for cell in errors if cell.value not in _READABLE_ERRORS)


def _changed(plain: bytes, changes: Mapping[int, _Change]) -> bytes:
    """The XML with cells written anew: their text, or an error value that the reader knows where there is none."""
    parts: list[bytes] = []
    end = 0
    for start in sorted(changes):
        cell, text = changes[start]
        address = cell.tag.split(b'"', 2)[1]
        value = b't="e"><v>#N/A' if text is None else b't="str"><v>' + escape(text).encode()
        parts += (plain[end:start], b'<c r="%b" %b</v></c>' % (address, value))
        end = cell.end
    return b"".join((*parts, plain[end:]))
