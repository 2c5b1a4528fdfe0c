"""Short lists on a page whose columns belong to another table: cells that span several columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rpt.rendering.xlsx.layout import LEFT, LINE, Canvas, lines_needed, pixels
from rpt.rendering.xlsx.styles import HAIRLINE, INK, MEDIUM, MUTED, THIN

Content = str | tuple[str, str] | Decimal | None  # words, words with a muted line below, a number


@dataclass(frozen=True)
class Span:
    """A column of such a list: its title, the sheet's columns it takes, and its number format where it has numbers."""

    title: str
    first: int
    last: int
    number_format: str = ""


def write_rows(canvas: Canvas, spans: Sequence[Span], rows: Sequence[Sequence[Content]]) -> None:
    """Write the list in three-line style, each row as high as its words need."""
    head: dict[str, Any] = {"bold": True, "top": MEDIUM, "bottom": THIN, "top_color": INK, "bottom_color": INK}
    top = canvas.line(19)
    for span in spans:
        _put(canvas, top, span, span.title, head)
    for number, row in enumerate(rows, 1):
        last = number == len(rows)
        edge = {"bottom": MEDIUM if last else THIN, "bottom_color": INK if last else HAIRLINE}
        lines = max(_lines(canvas, span, cell) for span, cell in zip(spans, row, strict=True))
        at = canvas.line(LINE if lines == 1 else 5 + 13.5 * lines)
        for span, cell in zip(spans, row, strict=True):
            _put(canvas, at, span, cell, edge)


def _lines(canvas: Canvas, span: Span, cell: Content) -> int:
    width = sum(pixels(canvas.widths[column - LEFT]) for column in range(span.first, span.last + 1)) / 7 - 1
    texts = cell if isinstance(cell, tuple) else (cell,) if isinstance(cell, str) else ()
    return max(1, sum(lines_needed(text, width) for text in texts))


def _put(canvas: Canvas, row: int, span: Span, cell: Content, look: dict[str, Any]) -> None:
    """Write one cell over its columns; what starts with = stays text."""
    get, sheet = canvas.styles.get, canvas.sheet
    align = "right" if span.number_format else "left"
    style = get(text_wrap=True, align=align, num_format=span.number_format or None, **look)
    if span.last > span.first:
        sheet.merge_range(row, span.first, row, span.last, "", style)
    if isinstance(cell, tuple):
        sheet.write_rich_string(
            row, span.first, get(), cell[0], get(font_color=MUTED, font_size=9), f"\n{cell[1]}", style
        )
    elif isinstance(cell, Decimal):
        sheet.write_number(row, span.first, float(cell), style)
    elif cell:
        sheet.write_string(row, span.first, cell, style)
    else:
        sheet.write_blank(row, span.first, None, style)
