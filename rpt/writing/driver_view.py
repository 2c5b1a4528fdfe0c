"""Decompositions as tables, waterfalls and a sentence: what moved a figure, and by how much each part."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import (
    POINTS,
    RATE,
    Display,
    cell_text,
    column_unit,
    excel_format,
    number,
    percent,
    period_text,
    quantity,
)
from rpt.language.wording import Phrase
from rpt.values.decomposition import Decomposition, Part
from rpt.values.document import Cell, Chart, Column, Figure, FigureKind, Row, Series, Table
from rpt.values.ledger import measurement_id
from rpt.writing.tables import POINT, signed

_METHODS = {
    "lmdi": "对数平均迪氏指数法（LMDI）分解，各项之和等于增减额。",
    "shapley": "有因素为零，按沙普利值分解，各项之和等于增减额。",
    "members": "贡献率为该项增减额占全部增减额的比重，拉动为该项增减额占{before}全部的比重。",
    "mix_rate": "占比变化指该部分在全部中所占比重的变化，自身变化指该部分比率的变化，各项之和等于全部变化。",
    "price_volume": "两年都有销量的商品按销量、结构、价格拆分，其余商品的增减单列，各项之和等于增减额。",
    "bridge": "",
}


def driver_table(found: Decomposition, id: str, number_: str, title: str, chapter: str) -> Table:
    """One row per part: its amount, 贡献率 and 拉动; then the whole. A bridge has its start and end as rows."""
    display = amount_display(found)
    amount_format = "0.00" if found.unit == RATE else excel_format(display.unit, display.digits)
    columns = [
        Column("label", "步骤" if found.method == "bridge" else "构成"),
        Column("amount", "金额" if found.method == "bridge" else "增减", display.unit, display.scale, amount_format),
        Column("share", "贡献率", "%", Decimal(1), "0.0%"),
        Column("pull", "拉动", "百分点", POINT, "0.0"),
    ]
    rows = [_row(found, part, display) for part in found.parts]
    if found.method == "bridge":
        columns = columns[:2]
        rows.insert(0, _total(found, "成交", found.start, display, "start"))
        rows.append(_total(found, "贡献毛利", found.end, display, "end"))
    else:
        if found.unit == RATE:
            columns = columns[:3]
        rows.append(_total(found, "合计", found.change, display, "change"))
    note = _METHODS[found.method].format(before="上月" if found.is_since_previous else "上年")
    return Table(
        id,
        number_,
        title,
        chapter,
        tuple(columns),
        tuple(rows),
        unit="" if len(columns) > 2 else display.unit,
        notes=(note,) if note else (),
    )


def amount_display(found: Decomposition) -> Display:
    """The unit that all amounts of a decomposition are shown in: one column, one unit."""
    if found.unit == RATE:
        return Display(POINTS, POINT, 2)
    return column_unit([*(part.amount for part in found.parts), found.start, found.end], found.unit)


def _row(found: Decomposition, part: Part, display: Display) -> Row:
    cells: dict[str, Cell] = {
        "label": part.label,
        "amount": _amount(found.ref_of(part), found, part.amount, display),
    }
    if part.share is not None:
        text = percent(part.share)
        cells["share"] = Figure(found.ref_of(part, "contribution"), FigureKind.NUMBER, part.share, RATE, text)
    if part.pull is not None:
        text = number(part.pull / POINT, 1)
        cells["pull"] = Figure(found.ref_of(part, "pull"), FigureKind.NUMBER, part.pull, POINTS, text)
    return Row(cells)


def _total(found: Decomposition, label: str, value: Decimal, display: Display, kind: str) -> Row:
    ref = measurement_id(found.metric, found.period, found.scope)
    tag = "_previous" if found.is_since_previous else ""  # a month is told against two others
    cells: dict[str, Cell] = {
        "label": label,
        "amount": _amount(f"{ref}.driver_{kind}{tag}", found, value, display),
    }
    if kind == "change" and found.change:
        cells["share"] = Figure(f"{ref}.contribution{tag}", FigureKind.NUMBER, Decimal(1), RATE, percent(Decimal(1)))
        if found.start > 0:
            pull = found.change / found.start
            cells["pull"] = Figure(f"{ref}.pull{tag}", FigureKind.NUMBER, pull, POINTS, number(pull / POINT, 1))
    return Row(cells, emphasis=True)


def _amount(ref: str, found: Decomposition, value: Decimal, display: Display) -> Figure:
    text = number(value / POINT, 2) if found.unit == RATE else cell_text(value, display)
    shown = text if ".driver_start" in ref or ".driver_end" in ref else signed(text)
    return Figure(ref, FigureKind.NUMBER, value, POINTS if found.unit == RATE else found.unit, shown)


def driver_chart(found: Decomposition, id: str, number_: str, title: str, chapter: str) -> Chart:
    """A waterfall from the start over every part to the end."""
    first, last = ("成交", "贡献毛利") if found.method == "bridge" else _ends(found)
    display = amount_display(found)
    refs = tuple(found.ref_of(part) for part in found.parts)
    steps = Series(found.label, (found.start, *(part.amount for part in found.parts), found.end), ("", *refs, ""))
    said = "；".join(f"{part.label}{signed(cell_text(part.amount, display))}{display.unit}" for part in found.parts)
    return Chart(
        id,
        number_,
        title,
        chapter,
        "waterfall",
        (first, *(part.label for part in found.parts), last),
        (steps,),
        unit=display.unit,
        scale=display.scale,
        digits=0 if display.scale > 1 else display.digits,
        alt=f"瀑布图：{title}。由{first}到{last}：{said}。",
    )


def leading(found: Decomposition) -> Phrase:
    """Which part moved the whole most, in its direction: 访客数贡献最大，为9600万元，占增量的68.5%."""
    same = [part for part in found.parts if part.amount * found.change > 0]
    if not same or found.unit == RATE:
        return ()
    top = max(same, key=lambda part: abs(part.amount))
    word = "增量" if found.change > 0 else "减量"
    size = quantity(abs(top.amount), found.unit)  # the words say which way
    amount = free_figure(found.ref_of(top), top.amount, found.unit, size)
    if top.share is None or top.share > 1:  # others pull the other way: a share of the rest says nothing
        return (f"{top.label}贡献最大，为", amount)
    share = free_figure(found.ref_of(top, "contribution"), top.share, RATE)
    return (f"{top.label}贡献最大，为", amount, f"，占{word}的", share)


def _ends(found: Decomposition) -> tuple[str, str]:
    return period_text(found.span[0] if found.span else found.period.year_ago), period_text(found.period)


def find(drivers: Sequence[Decomposition], id: str) -> Decomposition | None:
    """The decomposition with this id."""
    return next((found for found in drivers if found.id == id), None)
