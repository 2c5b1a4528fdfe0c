"""Days of the coming year take their shape from past days of the same kind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpt.planning.calendar import SPRING_FESTIVAL, Span, YearDays, day_weights, month_weights, project_windows
from rpt.planning.shape import shape, years_of


def days(year: int, value: float = 1.0) -> dict[date, float]:
    return dict.fromkeys(YearDays(year, {}).days(), value)


def known_in(known: dict[str, dict[int, Span]], year: int) -> dict[str, Span]:
    return {name: spans[year] for name, spans in known.items()}


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
    found = project_windows(known, [2024, 2025], 2026)
    assert found.spans == {
        "年货": (date(2026, 1, 26), date(2026, 2, 9)),
        "年中": (date(2026, 5, 13), date(2026, 6, 20)),
        "写明": (date(2026, 9, 5), date(2026, 9, 8)),
    }
    assert (found.assumed, found.moved) == (("年货", "年中"), ("年货",))


def test_a_window_may_begin_in_the_old_year() -> None:
    known = {"跨年": {2025: (date(2024, 12, 30), date(2025, 1, 2))}}
    assert project_windows(known, [2025], 2026).spans == {"跨年": (date(2025, 12, 30), date(2026, 1, 2))}
    amounts = days(2025) | {date(2024, 12, 30) + timedelta(n): float(n + 1) for n in range(4)}
    weights = day_weights(amounts, YearDays(2025, known_in(known, 2025)), YearDays(2026, {"跨年": (
        date(2025, 12, 30), date(2026, 1, 2))}))  # fmt: skip
    assert [weights[date(2026, 1, n)] for n in (1, 2)] == [3.0, 4.0]
    assert min(weights) == date(2026, 1, 1)


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


def test_day_by_day_every_day_near_the_festival_is_the_one_as_far_from_it_then() -> None:
    first, last = SPRING_FESTIVAL[2025] - timedelta(21), SPRING_FESTIVAL[2025] + timedelta(15)
    span = [first + timedelta(n) for n in range((last - first).days + 1)]
    near = {day: 100.0 + n for n, day in enumerate(span)}  # 8 January to 13 February 2025, each of its own
    weights = day_weights(days(2025) | near, YearDays(2025, {}), YearDays(2026, {}))
    assert (SPRING_FESTIVAL[2025], SPRING_FESTIVAL[2026]) == (date(2025, 1, 29), date(2026, 2, 17))
    moved = date(2026, 2, 17) - date(2025, 1, 29)
    assert {day: weights[day + moved] for day in near} == near
    rest = {day: weight for day, weight in weights.items() if day - moved not in near}
    assert set(rest.values()) == {1.0}


def test_a_window_laid_on_a_shorter_one_leaves_no_day_out() -> None:
    burst = {date(2025, 11, n): float(n) for n in range(1, 12)}  # 1 to 11, the most on the last day
    past = YearDays(2025, {"双11": (date(2025, 11, 1), date(2025, 11, 11))})
    for length in (1, 4, 10, 11, 13, 22):
        coming = YearDays(2026, {"双11": (date(2026, 11, 11 - min(length, 11) + 1), date(2026, 11, 11))})
        weights = day_weights(burst, past, coming)
        assert sum(weights[day] for day in coming.of("双11")) == pytest.approx(66)
        assert weights[date(2026, 11, 11)] == max(weights.values())


def test_a_campaign_inside_another_keeps_its_own_days() -> None:
    amounts = {date(2025, 6, n): 1.0 for n in range(1, 21)} | {date(2025, 6, 18): 50.0}
    past = YearDays(
        2025, {"618": (date(2025, 6, 1), date(2025, 6, 20)), "正日": (date(2025, 6, 18), date(2025, 6, 18))}
    )
    coming = YearDays(
        2026, {"618": (date(2026, 6, 1), date(2026, 6, 20)), "正日": (date(2026, 6, 16), date(2026, 6, 16))}
    )
    weights = day_weights(amounts, past, coming)
    assert weights[date(2026, 6, 16)] == 50
    assert [weights[date(2026, 6, n)] for n in (15, 17, 18)] == [1, 1, 1]


@given(
    st.lists(st.integers(0, 1000), min_size=731, max_size=731).filter(any),
    st.integers(1, 40),
    st.integers(1, 40),
)
@settings(max_examples=20, deadline=None)
def test_the_shape_adds_up_to_one(amounts: list[int], then: int, now: int) -> None:
    first = date(2024, 1, 1)
    series = {
        "甲": {first + timedelta(n): Decimal(value) for n, value in enumerate(amounts)},
        "乙": {first + timedelta(n): Decimal(1) for n in range(731)},
    }
    campaigns = {"大促": {
        2024: (date(2024, 6, 1), date(2024, 6, 1) + timedelta(then)),
        2025: (date(2025, 6, 1), date(2025, 6, 1) + timedelta(then)),
        2026: (date(2026, 5, 20), date(2026, 5, 20) + timedelta(now)),
    }}  # fmt: skip
    years = years_of(list(series.values()), 2025)
    found = shape(series, years, 2026, campaigns, project_windows(campaigns, years, 2026))
    assert years == [2024, 2025]
    weights = [weight for month in found for weight in month]
    assert sum(weights) == pytest.approx(1)
    assert min(weights) >= 0
