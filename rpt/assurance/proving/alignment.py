"""Units of text laid along a stream of characters: where each stands, which are missing, and what stands between.

A printer keeps the order of the document but for what it draws last (numbers of lists, drawings, captions that lie over
others), and adds running heads. So the stream is walked unit by unit; where the next unit is not at hand, the cheapest
way on is taken: characters of the stream skipped, units left for later. Units left are then looked for in what was
skipped. White space counts nowhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

_AHEAD = 16  # units that may be left for later in one step
_REACH = 6_000  # characters looked ahead, some pages
_FIRM = 10  # characters from which on text is not taken for another
_DEAR = 3  # a character of a unit left for later weighs as many of the stream skipped
_TOGETHER = 5  # short units looked for together


@dataclass(frozen=True)
class Span:
    """Characters of the stream from ``start`` up to ``end``."""

    start: int
    end: int


@dataclass(frozen=True)
class Alignment:
    """Where each unit stands (None where nowhere), the spans that no unit claims, and for each missing unit the span in
    whose place it was expected."""

    places: tuple[Span | None, ...]
    left: tuple[Span, ...]
    instead: dict[int, Span]


def align(units: Sequence[str], stream: str, apart: Container[int]) -> Alignment:
    """Lay ``units`` along ``stream``, both without white space; no unit is empty. ``apart`` are the characters of the
    stream before which white space stood: what is out of its order is looked for between these."""
    places: list[Span | None] = [None] * len(units)
    instead: dict[int, Span] = {}
    gaps: list[Span] = []
    pending: list[int] = []
    at, number = 0, 0
    while number < len(units):
        text = units[number]
        if _here(units, stream, apart, number, at):
            places[number] = Span(at, at + len(text))
            at, number = at + len(text), number + 1
            continue
        skipped, found = _way_on(units, stream, apart, number, at)
        if found < 0:
            pending.append(number)
            instead[number] = Span(at, at)
            number += 1
            continue
        gap = Span(at, found)
        if found > at:
            gaps.append(gap)
        for left in range(number, number + skipped):
            pending.append(left)
            instead[left] = gap
        at, number = found, number + skipped
    if at < len(stream):
        gaps.append(Span(at, len(stream)))
    missing = []
    while pending:
        run = _run(pending)
        taken = _take(units, stream, apart, gaps, run, instead[run[0]].start)
        for number, place in zip(run, taken, strict=False):
            places[number] = place
        if not taken:
            missing.append(run[0])
        pending = pending[len(taken) or 1 :]
    unclaimed = tuple(sorted(gaps, key=lambda gap: gap.start))
    return Alignment(tuple(places), unclaimed, {number: instead[number] for number in missing})


def _run(numbers: Sequence[int]) -> Sequence[int]:
    """The first numbers that follow one another, at most a row's."""
    count = next((at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1), len(numbers))
    return numbers[: min(count, _AHEAD)]


def _here(units: Sequence[str], stream: str, apart: Container[int], number: int, at: int) -> bool:
    """Whether a unit stands right here; a short one with white space or the next unit behind it."""
    text = units[number]
    end = at + len(text)
    if not stream.startswith(text, at):
        return False
    if len(text) >= _FIRM or end in apart or end == len(stream):
        return True
    return number + 1 < len(units) and stream.startswith(units[number + 1], end)


def _way_on(units: Sequence[str], stream: str, apart: Container[int], number: int, at: int) -> tuple[int, int]:
    """How many units to leave and where the one after them stands; −1 where none is found within reach."""
    best, cheapest, left = (0, -1), _REACH * 2, 0
    for skipped in range(min(_AHEAD, len(units) - number)):
        if left >= cheapest:
            break
        end = min(len(stream), at + min(_REACH, cheapest - left) + 200)
        found = _firmly(units, stream, apart, number + skipped, at, end)
        if found >= 0 and found - at + left < cheapest:
            cheapest, best = found - at + left, (skipped, found)
        left += _DEAR * len(units[number + skipped])
    return best


def _firmly(units: Sequence[str], stream: str, apart: Container[int], number: int, at: int, end: int) -> int:
    """Where a unit stands next; a short one only together with those after it, or right here."""
    if _here(units, stream, apart, number, at):
        return at
    probe = ""
    for text in units[number : number + _TOGETHER]:
        probe += text
        if len(probe) >= _FIRM:
            break
    return stream.find(probe, at, end)


def _take(
    units: Sequence[str], stream: str, apart: Container[int], gaps: list[Span], run: Sequence[int], near: int
) -> list[Span]:
    """Take as many of the first units of a run out of the gaps as stand there together, as near as can be; none, if not
    even one does."""
    for count in range(len(run), 0, -1):
        text = "".join(units[number] for number in run[:count])
        standing = [(abs(at - near), at, gap) for gap in gaps for at in _whole(text, stream, apart, gap)]
        distance, at, gap = min(standing, key=lambda one: one[0], default=(_REACH, 0, Span(0, 0)))
        if distance >= _REACH:
            continue
        gaps.remove(gap)
        parts = (Span(gap.start, at), Span(at + len(text), gap.end))
        gaps.extend(part for part in parts if part.end > part.start)
        places = []
        for number in run[:count]:
            places.append(Span(at, at + len(units[number])))
            at += len(units[number])
        return places
    return []


def _whole(text: str, stream: str, apart: Container[int], gap: Span) -> Iterator[int]:
    """Where a text stands in a gap with white space, or the gap's end, on both sides."""
    at = stream.find(text, gap.start, gap.end)
    while at >= 0:
        end = at + len(text)
        if (at == gap.start or at in apart) and (end == gap.end or end in apart):
            yield at
        at = stream.find(text, at + 1, gap.end)
