"""Conditional formats of a table: a miss says so in words as well as in colour, and shares carry a bar.

They follow the cells, so an edited number is judged anew. Under ``up_red`` a miss is bold ink: red rises there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.styles import GREEN, INK, RED, Styles, mix
from rpt.values.document import Figure, FigureKind

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MISSED = "未达"
_SHORT = "▽"
_FEWEST_BARS = 3
_WHOLE = Decimal("0.01")  # how far from 1 shares of a whole may add up
_ROOM = Decimal("1.6")  # the longest bar leaves room for its number


@dataclass(frozen=True)
class Judged:
    """A cell with a figure: where it stands (row and column from 0), what it holds, and the format it is shown in."""

    row: int
    column: int
    figure: Figure
    number_format: str


def judge(sheet: Worksheet, styles: Styles, cells: Iterable[Judged]) -> None:
    """Colour attainments and gaps by their side of the target."""
    groups: dict[tuple[str, int, str, str], list[Judged]] = {}
    for cell in cells:
        side = _side(cell.figure)
        if side is not None:
            groups.setdefault((*side, cell.number_format), []).append(cell)
    for (criteria, line, mark, number_format), found in groups.items():
        area = areas((cell.row, cell.column) for cell in found)
        judge_area(sheet, styles, area, criteria, line, mark, number_format)


def judge_area(
    sheet: Worksheet, styles: Styles, area: str, criteria: str, line: int, mark: str, number_format: str
) -> None:
    """Mark the cells of an area (``G5:G12 G20``) on the bad side of a line, and colour those on the good side."""
    judged = styles.theme.colours == "good_bad"
    marked = ";".join(f'"{mark}"{part}' for part in number_format.split(";"))
    bad = styles.rule(bold=True, font_color=RED if judged else INK, num_format=marked)
    good = styles.rule(font_color=GREEN if judged else INK)
    first = area.split()[0].split(":")[0]
    base = {"type": "cell", "value": line, "multi_range": area}
    sheet.conditional_format(first, base | {"criteria": criteria, "format": bad, "stop_if_true": True})
    if judged:
        opposite = {"<": ">", ">": "<"}[criteria] + ("=" if mark == MISSED else "")
        sheet.conditional_format(first, base | {"criteria": opposite, "format": good})


def bars(sheet: Worksheet, styles: Styles, column: Sequence[Judged]) -> None:
    """Bars in a column of shares that make up a whole; shares below zero, or too few, are better read as numbers."""
    values: list[Decimal] = [cell.figure.value or Decimal(0) for cell in column]
    if len(values) < _FEWEST_BARS or min(values) < 0 or abs(sum(values, Decimal(-1))) > _WHOLE:
        return
    area = areas((cell.row, cell.column) for cell in column)
    options: dict[str, Any] = {
        "type": "data_bar",
        "data_bar_2010": True,
        "bar_solid": True,
        "bar_color": mix(styles.accent, "#FFFFFF", 0.72),
        "bar_border_color": mix(styles.accent, "#FFFFFF", 0.72),
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": float(max(values) * _ROOM),
        "multi_range": area,
    }
    sheet.conditional_format(area.split()[0].split(":")[0], options)


def areas(cells: Iterable[tuple[int, int]]) -> str:
    """Cells (row, column from 0) as ranges, each run down a column as one: ``G5:G12 G20``."""
    from xlsxwriter.utility import xl_range

    runs: list[list[int]] = []  # column, first row, last row
    for row, column in sorted(set(cells), key=lambda cell: (cell[1], cell[0])):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([column, row, row])
    return " ".join(xl_range(first, column, last, column) for column, first, last in runs)


def _side(figure: Figure) -> tuple[str, int, str] | None:
    """The side of the line on which a figure is bad, and the mark it gets there; None for what is not judged."""
    if figure.value is None or figure.good is None:
        return None
    if figure.kind is FigureKind.ATTAINMENT:
        return "<", 1, MISSED
    if figure.kind is FigureKind.GAP and figure.value:
        lower_is_better = (figure.value < 0) == figure.good
        return (">" if lower_is_better else "<"), 0, _SHORT
    return None
