"""Whether a text says an exact value: as rounded once, half up, in the unit that the text names."""

from __future__ import annotations

import re
from decimal import Decimal

from rpt.language.format import POINTS, RATE, round_half_up

_NUMBER = re.compile(
    r"(?P<sign>[▲▼+−-]?)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<after>.*)", re.DOTALL
)
_SCALES = {"%": Decimal("0.01"), "个百分点": Decimal("0.01"), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DOWN = ("▼", "−", "-")
_DOUBLED = {"翻一番": 1, "翻两番": 3, "翻三番": 7, "翻四番": 15, "翻五番": 31, "翻六番": 63}  # and by how much it grew


def says(text: str, value: Decimal, scales: tuple[Decimal, ...] = (Decimal(1),)) -> bool:
    """Whether ``text`` (▲50.0%, 4.20亿元, 42,000.0) is ``value`` rounded. A number whose text names no unit of its own
    is in one of ``scales``, what a table's heading says. A sign may be left to words, but is never the wrong one.
    Doublings are growth to the thousandth, as percentages of one digit are."""
    if text in _DOUBLED:
        return round_half_up(value, 3) == _DOUBLED[text]
    found = _NUMBER.fullmatch(text)
    if found is None:
        return False
    digits = found["digits"].replace(",", "")
    decimals = len(digits.partition(".")[2])
    named = next((scale for word, scale in _SCALES.items() if found["after"].startswith(word)), None)
    rounded = [round_half_up(value / scale, decimals) for scale in ((named,) if named else scales)]
    if not any(number.copy_abs() == Decimal(digits) for number in rounded):
        return False
    if not found["sign"] or all(number == 0 for number in rounded):
        return True
    return (value < 0) == (found["sign"] in _DOWN)


def scales_of(unit: str, *stated: Decimal | None) -> tuple[Decimal, ...]:
    """The scales in which a plain number of a unit may stand under a heading: the one stated, and points for rates."""
    known = tuple(scale for scale in stated if scale is not None) or (Decimal(1),)
    return (*known, Decimal("0.01")) if unit in (RATE, POINTS) else known
