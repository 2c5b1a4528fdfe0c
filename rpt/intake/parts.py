"""What one sheet gave to its table: its typed rows, and the way back from a row and column to the cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rpt.engine.dataset import Origin as Sheet
from rpt.intake.header import Match
from rpt.intake.sheet import Place
from rpt.values.issue import Origin


@dataclass(frozen=True)
class Part:
    """A sheet's typed rows in the engine under ``target``, with the keys of the ``columns`` it really has."""

    target: str
    columns: frozenset[str]
    origin: Sheet
    place: Place
    found: Match
    path: Path

    def cell(self, key: str, row: int) -> Origin:
        """Where the value of a column stands; the sheet alone where it has no cell (columnar files, a date taken from
        the file's name)."""
        position = next((at for at, column in self.found.columns.items() if column.key == key), None)
        if position is None or not self.origin.sheet:
            return Origin(self.origin.file, self.origin.sheet or None)
        return self.place.cell(position, row)

    def header(self, key: str) -> Origin:
        """Where a column's header stands."""
        return self.cell(key, self.found.row)


def files_of(parts: Iterable[Part]) -> dict[str, Path]:
    """The files that fed a table, as messages name them, in the order read."""
    return {part.origin.file: part.path for part in parts}


def file_numbers(parts: Iterable[Part], numbers: dict[str, int]) -> str:
    """A SQL relation ``files(_src, _file)``: each sheet's id with its file's number."""
    rows = ", ".join(f"({part.origin.id}, {numbers[part.origin.file]})" for part in parts)
    return f"(values {rows}) as files(_src, _file)"
