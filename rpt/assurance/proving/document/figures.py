"""The document held against the ledger: every figure's value, its text, and the same figure wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from rpt.assurance.proving.evidence import Evidence, broken, differs, same
from rpt.assurance.proving.reading import Printed, Unit
from rpt.assurance.proving.rounding import says, scales_of
from rpt.values.document import Cell, Figure, FigureKind, Table
from rpt.values.issue import Issue

DOCUMENT = "报告正文"
# counts that are told under one name: rows shown and rows in all, the document's own
_SHARED = ("document", "table.")


def values(evidence: Evidence) -> Iterator[Issue]:
    """Every figure printed is the ledger's, and the same figure has the same value everywhere."""
    seen: dict[str, Decimal] = {}
    for unit, printed in _numbers(evidence):
        value = _exact(printed)
        if value is None:
            yield broken("figure_value", f"{printed.ref} 的值“{printed.value}”不是数字", DOCUMENT, unit.chapter)
            continue
        yield from _judge(evidence, printed.ref, value, unit.chapter, seen)
    for table, figure in evidence.figures():
        if figure.value is not None:
            yield from _judge(evidence, figure.ref, figure.value, table.title, seen)


def _judge(evidence: Evidence, ref: str, value: Decimal, where: str, seen: dict[str, Decimal]) -> Iterator[Issue]:
    if evidence.known(ref):
        expected = evidence.expected(ref)
        if expected is None or not same(expected, value):
            yield broken("figure_value", differs(ref, expected, value), DOCUMENT, where)
    elif not ref.startswith(_SHARED) and not same(
        abs(seen.setdefault(ref, value)), abs(value)
    ):  # words may say the sign
        yield broken("figure_twice", differs(f"{ref} 前后不一", seen[ref], value), DOCUMENT, where)


def texts(evidence: Evidence) -> Iterator[Issue]:
    """Every figure's text is its value, rounded once in the unit it is shown in."""
    for unit, printed in _numbers(evidence):
        value = _exact(printed)
        if unit.table or value is None:
            continue  # tables are judged by their specification, which knows the column's unit
        if not says(printed.text, value):
            yield broken("figure_text", differs(printed.ref, value, printed.text), DOCUMENT, unit.chapter)
    for table in evidence.run.document.tables:
        for row in table.rows:
            for column in table.columns:
                cell = row.cells.get(column.key)
                if not isinstance(cell, Figure) or cell.value is None:
                    continue
                stated = column.scale if cell.kind is FigureKind.NUMBER or row.scale is None else row.scale
                if not says(cell.text, cell.value, scales_of(cell.unit, stated)):
                    message = differs(cell.ref, cell.value, cell.text)
                    yield broken("figure_text", message, DOCUMENT, f"{table.number} {table.title}")


def tables(evidence: Evidence) -> Iterator[Issue]:
    """Every table of the document stands on the page as it was specified, cell by cell."""
    standing: dict[str, dict[int, list[Unit]]] = {}
    for unit in evidence.page.units:
        if unit.table and unit.tag in ("td", "th"):
            standing.setdefault(unit.table, {}).setdefault(unit.row, []).append(unit)
    for table in evidence.run.document.tables:
        rows = standing.get(table.id, {})
        if not rows:
            yield broken("table_missing", f"{table.number} {table.title}：正文里没有这张表", DOCUMENT, table.title)
            continue
        for number, row in enumerate(table.page, 1):
            wanted = [row.cells.get(column.key) for column in table.columns if column.printed]
            said = [_squeezed(text) for text in map(_said, wanted) if text.strip()]
            found = [_squeezed(unit.text) for unit in rows.get(number, ())]
            yield from _cells(table, number, said, found)


def _cells(table: Table, number: int, said: list[str], found: list[str]) -> Iterator[Issue]:
    where = f"{table.number} {table.title} 第{number}行"
    if len(said) != len(found):
        yield broken("table_cells", differs(where, f"{len(said)}格", f"{len(found)}格"), DOCUMENT)
        return
    for one, other in zip(said, found, strict=True):
        if one != other:
            yield broken("table_cells", differs(where, one, other), DOCUMENT)


def _numbers(evidence: Evidence) -> Iterator[tuple[Unit, Printed]]:
    for unit in evidence.page.units:
        for printed in unit.figures:
            if printed.value is not None:
                yield unit, printed


def _exact(printed: Printed) -> Decimal | None:
    try:
        value = Decimal(printed.value or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _said(cell: Cell) -> str:
    return cell.text if isinstance(cell, Figure) else cell or ""


def _squeezed(text: str) -> str:
    return "".join(text.split())
