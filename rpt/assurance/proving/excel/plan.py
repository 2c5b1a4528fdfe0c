"""What the workbook's plan has beyond the document's tables: days and ids to edit by, the trial, and lists of 总览."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from rpt.assurance.proving.evidence import Evidence, differs
from rpt.assurance.proving.excel.checks import Book, judge
from rpt.assurance.proving.excel.lists import clipped
from rpt.assurance.proving.excel.package import At, SheetRead
from rpt.assurance.proving.excel.tables import heading, row_of, word
from rpt.values.document import Table
from rpt.values.finding import SEVERITIES
from rpt.values.issue import Issue
from rpt.values.ledger import measurement_id
from rpt.values.plan import Plan, Sensitivity

OVERVIEW = "总览"
_EPOCH = date(1899, 12, 30)  # day 0 of a workbook's calendar
_WAN = Decimal(10_000)
_MOST = 5  # problems, and measures, that 总览 has room for
_LEFT = 2
_SCALE, _ID = "换算", "编号"
_SHOWN = ("label", "unit", "value", "target", "needed", "verdict", "owner")  # columns of the targets on 总览


def asides(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """The columns that a program reads back: ids, what a row's number is multiplied with, and the days of measures."""
    plan = evidence.run.plan
    if plan is None:
        return
    ids = [measurement_id(one.metric, one.period, one.scope) for one in plan.targets]
    yield from _aside(evidence, book, "targets", ids)
    edited = f"黄底单元格可改，改后用rpt plan {plan.year} --from读回；“编号”与“换算”两列供读回识别，请勿改动。"
    for id in ("targets", "actions"):
        sheet = _sheet_of(book, evidence.tables.get(id))
        if sheet is not None:
            book.expect(sheet[0].name, [f"注：{edited}"])
    yield from _aside(evidence, book, "actions", [f"action.{plan.year}.{n}" for n in range(1, len(plan.actions) + 1)])
    found = _sheet_of(book, evidence.tables.get("actions"))
    if found is not None:
        days = {"开始": [a.starts_on for a in plan.actions], "完成": [a.ends_on for a in plan.actions]}
        for title, column in _headed(found[0], found[1] + 1, tuple(days)):
            for row, day in enumerate(days[title], found[1] + 2):
                if day is not None:
                    yield from judge(book, found[0], (row, column), float((day - _EPOCH).days), f"{title}日期")
    if plan.sensitivity is not None:
        yield from _trial(book, plan.sensitivity)


def _aside(evidence: Evidence, book: Book, id: str, ids: Sequence[str]) -> Iterator[Issue]:
    table = evidence.tables.get(id)
    found = _sheet_of(book, table)
    if table is None or found is None or len(table.rows) != len(ids):
        return
    sheet, top = found
    expected = next((column.scale for column in table.columns if column.key == "expected"), Decimal(1))
    for title, column in _headed(sheet, top + 1, (_SCALE, _ID)):
        for at, (row, name) in enumerate(zip(table.rows, ids, strict=True), top + 2):
            if title == _ID:
                yield from word(book, sheet, (at, column), name, "编号")
                continue
            scale = expected if id == "actions" else row.scale if row.scale is not None else Decimal(1)
            yield from judge(book, sheet, (at, column), float(scale), f"{name} 的换算")


def _sheet_of(book: Book, table: Table | None) -> tuple[SheetRead, int] | None:
    """The sheet and row of a table's caption."""
    name = f"{table.number} {table.title}".strip() if table is not None else ""
    for sheet in book.reports:
        for at, cell in sheet.cells.items():
            if name and at[1] == _LEFT and isinstance(cell.value, str) and cell.value.partition("（单位")[0] == name:
                return sheet, at[0]
    return None


