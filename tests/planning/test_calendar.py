"""Days of the coming year take their shape from past days of the same kind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rpt.planning.calendar import SPRING_FESTIVAL, YearDays, month_weights, project_windows


def days(year: int, value: float = 1.0) -> dict[date, float]:
    return dict.fromkeys(YearDays(year, {}).days(), value)


def test_a_campaign_before_the_festival_moves_with_it_and_others_keep_their_dates() -> None:
    known = {
        "年货": {
            2024: (date(2024, 1, 18), date(2024, 2, 1)),
            2025: (date(2025, 1, 7), date(2025, 1, 21)),
        },
        "年中": {2025: (date(2025, 5, 13), date(2025, 6, 20))},
        "写明": {2025: (date(2025, 9, 2), date(2025, 9, 9)), 2026: (date(2026, 9, 5), date(2026, 9, 8))},
        "新设": {2026: (date(2026, 9, 20), date(2026, 9, 20))},
    }
    assert project_windows(known, [2024, 2025], 2026) == {
        "年货": (date(2026, 1, 26), date(2026, 2, 9)),
        "年中": (date(2026, 5, 13), date(2026, 6, 20)),
        "写明": (date(2026, 9, 5), date(2026, 9, 8)),
    }


def test_a_campaign_keeps_its_total_however_long_it_is() -> None:
    amounts = days(2025) | {date(2025, 5, 1) + timedelta(n): 11.0 for n in range(10)}
    past = YearDays(2025, {"大促": (date(2025, 5, 1), date(2025, 5, 10))})
    coming = YearDays(2026, {"大促": (date(2026, 8, 1), date(2026, 8, 20))})
    weights = month_weights(amounts, past, coming)
    assert weights[4] == pytest.approx(31)
    assert weights[7] == pytest.approx(110 + 11)


def test_the_festival_lull_follows_the_festival() -> None:
    lull = {SPRING_FESTIVAL[2025] + timedelta(n): 0.0 for n in range(3)}  # 29—31 January 2025
    weights = month_weights(days(2025) | lull, YearDays(2025, {}), YearDays(2026, {}))
    assert weights[0] == pytest.approx(31)
    assert weights[1] == pytest.approx(28 - 3)
