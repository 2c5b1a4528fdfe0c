"""What a table has in Excel beyond the document: cells people edit, live formulas, and names a program finds it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.cells import Operand
from rpt.values.document import Column

if TYPE_CHECKING:
    from rpt.rendering.xlsx.layout import Canvas

At = tuple[int, str]  # a row of the table (0 is the first below the header) and a column's key
Lookup = Callable[[str, int, str], Operand]  # table id, row (HEADING for the heading), column key -> its cell
HEADING = -1
ASIDE = "rpt_"  # keys of columns that a program reads and people need not


@dataclass(frozen=True)
class Extras:
    """Additions to one table.

    ``name`` is the workbook's defined name over header and rows; ``inputs`` are the cells marked for editing, ``dates``
    cells that hold a day, ``headings`` numbers in place of heading words with their formats. ``formulas`` give a cell's
    formula from the cells of the tables written so far on the sheet; its value is the cell's figure. ``checks`` are
    xlsxwriter validations by column.
    """

    name: str = ""
    inputs: frozenset[At] = frozenset()
    dates: Mapping[At, date] = field(default_factory=dict)
    headings: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)
    formulas: Mapping[At, Callable[[Lookup], str]] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


NO_EXTRAS = Extras()


def is_aside(column: Column) -> bool:
    """Whether a column is for the program that reads the workbook back."""
    return column.key.startswith(ASIDE)


def guard_inputs(canvas: Canvas, extras: Extras, columns: list[str], top: int, first_column: int) -> None:
    """Put the validations on a table's inputs; nothing is locked."""
    for row, key in sorted(extras.inputs):
        where = (top + 1 + row, first_column + columns.index(key))
        if key in extras.checks:
            canvas.sheet.data_validation(*where, *where, dict(extras.checks[key]))