def _headed(sheet: SheetRead, row: int, titles: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The columns that have these headings in a row."""
    for at, cell in sheet.row(row):
        if cell.value in titles:
            yield str(cell.value), at[1]


def _trial(book: Book, found: Sensitivity) -> Iterator[Issue]:
    """The trial: a row per lever with its figure, the share to change and the turnover that moves with it."""
    at = next(
        ((s, at[0]) for s in book.reports for at, c in s.cells.items() if str(c.value).startswith("试算：")),
        None,
    )
    if at is None:
        return
    sheet, top = at
    share = min((one for one in found.shares if one > 0), default=Decimal(0))
    levers = [lever for lever in found.levers if lever.value is not None and lever.moved is not None]
    for row, lever in enumerate(levers, top + 2):
        yield from word(book, sheet, (row, _LEFT), lever.label, "试算的因素")
        yield from judge(book, sheet, (row, _LEFT + 2), float(share), f"{lever.label}的变动比例")
        moved = sheet.cells.get((row, _LEFT + 4))
        if moved is not None and not moved.formula and lever.moved is not None:
            yield from judge(book, sheet, (row, _LEFT + 4), float(lever.moved / _WAN), f"{lever.label}随之变动的成交")
    row = top + 2 + len(levers) + 1
    yield from word(book, sheet, (row, _LEFT), f"{found.year}年目标", "试算的目标")
    amounts = {5: found.gap, 6: found.now + found.gap}
    for column, amount in amounts.items():
        cell = sheet.cells.get((row, _LEFT + column))
        if cell is not None and not cell.formula:
            yield from judge(book, sheet, (row, _LEFT + column), float(amount / _WAN), "试算的目标")


def overview(evidence: Evidence, book: Book) -> Iterator[Issue]:
    """总览: who and what, the problems that weigh most, next year's first targets and the measures that bring most."""
    sheet = book.sheet(OVERVIEW)
    if sheet is None:
        yield book.broken("xlsx_sheet", f"没有工作表“{OVERVIEW}”")
        return
    document, told, plan = evidence.run.document, evidence.run.told, evidence.run.plan
    book.expect(
        OVERVIEW, [document.company, document.title, document.subtitle, *document.facts, *document.facts.values()]
    )
    key_figures = evidence.tables.get("kpi")
    if key_figures is not None and key_figures.columns:
        first = key_figures.columns[0].key
        book.expect(OVERVIEW, [cell for row in key_figures.rows if isinstance(cell := row.cells.get(first), str)])
    if told.has_problems and told.findings:
        rows = []
        for at, finding in enumerate(told.findings[:_MOST], 1):
            answers = "；".join(action.measure for action in finding.actions[:2]) or "尚无对应举措"
            words = f"{clipped(finding.text)}\n举措：{answers}"
            rows.append((f"{at}　{SEVERITIES[finding.severity]}", words, finding.impact))
        yield from _rows(book, sheet, f"主要问题（共{len(told.findings)}项）", rows)
    if plan is not None:
        yield from _targets(evidence, book, sheet, plan)
        chosen = sorted(plan.actions, key=lambda action: -(action.expected or 0))[:_MOST]
        written = []
        for action in chosen:
            days = "至".join(day.isoformat() for day in (action.starts_on, action.ends_on) if day)
            written.append((action.measure, action.owner, days, action.expected))
        if written:
            yield from _rows(book, sheet, f"重点举措（按预期增量，共{len(plan.actions)}项）", written)


def _rows(
    book: Book, sheet: SheetRead, caption: str, rows: Sequence[Sequence[str | Decimal | None]]
) -> Iterator[Issue]:
    """A list under a caption: its rows' texts in their order, amounts in 万元 last."""
    at = _captioned(sheet, caption)
    if at is None:
        yield book.broken("xlsx_text", f"没有“{caption}”", sheet.name)
        return
    book.take(sheet, at)
    for number, row in enumerate(rows, at[0] + 2):
        wanted = [float(cell / _WAN) if isinstance(cell, Decimal) else cell for cell in row if cell]
        cells = list(sheet.row(number))
        for place, _ in cells:
            book.take(sheet, place)
        found = [cell.value for _, cell in cells]
        if found != wanted:
            message = differs(caption, " ".join(map(str, wanted)), " ".join(map(str, found)))
            at_cell = next((p for (p, c), w in zip(cells, wanted, strict=False) if c.value != w), (number, _LEFT))
            yield book.broken("xlsx_text", message, sheet.name, at_cell)


def _targets(evidence: Evidence, book: Book, sheet: SheetRead, plan: Plan) -> Iterator[Issue]:
    """The targets on 总览: each of its rows is another row of the table of targets."""
    table = evidence.tables.get("targets")
    at = _captioned(sheet, f"{plan.year}年目标（共{len(plan.targets)}项）")
    if table is None or len(table.rows) != len(plan.targets):
        return
    if at is None:
        yield book.broken("xlsx_text", f"没有“{plan.year}年目标（共{len(plan.targets)}项）”", sheet.name)
        return
    book.take(sheet, at)
    columns = [column for key in _SHOWN for column in table.columns if column.key == key]
    for offset, column in enumerate(columns):
        yield from word(book, sheet, (at[0] + 1, _LEFT + offset), heading(table, column), "目标的表头")
    left = list(table.rows)
    number = at[0] + 2
    while sheet.text((number, _LEFT)) and left:
        best: list[Issue] | None = None
        chosen = left[0]
        for row in left:
            scratch = Book(book.file, book.sheets)
            short = Table("", "", "", "", tuple(columns), (row,))
            found = list(row_of(scratch, short, sheet, number))
            if best is None or len(found) < len(best):
                best, chosen = found, row
            if not found:
                break
        left.remove(chosen)
        for place, _ in sheet.row(number):
            book.take(sheet, place)
        yield from best or ()
        number += 1


def _captioned(sheet: SheetRead, caption: str) -> At | None:
    return next((at for at, cell in sheet.cells.items() if at[1] == _LEFT and cell.value == caption), None)
