"""Colours: one accent from the theme, its shades, and greys; told apart by lightness, so that grey prints read too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rpt.values.theme import Theme

INK = "#2B2F36"
DEEP = "#14171C"  # text on a shade of the accent
MUTED = "#6B7280"
AXIS = "#9AA1AB"
GRID = "#E6E8EB"
PRIOR = "#C6CBD1"
OLDER = "#E0E3E7"
WHITE = "#FFFFFF"
GOOD, BAD = "#1E7B4F", "#B3261E"

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_TARGET = re.compile("目标|计划|预算|基准|行业|均值")
_PRIOR = re.compile("上年|去年|同期")
_CURRENT = re.compile("本年|今年|本期|当年|实际")
_DASHES: tuple[tuple[float, ...], ...] = ((), (), (), (5, 3), (2, 2.5), (7, 2, 2, 2), (1, 2))


@dataclass(frozen=True)
class Paint:
    """How one series looks: fill of its bars, colour of its line and of its name; ``outline`` marks a hollow bar."""

    fill: str
    line: str
    text: str
    outline: str | None = None
    dash: tuple[float, ...] = ()
    strong: bool = False

    @property
    def weight(self) -> float:
        """Px of its line, where points are few."""
        return 2.2 if self.strong else 1.6


@dataclass(frozen=True)
class Palette:
    """The accent and its shades. ``rise`` and ``fall`` follow the theme's reading of red."""

    accent: str
    dark: str
    text: str
    rise: str
    fall: str
    bad: str

    @classmethod
    def of(cls, theme: Theme) -> Palette:
        """Shades of a theme's accent (``#RGB`` or ``#RRGGBB``, else ValueError), darkened where it is too pale."""
        rgb = _parse(theme.accent)
        accent = _darken(rgb, 3.0)  # a bar must stand out from paper and from last year's grey
        rise, fall = (GOOD, BAD) if theme.colours == "good_bad" else (BAD, GOOD)
        # Under up_red a miss must not be red (red rises) nor green (green is praise elsewhere): it is ink, in bold.
        bad = BAD if theme.colours == "good_bad" else INK
        return cls(accent, mix(accent, "#000000", 0.35), _darken(rgb, 4.5), rise, fall, bad)

    def tint(self, share: float) -> str:
        """The accent mixed with white: 0 is the accent, 1 is white."""
        return mix(self.accent, WHITE, share)

    def ramp(self, count: int) -> list[str]:
        """Shades of the accent from full to pale, apart enough to be told from their neighbours in grey."""
        if count == 3:
            return [self.tint(share) for share in (0.0, 0.48, 0.8)]
        last = 0.6 if count == 2 else 0.84
        return [self.tint(last * i / max(count - 1, 1)) for i in range(count)]

    def paints(self, names: Sequence[str]) -> tuple[Paint, ...]:
        """A look per series: this year in accent, last year in grey, a target hollow, parts of a whole in shades.

        Years in the names decide, then words (上年, 目标); two series that say neither are prior and current, in
        that order, as the planner gives them.
        """
        years = [int(match[1]) if (match := _YEAR.search(name)) else None for name in names]
        targets = [bool(_TARGET.search(name)) for name in names]
        known = [year for year, target in zip(years, targets, strict=True) if year is not None and not target]
        timed = len(set(known)) > 1 or any(map(_PRIOR.search, names)) or (any(targets) and len(names) <= 3)
        if not timed and len(names) != 2:
            return self._parts(len(names))
        newest = max(known, default=None)
        looks = []
        for i, (name, year, target) in enumerate(zip(names, years, targets, strict=True)):
            if target:
                looks.append(Paint(WHITE, INK, INK, outline=MUTED, dash=(4, 3)))
            elif _PRIOR.search(name) or (year is not None and newest is not None and year < newest):
                old = year is not None and newest is not None and newest - year > 1
                looks.append(Paint(OLDER if old else PRIOR, PRIOR if old else AXIS, MUTED))
            elif year is not None or _CURRENT.search(name) or i == len(names) - 1 or timed:
                looks.append(Paint(self.accent, self.accent, self.text, strong=True))
            else:
                looks.append(Paint(PRIOR, AXIS, MUTED))
        return tuple(looks)

    def _parts(self, count: int) -> tuple[Paint, ...]:
        lines = [self.accent, MUTED, self.tint(0.45), INK]
        texts = [self.text, MUTED, self.text, INK]
        return tuple(
            Paint(fill, lines[i % 4], texts[i % 4], dash=_DASHES[i % len(_DASHES)], strong=i == 0)
            for i, fill in enumerate(self.ramp(count))
        )


def mix(colour: str, other: str, share: float) -> str:
    """A colour moved towards another by a share (0–1), in sRGB."""
    pairs = zip(_parse(colour), _parse(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(colour: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1–21."""
    light, dark = sorted((_luminance(_parse(colour)), _luminance(_parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """The colour of text on a fill: white or near black, whichever is easier to read."""
    return WHITE if contrast(fill, WHITE) >= contrast(fill, DEEP) else DEEP


def _parse(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", digits):
        raise ValueError(f"not a colour: {colour!r}")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _darken(rgb: tuple[int, int, int], ratio: float) -> str:
    """The colour, darkened in steps of 4% until its contrast to white reaches ``ratio``."""
    colour = "#" + "".join(f"{c:02X}" for c in rgb)
    while contrast(colour, WHITE) < ratio:
        colour = mix(colour, "#000000", 0.04)
    return colour
