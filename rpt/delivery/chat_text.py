"""A letter as a message in a chat: its digest in a platform's markdown, cut at a sentence where the limit asks for it.

Words that come from data cannot become markup: what would open a tag, a link or an emphasis is written in full width,
since neither platform has an escape (``<@all>`` would call everyone in the group).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rpt.values.delivery import Letter
from rpt.values.digest import Digest, Kpi, Line
from rpt.values.document import Figure

KPIS, PROBLEMS, DECISIONS, CHANGES = 5, 3, 3, 5
MORE = "其余内容详见附件"
_MARKUP = str.maketrans("<>[]*`", "＜＞［］＊｀")
_BLANKS = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[。；！？])")
_LEADING = re.compile(r"^[#>\-+]+|^\d+(?=[.)])")


@dataclass(frozen=True)
class Dialect:
    """A platform's markdown: the largest message in bytes of UTF-8, what stands between lines of a block and between
    blocks, and how a figure that is good (True), bad (False) or neither is set off, and small print."""

    limit: int
    line_break: str
    block_break: str
    toned: Callable[[str, bool | None], str]
    small: Callable[[str], str]


def message(letter: Letter, dialect: Dialect, files: Sequence[str]) -> str:
    """The message: heading, first sentence, what changed, cards, problems, decisions, and where the files are.

    ``files`` are sentences about the files; they and the heading always stand. The rest goes in as far as it fits.
    """
    digest = letter.digest
    head = [f"## {plain(letter.subject)}", dialect.small(plain(_under(digest)))]
    foot = dialect.line_break.join(dialect.small(plain(said)) for said in files)
    more = dialect.small(MORE)
    room = dialect.limit - _bytes(dialect.line_break.join(head)) - _bytes(foot) - 2 * _bytes(dialect.block_break)
    pieces = list(_pieces(tuple(_blocks(letter, dialect)), dialect))
    body, is_whole = _fitted(pieces, room)
    if not is_whole:
        body, _ = _fitted(pieces, room - _bytes(more) - _bytes(dialect.block_break))
    parts = [dialect.line_break.join(head), body, "" if is_whole else more, foot]
    return dialect.block_break.join(part for part in parts if part)


def plain(text: str) -> str:
    """Words in which nothing is markup, on one line."""
    said = _BLANKS.sub(" ", text.translate(_MARKUP)).strip(" ")
    return _LEADING.sub(lambda found: found[0].translate(_FULL), said)


_FULL = {ord(c): ord(c) + 0xFEE0 for c in "#>-+0123456789"}


def _under(digest: Digest) -> str:
    return "　".join(part for part in (digest.company, digest.subtitle) if part)


@dataclass(frozen=True)
class _Block:
    """Lines that belong together, each in sentences; ``heading`` goes where none of them fits."""

    heading: str
    lines: tuple[tuple[str, ...], ...]


def _blocks(letter: Letter, dialect: Dialect) -> Iterator[_Block]:
    digest = letter.digest
    if digest.lead:
        yield _Block("", (_sentences(digest.lead, dialect, ""),))
    if letter.correction:
        yield _Block("**更正内容**", tuple(_listed([(said,) for said in letter.correction], CHANGES, dialect)))
    if digest.kpis:
        cards = tuple((_card(kpi, dialect),) for kpi in digest.kpis[:KPIS])
        yield _Block("**关键指标**", cards)
    if not digest.kpis and not digest.problems:
        yield from (_Block("", (_sentences(line, dialect, "- "),)) for line in digest.points)
    if digest.problems:
        yield _Block("**主要问题**", tuple(_listed(digest.problems, PROBLEMS, dialect)))
    if digest.decisions:
        yield _Block("**提请决策**", tuple(_listed(digest.decisions, DECISIONS, dialect)))


def _listed(lines: Sequence[Line], most: int, dialect: Dialect) -> Iterator[tuple[str, ...]]:
    for at, line in enumerate(lines[:most], 1):
        yield _sentences(line, dialect, f"{at}. ")
    if len(lines) > most:
        yield (dialect.small(f"共{len(lines)}条，详见附件"),)


def _card(kpi: Kpi, dialect: Dialect) -> str:
    """> 成交总额：**4.20亿元**　同比▲50.0%　完成率100.2%."""
    beside = "".join(f"　{_said(line, dialect)}" for line in kpi.versus)
    return f"> {plain(kpi.name)}：**{_said(kpi.value, dialect)}**{beside}"


def _said(line: Line, dialect: Dialect) -> str:
    return "".join(
        dialect.toned(_words(part.text), part.good) if isinstance(part, Figure) else _words(part) for part in line
    )


def _words(text: str) -> str:
    return _BLANKS.sub(" ", text.translate(_MARKUP))


def _sentences(line: Line, dialect: Dialect, mark: str) -> tuple[str, ...]:
    """A line in the pieces it may be cut at, the first with the list's mark before it."""
    pieces = [mark]
    for part in line:
        if isinstance(part, Figure):
            pieces[-1] += dialect.toned(_words(part.text), part.good)
            continue
        first, *others = _SENTENCE.split(_words(part))
        pieces[-1] += first
        pieces += others
    return tuple(piece for piece in pieces if piece)


def _pieces(blocks: Sequence[_Block], dialect: Dialect) -> Iterator[str]:
    """The text from its top in the pieces it may end after, each with the breaks and headings that go before it."""
    before = ""
    for block in blocks:
        before += f"{block.heading}{dialect.line_break}" if block.heading else ""
        for line in block.lines:
            for piece in line:
                yield before + piece
                before = ""
            before = dialect.line_break
        before = dialect.block_break


def _fitted(pieces: Sequence[str], room: int) -> tuple[str, bool]:
    """As much as fits into ``room`` bytes, from the top, and whether that is all."""
    text = ""
    for piece in pieces:
        if _bytes(text + piece) > room:
            return text, False
        text += piece
    return text, True


def _bytes(text: str) -> int:
    return len(text.encode())
