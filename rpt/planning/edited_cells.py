"""Cells of an edited plan, each read into what it means; a cell that cannot be is a CellError for its address."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from rpt.language.format import percent, quantity
from rpt.language.parse import ParseError, kind_of_unit, parse_date, parse_measure, parse_number, scale_of_unit
from rpt.values.ledger import Metric
from rpt.values.plan_workbook import EditedCell

SAME = 1e-14  # a cell is a double of 15 to 17 digits: what differs less was not typed
_BARE = re.compile(r"[+-]?[\d,]+(?:\.\d+)?")
_BELIEVED = Decimal("1.5")  # a rate above 150% without a percent sign is a slip: 16 for 16%
_ABSURD = Decimal(10)  # 1000%: whatever the format says
_WORDS = "请写成 6.5亿、≥16%、28天以内 这样的形式"


class CellError(ValueError):
    """What is wrong with a cell, in Chinese, and what to do."""

    def __init__(self, cell: EditedCell | None, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.cell, self.message, self.hint = cell, message, hint


def text_in(cell: EditedCell | None) -> str:
    """A cell as text; empty where there is none."""
    if cell is None or cell.value is None:
        return ""
    return f"{cell.value.normalize():f}" if isinstance(cell.value, Decimal) else str(cell.value)


def holds(cell: EditedCell, value: Decimal) -> bool:
    """Whether a cell's number is this value, as far as a double can tell."""
    if not isinstance(cell.value, Decimal):
        return False
    here, there = float(cell.value), float(value)
    return abs(here - there) <= SAME * max(abs(here), abs(there))


def scale_in(scale: EditedCell | None, unit: EditedCell | None, metric: Metric) -> Decimal:
    """What a target's number is multiplied by: the row's 换算, else its 单位; the number of a rate is the fraction."""
    if scale is not None and isinstance(scale.value, Decimal) and scale.value > 0:
        return scale.value
    return Decimal(1) if metric.is_rate else scale_of_unit(text_in(unit))


def read_target(cell: EditedCell, metric: Metric, scale: Decimal) -> tuple[Decimal | None, str]:
    """A target's exact value in base units (None where several were written) and the text that says it."""
    if isinstance(cell.value, date):
        raise CellError(cell, f"“{metric.label}”的目标变成了日期：{cell.value}", _WORDS)
    if cell.value is None:
        hint = "要取消这项目标，请删除整行；若是公式，请在 Excel 里保存一次再读"
        raise CellError(cell, f"“{metric.label}”没有填写目标", hint)
    text = text_in(cell)
    bare = isinstance(cell.value, Decimal) or _BARE.fullmatch(text) is not None
    try:
        measure = parse_measure(text)
    except ParseError as error:
        raise CellError(cell, str(error), _WORDS) from error
    _check_unit(cell, metric, measure.unit_text)
    if measure.value is None:
        return None, text
    value = measure.value * scale if bare else measure.value
    said_percent = "%" in text or (cell.is_percent and isinstance(cell.value, Decimal))  # a format says nothing of text
    if metric.is_rate and abs(value) > _BELIEVED and not said_percent:
        raise CellError(cell, f"“{metric.label}”是比率，目标写成了 {text}", f"请写成 {text}% 这样的百分数")
    if metric.is_rate and abs(value) > _ABSURD:
        raise CellError(
            cell, f"“{metric.label}”的目标成了 {percent(value, 0)}", "请核对：35% 在百分数格式的单元格里是 0.35"
        )
    if value < 0 and not metric.is_rate:
        raise CellError(cell, f"“{metric.label}”的目标是负数：{text}", _WORDS)
    return value, text if not bare else spelled(value, metric)


def _check_unit(cell: EditedCell, metric: Metric, said: str) -> None:
    kinds = {kind_of_unit(said.lstrip("/")), "%" if metric.is_rate else kind_of_unit(metric.unit)}
    if "" not in kinds and len(kinds) == 2:
        raise CellError(cell, f"“{metric.label}”的单位是{metric.unit}，目标写成了 {text_in(cell)}", _WORDS)


def spelled(value: Decimal, metric: Metric) -> str:
    """A value as people would write it where that says it exactly, else all its digits."""
    text = quantity(value, metric.unit, metric.digits).replace("−", "-")
    try:
        if parse_measure(text).value == value:
            return text
    except ParseError:
        pass
    return f"{(value * 100).normalize():f}%" if metric.is_rate else f"{value.normalize():f}"


def read_amount(cell: EditedCell | None, unit: str) -> Decimal | None:
    """Money in 元 from a cell of a column in ``unit``; None where it is empty."""
    if cell is None or cell.value is None:
        return None
    try:
        amount = parse_number(text_in(cell), unit)
    except ParseError as error:
        raise CellError(cell, str(error), "预期增量请写数字，或 1200万 这样的形式") from error
    if amount < 0:
        raise CellError(cell, f"预期增量是负数：{text_in(cell)}", "举措的预期增量不应为负；没有数请留空")
    return amount


def read_day(cell: EditedCell | None) -> date | None:
    """A day; None where the cell is empty."""
    if cell is None or cell.value is None:
        return None
    if isinstance(cell.value, date):
        return cell.value
    try:
        return parse_date(text_in(cell))
    except ParseError as error:
        raise CellError(cell, str(error), "请写成 2026-03-31 的样子") from error
