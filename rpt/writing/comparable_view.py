"""Raw and comparable growth side by side, and what of the change is the calendar's, in 万元."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.festivals import SPRING_FESTIVAL
from rpt.language.format import RATE, Display, cell_text, excel_format, number, percent
from rpt.values.comparable import Comparable
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.review import Review
from rpt.writing.tables import signed

_WAN = Display("万元", Decimal(10_000), 0)


def comparable_table(review: Review, id: str, number_: str, title: str, chapter: str) -> Table:
    """One row per span; empty where both years have the same days throughout."""
    money = excel_format(_WAN.unit, _WAN.digits)
    columns = (
        Column("label", "时段"),
        Column("days", f"{review.year}年天数", number_format="0"),
        Column("days_prior", f"{review.year - 1}年天数", number_format="0"),
        Column("value", f"{review.year}年", _WAN.unit, _WAN.scale, money),
        Column("prior", f"{review.year - 1}年", _WAN.unit, _WAN.scale, money),
        Column("growth", "原始同比", "%", Decimal(1), "0.0%"),
        Column("comparable", "可比同比（日均）", "%", Decimal(1), "0.0%"),
        Column("effect", "天数影响", _WAN.unit, _WAN.scale, money),
    )
    rows = tuple(_row(found) for found in review.comparable)
    if all(found.days[0] == found.days[1] for found in review.comparable):
        rows = ()
    return Table(id, number_, title, chapter, columns, rows, notes=_notes(review))


def _row(found: Comparable) -> Row:
    ref = f"{found.ref}.comparable"

    def money(kind: str, value: Decimal, *, sign: bool = False) -> Figure:
        text = cell_text(value, _WAN)
        return Figure(f"{ref}_{kind}", FigureKind.NUMBER, value, "元", signed(text) if sign else text)

    def rate(kind: str, value: Decimal) -> Figure:
        arrow = "" if percent(abs(value)) == percent(Decimal(0)) else "▲" if value > 0 else "▼"
        text = f"{arrow}{percent(abs(value))}"
        good = value > 0 if arrow else None
        return Figure(f"{ref}_{kind}", FigureKind.NUMBER, value, RATE, text, good=good, arrow=arrow)

    cells: dict[str, Cell] = {
        "label": found.label,
        "value": money("value", found.value),
        "prior": money("prior", found.raw_prior),
        "growth": rate("raw", found.raw_growth),
        "comparable": rate("growth", found.growth),
        "effect": money("effect", found.effect, sign=True),
    }
    for key, days in zip(("days", "days_prior"), found.days, strict=True):
        cells[key] = Figure(f"{ref}_{key}", FigureKind.NUMBER, days, "天", number(days))
    return Row(cells)


def _notes(review: Review) -> tuple[str, ...]:
    """How it was made comparable, and where Spring Festival fell."""
    said = "可比同比把上年折算为与本年相同的天数；天数影响为原始增减额中由天数不同带来的部分。"
    days = [(year, SPRING_FESTIVAL.get(year)) for year in (review.year - 1, review.year)]
    moved = "，".join(f"{year}年为{day.month}月{day.day}日" for year, day in days if day)
    return (said, f"春节：{moved}，故1月与2月合并比较。") if moved else (said,)
