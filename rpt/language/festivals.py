"""Spring Festival, the day that moves every year's start: 农历正月初一 as published by the Hong Kong Observatory's
Gregorian–lunar calendar conversion tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

SPRING_FESTIVAL: Mapping[int, date] = {
    day.year: day
    for day in (
        date(2018, 2, 16),
        date(2019, 2, 5),
        date(2020, 1, 25),
        date(2021, 2, 12),
        date(2022, 2, 1),
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 3),
        date(2031, 1, 23),
        date(2032, 2, 11),
        date(2033, 1, 31),
        date(2034, 2, 19),
        date(2035, 2, 8),
    )
}
