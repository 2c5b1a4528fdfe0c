"""Long ids that were numbers once: a spreadsheet keeps 15 digits of a number, and a float 17 at most.

The text that a reader gives of such a number has as many digits as the id had, the last of them wrong. One such id
can't be told from a true one; but true ones that all happen to be what a float prints are too unlikely to be true.
"""

from __future__ import annotations

import math
from decimal import Decimal

from rpt.engine import Engine, quote
from rpt.intake.header import Match
from rpt.intake.sheet import Place
from rpt.values.issue import Issue, Level

_EVIDENCE = 10.0  # bits: one chance in a thousand that true ids look so
_ASKED = 2000


def rounded_ids(engine: Engine, place: Place, found: Match, target: str) -> list[Issue]:
    """A warning for each id column whose ids of 16 and more digits all look like floats, at its first such cell."""
    issues = []
    for position, column in found.columns.items():
        if column.type != "id":
            continue
        rows = _long(engine, target, quote(column.key))
        texts = [str(text) for text, _ in rows]
        if _bits(texts) < _EVIDENCE:
            continue
        row = rows[0][1]
        message = (
            f"“{column.label}”超过 15 位，像是以数字保存过，末几位可能已不是原来的数：{texts[0]} 等 {len(texts)} 个"
        )
        hint = "请在导出时把该列设为文本，重新导出"
        issues.append(Issue("id_digits", Level.WARNING, message, place.cell(position, row), hint, texts[0]))
    return issues


def _long(engine: Engine, target: str, key: str) -> list[tuple[str, int]]:
    """The first different ids of 16 and more digits, and the first row of each."""
    is_long = f"length({key}) > 15 and regexp_full_match({key}, '[1-9][0-9]{{15,}}')"
    sql = f"select {key}, _row from {quote(target)} where {is_long}"
    first = f"select {key}, min(_row) from ({{}}) group by {key} order by 2 limit {_ASKED}"
    # hardly any column repeats its ids so often that it takes more than its first rows to find enough of them
    rows = engine.rows(first.format(f"{sql} order by _row limit {10 * _ASKED}"))
    return rows if len(rows) in (0, _ASKED) else engine.rows(first.format(sql))


def _bits(texts: list[str]) -> float:
    """How unlikely it is, in bits, that true ids look so: all with zeros after 15 digits, as a spreadsheet cuts them,
    or all among the whole numbers that are floats, of which there are fewer the longer they are."""
    cut = all(set(text[15:]) == {"0"} for text in texts)
    zeros = sum(len(text) - 15 for text in texts) * math.log2(10) if cut else 0.0
    floats = sum(math.log2(math.ulp(float(text))) for text in texts) if all(map(_is_float, texts)) else 0.0
    return max(zeros, floats)


def _is_float(text: str) -> bool:
    """Whether this is a float's exact value or its shortest spelling; readers give either."""
    number = float(text)
    return text in (str(int(number)), str(int(Decimal(repr(number)))))
