"""The sensitivity table, live: a trial with shares to change, and ±5/±10% as formulas over its headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from rpt.language.figures import free_figure
from rpt.rendering.xlsx.extras import HEADING, At, Extras, Lookup
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.plan import Lever, Sensitivity

SENSITIVITY, TRIAL = "sensitivity", "sensitivity-trial"
_RATE, _YUAN, _WAN = "比率", "元", Decimal(10_000)
_SHARE = "+0.0%;-0.0%;0.0%"
_HEADING = '"提高"0%;"降低"0%;"不变"'
_CHECK: Mapping[str, Any] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -1,
    "maximum": 10,
    "input_title": "改这里",
    "input_message": "填该因素的变动比例，如5%或−10%，右侧与合计随之重算。",
    "error_title": "超出范围",
    "error_message": "请填−100%到+1000%之间的比例，如5%或−10%。",
}
_NOTES = (
    "黄底单元格可改，其余为公式。访客、转化、客单按连乘合计；复购与推广的增量另行相加，与前三项有重叠，合计可能偏高。",
)
Formulas = dict[At, Callable[[Lookup], str]]


def usable(found: Sensitivity, table: Table) -> bool:
    """Whether a sensitivity says all that formulas need, and the table has its rows."""
    return found.now > 0 and found.gap > 0 and bool(_tried(found)) and len(table.rows) == len(found.levers)


def trial(found: Sensitivity, table: Table, target_row: int | None) -> tuple[Table, Extras]:
    """The trial: a row per lever with its share to change, then all together, the target, and what is still missing.

    Turnover gained = moved × share for each lever alone; together now × (Π(1 + share of a factor) − 1) plus the gains
    of the levers that are not factors. ``target_row`` is the row of next year's turnover in the table ``targets`` where
    the sheet has it above.
    """
    levers = _tried(found)
    share = min((one for one in found.shares if one > 0), default=Decimal(0))
    factors = [at for at, lever in enumerate(levers) if lever.moved == found.now]
    all_, target, left = range(len(levers), len(levers) + 3)
    gains = [(lever.moved or Decimal(0)) * share for lever in levers]
    together = found.now * ((1 + share) ** len(factors) - 1) + sum(
        (gain for at, gain in enumerate(gains) if at not in factors), Decimal(0)
    )
    rows = [
        _lever_row(lever, source, share, gain, found)
        for lever, source, gain in zip(levers, _sources(found, table), gains, strict=True)
    ]
    missing = found.gap - together
    rows += [
        Row(_summed("以上合计", found.now, together, found.now + together, together / found.gap), emphasis=True),
        Row(_summed(f"{found.year}年目标", None, found.gap, found.now + found.gap, None)),
        Row(_summed("仍差（负数为超出）", None, missing, None, missing / found.gap)),
    ]
    formulas: Formulas = {}
    for at in range(len(levers)):
        formulas |= _lever_formulas(at, all_, target)
        if at in factors:
            formulas[at, "moved"] = lambda cell: f"={cell(TRIAL, all_, 'moved').address}"
    others = [at for at in range(len(levers)) if at not in factors]
    formulas[all_, "gain"] = partial(_together, all_, factors, others)
    formulas[all_, "total"] = partial(_total, all_, all_)
    formulas[all_, "closes"] = partial(_closes, all_, target)
    formulas[target, "gain"] = lambda cell: (
        f"={cell(TRIAL, target, 'total').address}-{cell(TRIAL, all_, 'moved').address}"
    )
    if target_row is not None:
        formulas[target, "total"] = partial(_linked, target_row)
    formulas[left, "gain"] = lambda cell: f"={cell(TRIAL, target, 'gain').address}-{cell(TRIAL, all_, 'gain').address}"
    formulas[left, "closes"] = partial(_closes, left, target)
    inputs = frozenset((at, "share") for at in range(len(levers)))
    extras = Extras(f"rpt_levers_{found.year}", inputs, formulas=formulas, checks={"share": _CHECK})
    title = "试算：改动各因素，看成交与缺口"
    return Table(TRIAL, "", title, table.chapter, _columns(), tuple(rows), unit="万元", notes=_NOTES), extras


def live_table(found: Sensitivity, table: Table) -> tuple[Table, Extras]:
    """The document's table of levers with its shares as numbers in the headings and every effect a formula."""
    tried = _tried(found)
    factors = sum(lever.moved == found.now for lever in tried)
    all_, target = len(tried), len(tried) + 1
    last = f"e{len(found.shares) - 1}"
    rows, formulas = [], Formulas()
    for at, (row, lever) in enumerate(zip(table.rows, found.levers, strict=True)):
        base = None if lever.moved is None else tried.index(lever)
        if base is not None:  # to the last digit, as the formula has it; the document rounds to cents
            exact = {f"e{n}": (lever.moved or Decimal(0)) * share for n, share in enumerate(found.shares)}
            exact["closes"] = exact[last] / found.gap
            row = replace(row, cells={**row.cells, **{key: _valued(row, key, value) for key, value in exact.items()}})
        elif lever.value is None and factors:
            exact = {f"e{n}": found.now * ((1 + share) ** factors - 1) for n, share in enumerate(found.shares)}
            exact["closes"] = exact[last] / found.gap
            row = replace(row, cells={**row.cells, **{key: _valued(row, key, value) for key, value in exact.items()}})
        else:
            rows.append(row)
            continue
        rows.append(row)
        for n in range(len(found.shares)):
            formulas[at, f"e{n}"] = partial(_effect, f"e{n}", all_ if base is None else base, factors, base is None)
        formulas[at, "closes"] = partial(_table_closes, at, last, target)
        if lever.alone is not None:
            formulas[at, "alone"] = partial(_alone, base, all_, target, factors)
    headings = {f"e{n}": (share, _HEADING) for n, share in enumerate(found.shares)}
    return replace(table, rows=tuple(rows)), Extras(headings=headings, formulas=formulas)


