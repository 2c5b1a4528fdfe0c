"""Who grew most or least, and what a target asks for: no sentence may say growth where there was none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.language.goals import asked
from rpt.language.ranking import fastest, slowest
from rpt.language.wording import text_of

from .making import make

D = Decimal


@pytest.mark.parametrize(
    ("value", "prior", "first", "last"),
    [
        ("55", "28", "私域增长最快，同比增长96.4%", "私域增长最慢，同比增长96.4%"),
        ("95", "100", "私域降幅最小，同比下降5.0%", "私域降幅最大，同比下降5.0%"),
        ("100", "100", "私域表现最稳，与上年持平", "私域表现最弱，与上年持平"),
        ("100.5", "100", "私域增长最快，基本持平，微增0.5%", "私域增长最慢，基本持平，微增0.5%"),
        ("5", None, "", ""),
        ("5", "0", "", ""),
    ],
)
def test_first_and_last_in_growth(value: str, prior: str | None, first: str, last: str) -> None:
    c = make(value, prior, scope="渠道=私域")
    assert text_of(fastest(c)) == first
    assert text_of(slowest(c)) == last


@pytest.mark.parametrize(
    ("growth", "text"),
    [
        ("0.428571", "需在2025年基础上增长42.9%"),
        ("0.0004", "与2025年持平"),
        ("-0.0004", "与2025年持平"),
        ("-0.03", "比2025年低3.0%"),
    ],
)
def test_what_a_target_asks_for(growth: str, text: str) -> None:
    assert text_of(asked(D(growth), 2025, "gmv@2026.needed")) == text


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.decimals(min_value=1, max_value=10**9, places=2))
def test_no_growth_is_claimed_of_what_shrank(value: Decimal, prior: Decimal) -> None:
    c = make(value, prior, scope="渠道=私域")
    for said in (text_of(fastest(c)), text_of(slowest(c)), text_of(asked(value / prior - 1, 2025, "x"))):
        grew, shrank = "增长最" in said or "增长" in said, "降" in said or "低" in said
        assert not (grew and value < prior)
        assert not (shrank and value > prior)
        assert not any(word in said for word in ("nan", "Infinity", "∞", "−"))
