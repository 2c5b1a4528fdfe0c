"""A figure explained: what it is, how it was computed, from which rows, and where it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Operand:
    """A number that enters a formula: its name there (上年同期), the id it answers to (empty where it has none), and
    its exact value in the base unit ``unit``, None where there is no number."""

    name: str
    ref: str
    value: Decimal | None
    unit: str


@dataclass(frozen=True)
class Calculation:
    """A formula in words (本期 ÷ 上年同期 − 1), the same with its numbers put in, and its operands."""

    words: str
    numbers: str = ""
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True)
class Extract:
    """Rows of one sheet that a figure was computed from: the table's Chinese name, file, sheet and the file's SHA-256,
    how many rows count, and the range of cells they lie in (``A5:M2562``), empty for files without cells."""

    table: str
    file: str
    sheet: str
    sha256: str
    rows: int
    first_row: int
    last_row: int
    cells: str = ""


@dataclass(frozen=True)
class SampleCell:
    """One value of a row as text, with the cell it was read from; ``address`` is empty where it stands in none."""

    label: str
    text: str
    address: str = ""


@dataclass(frozen=True)
class SampleRow:
    """One row: the sheet it stands in (``channel.xlsx › 渠道日报``) and its number there; a derived row has neither."""

    where: str
    row: int | None
    cells: tuple[SampleCell, ...]


@dataclass(frozen=True)
class Sample:
    """The first rows behind a figure, of ``total``; ``conditions`` say which rows of the table count. ``shared`` names
    the id that rows have in common with the derived rows shown before them, which are made of such rows."""

    table: str
    conditions: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    total: int
    is_derived: bool = False
    shared: str = ""


@dataclass(frozen=True)
class Printed:
    """One place where a figure stands: the chapter's title, the table (表2-1 各渠道成交) or an empty text for prose,
    the words around it, the page of the PDF and the cell of the workbook (``渠道!C5``), both unknown where None.
    ``report`` names the report (``monthly-2025-11-channel``) where it is not the one asked about."""

    chapter: str
    table: str
    text: str
    words: str = ""
    page: int | None = None
    cell: str | None = None
    report: str = ""


@dataclass(frozen=True)
class Explanation:
    """Everything that can be said of one figure. ``value`` is exact and in base units, None where ``reason`` says why;
    ``operands`` are the figures it follows from, explained in turn, one level deep."""

    ref: str
    label: str
    period: str
    scope: str
    value: Decimal | None
    unit: str
    text: str
    definition: str = ""
    reason: str = ""
    calculation: Calculation | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[Extract, ...] = ()
    samples: tuple[Sample, ...] = ()
    printed: tuple[Printed, ...] = ()
    operands: tuple[Explanation, ...] = ()
