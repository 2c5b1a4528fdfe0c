"""Measures read back from an edited workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rpt.language.format import quantity
from rpt.language.naming import scoped_label
from rpt.language.parse import ParseError, scale_of_unit
from rpt.language.span import read_span, span_text
from rpt.planning.edited_cells import CellError, holds, read_amount, read_day, text_in
from rpt.values.ledger import Metric
from rpt.values.plan import Action
from rpt.values.plan_workbook import EditedCell
from rpt.values.scope import ALL

MEASURE, METRIC, OWNER, SPAN, FROM, UNTIL, EXPECTED, STATE = (
    "举措",
    "支撑指标",
    "负责人",
    "时限",
    "开始",
    "完成",
    "预期增量",
    "状态",
)
WRITTEN_IN = "万元"  # the unit of 预期增量 where its heading does not say another
Names = Mapping[str, tuple[str, str]]  # what people call a figure -> its metric and scope


def read_action(
    row: Mapping[str, EditedCell], old: Action, metrics: Mapping[str, Metric], names: Names, unit: str
) -> Action:
    """The measure of one row; a column that the workbook lacks leaves its field as it was. Raises CellError."""
    if MEASURE in row and not text_in(row[MEASURE]):
        raise CellError(row[MEASURE], "举措没有写名称", "要取消这项举措，请删除整行")
    metric, scope = _metric(row.get(METRIC), old, metrics, names)
    starts_on, ends_on = _days(row, old)
    if starts_on and ends_on and ends_on < starts_on:
        where = row.get(UNTIL) or row.get(SPAN)
        raise CellError(where, f"完成日期 {ends_on} 早于开始日期 {starts_on}", "请改正日期")
    expected = _expected(row.get(EXPECTED), old, unit or WRITTEN_IN) if EXPECTED in row else old.expected
    return replace(
        old,
        measure=text_in(row[MEASURE]) if MEASURE in row else old.measure,
        metric=metric,
        scope=scope,
        owner=text_in(row[OWNER]) if OWNER in row else old.owner,
        starts_on=starts_on,
        ends_on=ends_on,
        expected=expected,
        sources=old.sources if expected == old.expected else (),
        state=text_in(row[STATE]) if STATE in row else old.state,
    )


def _metric(cell: EditedCell | None, old: Action, metrics: Mapping[str, Metric], names: Names) -> tuple[str, str]:
    known = metrics.get(old.metric)
    text = text_in(cell)
    if cell is None or text == (scoped_label(known, old.scope or ALL) if known else ""):
        return old.metric, old.scope
    if not text:
        return "", ""
    if text not in names:
        raise CellError(cell, f"支撑指标“{text}”不在指标目录里", "用 rpt metrics 查看可用的名字")
    return names[text]


def _days(row: Mapping[str, EditedCell], old: Action) -> tuple[date | None, date | None]:
    if FROM in row or UNTIL in row:
        return (
            read_day(row[FROM]) if FROM in row else old.starts_on,
            read_day(row[UNTIL]) if UNTIL in row else old.ends_on,
        )
    cell = row.get(SPAN)
    if cell is None or text_in(cell) == span_text(old.starts_on, old.ends_on):
        return old.starts_on, old.ends_on
    if cell.value is None:
        return None, None
    if isinstance(cell.value, date):
        return None, cell.value
    try:
        return read_span(text_in(cell), old.year)
    except ParseError as error:
        raise CellError(cell, str(error), "请写成 1月1日—3月31日 或 2026-03-31 的样子") from error


def _expected(cell: EditedCell | None, old: Action, unit: str) -> Decimal | None:
    if cell is not None and old.expected is not None and holds(cell, old.expected / scale_of_unit(unit)):
        return old.expected
    return read_amount(cell, unit)


def changes(old: Action, new: Action, metrics: Mapping[str, Metric]) -> list[tuple[str, str, str]]:
    """What differs between two readings of a measure: field, old text, new text."""
    shown = [_fields(action, metrics) for action in (old, new)]
    found = [(name, shown[0][name], shown[1][name]) for name in shown[0] if shown[0][name] != shown[1][name]]
    if not found and old != new:  # amounts that print alike
        found.append((EXPECTED, f"{old.expected}元", f"{new.expected}元"))
    return found


def _fields(action: Action, metrics: Mapping[str, Metric]) -> dict[str, str]:
    metric = metrics.get(action.metric)
    return {
        MEASURE: action.measure,
        METRIC: scoped_label(metric, action.scope or ALL) if metric else "",
        OWNER: action.owner,
        FROM: action.starts_on.isoformat() if action.starts_on else "",
        UNTIL: action.ends_on.isoformat() if action.ends_on else "",
        EXPECTED: "" if action.expected is None else quantity(action.expected, "元"),
        STATE: action.state,
    }
