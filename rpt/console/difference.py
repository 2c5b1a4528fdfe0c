"""What changed between two runs, on a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from rpt.console import Console
from rpt.values.difference import Change, Difference, FigureChange, RowChange

_WORDS = {Change.CHANGED: "改动", Change.ADDED: "新增", Change.REMOVED: "删除"}
_ROWS = 50  # listed without --verbose


def show_difference(console: Console, found: Difference) -> None:
    """Figures that read otherwise, then the input rows; with --verbose also what changed beyond the digits printed."""
    console.line(f"旧：{found.old.id}　新：{found.new.id}")
    figures = found.figures if console.verbose else found.shown
    if figures:
        heads = ("数", "期间", "旧", "新", "差", "来源行")
        rows = [(f.label, f.period, f.old or "—", f.new or "—", f.difference, _rows_of(f, found)) for f in figures]
        console.table(f"变了的数{len(figures)}个", heads, rows, right=(2, 3, 4))
    else:
        console.line("报告里印出的数没有变化")
    if rest := len(found.figures) - len(figures):
        console.line(
            f"另有{rest}个数的变化没有印在报告里（在 Excel 的“数据”表与 JSON 里，或小于印出的位数）；加 --verbose 列出"
        )
    _show_files(console, found)
    _show_rows(console, found)
    if found.old.version != found.new.version:
        console.note(f"rpt 的版本不同：{found.old.version} 与 {found.new.version}，算法或写法可能有变")


def _rows_of(figure: FigureChange, found: Difference) -> str:
    """The first row behind a figure, and how many more are known."""
    if not figure.rows:
        return ""
    first = found.rows[figure.rows[0]].place
    return first if len(figure.rows) == 1 else f"{first} 等{len(figure.rows)}处"


def _show_files(console: Console, found: Difference) -> None:
    for file, change in found.files.items():
        console.line(f"文件{_WORDS[change]}：{file}")
    if not found.files:
        console.line("来源文件没有变化")


def _show_rows(console: Console, found: Difference) -> None:
    for count in found.counts.values():
        parts = (("改动", count.changed), ("新增", count.added), ("删除", count.removed))
        said = "、".join(f"{word}{number:,}行" for word, number in parts if number)
        console.line(f"表“{count.label}”：{said}" + ("" if count.is_whole else "（太多，只列出其中一部分）"))
    listed = found.rows if console.verbose else found.rows[:_ROWS]
    if listed:
        rows = [(_WORDS[row.change], row.label, row.place, row.key, _cells(row)) for row in listed]
        console.table("来源行", ("变化", "表", "位置", "行", "旧 → 新"), rows)
    if len(listed) < len(found.rows):
        console.line(f"……还有{len(found.rows) - len(listed):,}行，加 --verbose 查看")


def _cells(row: RowChange) -> str:
    if row.change is not Change.CHANGED:
        return ""
    return "；".join(f"{cell.column} {cell.old or '空'} → {cell.new or '空'}" for cell in row.cells)


def difference_text(found: Difference) -> str:
    """The difference as JSON; exact values are decimal strings, ``rows`` of a figure are positions in ``rows``."""
    return json.dumps(
        asdict(found) | {"corrections": found.corrections}, default=_spelled, ensure_ascii=False, indent=1
    )


def _spelled(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
