"""Names by which the plan's tables are found again in an edited workbook: ``rpt_targets_2026``, ``rpt_actions_2026``.

They cover header and rows; the column 编号 holds the id of each row's target or measure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rpt.rendering.xlsx.layout import LEFT, Canvas
from rpt.values.document import Column, Document, Table
from rpt.values.ledger import measurement_id
from rpt.values.plan import Plan

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_NAME = "rpt_{table}_{year}"  # the column's key is the name, for the column and the name go together


def with_ids(document: Document, plan: Plan) -> Document:
    """The document with the column 编号 in the plan's tables."""
    ids = {
        "targets": [measurement_id(t.metric, t.period, t.scope) for t in plan.targets],
        "actions": [f"action.{plan.year}.{at}" for at, _ in enumerate(plan.actions, 1)],
    }
    tables = [_with(table, ids[table.id], plan.year) if ids.get(table.id) else table for table in document.tables]
    return replace(document, tables=tuple(tables))


def _with(table: Table, ids: list[str], year: int) -> Table:
    key = _NAME.format(table=table.id, year=year)
    rows = [replace(row, cells={**row.cells, key: id}) for row, id in zip(table.rows, ids, strict=True)]
    return replace(table, columns=(*table.columns, Column(key, "编号")), rows=tuple(rows))


def anchor(workbook: Workbook, canvas: Canvas, table: Table) -> None:
    """Name the table just written, where it is one of the plan's."""
    from xlsxwriter.utility import xl_range_abs

    key = table.columns[-1].key
    if key.startswith("rpt_"):
        top, sheet = canvas.header_row, canvas.sheet.get_name().replace("'", "''")
        area = xl_range_abs(top, LEFT, top + len(table.rows), LEFT + len(table.columns) - 1)
        workbook.define_name(key, f"='{sheet}'!{area}")
