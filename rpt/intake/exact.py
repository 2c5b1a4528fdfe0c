"""Numbers of a sheet's XML that the reader would not hand over exactly, as the text that says them exactly.

The reader rounds to nine decimals, makes doubles of ids, and knows no percent format.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_DIGITS = 15  # what Excel keeps of a number
_DECIMALS = 9  # what the reader keeps
_LARGEST = 300  # powers of ten
_WHOLE_DOUBLES = Decimal(2**53)


def percentage(value: str) -> str | None:
    """The text of a number in a percent format: 0.352 → ``35.2%``. None for what is no number."""
    number = _number(value)
    return None if number is None else f"{_written(number * 100)}%"


def number_text(value: str) -> str | None:
    """All digits of a number, without exponent. None for what is no number."""
    number = _number(value)
    return None if number is None else _written(number)


def is_long(value: str) -> bool:
    """Whether a number is whole and of more digits than Excel keeps."""
    number = _number(value)
    return number is not None and number == number.to_integral_value() and abs(number) >= 10**_DIGITS


def is_surely_whole(value: str) -> bool:
    """Whether the digits of a long number cannot come from a double that lost some: the program that wrote the file
    wrote them all. 123456789012345678 can't (its double is written …680), 123456789012345680 may."""
    if not value.isdigit():
        return False
    number = Decimal(value)
    exact_double = number < _WHOLE_DOUBLES and not value.endswith("0")
    return exact_double or Decimal(repr(float(value))) != number


def long_text(value: str, whole: bool) -> str:
    """A long number's digits if they were written out and are ``whole``, else in scientific notation, which tells that
    some may be lost."""
    number = Decimal(value)
    return _written(number) if whole and "e" not in value.lower() else f"{number.normalize():E}"


def is_rounded(value: str | bytes) -> bool:
    """Whether the reader's nine decimals lose something of a number."""
    number = float(value)
    return abs(number) >= 10**_DIGITS or float(f"{number:.{_DIGITS}g}") != round(number, _DECIMALS)


def _number(value: str) -> Decimal | None:
    """The decimal that Excel shows for the double in the file; long whole numbers as they are written."""
    try:
        written = Decimal(value)
    except InvalidOperation:
        return None
    if not written.is_finite() or abs(written.adjusted()) > _LARGEST:
        return None
    return written if written == written.to_integral_value() else Decimal(f"{float(value):.{_DIGITS}g}")


def _written(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
