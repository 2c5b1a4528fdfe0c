"""Typed values of input rows as people read them in a cell."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal


def typed_text(value: object, *, grouped: bool = False) -> str:
    """A typed value: no exponent, no needless zeros, 是 and 否, days as ISO 8601 has them; nothing is empty.
    ``grouped`` puts commas into decimal numbers."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            text = f"{value:,f}" if grouped else f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime():
            return value.isoformat(" ", "seconds")
        case _:
            return str(value)
