"""The bridge from this year to the target, and the measures it counts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import RATE, cell_text, excel_format
from rpt.values.document import Cell, Chart, Column, Row, Series, Table
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.plan_cells import WAN, money
from rpt.writing.plan_tables import actions_table
from rpt.writing.tables import signed


def bridge_steps(plan: Plan) -> list[tuple[str, str, Decimal]]:
    """The bridge's steps between its ends: label, key of its ref, and 元; those that are zero are left out."""
    found = plan.bridge
    if found is None:
        return []
    steps = [(step.owner, f"owner{at}", step.amount) for at, step in enumerate(found.steps, 1)]
    last = ("未覆盖" if found.uncovered > 0 else "超出目标", "uncovered", found.uncovered)
    return [*steps, *([("重叠", "overlap", found.overlap)] if found.overlap else []), *([last] if last[2] else [])]


def bridge_table(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """From this year's turnover to the target, step by step; 未覆盖 is there even where it is zero."""
    found = plan.bridge
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    style = (WAN.unit, WAN.scale, excel_format(WAN.unit, WAN.digits))
    columns = (
        Column("label", "步骤"),
        Column("count", "举措数", number_format="0"),
        Column("amount", "金额", *style),
        Column("share", "占缺口", "%", Decimal(1), "0.0%"),
    )
    gap, ref = found.target - found.start, f"gmv@{found.year}.bridge"
    counts = {f"owner{at}": step.count for at, step in enumerate(found.steps, 1)}
    steps = bridge_steps(plan)
    if not found.uncovered:
        steps.append(("未覆盖", "uncovered", found.uncovered))
    rows = [Row({"label": f"{found.year - 1}年实际", "amount": money(f"gmv@{found.year - 1}", found.start, WAN)}, True)]
    for label, key, amount in steps:
        cells: dict[str, Cell] = {"label": label, "amount": money(f"{ref}.{key}", amount, WAN)}
        if key in counts:
            cells["count"] = free_figure(f"{ref}.{key}.count", counts[key])
        if gap > 0:
            cells["share"] = free_figure(f"{ref}.{key}.share", amount / gap, RATE)
        rows.append(Row(cells))
    rows.append(
        Row({"label": f"{found.year}年目标", "amount": money(f"gmv@{found.year}.target", found.target, WAN)}, True)
    )
    notes = ("按责任人汇总举措的预期增量；同一指标同一范围有几项举措时只计最大的一项，其余列为重叠。",)
    return Table(id, number_, title, chapter, columns, tuple(rows), unit=WAN.unit, notes=notes)


def bridge_chart(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Chart | None:
    """The bridge as a waterfall."""
    found = plan.bridge
    if found is None:
        return None
    steps = bridge_steps(plan)
    first, last = f"{found.year - 1}年实际", f"{found.year}年目标"
    values = (found.start, *(amount for _, _, amount in steps), found.target)
    ref = f"gmv@{found.year}.bridge"
    refs = (f"gmv@{found.year - 1}", *(f"{ref}.{key}" for _, key, _ in steps), f"gmv@{found.year}.target")
    said = "；".join(f"{label}{signed(cell_text(amount, WAN))}万元" for label, _, amount in steps)
    return Chart(
        id,
        number_,
        title,
        chapter,
        "waterfall",
        (first, *(label for label, _, _ in steps), last),
        (Series("成交总额", values, refs),),
        unit=WAN.unit,
        scale=WAN.scale,
        alt=f"瀑布图：{title}。由{first}到{last}：{said}。",
    )


def plan_actions_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Next year's measures; where some overlap, also what of each is counted."""
    table = actions_table(review, id, number_, title, chapter)
    if plan.bridge is None or not plan.bridge.overlap:
        return table
    rows = []
    for at, (row, value) in enumerate(zip(table.rows, plan.bridge.counted, strict=True), 1):
        cell: Cell = "" if value is None else money(f"action.{plan.year}.{at}.counted", value, WAN)
        rows.append(replace(row, cells={**row.cells, "counted": cell}))
    *lead, state = table.columns
    counted = Column("counted", "计入", WAN.unit, WAN.scale, excel_format(WAN.unit, WAN.digits))
    note = "同一指标同一范围的几项举措会争取同一笔成交，只计其中最大的一项。"
    return replace(table, columns=(*lead, counted, state), rows=tuple(rows), notes=(*table.notes, note))
