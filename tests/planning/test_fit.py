"""Tables fitted and rounded: rows and columns add up exactly, whatever the weights and margins."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rpt.planning.fit import apportion, fit, round_table

WEIGHTS = st.floats(0, 1e6, allow_nan=False)


def test_largest_remainders_get_the_rest() -> None:
    assert apportion([1, 1, 1], 10) == [4, 3, 3]
    assert apportion([0.5, 0.3, 0.2], 7) == [4, 2, 1]
    assert apportion([0, 0], 5) == [3, 2]


@given(st.lists(WEIGHTS, min_size=1, max_size=20), st.integers(0, 10**12))
def test_apportioned_parts_add_up(weights: list[float], total: int) -> None:
    parts = apportion(weights, total)
    assert sum(parts) == total
    assert min(parts) >= 0


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[float]], list[int], list[int]]:
    """Weights with zeros among them, and two margins of one sum."""
    high, wide = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    seed = draw(st.lists(st.lists(WEIGHTS, min_size=wide, max_size=wide), min_size=high, max_size=high))
    total = draw(st.integers(0, 10**9))
    rows = apportion(draw(st.lists(WEIGHTS, min_size=high, max_size=high)), total)
    return seed, rows, apportion(draw(st.lists(WEIGHTS, min_size=wide, max_size=wide)), total)


@given(tables())
@example(([[2.225073858507e-311]], [1], [1]))
@settings(max_examples=60, deadline=None)
def test_both_margins_hold_exactly(table: tuple[list[list[float]], list[int], list[int]]) -> None:
    seed, rows, columns = table
    cells = round_table(fit(seed, rows, columns), rows, columns)
    assert [sum(row) for row in cells] == rows
    assert [sum(column) for column in zip(*cells, strict=True)] == columns
    assert min(min(row) for row in cells) >= 0


def test_rounding_stays_within_one_of_the_fitted_table() -> None:
    seed = [[3.0, 1.0, 2.0], [5.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
    rows, columns = [101, 57, 42], [120, 33, 47]
    fitted = fit(seed, rows, columns)
    cells = round_table(fitted, rows, columns)
    for row, wanted in zip(cells, fitted, strict=True):
        assert all(abs(a - b) < 1.001 for a, b in zip(row, wanted, strict=True))


def test_margins_must_have_one_sum() -> None:
    with pytest.raises(ValueError, match="different sums"):
        fit([[1.0]], [2], [3])
