"""The two years' calendar: campaign windows, festivals, the week, and how much of a year's trade falls on a day."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from .apportion import Floats, Ints
from .facts import YEARS

DAYS: Final = pd.date_range("2024-01-01", "2025-12-31")
YEAR_OF: Final = DAYS.year.to_numpy()
QUARTER_OF: Final = DAYS.quarter.to_numpy()
MONTHS: Final = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
SPRING_FESTIVAL: Final = (dt.date(2024, 2, 10), dt.date(2025, 1, 29))
WEEK: Final = (0.97, 0.95, 0.96, 0.98, 1.02, 1.07, 1.05)
# Single-day occasions that are no campaign of their own in rpt.toml.
OCCASIONS: Final = {(3, 8): 1.30, (5, 1): 1.10, (10, 1): 1.10, (12, 11): 1.15, (12, 12): 1.45}


@dataclass(frozen=True)
class Window:
    """A campaign in one year, both ends included."""

    campaign: str
    year: int
    start: dt.date
    end: dt.date
    presale_from: dt.date | None = None
    member_day: dt.date | None = None

    @property
    def days(self) -> Ints:
        """Positions of the window's days in DAYS."""
        return np.arange(position(self.start), position(self.end) + 1)


def load_windows(path: Path) -> list[Window]:
    """The campaign windows of rpt.toml: the report and the sample must mean the same days."""
    campaigns = tomllib.loads(path.read_text(encoding="utf-8"))["campaigns"]
    return [
        Window(name, int(year), **window)
        for name, years in campaigns.items()
        for year, window in years.items()
        if int(year) in YEARS
    ]


def position(day: dt.date) -> int:
    """A day's position in DAYS."""
    return (day - dt.date(2024, 1, 1)).days


def in_year(year: int) -> Ints:
    """Positions of a year's days."""
    return np.flatnonzero(DAYS.year == year)


def improving(year: int, strength: float = 0.03) -> Floats:
    """A slow rise within a year, around one: what gets better year by year gets better month by month."""
    return np.linspace(1 - strength, 1 + strength, len(in_year(year)))


def campaign_lift(windows: list[Window]) -> Floats:
    """How campaigns bend demand: a strong first day, waiting in between, a burst at the end, a short hangover."""
    lift = np.ones(len(DAYS))
    for window in windows:
        days = window.days
        shape = np.full(len(days), 1.15)
        shape[0] = 1.6
        shape[-3:] = (1.5, 1.8, 2.7)
        lift[days] = shape
        lift[days[-1] + 1 : days[-1] + 5] = (0.72, 0.80, 0.87, 0.93)
        if window.member_day:
            lift[position(window.member_day)] = 2.5
    return lift


def festival_slump() -> Floats:
    """Spring Festival: parcels stop about a week before, buyers return about ten days after."""
    slump = np.ones(len(DAYS))
    for festival in SPRING_FESTIVAL:
        away = np.arange(len(DAYS)) - position(festival)
        slump = np.where((away >= -6) & (away < 0), 0.45 + 0.08 * (-away - 1), slump)
        slump = np.where((away >= 0) & (away <= 10), 0.40 + 0.055 * away, slump)
    return slump


def rhythm() -> Floats:
    """The week, single-day occasions and the festival, without campaigns and growth."""
    week = np.array(WEEK)[DAYS.dayofweek]
    occasion = np.array([OCCASIONS.get((day.month, day.day), 1.0) for day in DAYS])
    return week * occasion * festival_slump()


def growth(ratio: float) -> Floats:
    """Steady growth that makes the second year `ratio` times the first in every month alike."""
    elapsed = np.where(YEAR_OF == 2024, np.arange(len(DAYS)) / 366, 1 + (np.arange(len(DAYS)) - 366) / 365)
    return ratio**elapsed
