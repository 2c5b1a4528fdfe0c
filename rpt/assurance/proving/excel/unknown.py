"""Whatever of a workbook no other check has looked at: its numbers and texts must still be the run's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rpt.assurance.proving.evidence import Evidence
from rpt.assurance.proving.excel.checks import CONTENTS, DATA, DEFINITIONS, ISSUES, TRACE, Book, stored
from rpt.assurance.proving.excel.package import SheetRead
from rpt.assurance.proving.excel.plan import OVERVIEW
from rpt.values.issue import Issue
from rpt.values.plan import Sensitivity

_EXHIBIT = re.compile(r"[表图](?:附)?\d+-\d+")


def contents(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """目录: every sheet with what it is for, and every table and chart once, by its number and title."""
    sheet = book.sheet(CONTENTS)
    if sheet is None:
        yield book.broken("xlsx_sheet", f"没有工作表“{CONTENTS}”")
        return
    run = evidence.run
    tables = ((one.number, one.title) for one in run.document.tables)
    exhibits = Counter((*tables, *((one.number, one.title) for one in run.document.charts)))
    for at, cell in sheet.cells.items():
        if not isinstance(cell.value, str) or not _EXHIBIT.fullmatch(cell.value):
            continue
        beside = (at[0], at[1] + 1)
        book.take(sheet, at)
        book.take(sheet, beside)
        named = (cell.value, sheet.text(beside))
        if exhibits[named] == 0:
            known = [cell for cell, part in zip((at, beside), named, strict=True) if any(part in e for e in +exhibits)]
            for wrong in [cell for cell in (at, beside) if cell not in known] or [at, beside]:
                yield book.broken("xlsx_text", f"目录里的“{' '.join(named)}”不是正文的图表", CONTENTS, wrong)
        exhibits[named] -= 1
    whole = book.is_whole(evidence)
    told = run.document.metrics
    measured = [m for m in run.ledger.measurements if whole or m.metric in told]
    metrics = [id for id in run.ledger.metrics if whole or id in told]
    abouts = (
        f"本报告{len(run.told.traced)}个数的算法、来源文件与单元格、所在位置，可筛选；点各表的表题可到这里",
        f"全部{len(measured)}项指标数值：同比、目标、来源文件与行号，可筛选",
        f"{len(metrics)}项指标的定义、单位、方向与汇总方式",
        f"{len(run.told.issues)}项数据问题及处理建议",
    )
    book.expect(CONTENTS, [*abouts, *(one.name for one in book.sheets)])


def rest(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """What is left is no number but the trial's, and no text with a digit but those that may stand in its sheet."""
    document = evidence.run.document
    heading = f"{document.company} {document.title}".strip()
    known = _numbers(evidence.run.plan.sensitivity if evidence.run.plan else None)
    for sheet in book.sheets:
        if sheet.name not in (OVERVIEW, TRACE, DATA, DEFINITIONS, ISSUES):
            book.expect(sheet.name, [sheet.name, heading])
        yield from _left(book, sheet, known)


def _left(book: Book, sheet: SheetRead, known: set[float]) -> Iterator[Issue]:
    told, words = book.told.get(sheet.name, set()), book.words.get(sheet.name, Counter())
    for at, cell in sheet.cells.items():
        if at in told:
            continue
        if isinstance(cell.value, float):
            if cell.value not in known:
                yield book.broken("xlsx_number", f"来历不明的数“{cell.value:.16G}”", sheet.name, at)
            continue
        text = _squeezed(cell.value)
        if words[text] > 0:
            words[text] -= 1
        elif any(sign.isdigit() for sign in text):
            yield book.broken("xlsx_text", f"来历不明的文字“{cell.value[:60]}”", sheet.name, at)


def _numbers(found: Sensitivity | None) -> set[float]:
    """The figures and shares of the plan's levers, which its trial and the headings of its table have."""
    if found is None:
        return set()
    scales = (1, 10_000, 100_000_000)
    exact = {*found.shares, *(lever.value / scale for lever in found.levers for scale in scales if lever.value)}
    numbers = {float(one) for one in (*exact, found.now / 10_000)}
    return numbers | {stored(number) for number in numbers}


def _squeezed(text: str) -> str:
    return "".join(text.split())
