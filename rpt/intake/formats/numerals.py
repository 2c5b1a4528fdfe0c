"""Numbers of workbooks whose reader is our own, as exact text, and long ids once their whole column is known."""

from __future__ import annotations

import re
from functools import lru_cache

from rpt.intake.exact import is_long, is_surely_whole, long_text, number_text, percentage
from rpt.intake.formats.grid import Grid
from rpt.intake.formats.written import written
from rpt.intake.number_formats import Styles

_WHOLE_DOUBLES = 2**53
_SHORT = re.compile(r"-?[0-9]{1,15}(?:\.0)?|(?=.{3,16}\Z)-?[0-9]+\.[0-9]*[1-9]")
_SHORTEST_LONG = 10**15
_DAYS_TO_1904 = 1462


class Numerals:
    """Writes the numbers of one sheet into its grid. Each method fills the cell ``column`` of the grid's last row."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._long: list[tuple[int, int, str]] = []

    def number(self, value: str, column: int) -> None:
        """A number as the file writes it; what is none stays as it is."""
        if _SHORT.fullmatch(value):
            self._grid.put(value.removesuffix(".0"), column=column)
        elif is_long(value):
            row, at = self._grid.put(None, column=column)
            self._grid.set(row, at, long_text(value, whole=False))
            self._long.append((row, at, value))
        else:
            self._grid.put(number_text(value) or value, column=column)

    def percent(self, value: str, column: int) -> None:
        """0.352 → 35.2%."""
        self._grid.put(_percentage(value), column=column)

    def double(self, value: float, style: int, styles: Styles, from_1904: bool, column: int) -> None:
        """A number as binary workbooks keep it, by its cell's format. Dates count days, from 1904 on or from 1900."""
        if style in styles.percent:
            self.percent(_digits(value), column)
        elif style in styles.dates:
            self._grid.put(_moment(value + _DAYS_TO_1904 if from_1904 else value), column=column)
        # nearly all numbers are short, and these two ways to write them are quick
        elif -_SHORTEST_LONG < value < _SHORTEST_LONG and value == int(value):
            self._grid.put(str(int(value)), column=column)
        elif "e" not in (text := f"{value:.15g}") and "n" not in text:
            self._grid.put(text, column=column)
        else:
            self.number(_digits(value), column)

    def settle(self) -> None:
        """Long ids whose digits are all there are given in full: a program that wrote one in full wrote them all."""
        whole = {column for _, column, value in self._long if is_surely_whole(value)}
        for row, column, value in self._long:
            self._grid.set(row, column, long_text(value, column in whole))


def _digits(value: float) -> str:
    """A double as text; in scientific notation where it is too large to hold every whole number."""
    if abs(value) < _WHOLE_DOUBLES:
        return str(int(value)) if value == int(value) else repr(value)
    return f"{value:.16e}"


@lru_cache(10_000)
def _percentage(value: str) -> str:
    return percentage(value) or value


@lru_cache(10_000)
def _moment(days: float) -> str:
    return written(repr(days), "date")
