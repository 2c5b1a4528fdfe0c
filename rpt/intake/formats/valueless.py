"""Sheets that hold formulas and no value: they give no rows, which is said."""

from __future__ import annotations

from collections.abc import Sequence

from rpt.intake.raw import RawSheet
from rpt.values.issue import Issue, Level, Origin


def is_valueless(sheet: RawSheet) -> bool:
    """Whether all that a sheet holds are error values and formulas without a result."""
    return bool(sheet.notes) and isinstance(sheet.data, Sequence) and not any(any(row) for row in sheet.data)


def valueless_issue(sheet: RawSheet, shown: str) -> Issue:
    """What is said of such a sheet of the file ``shown``."""
    errors = sum(note.kind == "error" for note in sheet.notes)
    unsaved = len(sheet.notes) - errors
    held = "、".join([f"{errors:,} 个错误值"] * bool(errors) + [f"{unsaved:,} 个没有保存结果的公式"] * bool(unsaved))
    hint = "请在 Excel 或 WPS 里打开该文件，等它算完、改正错误后保存，再运行；用不到这张工作表可以删去"
    return Issue("sheet_no_values", Level.WARNING, f"工作表里只有{held}，没有读入", Origin(shown, sheet.name), hint)
