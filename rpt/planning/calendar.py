"""Next year's days and the past days they are like: campaigns on campaigns, festival on festival, the rest by weekday.

Spring Festival moves between January and February, and with it the days before and after it; campaigns move by
some days each year. A day of the plan year therefore takes its shape from a day of the same kind, not of the same date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean

from rpt.language.festivals import SPRING_FESTIVAL

BEFORE, AFTER = 21, 15  # days around the festival on which trade follows it
NEAR = 45  # a campaign that ends at most so many days before the festival belongs to it
WEEK_YEAR = 364  # days back to the same weekday of the year before

Span = tuple[date, date]


@dataclass(frozen=True)
class YearDays:
    """What is special about a year's days: campaign windows by name, and the festival."""

    year: int
    windows: Mapping[str, Span]

    def days(self) -> Iterator[date]:
        """Every day of the year."""
        first = date(self.year, 1, 1)
        yield from (first + timedelta(n) for n in range((date(self.year + 1, 1, 1) - first).days))

    def campaign(self, day: date) -> str | None:
        """The campaign a day belongs to; where windows meet, the shorter one has it."""
        inside = [(end - start, name) for name, (start, end) in self.windows.items() if start <= day <= end]
        return min(inside)[1] if inside else None

    def from_festival(self, day: date) -> int | None:
        """Days since the festival where the day is near it; None elsewhere."""
        festival = SPRING_FESTIVAL.get(self.year)
        if festival is None:
            return None
        distance = (day - festival).days
        return distance if -BEFORE <= distance <= AFTER else None

    def is_ordinary(self, day: date) -> bool:
        """Neither campaign nor festival."""
        return self.campaign(day) is None and self.from_festival(day) is None


def project_windows(known: Mapping[str, Mapping[int, Span]], past: Sequence[int], year: int) -> dict[str, Span]:
    """Next year's campaign windows: those set for it, else the last known one moved: with the festival where
    the campaign ends shortly before it in every past year, else on the same dates. What never ran is left out."""
    found: dict[str, Span] = {}
    for name, spans in known.items():
        before = [at for at in past if at in spans]
        if not before:
            continue
        if year in spans:
            found[name] = spans[year]
            continue
        last = before[-1]
        start, end = spans[last]
        bound = all(_before_festival(at, spans[at][1]) for at in before)
        if bound and year in SPRING_FESTIVAL and last in SPRING_FESTIVAL:
            moved = SPRING_FESTIVAL[year] - SPRING_FESTIVAL[last]
            shifted = start + moved, end + moved
        else:
            shifted = _same_date(start, year), _same_date(start, year) + (end - start)
        if shifted[0].year == shifted[1].year == year:
            found[name] = shifted
    return found


def _before_festival(year: int, end: date) -> bool:
    return year in SPRING_FESTIVAL and 0 <= (SPRING_FESTIVAL[year] - end).days <= NEAR


def _same_date(day: date, year: int) -> date:
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def month_weights(amounts: Mapping[date, float], past: YearDays, coming: YearDays) -> list[float]:
    """The weight of each month of the coming year, by the amounts of past days of the same kind.

    A campaign keeps its past total however long its window is; an ordinary day is like the same weekday a year
    before or, where that was none, like the mean ordinary day of its month.
    """
    ordinary = _ordinary_means(amounts, past)
    weights = [0.0] * 12
    for day in coming.days():
        weights[day.month - 1] += _like(day, amounts, past, coming, ordinary)
    return weights


def _ordinary_means(amounts: Mapping[date, float], past: YearDays) -> list[float]:
    by_month: list[list[float]] = [[] for _ in range(12)]
    for day in past.days():
        if past.is_ordinary(day):
            by_month[day.month - 1].append(amounts.get(day, 0.0))
    every = [value for values in by_month for value in values]
    whole = mean(every) if every else mean(amounts.values()) if amounts else 0.0
    return [mean(values) if values else whole for values in by_month]


def _like(
    day: date, amounts: Mapping[date, float], past: YearDays, coming: YearDays, ordinary: Sequence[float]
) -> float:
    campaign, distance = coming.campaign(day), coming.from_festival(day)
    if campaign is not None and campaign in past.windows:
        (start, end), (was_from, was_to) = coming.windows[campaign], past.windows[campaign]
        length, was = (end - start).days + 1, (was_to - was_from).days + 1
        at = was_from + timedelta((day - start).days * was // length)
        return amounts.get(at, 0.0) * was / length
    if campaign is None and distance is not None and past.year in SPRING_FESTIVAL:
        then = SPRING_FESTIVAL[past.year] + timedelta(distance)
        return amounts.get(then, 0.0) if past.campaign(then) is None else ordinary[day.month - 1]
    then = day - timedelta(WEEK_YEAR * (day.year - past.year))
    usable = then.year == past.year and past.is_ordinary(then)
    return amounts.get(then, 0.0) if usable else ordinary[day.month - 1]
