"""The XML parts of a workbook: worksheets and shared texts are counted, document types refused, a piece at a time.

Nothing is parsed: fixed patterns run over the text of a part, a piece at a time, so that no part can take memory or
time beyond its length. They are looser than XML (comments count as text), so they may count more than a parser would.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from rpt.intake.glance import Glance
from rpt.intake.number_formats import Styles
from rpt.intake.preflight.doctype import refuse_doctype
from rpt.intake.preflight.large_sheet import check_large
from rpt.intake.preflight.tally import Tally
from rpt.intake.preflight.worksheet import WINDOW, Sheet

_PREFIX = rb"(?:[A-Za-z_][\w.-]{0,30}:)?"
_ROOT = re.compile(rb"<(" + _PREFIX + rb")([A-Za-z][\w-]*)[\s/>]")
_TEXTS = re.compile(rb"<" + _PREFIX + rb"sst(?=[\s/>])([^<>]*)")
_TEXT = re.compile(rb"<" + _PREFIX + rb"si(?=[\s/>])")
_STATED = re.compile(rb"""\s(?:uniqueCount|count)\s*=\s*["']\s*([0-9]+)""")


def check_xml(name: str, pieces: Iterable[bytes], tally: Tally, styles: Styles | None = None) -> Glance | None:
    """One XML part of a package, whatever its name says it holds; raises RefusedError. With the workbook's ``styles``
    a worksheet, which is a large one, is glanced at as well, as ``check_large`` has it."""
    texts = as_utf8(pieces)
    start = next(texts, b"")
    root, prefix = root_of(start)
    if root == b"worksheet" and styles and not prefix:
        return check_large(name, chain([start], texts), tally, styles)
    check: Sheet | Texts | None = None
    if root == b"worksheet":
        check = Sheet(name, tally, prefix)
    elif root == b"sst":
        check = Texts(start, tally)
    window = start
    while window:
        refuse_doctype(window, name)
        more = next(texts, b"")
        if check is not None:
            # cut where a cell or a text starts, so that nothing counts twice and nothing falls between
            cut = check.cut(window) if more else len(window)
            check.count(window[:cut])
        else:
            cut = max(len(window) - 64, 0)
        window = window[cut:] + more if more else b""
    if isinstance(check, Sheet):
        check.end()
    return None


def as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-16 becomes UTF-8, so that nothing hides in the other encoding; anything else passes as it is."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    for piece in pieces:
        if first:
            first = False
            if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in piece[:4]:
                wide = "utf-16" if piece[:1] in b"\xff\xfe" else "utf-16-be" if piece[:1] == b"\0" else "utf-16-le"
                decoder = codecs.getincrementaldecoder(wide)("replace")
        yield decoder.decode(piece).encode() or b" " if decoder else piece


def root_of(start: bytes) -> tuple[bytes, bytes]:
    """The first element's name without its prefix, and the prefix; empty where there is none in the first piece."""
    found = _ROOT.search(start)
    return (found[2], found[1]) if found else (b"", b"")


class Texts:
    """The texts that cells share."""

    def __init__(self, start: bytes, tally: Tally) -> None:
        self.tally = tally
        root = _TEXTS.search(start)
        for stated in _STATED.findall(root[1]) if root else ():
            tally.check_stated_texts(int(stated[:18]))

    @staticmethod
    def cut(window: bytes) -> int:
        """Where the last tag starts."""
        return max(window.rfind(b"<"), len(window) - WINDOW, 0)

    def count(self, window: bytes) -> None:
        """Count the texts of a piece."""
        self.tally.add_texts(len(_TEXT.findall(window)))
