"""Leadership's changes to the plan, one by one."""

from __future__ import annotations

from collections.abc import Sequence

from rpt.values.document import Column, Row, Table
from rpt.values.edit import Edit


def edits_table(edits: Sequence[Edit], id: str, number: str, title: str, chapter: str) -> Table:
    """What was changed, from what to what, and when."""
    columns = (
        Column("kind", "类别"),
        Column("label", "目标或举措"),
        Column("field", "项"),
        Column("old", "原"),
        Column("new", "新"),
        Column("made_on", "修改日期"),
    )
    rows = [
        Row(
            {
                "kind": edit.kind,
                "label": edit.label,
                "field": edit.field,
                "old": edit.old or "—",
                "new": edit.new or "—",
                "made_on": edit.made_on.isoformat(),
            }
        )
        for edit in edits
    ]
    return Table(id, number, title, chapter, columns, tuple(rows))
