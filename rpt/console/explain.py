"""A figure explained, as a terminal shows it."""

from __future__ import annotations

from decimal import Decimal

from rpt.console import Console
from rpt.values.explanation import Explanation, Extract, Printed, Sample

_PLACES = 12


def show(console: Console, explained: Explanation) -> None:
    """Label and value, definition and formula, which rows count, the sheets and first rows, and where it is printed."""
    head = f"{explained.label}　{explained.text}" if explained.value is not None else f"{explained.label}　无"
    console.line(head)
    _pair(console, "编号", explained.ref)
    if explained.value is not None:
        _pair(console, "精确值", _exact(explained.value, explained.unit))
    _pair(console, "没有数值", explained.reason)
    _pair(console, "口径", explained.definition)
    if made := explained.calculation:
        _pair(console, "算法", made.words)
        _pair(console, "代入", made.numbers)
    for note in explained.notes:
        _pair(console, "说明", note)
    for operand in explained.operands:
        _operand(console, operand)
    _pair(console, "期间", explained.period)
    _pair(console, "范围", explained.scope)
    for extract in explained.sources:
        _pair(console, "来源", _extract(extract))
    for sample in explained.samples:
        _sample(console, sample)
    for place in explained.printed[:_PLACES]:
        _pair(console, "印在", _place(place))
    if len(explained.printed) > _PLACES:
        _pair(console, "", f"……共{len(explained.printed)}处")


def _pair(console: Console, name: str, text: str) -> None:
    if text:
        console.line(f"  {name}{'　' * (5 - len(name))}{text}")


def _exact(value: Decimal, unit: str) -> str:
    plain = f"{value * 100 if unit == '百分点' else value:,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{plain} {unit}".rstrip() if unit != "比率" else f"{plain}（比率，1 为 100%）"


def _operand(console: Console, operand: Explanation) -> None:
    value = "无" if operand.value is None else _exact(operand.value, operand.unit)
    _pair(console, "其中", f"{operand.label}　{value}　{operand.ref}")
    if operand.calculation and operand.calculation.words:
        numbers = f"：{operand.calculation.numbers}" if operand.calculation.numbers else ""
        _pair(console, "", f"　{operand.calculation.words}{numbers}")
    for note in operand.notes:
        _pair(console, "", f"　{note}")


def _extract(extract: Extract) -> str:
    where = " › ".join(part for part in (extract.file, extract.sheet) if part) or extract.table
    cells = extract.cells or (f"第{extract.first_row}—{extract.last_row}行" if extract.last_row else "")
    sha = f"　SHA-256 {extract.sha256}" if extract.sha256 else ""
    return f"{where} {cells}，计入{extract.rows:,}行{sha}"


def _sample(console: Console, sample: Sample) -> None:
    conditions = f"，只计{'；'.join(sample.conditions)}" if sample.conditions else ""
    kind = "中间表（" + sample.table + "）" if sample.is_derived else f"表“{sample.table}”"
    conditions += f"，{sample.shared}与上面各行相同" if sample.shared else ""
    shown = f"，前{len(sample.rows)}行：" if len(sample.rows) < sample.total else "："
    name = "来源的行" if sample.shared else "计入的行"
    _pair(console, name, f"{kind}{sample.total:,}行{conditions}{shown if sample.rows else ''}")
    for row in sample.rows:
        cells = "　".join(
            f"{cell.label} {cell.text or '（空）'}" + (f"〔{cell.address}〕" if cell.address else "")
            for cell in row.cells
        )
        console.line(f"    {f'第{row.row}行　' if row.row is not None else ''}{cells}")


def _place(place: Printed) -> str:
    told = [place.report, place.chapter, place.table or ("正文" if place.chapter else ""), place.words]
    if place.page is not None:
        told.append(f"PDF 第{place.page}页")
    if place.cell is not None:
        told.append(f"Excel {place.cell}")
    return "　".join(part for part in told if part)
