"""What a child that renders templates answers: values of ours and plain ones, and nothing that could do anything."""

from __future__ import annotations

import io
import os
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rpt.values.issue import Issue, Level
from rpt.writing.child import Plain


class Reduced:
    """Pickled as a call."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self._reduced = call, arguments

    def __reduce__(self) -> Any:
        return self._reduced


def taken(answer: object) -> Any:
    return Plain(io.BytesIO(pickle.dumps(answer))).load()


@pytest.mark.parametrize(
    "value", [Issue("code", Level.ERROR, "有错"), Decimal("1.50"), date(2025, 6, 18), ("甲", {1: [2]})]
)
def test_values_come_back(value: object) -> None:
    assert taken(value) == value


def test_members_of_enumerations_come_back_however_python_names_them() -> None:
    """Python 3.11.0 to 3.11.3 name them by getattr."""
    assert taken(Reduced(getattr, Level, "ERROR")) is Level.ERROR


@pytest.mark.parametrize(
    "answer",
    [
        Reduced(os.system, "true"),
        Reduced(getattr, Issue, "__init__"),
        Reduced(getattr, "text", "upper"),
        Reduced(eval, "1"),
    ],
)
def test_nothing_else_does(answer: Reduced) -> None:
    with pytest.raises(pickle.UnpicklingError):
        taken(answer)
