"""Last year's plan, item by item."""

from __future__ import annotations

from rpt.language.format import column_unit, excel_format, quantity
from rpt.language.naming import scoped_label
from rpt.language.span import span_text
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.plan import Fulfilment, Plan
from rpt.values.review import Review


def fulfilment_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Last year's plan, item by item."""
    has_targets = any(f.item.kind == "目标" for f in plan.fulfilment)
    columns = [
        Column("measure", "目标与举措" if has_targets else "举措"),
        Column("metric", "指标"),
        Column("target", "承诺", number_format="General"),
        Column("actual", "实际", number_format="General"),
        Column("owner", "负责人"),
        Column("state", "结果"),
    ]
    if any(f.item.due_on for f in plan.fulfilment):
        columns.insert(5, Column("due", "完成时限"))
    rows = [_fulfilled(review, at, f, plan.year - 1) for at, f in enumerate(plan.fulfilment, 1)]
    source = f"依据{review.promises.kept_in}。" if review.promises.kept_in else "依据目标文件的“上年计划”表。"
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), notes=(source,))


def _fulfilled(review: Review, at: int, f: Fulfilment, year: int) -> Row:
    metric = review.ledger.metrics.get(f.item.metric)
    cells: dict[str, Cell] = {
        "measure": f.item.measure,
        "metric": scoped_label(metric, f.item.scope) if metric else f.item.metric,
        "target": f.item.target or "—",
        "actual": "—",
        "owner": f.item.owner,
        "due": span_text(None, f.item.due_on),
        "state": f.state,
    }
    if metric is None:
        return Row(cells)
    if f.target is not None:
        text = quantity(f.target, metric.unit, metric.digits)
        cells["target"] = Figure(f"last_plan.{year}.{at}", FigureKind.TARGET, f.target, metric.unit, text)
    if f.actual is not None:
        good = {"完成": True, "未完成": False}.get(f.state)
        ref = measurement_id(metric.id, Period(year), f.item.scope)
        text = quantity(f.actual, metric.unit, metric.digits)
        cells["actual"] = Figure(ref, FigureKind.VALUE, f.actual, metric.unit, text, good)
    display = column_unit([v for v in (f.target, f.actual) if v is not None], metric.unit, metric.digits)
    return Row(cells, number_format=excel_format(display.unit, display.digits, with_unit=True), scale=display.scale)
