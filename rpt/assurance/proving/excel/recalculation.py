"""What a workbook's formulas give: + − * / ^, brackets, IF, and cells, as the workbooks that we write have them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rpt.assurance.proving.excel.package import At, SheetRead, position

_TOKEN = re.compile(
    r"\s*(?:(?P<cell>(?:'(?:[^']|'')+'!|[^\W\d]\w*!)?\$?[A-Z]{1,3}\$?\d+)|(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\")"
    r"|(?P<sign>IF|[-+*/^(),=]))"
)
Value = float | str
_Made = Callable[[Sequence[Value]], Value]


class UnknownFormulaError(Exception):
    """A formula of a shape that is not understood."""


@dataclass(frozen=True)
class Formulas:
    """Computes formulas over the cached values of a workbook's cells."""

    sheets: Mapping[str, SheetRead]
    _known: dict[str, _Made]

    @classmethod
    def of(cls, sheets: Sequence[SheetRead]) -> Formulas:
        """Over these sheets."""
        return cls({sheet.name: sheet for sheet in sheets}, {})

    def value(self, formula: str, sheet: str) -> Value:
        """What a formula gives on a sheet; nan for a division by zero. Raises UnknownFormulaError."""
        tokens = _tokens(formula)
        shape = " ".join("@" if kind == "cell" else text for kind, text in tokens)
        made = self._known.get(shape)
        if made is None:
            made = self._known[shape] = _Reader(tokens).read()
        cells = [self._cell(text, sheet) for kind, text in tokens if kind == "cell"]
        try:
            return made(cells)
        except (ZeroDivisionError, TypeError, OverflowError):
            return math.nan

    def _cell(self, text: str, sheet: str) -> Value:
        name, _, where = text.rpartition("!")
        found = self.sheets.get(name.strip("'").replace("''", "'") if name else sheet)
        if found is None:
            raise UnknownFormulaError(text)
        at: At = position(where)
        cell = found.cells.get(at)
        return 0.0 if cell is None else cell.value


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(formula):
        token = _TOKEN.match(formula, at)
        if token is None:
            raise UnknownFormulaError(formula)
        kind = token.lastgroup or ""
        found.append((kind, token[kind]))
        at = token.end()
    return found


class _Reader:
    """Reads tokens into a function of the formula's cells, in their order."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens, self._at, self._cells = tokens, 0, 0

    def read(self) -> _Made:
        made = self._sum()
        if self._at != len(self._tokens):
            raise UnknownFormulaError(str(self._tokens))
        return made

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self, *signs: str) -> str:
        kind, text = self._next()
        if kind == "sign" and text in signs:
            self._at += 1
            return text
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise UnknownFormulaError(str(self._tokens))

    def _sum(self) -> _Made:
        made = self._product()
        while sign := self._take("+", "-"):
            made = _both(sign, made, self._product())
        return made

    def _product(self) -> _Made:
        made = self._power()
        while sign := self._take("*", "/"):
            made = _both(sign, made, self._power())
        return made

    def _power(self) -> _Made:
        made = self._atom()
        while self._take("^"):
            made = _both("^", made, self._atom())
        return made

    def _atom(self) -> _Made:
        if self._take("-"):
            inner = self._atom()
            return lambda cells: -_as_number(inner(cells))
        if self._take("("):
            made = self._sum()
            self._need(")")
            return made
        if self._take("IF"):
            return self._choice()
        kind, text = self._next()
        self._at += 1
        if kind == "cell":
            at = self._cells
            self._cells += 1
            return lambda cells: cells[at]
        if kind == "number":
            number = float(text)
            return lambda cells: number
        if kind == "text":
            return lambda cells: text[1:-1]
        raise UnknownFormulaError(str(self._tokens))

    def _choice(self) -> _Made:
        """``IF(one = other, then, else)``."""
        self._need("(")
        one = self._sum()
        self._need("=")
        other = self._sum()
        self._need(",")
        then = self._sum()
        self._need(",")
        otherwise = self._sum()
        self._need(")")
        return lambda cells: then(cells) if one(cells) == other(cells) else otherwise(cells)


def _as_number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError(value)
    return value


def _both(sign: str, one: _Made, other: _Made) -> _Made:
    def made(cells: Sequence[Value]) -> Value:
        left, right = _as_number(one(cells)), _as_number(other(cells))
        match sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case _:
                return float(left**right)

    return made
