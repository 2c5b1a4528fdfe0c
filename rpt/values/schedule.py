"""When a command is run by itself: a cron expression, and a line of a crontab that is rpt's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_FAR = 366 * 40  # days: 29 February on a given weekday comes once in 28 years, or 40 around 2100


@dataclass(frozen=True)
class Cron:
    """A cron expression: what each of its fields allows, in order. Weekdays count from 0, which is Sunday.

    Where both ``days`` and ``weekdays`` are given, a day that is in either counts, as crontab(5) has it; where one of
    the two begins with ``*``, a day has to be in both.
    """

    text: str  # five fields, a blank between
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    is_either: bool

    def is_on(self, day: date) -> bool:
        """Whether anything is run on a day."""
        in_days, in_weekdays = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (in_days or in_weekdays if self.is_either else in_days and in_weekdays)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times after a moment, by the clock on the wall (no time zones), for some forty years."""
        for ahead in range(_FAR):
            day = moment.date() + timedelta(ahead)
            if self.is_on(day):
                for hour in self.hours:
                    for minute in self.minutes:
                        at = datetime.combine(day, time(hour, minute))
                        if at > moment:
                            yield at


@dataclass(frozen=True)
class Scheduled:
    """A command that cron runs: its number in the project, when (None where the line is not to be read, such as one
    that somebody put ``#`` before), the command's words, and when it was added."""

    number: int
    cron: Cron | None
    command: tuple[str, ...]
    added: datetime


@dataclass(frozen=True)
class Planned:
    """A schedule: in words, when it comes next (None where its line is not to be read), and what to know of it."""

    scheduled: Scheduled
    words: str
    coming: datetime | None
    notes: tuple[str, ...] = ()
