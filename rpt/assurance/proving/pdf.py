"""The PDF read back: every unit of the document in its order, and nothing else but what a printer adds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from rpt.assurance.proving.alignment import Alignment, Span, align
from rpt.assurance.proving.drawings import misplaced, strange
from rpt.assurance.proving.evidence import Evidence, broken, differs
from rpt.assurance.proving.reading import Unit
from rpt.values.document import Chart
from rpt.values.issue import Issue

NO_GLYPH = "〓"  # what is printed for a character that no font has
_MARKERS = re.compile(r"(?:\d{1,3}\.|[•◦▪‣])+")  # numbers and bullets of lists, drawn after their items
_CONTENT = re.compile(r"content:\s*([^;}]+)")
_PART = re.compile(r'"([^"]*)"|(counter\(pages\))|(counter\(page\))|(string\(\w+\))')
_THIS_PAGE = "<page>"
_DOTS = re.compile(r"\.{4,}")
_LEADER = re.compile(r"\.(\d*)")
_SHOWN = 40  # characters of what was found that a message shows


@dataclass(frozen=True)
class Printout:
    """A PDF's text: its pages as they are, the same without white space in one stream, the page on which each part of
    the stream begins, and for each character of the stream whether white space stood before it."""

    pages: tuple[str, ...]
    stream: str
    starts: tuple[int, ...]
    apart: frozenset[int]

    def page_at(self, at: int) -> int:
        """The page (from 1) on which a character of the stream stands."""
        return bisect_right(self.starts, at)

    def words(self, span: Span) -> list[str]:
        """The stream's characters of a span as words."""
        cuts = [at for at in range(span.start, span.end) if at in self.apart and at > span.start]
        ends = [*cuts, span.end]
        return [self.stream[start:end] for start, end in zip([span.start, *cuts], ends, strict=True)]


def read_pdf(path: Path) -> Printout:
    """The text of a PDF in the order in which it was drawn. Raises pypdfium2.PdfiumError for what is none."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    pages = tuple(page.get_textpage().get_text_range() for page in document)
    document.close()
    stream: list[str] = []
    starts, apart = [], set()
    for page in pages:
        starts.append(len(stream))
        for word in _DOTS.sub(" .", page).split():
            apart.add(len(stream))
            stream += word
    return Printout(pages, "".join(stream), tuple(starts), frozenset(apart))


def check_pdf(evidence: Evidence, path: Path) -> Iterator[Issue]:
    """Hold a PDF against the run's document."""
    from pypdfium2 import PdfiumError

    try:
        printout = read_pdf(path)
    except PdfiumError as error:
        yield broken("pdf_unreadable", f"PDF 无法读取：{error}", path.name)
        return
    units = evidence.page.units
    texts = ["".join(unit.text.split()) for unit in units]
    laid = align(texts, printout.stream, printout.apart)
    told = set()
    for number, gap in laid.instead.items():
        told.add(gap)
        yield from _missing(units[number], texts[number], gap, printout, path.name)
    yield from _contents(evidence, laid, texts, printout, path.name)
    running, drawings = _Running(evidence, len(printout.pages)), _drawn(evidence, laid, printout)
    contents = {page for number, page in _pages(laid, printout) if units[number].within("nav")}
    for page, words in _unclaimed(laid, printout, told).items():
        strangers = running.without(words, page)
        if page in contents:
            strangers = [word for word in strangers if not _LEADER.fullmatch(word)]
        for chart in drawings.get(page, ()):
            strangers = list(strange(chart, strangers))
        for word in strangers:
            yield broken("pdf_extra", f"多出“{word[:_SHOWN]}”，正文里没有", path.name, f"第{page}页")
    for page, words in _unclaimed(laid, printout, set()).items():
        drawn = [word for chart in drawings.get(page, ()) for word in evidence.run.told.drawings.get(chart.id, ())]
        for word in misplaced(drawn, running.without(words, page)):
            yield broken("pdf_chart", f"图中“{word[:_SHOWN]}”不在它的位置", path.name, f"第{page}页")


def _missing(unit: Unit, text: str, gap: Span, printout: Printout, file: str) -> Iterator[Issue]:
    """Say which figures, or which words, of a unit the PDF does not have, and what it has instead."""
    place = f"第{printout.page_at(gap.start)}页"
    instead = printout.stream[gap.start : min(gap.end, gap.start + len(text) + 200)]
    found, at, until = closest(text, instead)
    if NO_GLYPH in found and len(found) == len(text):
        lost = "".join(one for one, other in zip(text, found, strict=True) if other == NO_GLYPH)
        message = f"没有字形，印作{NO_GLYPH}：{lost}（在“{text[:_SHOWN]}”中）"
        yield broken("glyph_missing", message, file, place, unit.chapter)
        found = "".join(one if other == NO_GLYPH else other for one, other in zip(text, found, strict=True))
        if found == text:
            return
        _, at, until = closest(text, found)
    name = figure_at(unit, at, until)
    yield broken("pdf_text", differs(name, text[:200], found[:200] or "没有"), file, place, unit.chapter)