def _columns() -> tuple[Column, ...]:
    return (
        Column("label", "因素"),
        Column("value", "本年", number_format="General"),
        Column("share", "改这里：变动比例", "%", Decimal(1), _SHARE),
        Column("after", "变动后", number_format="General"),
        Column("moved", "随之变动的成交", "万元", _WAN, "#,##0"),
        Column("gain", "成交增量", "万元", _WAN, "#,##0"),
        Column("total", "变动后成交", "万元", _WAN, "#,##0"),
        Column("closes", "可补缺口", "%", Decimal(1), "0.0%"),
    )


def _tried(found: Sensitivity) -> list[Lever]:
    """The levers that a share can be tried on."""
    return [lever for lever in found.levers if lever.value is not None and lever.moved is not None]


def _sources(found: Sensitivity, table: Table) -> list[Row]:
    """The document's rows of the levers tried: their formats are theirs."""
    rows = zip(found.levers, table.rows, strict=True)
    return [row for lever, row in rows if lever.value is not None and lever.moved is not None]


def _lever_row(lever: Lever, source: Row, share: Decimal, gain: Decimal, found: Sensitivity) -> Row:
    value = lever.value or Decimal(0)
    cells: dict[str, Cell] = {
        "label": lever.label,
        "value": source.cells["value"],
        "share": free_figure(f"{lever.ref}.trial", share, _RATE),
        "after": Figure(f"{lever.ref}.after", FigureKind.VALUE, value * (1 + share), lever.unit, ""),
        "moved": _money(lever.moved),
        "gain": _money(gain),
        "total": _money(found.now + gain),
        "closes": free_figure("trial.closes", gain / found.gap, _RATE),
    }
    return Row(cells, number_format=source.number_format, scale=source.scale)


def _summed(
    label: str, moved: Decimal | None, gain: Decimal, total: Decimal | None, closes: Decimal | None
) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"label": label, "moved": _money(moved), "gain": _money(gain), "total": _money(total)}
    if closes is not None:
        cells["closes"] = free_figure("trial.closes", closes, _RATE)
    return cells


def _money(value: Decimal | None) -> Cell:
    return None if value is None else free_figure("trial.money", value, _YUAN)


def _valued(row: Row, key: str, value: Decimal) -> Cell:
    cell = row.cells[key]
    return replace(cell, value=value) if isinstance(cell, Figure) else cell


def _lever_formulas(at: int, all_: int, target: int) -> Formulas:
    return {
        (at, "after"): lambda c: f"={c(TRIAL, at, 'value').address}*(1+{c(TRIAL, at, 'share').address})",
        (at, "gain"): lambda c: f"={c(TRIAL, at, 'moved').address}*{c(TRIAL, at, 'share').address}",
        (at, "total"): partial(_total, at, all_),
        (at, "closes"): partial(_closes, at, target),
    }


def _total(at: int, all_: int, cell: Lookup) -> str:
    return f"={cell(TRIAL, all_, 'moved').address}+{cell(TRIAL, at, 'gain').address}"


def _closes(at: int, target: int, cell: Lookup) -> str:
    gap = cell(TRIAL, target, "gain").address
    return f'=IF({gap}=0,"",{cell(TRIAL, at, "gain").address}/{gap})'


def _together(all_: int, factors: list[int], others: list[int], cell: Lookup) -> str:
    product = "*".join(f"(1+{cell(TRIAL, at, 'share').address})" for at in factors) or "1"
    added = "".join(f"+{cell(TRIAL, at, 'gain').address}" for at in others)
    return f"={cell(TRIAL, all_, 'moved').address}*({product}-1){added}"


def _linked(row: int, cell: Lookup) -> str:
    """Next year's turnover as the table of targets has it, brought to 万元."""
    found = cell("targets", row, "target")
    factor = found.scale / _WAN
    return f"={found.address}" if factor == 1 else f"={found.address}*{format(factor.normalize(), 'f')}"


def _effect(key: str, base: int, factors: int, together: bool, cell: Lookup) -> str:
    share, moved = cell(SENSITIVITY, HEADING, key).address, cell(TRIAL, base, "moved").address
    return f"={moved}*((1+{share})^{factors}-1)" if together else f"={moved}*{share}"


def _table_closes(at: int, last: str, target: int, cell: Lookup) -> str:
    gap = cell(TRIAL, target, "gain").address
    return f'=IF({gap}=0,"",{cell(SENSITIVITY, at, last).address}/{gap})'


def _alone(base: int | None, all_: int, target: int, factors: int, cell: Lookup) -> str:
    now, gap = cell(TRIAL, all_, "moved").address, cell(TRIAL, target, "gain").address
    if base is None:
        return f"=({cell(TRIAL, target, 'total').address}/{now})^(1/{factors})-1"
    return f"={gap}/{cell(TRIAL, base, 'moved').address}"
