"""Numbers of a cell as text, by the cell's number format: percentages as 35.2%, dates as 2025-06-18."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["number", "percent", "date", "text"]

_NAMED: dict[str, Kind] = {
    **dict.fromkeys(("general", "general number", "standard", "fixed", "currency", "euro currency"), "number"),
    **dict.fromkeys(("scientific", "yes/no", "true/false", "on/off"), "number"),
    **dict.fromkeys(("general date", "long date", "medium date", "short date"), "date"),
    **dict.fromkeys(("long time", "medium time", "short time"), "date"),
    "percent": "percent",
    "@": "text",
    "text": "text",
}
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_LITERAL = re.compile(r'"[^"]{0,255}"|\[[^\]]{0,255}\]|[\\_*].')
_LAST_DAY = 2_958_465  # 9999-12-31


@lru_cache(4096)
def kind_of_format(code: str) -> Kind:
    """What a number format shows. A duration ([h]:mm) counts as a number: it is no point in time."""
    named = _NAMED.get(code.strip().lower())
    if named:
        return named
    shown = _LITERAL.sub("", code.split(";")[0]).lower()
    if "%" in shown:
        return "percent"
    if re.search(r"\[[hms]+\]", code.lower()):
        return "number"
    return "date" if re.search(r"[ydh]|mm|aaa|m月|m:|:s", shown) else "number"


def is_number(text: str) -> bool:
    """Whether the text is a bare number as programs write it, without separators."""
    return _NUMBER.fullmatch(text) is not None


def written(value: str, kind: Kind) -> str:
    """A bare number as text: exact, but for what a program's 17 digits of a binary fraction add to it."""
    if kind == "text" or not is_number(value):
        return value
    exact = Decimal(_shortest(value))
    if kind == "percent":
        # 0.352 → 35.2%: scaleb moves the point only
        return f"{_plain(exact.scaleb(2))}%"
    if kind == "date" and 0 <= exact <= _LAST_DAY:
        return _moment(exact)
    return _shortest(value)


def percent(value: str) -> str:
    """0.352 → 35.2%."""
    return written(value, "percent")


def _shortest(value: str) -> str:
    """0.35199999999999998 → 0.352: a double written with 16 or 17 digits, as the fewest digits that give it back."""
    if "." not in value or len(value.lower().partition("e")[0].translate(_NO_SIGNS).strip("0")) not in (16, 17):
        return value
    short = repr(float(value))
    return short if len(short) < len(value) else value


_NO_SIGNS = str.maketrans("", "", "+-.")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(serial: Decimal) -> str:
    """Day 60 never existed, so serials count from 1899-12-30; below 1 there is a time of day only."""
    # to the second: Excel's own fractions of a day are not exact
    seconds = int((serial * 86_400).to_integral_value())
    when = datetime(1899, 12, 30) + timedelta(seconds=seconds)  # noqa: DTZ001 - a spreadsheet's time has no zone
    if serial < 1:
        return f"{when:%H:%M:%S}"
    return f"{when:%Y-%m-%d}" if seconds % 86_400 == 0 else f"{when:%Y-%m-%d %H:%M:%S}"
