"""Where a figure is printed: its chapter and table from the document, its page in the PDF, its cell in the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any, overload

from rpt.values.document import Document
from rpt.values.explanation import Printed
from rpt.values.places import Place, places_of

TRACE_SHEET = "溯源"
_REF, _WHERE = "编号", "位置"
_TELLING = 40  # characters of the words around a figure that tell its page


@dataclass(frozen=True)
class Files:
    """What the finished files tell: the text of each PDF page without white space, the page (from 0) that an anchor
    stands on, and the cells of the workbook by id."""

    pages: Sequence[str] = ()
    anchors: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)


def printed(document: Document, ref: str, files: Files) -> tuple[Printed, ...]:
    """Every place where an id stands in a document, in its order; cells that no page shows stand at the end."""
    return by_ref(document, files, only=ref).get(
        ref, tuple(Printed("", "", "", "", None, c) for c in _cells_at(files, ref))
    )


def by_ref(document: Document, files: Files, only: str = "") -> dict[str, tuple[Printed, ...]]:
    """The places of every id (or the only one asked for), in the document's order."""
    titles = {chapter.anchor: chapter.title for chapter in document.chapters} | {"summary": "概要"}
    tables = {table.id: f"{table.number}　{table.title}" for table in document.tables}
    grouped: dict[str, dict[Place, None]] = {}
    for place in places_of(document):
        if not only or place.ref == only:
            grouped.setdefault(place.ref, {})[place] = None
    return {ref: tuple(_printed(list(places), titles, tables, files)) for ref, places in grouped.items()}


def _printed(
    places: Sequence[Place], titles: Mapping[str, str], tables: Mapping[str, str], files: Files
) -> Iterator[Printed]:
    cells = _cells_at(files, places[0].ref)
    for place in places:
        table = tables.get(place.table, "")
        # a cell of the workbook belongs to a table, and tables come in the document's order there too
        cell = cells.pop(0) if table and cells else None
        words = place.words if table else _cut(place.words, place.text)
        yield Printed(titles.get(place.chapter, ""), table, place.text, words, _page(place, files, titles), cell)
    yield from (Printed("", "", "", "", None, cell) for cell in cells)


def _cells_at(files: Files, ref: str) -> list[str]:
    return list(files.cells.get(ref, ()))


def _cut(words: str, text: str) -> str:
    """The words around a figure in a long paragraph."""
    at = max(words.find(text), 0)
    start, end = max(0, at - 24), at + len(text) + 24
    return ("……" if start else "") + words[start:end] + ("……" if end < len(words) else "")


def _page(place: Place, files: Files, chapters: Iterable[str]) -> int | None:
    """The page, from 1, between the place's table or chapter and the next chapter: the first whose text has the figure
    beside its words, else the first that has the figure."""
    start = files.anchors.get(f"table-{place.table}") if place.table else None
    chapter = files.anchors.get(place.chapter, 0)
    start = chapter if start is None else start
    after = [at for name in chapters if (at := files.anchors.get(name, 0)) > start]
    text, words = _bare(place.text), _bare(place.words)[:_TELLING]
    alone = None
    for at in range(start, min([len(files.pages), *(at + 1 for at in after)])):
        page = files.pages[at]
        if text in page:
            if not words or words in page:
                return at + 1
            alone = alone or at + 1
    return alone


def _bare(text: str) -> str:
    return "".join(text.split())


class PdfPages(Sequence[str]):
    """The text of a PDF's pages without white space, read page by page as they are asked for."""

    def __init__(self, pdf: Any) -> None:
        self._pdf, self._known = pdf, dict[int, str]()

    def __len__(self) -> int:
        return len(self._pdf)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at not in self._known:
            self._known[at] = _bare(self._pdf[at].get_textpage().get_text_bounded())
        return self._known[at]


def read_files(folder: Path, stem: str, hashes: Mapping[str, str] | None = None) -> Files:
    """What the finished files of a report tell; nothing of those that are missing, cannot be read, or are not those of
    the run: ``hashes`` are the SHA-256 of its files by name, and without it any count."""
    pdf, book = (folder / f"{stem}.{form}" for form in ("pdf", "xlsx"))
    pages, anchors = _pages(pdf) if _is_of(pdf, hashes) else ((), {})
    return Files(pages, anchors, _cells(book) if _is_of(book, hashes) else {})


def _is_of(path: Path, hashes: Mapping[str, str] | None) -> bool:
    if not path.is_file():
        return False
    if hashes is None:
        return True
    with path.open("rb") as file:
        return hashes.get(path.name) == file_digest(file, "sha256").hexdigest()


def _pages(path: Path) -> tuple[Sequence[str], dict[str, int]]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path.read_bytes())
    except (pypdfium2.PdfiumError, OSError):
        return (), {}
    return PdfPages(pdf), dict(_anchors(pdf))


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

    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(TRACE_SHEET).to_python() if TRACE_SHEET in book.sheet_names else []
    except CalamineError:
        return {}
    titles = [str(title).partition("\n")[0] for title in rows[0]] if rows else []
    if not {_REF, _WHERE} <= set(titles):
        return {}
    ref, where = (titles.index(name) for name in (_REF, _WHERE))
    found: dict[str, list[str]] = {}
    for row in rows[1:]:
        cells = [cell for cell in str(row[where]).split("；") if "!" in cell]
        found.setdefault(str(row[ref]), []).extend(cells)
    return found
