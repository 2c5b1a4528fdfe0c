"""The shape of a coming year: what part of it falls on each month and member, by past days laid on its calendar."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from rpt.planning.calendar import Span, Windows, YearDays, month_weights

Days = Mapping[date, Decimal]
Campaigns = Mapping[str, Mapping[int, Span]]
FULL = 365  # days from which on a year's days are all there


def years_of(series: Sequence[Days], year: int) -> list[int]:
    """The years that give the shape: the report year, and the one before where its days are all there."""
    before = {day for days in series for day in days if day.year == year - 1}
    return [year - 1, year] if len(before) >= FULL else [year]


def shape(
    series: Mapping[str, Days], years: Sequence[int], year: int, campaigns: Campaigns, windows: Windows
) -> list[list[float]]:
    """Twelve months × members of ``series``: each cell is its part of the whole year, and all of them add up to 1.

    Every past year is laid on the calendar of ``year`` for itself and made to one, so that a year counts as much as
    another however large it was; the shape is their mean. All zero where no past day has an amount.
    """
    coming = YearDays(year, windows.spans)
    told = []
    for at in years:
        past = YearDays(at, {name: spans[at] for name, spans in campaigns.items() if at in spans})
        months = list(zip(*(_months(days, past, coming) for days in series.values()), strict=True))
        whole = math.fsum(math.fsum(month) for month in months)
        if whole > 0:
            told.append([[weight / whole for weight in month] for month in months])
    if not told:
        return [[0.0] * len(series) for _ in range(12)]
    return [
        [math.fsum(weights) / len(told) for weights in zip(*month, strict=True)] for month in zip(*told, strict=True)
    ]


def _months(days: Days, past: YearDays, coming: YearDays) -> list[float]:
    """The weight of each month; a month whose days are negative in sum (returns) weighs nothing."""
    return [max(0.0, weight) for weight in month_weights({day: float(v) for day, v in days.items()}, past, coming)]
