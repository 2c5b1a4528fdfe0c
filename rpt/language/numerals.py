"""Chinese numerals for headings: 一, 十, 十一, 二十三."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """A number from 1 to 99 as a heading counts it. Raises ValueError beyond."""
    if not 1 <= n <= 99:
        raise ValueError(f"no heading is number {n}")
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
