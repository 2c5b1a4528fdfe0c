"""The levers on turnover as a table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import RATE, cell_text, column_unit, excel_format, number, percent, quantity
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.plan import Plan
from rpt.writing.plan_cells import WAN, money
from rpt.writing.tables import signed


def sensitivity_table(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Levers by share moved, what of the gap the largest share closes, and what each would have to do alone."""
    found = plan.sensitivity
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    style = (WAN.unit, WAN.scale, excel_format(WAN.unit, WAN.digits))
    columns = [Column("label", "因素"), Column("value", "本年", number_format="General")]
    columns += [Column(f"e{at}", _moved(share), *style) for at, share in enumerate(found.shares)]
    closing = f"{_moved(found.shares[-1])}可补缺口"
    columns += [
        Column("closes", closing, "%", Decimal(1), "0.0%"),
        Column("alone", "单独补足需", "%", Decimal(1), "0.0%"),
    ]
    rows = []
    for lever in found.levers:
        cells: dict[str, Cell] = {"label": lever.label, "value": "—"}
        if lever.value is not None:
            text = quantity(lever.value, lever.unit)
            cells["value"] = Figure(lever.ref, FigureKind.VALUE, lever.value, lever.unit, text)
        for at, (share, effect) in enumerate(zip(found.shares, lever.effects, strict=True)):
            ref = f"{lever.ref}.lever{number(share * 100).replace('−', '-')}"
            cells[f"e{at}"] = replace(money(ref, effect, WAN), text=signed(cell_text(effect, WAN)))
        cells["closes"] = free_figure(f"{lever.ref}.closes", lever.effects[-1] / found.gap, RATE)
        cells["alone"] = "—"
        if lever.alone is not None:
            text = signed(percent(lever.alone))
            cells["alone"] = Figure(f"{lever.ref}.alone", FigureKind.NUMBER, lever.alone, RATE, text)
        display = column_unit([lever.value], lever.unit)
        rows.append(
            Row(cells, number_format=excel_format(display.unit, display.digits, with_unit=True), scale=display.scale)
        )
    notes = (
        "每行只动一个因素，其余与本年相同：访客、转化、客单的变动等比传导到成交；推广花费按本年投产比不变；"
        "复购率按每位新增复购买家多下一单计。",
    )
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), unit=WAN.unit, notes=notes)


def _moved(share: Decimal) -> str:
    """提高5%, 降低5%: a heading is words, so that no sheet has a number that is text."""
    return f"{'提高' if share > 0 else '降低'}{percent(abs(share), 0)}"
