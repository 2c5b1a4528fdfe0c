"""The sheet 目录: every sheet, table and chart by number and title, each a link to where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rpt.rendering.xlsx.layout import LEFT, Canvas, lines_needed
from rpt.rendering.xlsx.styles import HAIRLINE, LINK, MUTED, Styles, mix

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CONTENTS = "目录"
_WIDTHS = (9.0, 46.0, 9.0, 42.0)
_ROW = 16.5  # points
_MOST_ON_A_PAGE = 84

Place = tuple[str, str, int]  # number, title, row


@dataclass(frozen=True)
class Entry:
    """A sheet in the contents: its name, what it is for, and the tables and charts that stand on it."""

    sheet: str
    about: str = ""
    places: tuple[Place, ...] = ()


def write_contents(sheet: Worksheet, styles: Styles, entries: Sequence[Entry], heading: str, overview: str) -> None:
    """Write the contents: tables at the left, charts at the right of each sheet's name."""
    canvas = Canvas(sheet, styles, _WIDTHS, heading)
    canvas.head(CONTENTS, heading, overview)
    for entry in entries:
        _write_entry(canvas, entry)
    canvas.finish(one_page=canvas.row <= _MOST_ON_A_PAGE)


def _write_entry(canvas: Canvas, entry: Entry) -> None:
    charts = sorted((place for place in entry.places if place[0].startswith("图")), key=_order)
    tables = [place for place in entry.places if place not in charts]
    rows = list(zip_longest(tables, charts))
    canvas.keep(_ROW * (len(rows) + 1))
    height = 18 if not entry.about else max(18, 4 + 14 * lines_needed(entry.about, canvas.width_from(LEFT + 2)))
    row = canvas.line(height)
    look: dict[str, Any] = {"bg_color": mix(canvas.styles.accent, "#FFFFFF", 0.90), "valign": "vcenter"}
    for column in range(LEFT, canvas.last_column + 1):
        canvas.sheet.write_blank(row, column, None, canvas.styles.get(**look))
    link = canvas.styles.get(bold=True, font_color=LINK, underline=1, **look)
    canvas.sheet.merge_range(row, LEFT, row, LEFT + 1, "", link)
    _link(canvas, row, LEFT, entry.sheet, "A1", link, entry.sheet)
    if entry.about:
        canvas.spread(row, LEFT + 2, entry.about, canvas.styles.get(font_color=MUTED, text_wrap=True, **look))
    for left, right in rows:
        at = canvas.line(_ROW)
        for first, place in ((LEFT, left), (LEFT + 2, right)):
            if place is not None:
                _write_place(canvas, at, first, entry.sheet, place)


def _order(place: Place) -> list[int]:
    """图2-10 after 图2-9: heat maps stand above the other charts of their sheet, not in the contents."""
    return [int(part) for part in re.findall(r"\d+", place[0])]


def _write_place(canvas: Canvas, row: int, first: int, sheet: str, place: Place) -> None:
    number, title, where = place
    edge: dict[str, Any] = {"bottom": 1, "bottom_color": HAIRLINE}
    canvas.sheet.write_string(row, first, number, canvas.styles.get(font_color=MUTED, **edge))
    link = canvas.styles.get(font_color=LINK, **edge)
    _link(canvas, row, first + 1, sheet, f"A{where + 1}", link, title)


def _link(canvas: Canvas, row: int, column: int, sheet: str, cell: str, style: Any, text: str) -> None:
    canvas.sheet.write_url(row, column, f"internal:'{sheet}'!{cell}", style, text, f"转到{text}"[:255])
