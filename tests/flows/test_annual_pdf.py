"""The PDF of the sample business: declared as it should be, every page filled, nothing lost on the way to paper."""

from __future__ import annotations

import ctypes
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.flows.reading import squeezed

BOTTOM, TOP = 57.0, 774.0  # the body of a page in points: what is below and above are footer and header
PRIVATE_OR_LOST = re.compile("[\x00\ufffd\u25a1\ue000-\uf8ff]")


@pytest.fixture(scope="module")
def pdf(annual: Any) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(annual.path("pdf").read_bytes())


def body(page: pypdfium2.PdfPage, top: float = TOP, bottom: float = BOTTOM) -> str:
    """The text between two heights of a page."""
    return str(page.get_textpage().get_text_bounded(0, bottom, page.get_width(), top))


def bookmarks(pdf: pypdfium2.PdfDocument) -> list[tuple[int, str, int, float]]:
    """Level, title, page (from 0) and height of every bookmark."""
    found = []
    for bookmark in pdf.get_toc():
        dest = bookmark.get_dest()
        _, view = dest.get_view()
        found.append((bookmark.level, bookmark.get_title(), dest.get_index(), view[1]))
    return found


def struct_text(read: Any, element: Any) -> str:
    """A text of the structure tree: pdfium first says its size, then fills it."""
    size = read(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    read(element, buffer, size)
    return buffer.raw[:size].decode("utf-16-le").rstrip("\0")


def elements(pdf: pypdfium2.PdfDocument) -> Iterator[Any]:
    """Every element of the structure tree, page by page."""

    def below(element: Any) -> Iterator[Any]:
        yield element
        for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, at)
            if child:
                yield from below(child)

    for page in pdf:
        tree = pdfium.FPDF_StructTree_GetForPage(page)
        for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            yield from below(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))
        pdfium.FPDF_StructTree_Close(tree)


def streams(content: bytes) -> Iterator[bytes]:
    """The streams of a PDF, unpacked."""
    for start in re.finditer(rb"stream\r?\n", content):
        try:
            yield zlib.decompressobj().decompress(content[start.end() :])
        except zlib.error:
            continue


def test_declared_for_screen_readers(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    content = annual.path("pdf").read_bytes()
    metadata = next(stream for stream in (content, *streams(content)) if b"pdfuaid" in stream)
    assert re.search(rb"pdfuaid:part(=\"|>)1\b", metadata)
    assert pdf.is_tagged()
    size = pdfium.FPDFCatalog_GetLanguage(pdf, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFCatalog_GetLanguage(pdf, buffer, size)
    assert bytes(buffer).decode("utf-16-le").rstrip("\0") == "zh-CN"


def test_title_and_company_in_the_properties(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    properties = pdf.get_metadata_dict()
    assert properties["Title"] == annual.json["report"]["title"] == "2025年电商运营年度报告"
    assert properties["Author"] == annual.json["report"]["company"]


def test_every_chapter_has_a_bookmark_to_its_heading(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    found = bookmarks(pdf)
    heads = [re.sub(r"<[^>]+>", "", head) for head in re.findall(r'<h1 class="chapter">(.*?)</h1>', annual.html)]
    chapters = [title for level, title, _, _ in found if level == 0]
    assert chapters[1:] == heads  # the first is the cover's title
    assert [head[:2] for head in heads[2:9]] == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"]
    for _, title, page, height in found[1:]:
        assert squeezed(title) in squeezed(body(pdf[page], height + 2, height - 30)), title


def test_page_numbers_of_the_table_of_contents(pdf: pypdfium2.PdfDocument) -> None:
    found = bookmarks(pdf)
    (contents,) = (page for _, title, page, _ in found if title == "目录")
    pages = "\n".join(body(pdf[page]) for page in (contents, contents + 1))  # it may run over to a second page
    lines = re.findall(r"^(.+?)\s*\.{3,}\s*(\d+)\s*$", pages, re.MULTILINE)
    listed = {squeezed(title): int(page) for title, page in lines}
    expected = {squeezed(title): page + 1 for _, title, page, _ in found[1:] if title != "目录"}
    assert len(expected) > 20
    assert listed == expected


def test_no_page_is_empty(pdf: pypdfium2.PdfDocument) -> None:
    assert len(pdf) > 15
    assert [number for number, page in enumerate(pdf, 1) if len(squeezed(body(page))) < 40] == []


def test_no_heading_stands_alone_at_the_foot_of_a_page(pdf: pypdfium2.PdfDocument) -> None:
    """Below every heading follows something on the same page: text, or a chart (whose labels are text)."""
    alone = [title for _, title, page, height in bookmarks(pdf)[1:] if not body(pdf[page], height - 30).strip()]
    assert alone == []


def feet(text: pypdfium2.PdfTextPage, word: str) -> Iterator[float]:
    """How high above the page's foot a word stands, wherever it does."""
    search = text.search(word)
    while hit := search.get_next():
        yield text.get_charbox(hit[0])[1]


def test_no_table_is_parted_from_its_number(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    numbers = re.findall(r'<figcaption><span class="caption"><span class="number">(表[^<]+)</span>', annual.html)
    assert len(numbers) > 15
    texts = [page.get_textpage() for page in pdf]
    for number in numbers:
        below = [text.get_text_bounded(bottom=BOTTOM, top=foot - 4) for text in texts for foot in feet(text, number)]
        assert below, f"{number} is not printed"
        assert all(len(squeezed(text)) > 10 for text in below), f"{number} stands at the foot of a page"


def test_nothing_is_lost_between_the_page_and_the_font(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    """WeasyPrint warns of a character without a glyph, of CSS it does not know and of links that lead nowhere."""
    assert annual.log == ""
    for number, page in enumerate(pdf, 1):
        text = page.get_textpage()
        assert not PRIVATE_OR_LOST.search(text.get_text_range()), f"page {number}"
        assert not any(pdfium.FPDFText_HasUnicodeMapError(text, at) for at in range(text.count_chars())), number


def test_every_chart_is_told_in_words(annual: Any, pdf: pypdfium2.PdfDocument) -> None:
    told = [
        struct_text(pdfium.FPDF_StructElement_GetAltText, element)
        for element in elements(pdf)
        if struct_text(pdfium.FPDF_StructElement_GetType, element) == "Figure"
    ]
    titles = re.findall(r'<figure class="chart".*?</span>([^<]+)</figcaption>', annual.html, re.DOTALL)
    assert len(titles) >= 8
    assert len(told) == len(titles)
    for title, words in zip(titles, told, strict=True):
        assert title in words
        # a waterfall tells its steps, every other chart its highest
        assert re.search(r"最高为.+（.*\d|^瀑布图：.+[+−]\d", words), words
