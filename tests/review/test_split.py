"""A change taken apart adds up exactly, whatever the factors."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.review.split import CENT, lmdi, mix_rate, price_volume_mix, shapley, to_unit

D = Decimal
positive = st.decimals(min_value=D("0.01"), max_value=D("1000000"), places=2)
any_sign = st.decimals(min_value=D("-1000"), max_value=D("1000"), places=2)
share = st.integers(min_value=1, max_value=1000)
rate = st.decimals(min_value=D("0"), max_value=D("1"), places=4)


def test_lmdi_by_hand() -> None:
    # visitors double, conversion and basket stay: all of the change is the visitors'
    assert [round(x, 6) for x in lmdi([D(100), D("0.1"), D(50)], [D(200), D("0.1"), D(50)])] == [D(500), D(0), D(0)]


def test_lmdi_refuses_what_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="positive"):
        lmdi([D(0), D(1)], [D(2), D(1)])


def test_shapley_of_a_product_that_starts_at_zero() -> None:
    assert shapley([D(0), D(10)], [D(4), D(20)]) == [D(60), D(20)]


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=4))
def test_lmdi_adds_up(pairs: list[tuple[Decimal, Decimal]]) -> None:
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    start, end = D(1), D(1)
    for a, b in pairs:
        start, end = start * a, end * b
    assert abs(sum(lmdi(before, after)) - (end - start)) <= max(abs(end), abs(start), D(1)) * D("1e-20")


@given(st.lists(st.tuples(any_sign, any_sign), min_size=1, max_size=4))
def test_shapley_adds_up(pairs: list[tuple[Decimal, Decimal]]) -> None:
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    start, end = D(1), D(1)
    for a, b in pairs:
        start, end = start * a, end * b
    assert abs(sum(shapley(before, after)) - (end - start)) < D("1e-15")


@given(st.lists(st.tuples(share, share, rate, rate), min_size=1, max_size=8))
def test_mix_and_rate_add_up(rows: list[tuple[int, int, Decimal, Decimal]]) -> None:
    total0, total1 = sum(r[0] for r in rows), sum(r[1] for r in rows)
    w0, w1 = [D(r[0]) / total0 for r in rows], [D(r[1]) / total1 for r in rows]
    r0, r1 = [r[2] for r in rows], [r[3] for r in rows]
    whole = sum(w * r for w, r in zip(w1, r1, strict=True)) - sum(w * r for w, r in zip(w0, r0, strict=True))
    parts = mix_rate((w0, w1), (r0, r1))
    assert abs(sum(a + b for a, b in parts) - whole) < D("1e-20")


@given(st.lists(any_sign, min_size=1, max_size=9), st.integers(min_value=2, max_value=7))
def test_rounded_parts_still_add_up_to_the_cent(values: list[Decimal], pieces: int) -> None:
    whole = sum(values, D(0))
    exact = [value / pieces for value in values for _ in range(pieces)]
    rounded = to_unit(exact, whole)
    assert sum(rounded) == whole
    assert all(abs(a - b) < D("0.01") for a, b in zip(exact, rounded, strict=True))
    assert all(value == value.quantize(D("0.01")) for value in rounded)


def test_price_volume_mix_by_hand() -> None:
    # A: 10 at 1 → 10 at 2; B: 10 at 3 → 30 at 3. Twice the units at the old mean price of 2 is 40 more;
    # three quarters of B instead of half is 40 × (2.5 − 2) more; a doubled price of ten A is 10 more
    units, amounts = ([D(10), D(10)], [D(10), D(30)]), ([D(10), D(30)], [D(20), D(90)])
    assert price_volume_mix(units, amounts) == (40, 20, 10)


def test_price_volume_mix_needs_units() -> None:
    with pytest.raises(ValueError, match="units"):
        price_volume_mix(([D(0)], [D(1)]), ([D(0)], [D(1)]))
    assert price_volume_mix(([], []), ([], [])) == (0, 0, 0)


@given(st.lists(st.tuples(share, share, positive, positive), min_size=1, max_size=12), any_sign)
def test_price_volume_mix_adds_up_to_the_cent(rows: list[tuple[int, int, Decimal, Decimal]], new: Decimal) -> None:
    u0, u1 = [D(r[0]) for r in rows], [D(r[1]) for r in rows]
    a0, a1 = [r[2] for r in rows], [r[3] for r in rows]
    change = sum(a1, D(0)) - sum(a0, D(0)) + new
    parts = to_unit([*price_volume_mix((u0, u1), (a0, a1)), new], change)
    assert sum(parts) == change
    assert abs(parts[-1] - new) <= CENT
