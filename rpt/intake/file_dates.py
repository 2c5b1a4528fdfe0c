"""The day or month in a file's name, for exports whose rows do not say it."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(\d{1,2})[-_.月]?(\d{1,2})日?(?!\d)")
_COMPACT_DAY = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0?[1-9]|1[0-2])月?(?!\d)")


def day_in(name: str) -> date | None:
    """The last day that a file's name states (of 20250601_20250630 the 30th); None where it states none."""
    days = []
    for found in [*_DAY.finditer(name), *_COMPACT_DAY.finditer(name)]:
        if len(found[2]) != len(found[3]) and re.fullmatch(r"\d+", found[0]):
            continue  # 2025111 may be two days
        try:
            days.append((found.start(), date(int(found[1]), int(found[2]), int(found[3]))))
        except ValueError:
            continue
    return max(days)[1] if days else None


def month_in(name: str) -> date | None:
    """The first day of the month that a file's name states, by itself or within a day; None where it states none or
    several."""
    if day := day_in(name):
        return day.replace(day=1)
    months = {date(int(found[1]), int(found[2]), 1) for found in _MONTH.finditer(name)}
    return months.pop() if len(months) == 1 else None
