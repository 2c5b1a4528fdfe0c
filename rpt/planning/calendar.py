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

    def of(self, name: str) -> list[date]:
        """The days of a campaign that are its own, in order."""
        start, end = self.windows[name]
        inside = (start + timedelta(n) for n in range((end - start).days + 1))
        return [day for day in inside if self.campaign(day) == name]

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


@dataclass(frozen=True)
class Windows:
    """The campaign windows of a coming year. ``assumed`` are those nobody has set for it, on last year's dates;
    ``moved`` are those of them that went with Spring Festival."""

    spans: Mapping[str, Span]
    assumed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def project_windows(known: Mapping[str, Mapping[int, Span]], past: Sequence[int], year: int) -> Windows:
    """Next year's campaign windows: those set for it, else the last known one moved: with the festival where
    the campaign follows it, else on the same dates. What never ran is left out."""
    found: dict[str, Span] = {}
    assumed, moved = [], []
    for name, spans in known.items():
        before = [at for at in past if at in spans]
        if not before:
            continue
        if year in spans:
            found[name] = spans[year]
            continue
        last = before[-1]
        start, end = spans[last]
        if year in SPRING_FESTIVAL and _follows_festival({at: spans[at] for at in before}):
            shift = SPRING_FESTIVAL[year] - SPRING_FESTIVAL[last]
            found[name] = start + shift, end + shift
            moved.append(name)
        else:
            first = _same_date(start, start.year + year - last)
            found[name] = first, first + (end - start)
        assumed.append(name)
    return Windows(found, tuple(assumed), tuple(moved))


def _follows_festival(spans: Mapping[int, Span]) -> bool:
    """Whether a campaign goes with Spring Festival: it ends shortly before it every year, and from year to year moves
    less against the festival than against the calendar; of one year alone, it is none about New Year's Day."""
    if any(not 0 <= (SPRING_FESTIVAL.get(at, date.min) - end).days <= NEAR for at, (_, end) in spans.items()):
        return False
    if len(spans) == 1:
        return all(date(at, 1, 1) < start for at, (start, _) in spans.items())
    to_festival = [(SPRING_FESTIVAL[at] - start).days for at, (start, _) in spans.items()]
    in_year = [(start - date(at, 1, 1)).days for at, (start, _) in spans.items()]
    return max(to_festival) - min(to_festival) < max(in_year) - min(in_year)


def _same_date(day: date, year: int) -> date:
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def day_weights(amounts: Mapping[date, float], past: YearDays, coming: YearDays) -> dict[date, float]:
    """The weight of each day of the coming year, by the amounts of past days of the same kind.

    A campaign is laid window on window: each coming day stands for its share of the past window, so that the campaign
    keeps its past total however long it is. A day near Spring Festival is like the day as far from the festival then;
    an ordinary day like the same weekday a year before or, where that was none, like its month's mean ordinary day.
    """
    ordinary = _ordinary_means(amounts, past)
    weights: dict[date, float] = {}
    for day in coming.days():
        weights[day] = _like(day, amounts, past, coming, ordinary)
    for name in coming.windows:
        if name in past.windows:
            weights |= _laid_on(amounts, past.of(name), coming.of(name), set(weights))
    return weights


def month_weights(amounts: Mapping[date, float], past: YearDays, coming: YearDays) -> list[float]:
    """The weight of each month of the coming year: that of its days."""
    weights = [0.0] * 12
    for day, weight in day_weights(amounts, past, coming).items():
        weights[day.month - 1] += weight
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
    """The weight of a day outside campaigns (one inside a campaign that is new is as ordinary as any)."""
    distance = coming.from_festival(day) if coming.campaign(day) is None else None
    if distance is not None and past.year in SPRING_FESTIVAL:
        then = SPRING_FESTIVAL[past.year] + timedelta(distance)
        return amounts.get(then, 0.0) if past.campaign(then) is None else ordinary[day.month - 1]
    then = day - timedelta(WEEK_YEAR * (day.year - past.year))
    usable = then.year == past.year and past.is_ordinary(then)
    return amounts.get(then, 0.0) if usable else ordinary[day.month - 1]


def _laid_on(
    amounts: Mapping[date, float], then: Sequence[date], now: Sequence[date], year: set[date]
) -> dict[date, float]:
    """A past window stretched or shortened to the coming one: day n of ``now`` takes the past days it covers, in
    parts where they are cut. Days outside the coming year (a window may begin in the old one) are left out."""
    if not then or not now:
        return {}
    ratio = len(then) / len(now)
    found = {}
    for n, day in enumerate(now):
        first, last = n * ratio, (n + 1) * ratio
        covered = range(int(first), min(len(then), int(last) + 1))
        if day in year:
            found[day] = sum(amounts.get(then[k], 0.0) * max(0.0, min(last, k + 1) - max(first, k)) for k in covered)
    return found
