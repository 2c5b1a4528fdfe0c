"""Periods: a year, a quarter or a month, spelled ``2025``, ``2025Q4``, ``2025-11``."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_KEY = re.compile(r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


class PeriodKind(StrEnum):
    """The three lengths a measurement can cover."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, order=True)
class Period:
    """A calendar period. Ordered by year, then part; ``part`` is 0 for a year, else the quarter or month number."""

    year: int
    kind: PeriodKind = PeriodKind.YEAR
    part: int = 0

    @classmethod
    def parse(cls, key: str) -> Period:
        """Read ``2025``, ``2025Q4`` or ``2025-11``; raises ValueError for anything else."""
        match = _KEY.fullmatch(key)
        if not match:
            raise ValueError(f"not a period: {key!r}")
        if match["quarter"]:
            return cls(int(match["year"]), PeriodKind.QUARTER, int(match["quarter"]))
        if match["month"]:
            return cls(int(match["year"]), PeriodKind.MONTH, int(match["month"]))
        return cls(int(match["year"]))

    @property
    def key(self) -> str:
        """The spelling used in ids and in JSON."""
        match self.kind:
            case PeriodKind.YEAR:
                return f"{self.year}"
            case PeriodKind.QUARTER:
                return f"{self.year}Q{self.part}"
            case PeriodKind.MONTH:
                return f"{self.year}-{self.part:02d}"

    @property
    def starts_on(self) -> date:
        """First day."""
        month = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 3 * self.part - 2, PeriodKind.MONTH: self.part}[self.kind]
        return date(self.year, month, 1)

    @property
    def ends_on(self) -> date:
        """Last day."""
        month = {PeriodKind.YEAR: 12, PeriodKind.QUARTER: 3 * self.part, PeriodKind.MONTH: self.part}[self.kind]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def year_ago(self) -> Period:
        """The same period one year earlier."""
        return Period(self.year - 1, self.kind, self.part)

    @property
    def previous(self) -> Period:
        """The period right before this one, of the same kind."""
        parts = {PeriodKind.YEAR: 0, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}[self.kind]
        if self.part > 1:
            return Period(self.year, self.kind, self.part - 1)
        return Period(self.year - 1, self.kind, parts)

    def months(self) -> list[Period]:
        """The months inside this period, in order."""
        first, last = self.starts_on.month, self.ends_on.month
        return [Period(self.year, PeriodKind.MONTH, month) for month in range(first, last + 1)]

    def quarters(self) -> list[Period]:
        """The four quarters of this period's year."""
        return [Period(self.year, PeriodKind.QUARTER, quarter) for quarter in range(1, 5)]
