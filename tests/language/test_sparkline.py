"""A series in one line of text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rpt.language.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([Decimal(0), Decimal(7)], "▁█"),
        ([Decimal(1), None, Decimal(2)], "▁ █"),
        ([Decimal(5), Decimal(5)], "▄▄"),
        ([Decimal(-7), Decimal(0), Decimal(7)], "▁▅█"),
        ([Decimal(1)], ""),
        ([None, None], ""),
        ([], ""),
    ],
)
def test_lines(values: list[Decimal | None], line: str) -> None:
    assert sparkline(values) == line
