"""How likely a header is a column: by its name first, and by what stands below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rpt.intake.clean import MISSING
from rpt.intake.preset import presets
from rpt.intake.schema import ColumnSchema, normalise
from rpt.language.parse import ParseError, parse_date, parse_number, split_unit
from rpt.values.mapping import Confidence

NEAR, LIKELY = 0.55, 0.75
_BRACKETS = re.compile(r"[(\[【「].*?[)\]】」]")
_RATE = re.compile(r"率|占比|比例|roi")


@dataclass(frozen=True)
class Likeness:
    """A score up to 1, the word for it, and the reason in Chinese."""

    score: float
    confidence: Confidence
    reason: str


def likeness(table: str, column: ColumnSchema, header: str, values: Sequence[str]) -> Likeness | None:
    """How a header is like a column of ``table``; None where its name or its values say that it is not."""
    name = _bare(header)
    if not name or not _fits(column, values):
        return None
    for preset, headers in _preset_headers(table, column.key):
        if name in headers:
            return Likeness(1, "高", f"是预设“{preset}”里的列名")
    known = (column.label, *column.aliases)
    if same := next((other for other in known if _bare(other) == name), None):
        return Likeness(1, "高", f"与“{same}”只差括号、空白或标点")
    if bool(_RATE.search(name)) != (column.type == "rate" or bool(_RATE.search(_bare(column.label)))):
        return None
    score, other = max((SequenceMatcher(None, name, _bare(other)).ratio(), other) for other in known)
    if score < NEAR:
        return None
    told = f"，下面的值像{_KINDS.get(column.type, '文字')}" if values else ""
    return Likeness(score, "中" if score >= LIKELY and values else "低", f"名称与“{other}”相近{told}")


_KINDS = {
    **dict.fromkeys(("date", "datetime", "month", "year"), "日期"),
    **dict.fromkeys(("integer", "number", "money", "measure"), "数字"),
    "rate": "比率",
    "id": "编号",
}


def _bare(header: str) -> str:
    """A header without its unit, brackets and punctuation."""
    label = split_unit(header)[0]
    return re.sub(r"[\s:：_\-·*/]+", "", _BRACKETS.sub("", normalise(label)) or normalise(label))


def _preset_headers(table: str, key: str) -> list[tuple[str, set[str]]]:
    return [
        (name, {_bare(header) for c in feed.columns if c.key == key for header in (c.label, *c.aliases)})
        for name, preset in presets().items()
        for feed in preset.feeds
        if feed.table == table
    ]


def _fits(column: ColumnSchema, values: Sequence[str]) -> bool:
    """Whether nearly all values are of the column's type. No values contradict nothing."""
    filled = [value.strip() for value in values if value.strip().lower() not in MISSING]
    if not filled:
        return True
    good = sum(_is_of(column, value) for value in filled)
    return good >= 0.9 * len(filled)


def _is_of(column: ColumnSchema, value: str) -> bool:
    match column.type:
        case "date" | "datetime" | "month":
            return _reads(parse_date, value)
        case "year":
            return re.fullmatch(r"(19|20)\d\d(\.0| *年度?)?", value) is not None
        case "integer" | "number" | "money":
            return "%" not in value and _reads(parse_number, value)
        case "rate":
            return _reads(parse_number, value)
        case "id":
            return re.search(r"[\s:：%]", value.strip("\t'")) is None
        case "text":
            return not _reads(parse_number, value)
        case _:
            return True


def _reads(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ParseError:
        return False
    return True
