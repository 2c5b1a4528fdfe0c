"""Cells that a reader turned into nothing: error values, and formulas saved without their result."""

from __future__ import annotations

from collections.abc import Sequence

from rpt.intake.header import Match
from rpt.intake.raw import CellNote
from rpt.intake.sheet import Place
from rpt.values.issue import Issue, Level


def lost_cells(notes: Sequence[CellNote], place: Place, found: Match) -> list[Issue]:
    """An error for each noted cell of a column that the table uses, below its header."""
    issues = []
    for note in sorted(notes, key=lambda note: (note.row, note.column)):
        position = note.column - place.first_column
        column = found.columns.get(position)
        if column is None or note.row <= found.row:
            continue
        origin = place.cell(position, note.row)
        if note.kind == "error":
            message, hint = f"“{column.label}”是错误值 {note.text}", "请改正公式，或直接填入数值；没有数据请留空或填 -"
            issues.append(Issue("cell_error", Level.ERROR, message, origin, hint, note.text))
        else:
            message = f"“{column.label}”的公式没有保存计算结果"
            hint = "请用 Excel 或 WPS 打开该文件，重新计算后保存"
            issues.append(Issue("formula_no_value", Level.ERROR, message, origin, hint, note.text or None))
    return issues


def without_cells(issues: Sequence[Issue], told: Sequence[Issue]) -> list[Issue]:
    """The issues at other cells than those told: a cell that is an error is not reported as empty, too."""
    cells = {issue.origin for issue in told}
    return [issue for issue in issues if issue.code != "cell_empty" or issue.origin not in cells]
