"""What differs between two runs of a report: the figures that changed, and the input rows that changed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rpt.values.refs import parse_ref
from rpt.values.run import RunRecord
from rpt.values.scope import ALL

_TOLD = ("", "growth", "points", "attainment")


class Change(StrEnum):
    """How a row, a figure or a file differs."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class CellChange:
    """One cell: the column's Chinese label, its address (``F12``; empty where it stands in no cell), old and new text
    of the typed value in base units; empty for nothing."""

    column: str
    address: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """One input row that changed, came or went. ``file``, ``sheet`` and ``row`` are where it stands now, of a removed
    one where it stood; ``key`` tells it from others in words. ``cells`` are those that differ, of a row that came or
    went all that are filled. ``days`` and ``platforms`` are those it counts for, old and new."""

    change: Change
    table: str
    label: str
    file: str
    sheet: str
    row: int
    key: str
    cells: tuple[CellChange, ...]
    days: tuple[date, ...] = ()
    platforms: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """``data.xlsx › 渠道日报 › F12``, of several cells the first; the row where there is no cell."""
        addresses = [cell.address for cell in self.cells if cell.address]
        address = addresses[0] if addresses and self.change is Change.CHANGED else f"第{self.row}行"
        return " › ".join(part for part in (self.file, self.sheet, address) if part)


@dataclass(frozen=True)
class FigureChange:
    """One figure: what it is called, the period and scope in words, the old and new text as printed (empty where there
    was none), the exact values in base units and their difference in words. ``is_shown`` where the report prints it and
    a reader sees the change; ``is_own`` for a figure of the report's own period. ``rows`` are the positions in
    ``Difference.rows`` of what it was computed from, the first few."""

    change: Change
    ref: str
    label: str
    period: str
    scope: str
    old: str
    new: str
    unit: str
    old_value: Decimal | None
    new_value: Decimal | None
    difference: str
    is_shown: bool
    is_own: bool
    is_measured: bool
    rows: tuple[int, ...] = ()

    @property
    def correction(self) -> str:
        """``成交总额由4.20亿元更正为4.19亿元``; another period than the report's is named before it."""
        return f"{'' if self.is_own else self.period}{self.label}由{self.old}更正为{self.new}"


@dataclass(frozen=True)
class RowCount:
    """How many rows of a table differ; ``listed`` are those among the listed ones."""

    label: str
    changed: int
    added: int
    removed: int
    is_whole: bool  # every one of them is listed


@dataclass(frozen=True)
class Difference:
    """Two runs of one report held against each other. ``files`` are the inputs whose content differs."""

    old: RunRecord
    new: RunRecord
    figures: tuple[FigureChange, ...]
    rows: tuple[RowChange, ...]
    counts: Mapping[str, RowCount]
    files: Mapping[str, Change]

    @property
    def shown(self) -> tuple[FigureChange, ...]:
        """The figures whose change a reader of the report sees."""
        return tuple(figure for figure in self.figures if figure.is_shown)

    @property
    def corrections(self) -> tuple[str, ...]:
        """What a correction says: the measured figures that read otherwise now, each with its growth and attainment.
        The report's own period comes first, the whole before its parts, then the order of the report."""
        told = [
            (ref, figure)
            for figure in self.shown
            if figure.change is Change.CHANGED and figure.is_measured and (ref := parse_ref(figure.ref))
        ]
        places = {ref.base: at for at, (ref, _) in reversed(list(enumerate(told)))}
        ordered = sorted(
            (not figure.is_own, ref.scope != ALL, places[ref.base], _TOLD.index(ref.suffix), figure.correction)
            for ref, figure in told
            if ref.suffix in _TOLD
        )
        return tuple(dict.fromkeys(correction for *_, correction in ordered))