def closest(text: str, instead: str) -> tuple[str, int, int]:
    """What stands in place of a text, as near as it can be told, and from where to where the text differs from it."""
    matcher = SequenceMatcher(None, text, instead, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return instead[: len(text)], 0, len(text)
    start = max(0, blocks[0].b - blocks[0].a)
    end = min(len(instead), blocks[-1].b + len(text) - blocks[-1].a)
    wrong = [
        code
        for code in matcher.get_opcodes()
        if code[0] != "equal" and (code[0] != "insert" or 0 < code[1] < len(text))
    ]
    at = min((code[1] for code in wrong), default=0)
    return instead[start:end], at, max((code[2] for code in wrong), default=len(text))


def figure_at(unit: Unit, at: int, until: int) -> str:
    """The ids of the figures in which a unit (its text without white space) differs; else its first words."""
    squeezed = [sum(not sign.isspace() for sign in unit.text[:end]) for end in range(len(unit.text) + 1)]
    touched = [
        printed.ref
        for printed in unit.figures
        if squeezed[printed.start] < max(until, at + 1) and at < squeezed[printed.end]
    ]
    return "、".join(dict.fromkeys(touched)) or "".join(unit.text.split())[:_SHOWN]


def _contents(
    evidence: Evidence, laid: Alignment, texts: Sequence[str], printout: Printout, file: str
) -> Iterator[Issue]:
    """The table of contents names the pages on which its headings stand."""
    ends = {place.end: number for number, place in enumerate(laid.places) if place is not None}
    pages: dict[str, int] = {}
    for number, unit in enumerate(evidence.page.units):
        place = laid.places[number]
        if unit.tag in ("h1", "h2") and place is not None:
            pages.setdefault(texts[number], printout.page_at(place.start))
    for gap in laid.left:
        if gap.start not in ends:
            continue
        number = ends[gap.start]
        if not evidence.page.units[number].within("nav"):
            continue
        shown = _LEADER.fullmatch(printout.words(gap)[0])
        title = texts[number]
        if shown and title in pages and shown[1] != str(pages[title]):
            message = differs(f"目录“{title}”的页码", pages[title], shown[1])
            yield broken("pdf_contents", message, file, f"第{printout.page_at(gap.start)}页")


def _unclaimed(laid: Alignment, printout: Printout, told: set[Span]) -> dict[int, list[str]]:
    """The words that no unit claims, by page; those told of as standing in a missing unit's place are left out."""
    found: dict[int, list[str]] = {}
    for gap in laid.left:
        if any(gap.start < one.end and one.start < gap.end for one in told):
            continue
        first, last = printout.page_at(gap.start), printout.page_at(max(gap.start, gap.end - 1))
        for page in range(first, last + 1):
            start = max(gap.start, printout.starts[page - 1])
            end = min(gap.end, printout.starts[page] if page < len(printout.starts) else gap.end)
            found.setdefault(page, []).extend(printout.words(Span(start, end)))
    return found


class _Running:
    """What a printer adds to every page: heads and feet, the head of a table that goes on, numbers and bullets of
    lists. The style sheet says what heads and feet are."""

    def __init__(self, evidence: Evidence, pages: int) -> None:
        headings = {"".join(unit.text.split()) for unit in evidence.page.units if unit.tag in ("h1", "h2")}
        known = set(_continued(evidence))
        for declared in _CONTENT.findall(evidence.run.document.html):
            made = {""}
            for literal, total, number, title in _PART.findall(declared):
                parts = headings if title else {_THIS_PAGE if number else str(pages) if total else literal}
                made = {one + "".join(part.split()) for one in made for part in parts}
            known |= made
        self._known = known - {""}
        self._longest = max(map(len, self._known), default=0)

    def without(self, words: Sequence[str], page: int) -> list[str]:
        """The words of a page that are none of these."""
        known = {one.replace(_THIS_PAGE, str(page)) for one in self._known}
        kept, at = [], 0
        while at < len(words):
            joined, until = "", at
            for end in range(at, len(words)):
                joined += words[end]
                if len(joined) > self._longest:
                    break
                if joined in known:
                    until = end + 1
            if until == at:
                kept.append(words[at])
            at = max(until, at + 1)
        return [word for word in kept if not _MARKERS.fullmatch(word)]


def _continued(evidence: Evidence) -> Iterator[str]:
    """The head that a long table repeats on its further pages."""
    heads: dict[str, str] = {}
    for unit in evidence.page.units:
        if unit.table and unit.within("thead"):
            heads[unit.table] = heads.get(unit.table, "") + "".join(unit.text.split())
    return iter(heads.values())


def _pages(laid: Alignment, printout: Printout) -> Iterator[tuple[int, int]]:
    """Each unit that was found, and its page."""
    for number, place in enumerate(laid.places):
        if place is not None:
            yield number, printout.page_at(place.start)


def _drawn(evidence: Evidence, laid: Alignment, printout: Printout) -> dict[int, list[Chart]]:
    """The charts by the page on which their captions stand."""
    charts = {"".join(f"{chart.number}{chart.title}".split()): chart for chart in evidence.run.document.charts}
    found: dict[int, list[Chart]] = {}
    for number, page in _pages(laid, printout):
        unit = evidence.page.units[number]
        if unit.tag == "figcaption" and (chart := charts.get("".join(unit.text.split()))):
            found.setdefault(page, []).append(chart)
    return found
