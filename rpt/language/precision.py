"""How fine a number is written: what half a unit of its last digit is worth."""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_CONTEXT = Context(prec=28)


def half_unit(text: str, value: Decimal) -> Decimal:
    """Half a unit of the last digit written, in the base unit of ``value``, which is what the text says: 0.0005 for
    ``3.2%``, 5000 for ``6000万``, 0.05 for ``3.5:1``. Zero where the text holds no number, or says 0."""
    found = _NUMBER.search(unicodedata.normalize("NFKC", text))
    if found is None or not value:
        return Decimal(0)
    written = Decimal(found[0].replace(",", ""))
    if not written:
        return Decimal(0)
    last = Decimal(1).scaleb(-len(found[1] or ""))
    return abs(_CONTEXT.divide(value, written)) * last / 2
