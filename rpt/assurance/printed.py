"""Where a figure is printed: its chapter and table from the document, its page in the PDF, its cell in the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rpt.values.document import Document
from rpt.values.explanation import Printed
from rpt.values.places import Place, places_of

TRACE_SHEET = "溯源"
_REF, _WHERE = "编号", "位置"


@dataclass(frozen=True)
class Files:
    """What the finished files tell: the text of each PDF page and the page (from 0) that an anchor stands on, and the
    cells of the workbook by id."""

    pages: Sequence[str] = ()
    anchors: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)


def printed(document: Document, ref: str, files: Files) -> tuple[Printed, ...]:
    """Every place where an id stands in a document, in its order; cells that no page shows stand at the end."""
    titles = {chapter.anchor: chapter.title for chapter in document.chapters} | {"summary": "概要"}
    tables = {table.id: f"{table.number}　{table.title}" for table in document.tables}
    cells = list(files.cells.get(ref, ()))
    found = []
    for place in dict.fromkeys(place for place in places_of(document) if place.ref == ref):
        table = tables.get(place.table, "")
        # a cell of the workbook belongs to a table; the tables come in the document's order there too
        cell = cells.pop(0) if table and cells else None
        page = _page(place, files)
        words = place.words if table else _cut(place.words, place.text)
        found.append(Printed(titles.get(place.chapter, ""), table, place.text, words, page, cell))
    return (*found, *(Printed("", "", "", "", None, cell) for cell in cells))


def _cut(words: str, text: str) -> str:
    """The words around a figure in a long paragraph."""
    at = max(words.find(text), 0)
    start, end = max(0, at - 24), at + len(text) + 24
    return ("……" if start else "") + words[start:end] + ("……" if end < len(words) else "")


def _page(place: Place, files: Files) -> int | None:
    """The page, from 1: the first from the place's table or chapter on whose text has the figure beside its words."""
    if not files.pages:
        return None
    start = files.anchors.get(f"table-{place.table}") if place.table else files.anchors.get(place.chapter)
    if start is None:
        start = files.anchors.get(place.chapter, 0)
    text, words = _bare(place.text), _bare(place.words)
    span = range(start, len(files.pages))
    both = (at for at in span if text in files.pages[at] and words and words[:40] in files.pages[at])
    return next((at + 1 for at in (*both, *(n for n in span if text in files.pages[n]))), None)


def _bare(text: str) -> str:
    return "".join(text.split())


def read_files(folder: Path, stem: str) -> Files:
    """What the finished files of a report tell; nothing of those that are missing or cannot be read."""
    pages, anchors = _pages(folder / f"{stem}.pdf")
    return Files(pages, anchors, _cells(folder / f"{stem}.xlsx"))


def _pages(path: Path) -> tuple[list[str], dict[str, int]]:
    import pypdfium2

    if not path.is_file():
        return [], {}
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return [], {}
    try:
        pages = [_bare(page.get_textpage().get_text_bounded()) for page in pdf]
        return pages, dict(_anchors(pdf))
    finally:
        pdf.close()


def _anchors(pdf: Any) -> Iterator[tuple[str, int]]:
    """The named destinations with their pages."""
    import ctypes

    import pypdfium2.raw as raw

    for at in range(raw.FPDF_CountNamedDests(pdf)):
        size = ctypes.c_long(0)
        raw.FPDF_GetNamedDest(pdf, at, None, ctypes.byref(size))
        name = ctypes.create_string_buffer(max(size.value, 2))
        place = raw.FPDF_GetNamedDest(pdf, at, name, ctypes.byref(size))
        if place:
            yield name.raw.decode("utf-16-le").rstrip("\0"), raw.FPDFDest_GetDestPageIndex(pdf, place)


def _cells(path: Path) -> dict[str, list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        return {}
    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(TRACE_SHEET).to_python() if TRACE_SHEET in book.sheet_names else []
    except CalamineError:
        return {}
    if not rows or _REF not in rows[0] or _WHERE not in rows[0]:
        return {}
    ref, where = (rows[0].index(name) for name in (_REF, _WHERE))
    found: dict[str, list[str]] = {}
    for row in rows[1:]:
        if "!" in str(row[where]):
            found.setdefault(str(row[ref]), []).append(str(row[where]))
    return found
