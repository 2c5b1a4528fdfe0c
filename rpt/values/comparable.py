"""Growth freed from the calendar: last year's figure at this year's length, beside the raw one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Comparable:
    """One span of both years. ``raw`` holds value, prior and growth as they are; ``days`` are this year's and last
    year's; ``prior`` is last year's figure at this year's number of days, ``growth`` the growth over it, a fraction.
    ``ref`` is the id the figures answer to, and ``effect`` = ``prior`` − raw prior is what the calendar brings, 元."""

    label: str
    ref: str
    value: Decimal
    raw_prior: Decimal
    raw_growth: Decimal
    days: tuple[Decimal, Decimal]
    prior: Decimal
    growth: Decimal

    @property
    def effect(self) -> Decimal:
        """What of the raw change is due to the number of days alone, 元; negative where there were fewer."""
        return self.prior - self.raw_prior
