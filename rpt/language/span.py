"""Spans of days within a year: 1月1日—3月31日, out and in."""

from __future__ import annotations

import calendar
import re
from datetime import date

from rpt.language.parse import ParseError, parse_date

_BETWEEN = re.compile(r"\s*(?:[—–―~～至到]+|(?<=日)-)\s*")
_DAY = re.compile(r"(?P<month>\d{1,2})\s*(?:月|[./])\s*(?P<day>\d{1,2})\s*[日号]?")
_MONTH = re.compile(r"(?P<month>\d{1,2})\s*月(?P<part>初|底|末)?")


def span_text(first: date | None, last: date | None) -> str:
    """1月1日—3月31日, or the one day that is known; empty without any."""
    days = [f"{day.month}月{day.day}日" for day in (first, last) if day]
    return "—".join(days)


def read_span(text: str, year: int) -> tuple[date | None, date | None]:
    """Read a span as people write it; a day without a year is of ``year``, one day alone is the last (3月底, 3月31日).

    Raises ParseError where it is no span, or ends before it starts.
    """
    pieces = _BETWEEN.split(text.strip())
    if len(pieces) > 2:
        raise ParseError(f"“{text}”不是一段时间")
    last = _day(pieces[-1], year, ends=True)
    first = _day(pieces[0], year, ends=False) if len(pieces) == 2 else None
    if first is not None and last < first:
        raise ParseError(f"“{text}”的结束早于开始")
    return first, last


def _day(text: str, year: int, *, ends: bool) -> date:
    try:
        if found := _DAY.fullmatch(text):
            return date(year, int(found["month"]), int(found["day"]))
        if found := _MONTH.fullmatch(text):
            month = int(found["month"])
            closes = found["part"] in ("底", "末") or (ends and found["part"] is None)
            return date(year, month, calendar.monthrange(year, month)[1] if closes else 1)
    except (ValueError, IndexError) as error:
        raise ParseError(f"“{text}”不是存在的日期") from error
    return parse_date(text)
