"""The workbook read back: its tables, charts' numbers and ledger held against the run, its formulas computed anew.

What no check of its own accounts for must still be a number or a text that the run knows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from rpt.assurance.proving.evidence import Evidence, broken, differs
from rpt.assurance.proving.excel.package import At, CellRead, ChartRead, SheetRead, address, read_charts, read_workbook
from rpt.assurance.proving.excel.recalculation import Formulas, UnknownFormulaError
from rpt.values.issue import Issue

CONTENTS, CHART_DATA, DATA, DEFINITIONS, ISSUES, TRACE = LISTS = (
    "目录",
    "图表数据",
    "数据",
    "口径",
    "数据问题",
    "溯源",
)
_NEAR = 1e-11  # of the size of what is computed: formulas are floats, their cached values exact figures


@dataclass
class Book:
    """A workbook being checked.

    ``told`` are the cells that a check has accounted for, ``words`` the texts that may stand in what is left, each so
    often, both by sheet; ``places`` are the cells (``渠道!C5``) in which a figure stands, by its id, and ``exact`` the
    numbers that cells should hold, before a workbook's rounding.
    """

    file: str
    sheets: tuple[SheetRead, ...]
    charts: tuple[ChartRead, ...] = ()
    told: dict[str, set[At]] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    exact: dict[tuple[str, At], float] = field(default_factory=dict)
    _whole: bool | None = None

    def take(self, sheet: SheetRead, at: At) -> CellRead | None:
        """A cell, which is thereby accounted for."""
        self.told.setdefault(sheet.name, set()).add(at)
        return sheet.cells.get(at)

    def take_all(self, sheet: SheetRead) -> None:
        """Every cell of a sheet, which are thereby accounted for."""
        self.told[sheet.name] = set(sheet.cells)

    def expect(self, sheet: str, texts: Iterable[str]) -> None:
        """Texts that may stand somewhere in a sheet, each once."""
        self.words.setdefault(sheet, Counter()).update("".join(text.split()) for text in texts)

    def is_whole(self, evidence: Evidence) -> bool:
        """Whether the workbook holds the whole ledger, not only the metrics that the document tells."""
        if self._whole is None:
            sheet, told = self.sheet(DATA), evidence.run.document.metrics
            ids = (sheet.text((row, 1)) for row in range(2, sheet.last + 1)) if sheet else ()
            self._whole = any(id in evidence.measured and evidence.measured[id].metric not in told for id in ids)
        return self._whole

    @property
    def reports(self) -> tuple[SheetRead, ...]:
        """The sheets that hold the document's tables: 总览 and one a chapter."""
        return tuple(sheet for sheet in self.sheets if sheet.name not in LISTS)

    def sheet(self, name: str) -> SheetRead | None:
        """A sheet by name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def broken(self, code: str, message: str, sheet: str = "", at: At | None = None) -> Issue:
        """A break at a cell."""
        return broken(code, message, self.file, sheet, address(at) if at else "")


Check = Callable[[Evidence, Book], Iterator[Issue]]


def check_xlsx(evidence: Evidence, path: Path, checks: Sequence[Check]) -> Iterator[Issue]:
    """Hold a workbook against the run, check by check; the last looks at what the others left."""
    try:
        book = Book(path.name, read_workbook(path), read_charts(path))
    except (BadZipFile, ParseError, KeyError, ValueError, OSError) as error:
        yield broken("xlsx_unreadable", f"Excel 无法读取：{error}", path.name)
        return
    for check in checks:
        yield from check(evidence, book)


def stored(number: float) -> float:
    """A number as a workbook keeps it: 16 digits."""
    return float(f"{number:.16G}")


def judge(book: Book, sheet: SheetRead, at: At, expected: float, what: str) -> Iterator[Issue]:
    """Whether a cell holds a number: to the last digit, or within what a formula's last digits may be off."""
    cell = book.take(sheet, at)
    book.exact[sheet.name, at] = expected
    found = cell.value if cell is not None else None
    if isinstance(found, float) and (found == expected or found == stored(expected)):
        return
    yield book.broken("xlsx_cell", differs(what, f"{expected:.16G}", _shown(found)), sheet.name, at)


def _shown(found: float | str | None) -> str:
    return "没有" if found is None else f"{found:.16G}" if isinstance(found, float) else found


def formulas(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """Every formula gives the value cached beside it."""
    computed = Formulas.of(book.sheets)
    for sheet in book.sheets:
        for at, cell in sheet.cells.items():
            if not cell.formula:
                continue
            book.take(sheet, at)
            try:
                value = computed.value(cell.formula, sheet.name)
            except (UnknownFormulaError, ValueError):
                yield book.broken("xlsx_formula", f"不认识的公式：={cell.formula}", sheet.name, at)
                continue
            if not _agree(value, cell.value):
                message = differs(f"公式 ={cell.formula} 的缓存值", _shown(value), _shown(cell.value))
                yield book.broken("xlsx_formula", message, sheet.name, at)


def _agree(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)
