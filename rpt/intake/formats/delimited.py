"""Text with a delimiter (csv, tsv, txt): cells with tabs, quotes and line ends inside, whichever line ends it has."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from rpt.intake.raw import RawSheet
from rpt.intake.refusal import TOO_LARGE, RefusedError, too_large
from rpt.values.limits import COLUMNS, Limits

_DELIMITERS = ",\t;|"
_HEAD, _HEAD_ROWS = 65_536, 60
_HINT = "请重新导出，或用 Excel 打开后另存为 .xlsx"


def read(text: str, name: str, limits: Limits) -> list[RawSheet]:
    """The text as one sheet. Cells are as written, ``="00123"`` and a leading apostrophe included; row n is record n.

    Quotes are read as CSV has them where they come in pairs, and as text where no cell is quoted (``5"屏``).
    Raises RefusedError: a quote that never closes, which would swallow rows, or beyond the limits.
    """
    delimiter = delimiter_of(text)
    try:
        rows = _rows(text, delimiter, limits)
    except csv.Error as error:
        rows = _loose(text, delimiter, limits, str(error))
    while rows and not any(rows[-1]):
        rows.pop()
    return [RawSheet(name, rows)] if rows else []


def delimiter_of(text: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, more than one."""
    first = text[:20].splitlines()[:1]
    if first and first[0].strip('"').lower().startswith("sep="):  # Excel's own way of saying it
        return first[0].strip('"')[4:5] or ","
    best, chosen = (0, 0), ","
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in _head(text, delimiter) if len(row) > 1)
        if widths:
            width, rows = max(widths.items(), key=lambda found: (found[1], found[0]))
            if (rows, width) > best:
                best, chosen = (rows, width), delimiter
    return chosen


def _head(text: str, delimiter: str) -> Iterator[list[str]]:
    """The first rows; quotes are respected where they come in pairs."""
    start = text[:_HEAD]
    if len(start) < len(text):  # the last line is cut
        start = start[: max(start.rfind("\n"), start.rfind("\r")) + 1] or start
    try:
        yield from list(islice(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), _HEAD_ROWS))
    except csv.Error:
        yield from (line.split(delimiter) for line in start.splitlines()[:_HEAD_ROWS])


def _rows(text: str, delimiter: str, limits: Limits, *, quoted: bool = True, strict: bool = True) -> list[list[str]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=strict)
    rows: list[list[str]] = []
    area = 0
    for row in found:
        area += len(row)
        if len(row) > COLUMNS:
            raise RefusedError(TOO_LARGE, f"第 {len(rows) + 1} 行的列数超出电子表格的上限", _HINT)
        if area > limits.area:
            raise too_large(f"到第 {len(rows) + 1} 行，表格的单元格数", area, limits.area, "area", "请分批导出")
        rows.append(row)
    return rows


def _loose(text: str, delimiter: str, limits: Limits, error: str) -> list[list[str]]:
    """Quotes are not as CSV has them: read without, or as far as they go, where every row then has its cells."""
    for quoted in (False, True):
        try:
            rows = _rows(text, delimiter, limits, quoted=quoted, strict=False)
        except csv.Error:
            continue
        if _even(rows) and not (quoted and _swallowed(rows)):
            return rows
    line = _unclosed(text, delimiter)
    message = f"第 {line} 行起的引号不成对，会吞掉后面的行"
    raise RefusedError("quotes", message, _HINT, error[:200])


def _even(rows: list[list[str]]) -> bool:
    """Whether all rows but titles above have as many cells as the widest most common."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return False
    width = max(widths, key=lambda found: (widths[found], found))
    return width > 1 and all(found <= width for found in widths) and widths[width] * 2 > sum(widths.values())


def _swallowed(rows: list[list[str]]) -> bool:
    return any("\n" in cell or "\r" in cell for row in rows for cell in row)


def _unclosed(text: str, delimiter: str) -> int:
    """The line on which strict reading begins the row it fails in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error:
        pass
    return line
