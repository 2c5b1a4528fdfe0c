from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpt.language.market import against_market, market_share
from rpt.language.wording import deviation, text_of

from .making import make

D = Decimal


@pytest.mark.parametrize(
    ("value", "prior", "growth", "text"),
    [
        ("150", "100", "0.12", "行业增长12.0%，增速高于行业38.0个百分点"),
        ("105", "100", "0.12", "行业增长12.0%，增速低于行业7.0个百分点"),
        ("112", "100", "0.12", "行业增长12.0%，增速与行业持平"),
        ("105", "100", "-0.03", "行业下降3.0%，增速高于行业8.0个百分点"),
        ("105", "100", "0", "行业与上年持平，增速高于行业5.0个百分点"),
        ("105", "0", "0.1", ""),
    ],
)
def test_growth_beside_the_markets(value: str, prior: str, growth: str, text: str) -> None:
    assert text_of(against_market(make(value, prior), D(growth))) == text


@pytest.mark.parametrize(
    ("size", "before", "text"),
    [
        ("1000", "1000", "市场份额15.0%，较上年提高5.0个百分点"),
        ("1500", "1000", "市场份额10.0%，与上年持平"),
        ("3000", "1000", "市场份额5.0%，较上年下降5.0个百分点"),
        ("1000", None, "市场份额15.0%"),
        ("0", "1000", ""),
    ],
)
def test_share_of_the_market(size: str, before: str | None, text: str) -> None:
    assert text_of(market_share(make("150", "100"), D(size), None if before is None else D(before))) == text


@given(st.decimals(-1, 5, places=4))
def test_a_deviation_says_its_direction_once(rate: Decimal) -> None:
    said = text_of(deviation(make(f"{rate}", None, unit="比率")))
    assert "−" not in said
    assert "-" not in said
    assert ("高" in said, "低" in said).count(True) + ("持平" in said) == 1
