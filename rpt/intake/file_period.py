"""Periods that names state: which day or month an export is of, where its rows don't say.

Exports carry it in the file's name (``渠道日报_2025-03.xlsx``, ``202503.csv``), or the month there (or as the name of a
sheet) and the year on the folder or the file above (``2025年/3月.xlsx``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = re.compile(
    rf"(?<!\d){_YEAR}(?:年(?P<m>\d\d?)月(?P<d>\d\d?)[日号]?"
    r"|(?P<s>[-_./])(?P<m2>\d\d?)(?P=s)(?P<d2>\d\d?)"
    r"|(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?:\d{6})?)(?!\d)"
)
_MONTH = re.compile(rf"(?<!\d){_YEAR}(?:年(?P<m>\d\d?)月份?|[-_./](?P<m2>\d\d?)|(?P<m3>0[1-9]|1[0-2]))(?!\d)")
_MONTHS = re.compile(rf"(?<!\d){_YEAR}年(?P<m>\d\d?)月?[-~—至到](?P<n>\d\d?)月份?")
_ALONE = re.compile(r"(?<!\d)(?P<m>\d\d?)月(?:(?P<d>\d\d?)[日号]|份?)")
_BARE = re.compile(r"0?[1-9]|1[0-2]")
_YEAR_ALONE = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_TO = re.compile(r"\s*[-_~—至到]+\s*")


@dataclass(frozen=True)
class NamedPeriod:
    """The days a name stands for, both ends included."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last

    @property
    def in_one_month(self) -> bool:
        """Whether all its days lie in one month."""
        return (self.first.year, self.first.month) == (self.last.year, self.last.month)

    def __str__(self) -> str:
        if self.is_day:
            return self.first.isoformat()
        if self == _month(self.first.year, self.first.month):
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.isoformat()}至{self.last.isoformat()}"


@dataclass(frozen=True)
class Unclear:
    """A name that states a period which cannot be told: why, in Chinese."""

    why: str


def named_period(names: Sequence[str]) -> NamedPeriod | Unclear | None:
    """The period that names state, the most telling name first (sheet, file without suffix, folder, its folder …).

    The first name that states one decides; a year it lacks comes from the names after it.
    """
    for at, name in enumerate(names):
        text = unicodedata.normalize("NFKC", name).strip()
        periods = _periods(text)
        if len(periods) > 1:
            listed = "、".join(str(period) for period in periods)
            return Unclear(f"“{name}”里有不止一个日期（{listed}），不知道数据属于哪一个")
        if periods:
            return periods[0]
        if found := _of_month_alone(name, text, names[at + 1 :]):
            return found
    return None


def names_of(shown: str, sheet: str = "") -> list[str]:
    """The names that may state a period, of a file as messages name it: its sheet's, its own, its folders'."""
    path = PurePosixPath(shown)
    names = [sheet, path.stem, *(folder.name for folder in path.parents)]
    return list(dict.fromkeys(name for name in names if name))


def latest_day(shown: str) -> date | None:
    """The latest day that a file's name states; None where it states none. Later exports have later days."""
    names = names_of(shown)
    periods = _periods(unicodedata.normalize("NFKC", names[0])) if names else []
    if periods:
        return max(period.last for period in periods)
    found = _of_month_alone(names[0], unicodedata.normalize("NFKC", names[0]), names[1:]) if names else None
    return found.last if isinstance(found, NamedPeriod) else None


def _of_month_alone(name: str, text: str, above: Sequence[str]) -> NamedPeriod | Unclear | None:
    found = list(_ALONE.finditer(text))
    bare = not found and _BARE.fullmatch(text)
    months = {(int(match["m"]), int(match["d"] or 0)) for match in found} if not bare else {(int(text), 0)}
    if not months:
        return None
    if len(months) > 1:
        listed = "、".join(match[0] for match in found)
        return Unclear(f"“{name}”里有不止一个月份（{listed}），不知道数据属于哪一个")
    ((month, day),) = months
    year = next((years[0] for text in (text, *above) if len(years := _years(text)) == 1), None)
    if year is None:
        # a file called 3 may be anything; one called 3月 is of March
        return None if bare else Unclear(f"“{name}”只写了月份，文件名和文件夹名里都没有年份")
    return _month(year, month) if not day else _day(year, month, day)


def _years(text: str) -> list[int]:
    text = unicodedata.normalize("NFKC", text)
    stated = {period.first.year for period in _periods(text)} | {int(m["y"]) for m in _YEAR_ALONE.finditer(text)}
    return sorted(stated)


def _periods(text: str) -> list[NamedPeriod]:
    """Every period of a text, in order and each once; two days with a sign for ‘to’ between them are one."""
    found: list[tuple[int, int, NamedPeriod]] = []
    for match in _MONTHS.finditer(text):
        first, last = (_month(int(match["y"]), int(match[part])) for part in "mn")
        if first and last and first.first <= last.last:
            found.append((match.start(), match.end(), NamedPeriod(first.first, last.last)))
    for pattern, read in ((_DAY, _day_of), (_MONTH, _month_of)):
        for match in pattern.finditer(text):
            taken = any(start < match.end() and match.start() < end for start, end, _ in found)
            if not taken and (period := read(match)):
                found.append((match.start(), match.end(), period))
    found.sort(key=lambda each: each[0])
    if len(found) == 2:
        (_, end, one), (start, _, two) = found
        if one.first <= two.first and _TO.fullmatch(text[end:start]):
            return [NamedPeriod(one.first, two.last)]
    return list(dict.fromkeys(period for _, _, period in found))


def _day_of(match: re.Match[str]) -> NamedPeriod | None:
    month, day = match["m"] or match["m2"] or match["m3"], match["d"] or match["d2"] or match["d3"]
    return _day(int(match["y"]), int(month), int(day))


def _month_of(match: re.Match[str]) -> NamedPeriod | None:
    return _month(int(match["y"]), int(match["m"] or match["m2"] or match["m3"]))


def _day(year: int, month: int, day: int) -> NamedPeriod | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return NamedPeriod(found, found)


def _month(year: int, month: int) -> NamedPeriod | None:
    if not 1 <= month <= 12:
        return None
    following = date(year + month // 12, month % 12 + 1, 1)
    return NamedPeriod(date(year, month, 1), following - timedelta(1))
