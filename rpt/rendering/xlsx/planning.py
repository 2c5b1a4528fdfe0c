"""The plan's tables as leadership edits them: inputs marked, ids beside them, names to find them by.

``rpt_targets_2026`` and ``rpt_actions_2026`` cover header and rows. In a row 编号 says which target (the measurement's
id) or action (``action.2026.1``) it is; a target or 预期增量 in base units is its cell times 换算, unless people wrote
words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from rpt.language.figures import free_figure
from rpt.language.format import number
from rpt.rendering.xlsx.extras import At, Extras
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.ledger import measurement_id
from rpt.values.plan import Plan

TARGETS, ACTIONS = "targets", "actions"
_ID, _SCALE = Column("rpt_id", "编号"), Column("rpt_scale", "换算", number_format="0")
_EDITABLE = "黄底单元格可改，改后用rpt plan {year} --from读回；“编号”与“换算”两列供读回识别，请勿改动。"
SPARE = 3  # empty rows for measures that leadership adds
_AMOUNT: Mapping[str, Any] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -1e9,
    "maximum": 1e9,
    "error_title": "请填数字",
    "error_message": "预期增量请填数字，单位见表头。",
    "error_type": "warning",
}
_DAY: Mapping[str, Any] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(2000, 1, 1),
    "maximum": date(2100, 12, 31),
    "error_title": "请填日期",
    "error_message": "请填日期，如2026-03-31。",
    "error_type": "warning",
}


def editable_targets(table: Table, plan: Plan) -> tuple[Table, Extras]:
    """The targets table with 目标 and 负责人 to edit, and 换算 and 编号 at the end; a row per target of the plan."""
    rows = []
    for row, target in zip(table.rows, plan.targets, strict=True):
        id = measurement_id(target.metric, target.period, target.scope)
        scale = row.scale if row.scale is not None else Decimal(1)
        rows.append(replace(row, cells={**row.cells, **_aside(id, scale)}))
    notes = (*table.notes, _EDITABLE.format(year=plan.year))
    inputs = frozenset((at, key) for at in range(len(rows)) for key in ("target", "owner"))
    extras = Extras(f"rpt_targets_{plan.year}", inputs)
    return replace(table, columns=(*table.columns, _SCALE, _ID), rows=tuple(rows), notes=notes), extras


def editable_actions(table: Table, plan: Plan) -> tuple[Table, Extras]:
    """The actions table with two columns of days in place of 时限, all but 支撑指标 to edit, 编号 at the end, and a few
    empty rows for new measures."""
    days: dict[At, date] = {}
    scale = next((column.scale for column in table.columns if column.key == "expected"), Decimal(1))
    rows = []
    for at, (row, action) in enumerate(zip(table.rows, plan.actions, strict=True)):
        dated = {"starts": action.starts_on, "ends": action.ends_on}
        days |= {(at, key): day for key, day in dated.items() if day is not None}
        texts = {key: day.isoformat() if day else "" for key, day in dated.items()}
        rows.append(replace(row, cells={**row.cells, **texts, **_aside(f"action.{plan.year}.{at + 1}", scale)}))
    rows += [Row({})] * SPARE
    columns: list[Column] = []
    for column in table.columns:
        columns += [Column("starts", "开始"), Column("ends", "完成")] if column.key == "span" else [column]
    known = {column.key for column in columns}
    edited = known & {"measure", "owner", "starts", "ends", "expected", "state"}
    inputs = {(at, key) for at in range(len(rows)) for key in edited}
    inputs |= {(at, "metric") for at in range(len(plan.actions), len(rows)) if "metric" in known}
    checks = {"starts": _DAY, "ends": _DAY, "expected": _AMOUNT}
    extras = Extras(f"rpt_actions_{plan.year}", frozenset(inputs), days, checks=checks)
    notes = (*table.notes, _EDITABLE.format(year=plan.year), "新增举措填在表末空行，“编号”与“换算”留空。")
    return replace(table, columns=(*columns, _SCALE, _ID), rows=tuple(rows), notes=notes), extras


def _aside(id: str, scale: Decimal) -> dict[str, Cell]:
    """The cells a program reads: what the row's number is multiplied with for base units, and what the row is."""
    return {_SCALE.key: free_figure(f"{id}.scale", scale, "", number(scale)), _ID.key: id}


def is_target_of(row: Row, ref: str) -> bool:
    """Whether a row of the targets table promises this figure (``gmv@2026.target``) as a number."""
    cell = row.cells.get("target")
    return isinstance(cell, Figure) and cell.kind is FigureKind.TARGET and cell.ref == ref
