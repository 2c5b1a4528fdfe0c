"""A large worksheet: looked at as arrays, by which its rows and cells are counted and the sheet is glanced at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rpt.intake.glance import Glance, Glancing
from rpt.intake.number_formats import Styles
from rpt.intake.preflight.doctype import refuse_doctype
from rpt.intake.preflight.tally import Tally
from rpt.intake.preflight.worksheet import Sheet
from rpt.intake.tags import Cells, cells_of

_BEGIN, _END = b"<sheetData>", b"</sheetData>"


@dataclass(frozen=True)
class _Piece:
    """Text that starts and ends between cells: what stands before them, they themselves, and what stands behind."""

    before: bytes
    cells: bytes
    found: Cells | None
    behind: bytes | None


def check_large(name: str, texts: Iterator[bytes], tally: Tally, styles: Styles) -> Glance | None:
    """Count a worksheet without a prefix as any other; what was seen of it where a glance was enough. Raises
    RefusedError."""
    sheet, glancing, at = Sheet(name, tally, b""), Glancing(styles), 0
    for piece in _pieces(texts):
        if piece.found is not None and sheet.count_cells(piece.found):
            glancing.add(piece.cells, piece.found, at + len(piece.before))
        elif piece.cells:
            glancing.give_up()
            _count(sheet, piece.cells, name)
        _count(sheet, piece.before, name)
        if piece.behind is not None:
            glancing.end(piece.behind)
            _count(sheet, piece.behind, name)
        at += len(piece.before) + len(piece.cells) + len(piece.behind or b"")
    sheet.end()
    return glancing.seen()


def _count(sheet: Sheet, text: bytes, name: str) -> None:
    """Count by patterns. Where cells were seen to be plain, no document type need be looked for."""
    if text:
        refuse_doctype(text, name)
        sheet.count(text)


def _pieces(texts: Iterator[bytes]) -> Iterator[_Piece]:
    is_inside = is_behind = False
    window = next(texts, b"")
    while window:
        more = next(texts, b"")
        cut = Sheet.cut(window) if more else len(window)
        text, start = window[:cut], 0
        if not is_inside:
            begin = text.find(_BEGIN)
            is_inside, start = begin >= 0, begin + len(_BEGIN) if begin >= 0 else len(text)
        stop = 0 if is_behind else text.find(_END, start)
        is_behind = stop >= 0
        cells = text[start : stop if is_behind else len(text)]
        yield _Piece(text[:start], cells, cells_of(cells) if cells else None, text[stop:] if is_behind else None)
        window = window[cut:] + more if more else b""
