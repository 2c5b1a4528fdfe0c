"""Rates that moved, each split into the shift between its parts and the parts' own change, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import POINTS, RATE, RATIO, Display, cell_text, column_unit, excel_format, number
from rpt.language.wording import Phrase
from rpt.values.decomposition import Decomposition
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.review import Review
from rpt.writing.driver_view import find
from rpt.writing.tables import POINT, signed

# by which cut a rate is told, the first that it was split by
CUTS = ("渠道", "分层", "内容类型", "类目", "区域", "平台", "承运商", "新老")
_NOTE = "占比变化指各部分在全部中所占比重变化带来的影响，自身变化指各部分比率自身变化带来的影响，二者之和等于全部变化。"


def mix_table(review: Review, metrics: Sequence[str], id: str, number_: str, title: str, chapter: str) -> Table:
    """One row per metric that was split and moved: its change, the two effects, and the part that moved it most."""
    columns = (
        Column("label", "指标"),
        Column("unit", "单位"),
        Column("by", "拆分维度"),
        Column("change", "变化", number_format="General"),
        Column("shift", "占比变化", number_format="General"),
        Column("own", "自身变化", number_format="General"),
        Column("most", "影响最大的部分"),
        Column("most_amount", "其影响", number_format="General"),
    )
    rows = [_row(review, found) for found in _splits(review, metrics)]
    return Table(id, number_, title, chapter, columns, tuple(rows), notes=(_NOTE,) if rows else ())


def mix_words(review: Review, metrics: Sequence[str]) -> Phrase:
    """所列14项指标中，13项的变化主要来自各部分自身，1项主要来自占比移动; empty where none was split."""
    splits = _splits(review, metrics)
    own = sum(abs(b) >= abs(a) for a, b in map(_effects, splits))
    if not splits:
        return ()
    said: list[str | Figure] = ["所列", free_figure("document", len(splits), "项"), "指标中"]
    if own:
        said += ["，", free_figure("document", own, "项"), "的变化主要来自各部分自身"]
    if own < len(splits):
        said += ["，", free_figure("document", len(splits) - own, "项"), "主要来自占比移动"]
    return tuple(said)


def _splits(review: Review, metrics: Sequence[str]) -> list[Decomposition]:
    found = (next((d for cut in CUTS if (d := find(review.drivers, f"{m}.{cut}"))), None) for m in metrics)
    return [split for split in found if split is not None and split.change]


def _effects(found: Decomposition) -> tuple[Decimal, Decimal]:
    """The shift between the parts, and the parts' own change: parts stand in pairs of the two."""
    shift = sum((part.amount for part in found.parts[::2]), Decimal(0))
    return shift, found.change - shift


def _row(review: Review, found: Decomposition) -> Row:
    metric = review.ledger.metrics[found.metric]
    shift, own = _effects(found)
    display = _display(found)
    most = max(found.parts, key=lambda part: part.amount * (1 if found.change > 0 else -1))
    ref = f"{found.id}@{found.year}"
    cells: dict[str, Cell] = {
        "label": metric.label,
        "unit": "—" if found.unit == RATIO else display.unit,
        "by": found.id.partition(".")[2],
        "change": _figure(f"{ref}.change", found, found.change, display),
        "shift": _figure(f"{ref}.shift", found, shift, display),
        "own": _figure(f"{ref}.own", found, own, display),
        "most": most.label,
        "most_amount": _figure(found.ref_of(most), found, most.amount, display),
    }
    return Row(cells, number_format="0.00" if found.unit == RATE else _format(display), scale=display.scale)


def _display(found: Decomposition) -> Display:
    if found.unit == RATE:
        return Display(POINTS, POINT, 2)
    shown = column_unit([found.start, found.end], found.unit)
    return Display(shown.unit, shown.scale, max(shown.digits, 2))


def _format(display: Display) -> str:
    return excel_format("" if display.unit == RATIO else display.unit, display.digits)


def _figure(ref: str, found: Decomposition, value: Decimal, display: Display) -> Figure:
    plain = found.unit in (RATE, RATIO)
    text = number(value / display.scale, display.digits) if plain else cell_text(value, display)
    return Figure(ref, FigureKind.NUMBER, value, POINTS if found.unit == RATE else found.unit, signed(text))
