"""The plan's two tables as they stand in a workbook that people edited: headings and cells, not yet understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CellValue = str | Decimal | date | None


@dataclass(frozen=True)
class EditedCell:
    """A cell's address and value; a number is what the cell holds, shown in percent where ``is_percent``."""

    address: str
    value: CellValue
    is_percent: bool = False


@dataclass(frozen=True)
class EditedTable:
    """The rows of one table, each by heading (without the unit in its brackets, which ``units`` keeps)."""

    file: str
    sheet: str
    units: Mapping[str, str]  # heading -> unit, empty where it has none
    rows: tuple[Mapping[str, EditedCell], ...]


@dataclass(frozen=True)
class PlanWorkbook:
    """What was found for one year; a table that the workbook lacks is None."""

    file: str
    year: int
    targets: EditedTable | None
    actions: EditedTable | None
