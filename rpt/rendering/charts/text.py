"""Fitting text into a chart: widths, ellipses, line breaks, and which category labels have room.

Widths come from a small table of Noto Sans CJK SC Bold's advances, the widest of the fonts named in ``canvas.FONTS``
for what charts say, rounded up. So nothing depends on the fonts of the machine that draws.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NARROW = frozenset(".,:;'|!ilIjtfr()[]`/\\ ")
_WIDE = frozenset("mwMW%@&")
# A number keeps its unit and a Latin word its letters; every Chinese character may be broken before.
_TOKEN = re.compile(r"\d[\d.,%:/-]*[年月日号时点周季]?|[A-Za-z][A-Za-z0-9.+&-]*|\s+|.")
_NEVER_FIRST = frozenset("，。、；：！？）》”’%％)]·—…~")
_ORDERED = re.compile(
    r"(?=.*[\d一二三四])[\d年月日号周时点季度第QWqwH半上下:/.\-—~ 一二三四五六七八九十]+|周[一二三四五六日天]"
)
_DAY = re.compile(r"(?:(?:\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


def clean(text: str) -> str:
    """Text on one line, without control characters, lone surrogates and others that XML forbids."""
    kept = (" " if char.isspace() else char for char in text)
    return " ".join("".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cs", "Cn")).split())


def width(text: str, size: float) -> float:
    """The width of a text in px, never too small."""
    return size * sum(map(_advance, text))


def fit(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits into ``room`` px with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip("（( ·-") + "…"


def wrap(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """The text broken into at most ``lines`` lines of ``room`` px, the last one cut with an ellipsis where needed."""
    done: list[str] = []
    line = ""
    for token in _TOKEN.findall(text):
        fits = width(line + token, size) <= room or (token in _NEVER_FIRST and width(line, size) <= room)
        if fits or not line or len(done) == lines - 1:
            line += token
        else:
            done.append(line)
            line = token.lstrip()
    done.append(line)
    return tuple(fit(part.strip(), size, room) for part in done if part.strip()) or ("",)


def balanced(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """``wrap`` with lines of about the same length, so that no character is left alone."""
    parts = wrap(text, size, room, lines)
    if len(parts) == 1 or parts[-1].endswith("…"):
        return parts
    tighter = room
    while tighter > 3 * size:
        tighter -= size / 4
        narrower = wrap(text, size, tighter, lines)
        if len(narrower) > len(parts) or any(width(part, size) > tighter or "…" in part for part in narrower):
            break
        parts = narrower
    return parts


@dataclass(frozen=True)
class Label:
    """A category label: where it stands on the category axis (0 is the first category) and its lines."""

    at: float
    lines: tuple[str, ...]


def ordered(categories: Sequence[str]) -> bool:
    """Whether categories are times (1月, 2025Q4, 11-11), whose missing labels a reader can fill in."""
    return all(_ORDERED.fullmatch(category) for category in categories)


def axis_labels(categories: Sequence[str], slot: float, size: float, max_lines: int = 3) -> list[Label] | None:
    """Labels for categories ``slot`` px apart; None where names would have to be broken or cut beyond recognition.

    Days are labelled by month, other times thinned out evenly, names wrapped.
    """
    if ordered(categories):
        return _months(categories, slot, size) or _timed(categories, slot, size)
    labels = [Label(i, balanced(name, size, slot - 4, max_lines)) for i, name in enumerate(categories)]
    least = max(5 if label.lines[-1].endswith("…") else 3.2 if len(label.lines) > 1 else 0 for label in labels)
    return labels if slot >= least * size else None


def upright_labels(categories: Sequence[str], slot: float, size: float, lines: int = 8) -> list[Label]:
    """Names written downwards, a character or a number to the line; thinned out where even that has no room."""
    step = max(1, math.ceil((size + 1) / slot))
    room = max(slot * step - 2, size * 1.05)
    return [Label(i, wrap(name, size, room, lines)) for i, name in enumerate(categories) if i % step == 0]


def _timed(categories: Sequence[str], slot: float, size: float) -> list[Label]:
    gap = 0.6 * size
    if max(width(name, size) for name in categories) + gap <= slot:
        return [Label(i, (name,)) for i, name in enumerate(categories)]
    wrapped = [Label(i, wrap(name, size, slot - 3, 2)) for i, name in enumerate(categories)]
    if not any(line.endswith("…") or width(line, size) > slot - 3 for label in wrapped for line in label.lines):
        return wrapped
    step = next(
        step
        for step in range(1, len(categories) + 1)
        if step * slot >= max(width(name, size) for name in categories[::step]) + gap or step == len(categories)
    )
    return [Label(i, (name,)) for i, name in enumerate(categories) if i % step == 0]


def _months(categories: Sequence[str], slot: float, size: float) -> list[Label]:
    """One label in the middle of each month where categories are days of more than one month, else nothing."""
    days = [_DAY.fullmatch(category) for category in categories]
    if len(categories) < 45 or not all(days):
        return []
    spans: list[tuple[int, int, int]] = []  # month, first index, last index
    for i, day in enumerate(days):
        month = int(day[1]) if day else 0
        if spans and spans[-1][0] == month:
            spans[-1] = (month, spans[-1][1], i)
        else:
            spans.append((month, i, i))
    room = width("12月", size) + 0.4 * size
    roomy = [span for span in spans if (span[2] - span[1] + 1) * slot >= room]
    return [Label((first + last) / 2, (f"{month}月",)) for month, first, last in roomy]


def _advance(char: str) -> float:
    if char in _NARROW:
        return 0.42
    if char in _WIDE:
        return 0.98
    if char.isascii():
        return 0.74 if char.isupper() else 0.61
    if unicodedata.combining(char):
        return 0.0
    return 0.6 if char == "−" else 1.02
