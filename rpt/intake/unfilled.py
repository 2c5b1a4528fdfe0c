"""Sheets with a header and nothing below it: left blank on purpose, or an export that came out empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rpt.values.issue import Issue, Level, Origin


@dataclass(frozen=True)
class Unfilled:
    """A sheet of a known table that has no rows: the table's label, and where it stands."""

    label: str
    origin: Origin


def unfilled_issues(sheets: Sequence[Unfilled], rows: int) -> list[Issue]:
    """What is said of a file's empty sheets. In a file that gave ``rows`` elsewhere each is a sheet that the team does
    not keep, told for the record; a file that gave none is one warning, with all its tables."""
    if rows or not sheets:
        hint = "没有这份数据可以空着"
        messages = ((f"表“{sheet.label}”只有表头，没有数据行", sheet.origin) for sheet in sheets)
        return [Issue("table_empty", Level.INFO, message, origin, hint) for message, origin in messages]
    labels = "、".join(f"“{sheet.label}”" for sheet in sheets)
    origin = sheets[0].origin if len(sheets) == 1 else Origin(sheets[0].origin.file)
    return [Issue("table_empty", Level.WARNING, f"表{labels}只有表头，没有数据行", origin, "请填入数据")]
