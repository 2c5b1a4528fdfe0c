"""Space on a sheet: how wide Chinese text is, what a sheet may be called, and a canvas written from top to bottom."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rpt.rendering.xlsx.cells import Operand
from rpt.rendering.xlsx.styles import BODY, FONT, LINK, MUTED, PAGE_TITLE, TABLE_TITLE, Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LEFT = 1  # column A is a margin
MARGIN = 1.5  # its width
LINE = 18.0  # points, a row of body text
WIDEST = 44.0  # characters; longer text wraps
NARROWEST = 9.0
_WIDE_PIXELS = 960  # from here on a page lies down: upright, type would shrink below seven points
REPORT_PIXELS = 700  # a report sheet is at least this wide, so that charts have room

_CHINESE_NUMBER = "[零一二三四五六七八九十百]+"
_NUMBERING = re.compile(
    rf"^\s*(?:第{_CHINESE_NUMBER}[章节部分]+|附[录表件][A-Z一二三四五六七八九十\d]*(?=[\s、：:.．])"
    rf"|{_CHINESE_NUMBER}(?=、)|（{_CHINESE_NUMBER}）|\(\d+\)|\d+(?:\.\d+)*(?=[.、．\s]))[\s、：:.．]*"
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_NAME_LIMIT = 31


def text_width(text: str) -> int:
    """Width in characters of a column: Chinese characters and full-width marks count two. The widest line counts."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n")),
        default=0,
    )


def lines_needed(text: str, width: float) -> int:
    """Lines that text takes in a cell ``width`` characters wide, wrapped anywhere, as Chinese is."""
    return sum(max(1, math.ceil(text_width(line) / max(width - 1, 1))) for line in text.split("\n"))


def pixels(width: float) -> int:
    """A column width in pixels, at seven per digit and five of padding (Excel's own rule for this type size)."""
    return int(width * 7 + 0.5) + 5


def sheet_names(titles: Iterable[str], reserved: Iterable[str] = ()) -> list[str]:
    """Sheet names for chapter titles: without numbering (一、), within Excel's rules, unique whatever the case."""
    taken = {name.casefold() for name in reserved} | {"history"}  # Excel keeps History for itself
    names = []
    for title in titles:
        base = _FORBIDDEN.sub(" ", _NUMBERING.sub("", title) or title)
        base = " ".join(base.split())[:_NAME_LIMIT].strip() or "章节"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            suffix = f"（{count}）"
            name = base[: _NAME_LIMIT - len(suffix)] + suffix
        taken.add(name.casefold())
        names.append(name)
    return names


def _filled(widths: Sequence[float]) -> list[float]:
    """Widths stretched, within reason, to the least a report sheet has; empty columns make up the rest."""
    stretch = REPORT_PIXELS / max(sum(map(pixels, widths)), 1)
    filled = [width * min(max(stretch, 1.0), 1.3) for width in widths]
    while sum(map(pixels, filled)) < REPORT_PIXELS - pixels(1):
        filled.append(min(NARROWEST, (REPORT_PIXELS - sum(map(pixels, filled))) / 7))
    return filled


def set_up_page(
    sheet: Worksheet, landscape: bool, heading: str, title_rows: tuple[int, int] | None, note: str = ""
) -> None:
    """A4, one page wide, page numbers and a note below, the report's name above, and rows repeated on every page."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    face = f'&"{FONT},Regular"&9&K{MUTED[1:]}'
    name = heading.replace("&", "&&")[:100]  # Excel takes 255 characters with the codes
    sheet.set_header(f"&L{face}{name}&R{face}&A", {"margin": 0.4})
    left = f"&L{face}{note}" if note else ""
    sheet.set_footer(f"{left}&C{face}第 &P 页，共 &N 页", {"margin": 0.4})
    if title_rows:
        sheet.repeat_rows(*title_rows)


class Canvas:
    """A report sheet written from top to bottom.

    It knows the widths of its columns (characters, from column B on), the row that comes next, and how much of the
    printed page is used, so that a table or chart that would be cut starts a new page.
    """

    def __init__(self, sheet: Worksheet, styles: Styles, widths: Sequence[float], heading: str) -> None:
        self.sheet = sheet
        self.styles = styles
        self.traced: Mapping[str, str] = {}  # ids of figures -> where they are traced ('溯源'!A7)
        self.widths = _filled(widths)
        self.row = 0
        self.header_row = 2  # the last table's header
        self.last_column = LEFT + len(self.widths) - 1
        self.width_pixels = sum(map(pixels, self.widths))
        self._heading = heading
        self._landscape = self.width_pixels > _WIDE_PIXELS
        self._used = 0.0
        self._repeated = 0.0
        self._end = 0  # the last row that holds something
        self._breaks: list[int] = []
        self._silenced: list[str] = []
        self.places: list[tuple[str, str, int]] = []  # number and title of what stands here, and its row
        self.cells: dict[tuple[str, int, str], Operand] = {}  # table id, row (-1 heads it), column key
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, MARGIN)
        for offset, width in enumerate(self.widths):
            sheet.set_column(LEFT + offset, LEFT + offset, width)

    @property
    def page_points(self) -> float:
        """The height of a printed page in points of the sheet: what one page wide leaves of A4."""
        wide, high = (10.4, 6.7) if self._landscape else (7.0, 10.1)  # inches inside the margins
        shrink = min(1.0, wide * 96 / (self.width_pixels + pixels(MARGIN)))
        return high * 72 / shrink

    def keep(self, height: float) -> None:
        """Start a new page where a block of this height (points) would be cut and fits on a page of its own."""
        room = self.page_points
        if self._used + height > room and height <= room - self._repeated and self._used > self._repeated:
            self._breaks.append(self.row)
            self._used = self._repeated

    def line(self, height: float = LINE) -> int:
        """Take the next row at this height in points, on a new page where this one is full, and give its index."""
        self.keep(height)
        self.gap(height)
        self._end = self.row - 1
        return self._end

    def gap(self, height: float) -> None:
        """Leave an empty row; at a page's foot, and at the end of the sheet, it takes no page of its own."""
        self.sheet.set_row(self.row, height)
        self.row += 1
        self._used += height

    def silence(self, area: str) -> None:
        """Keep Excel's green corners away from a range: years as text, formulas in some rows of a column only."""
        self._silenced.append(area)

    def spread(self, row: int, first: int, text: str, style: Format) -> None:
        """Write text over the columns from ``first`` to the last, as one cell."""
        if first < self.last_column:
            self.sheet.merge_range(row, first, row, self.last_column, "", style)
        self.sheet.write_string(row, first, text, style)

    def width_from(self, first: int) -> float:
        """The width in characters of the columns from ``first`` on."""
        return sum(pixels(width) for width in self.widths[first - LEFT :]) / 7

    def paragraph(self, text: str, style: Format, size: float = BODY, first: int = LEFT) -> int:
        """Write text that wraps over the width of the sheet, in a row as high as it needs; gives the row."""
        lines = lines_needed(text, self.width_from(first) * BODY / size)
        row = self.line(max(LINE, 6 + lines * size * 1.4))
        self.spread(row, first, text, style)
        return row

    def head(self, title: str, under: str, back_to: str = "") -> None:
        """The sheet's title with a way back, frozen and repeated on each printed page."""
        row = self.line(30)
        get = self.styles.get
        self.sheet.write_string(row, LEFT, title, get(bold=True, font_size=PAGE_TITLE, font_color=self.styles.accent))
        row = self.line(18)
        rule = {"bottom": 2, "bottom_color": self.styles.accent}
        for column in range(LEFT, self.last_column + 1):
            self.sheet.write_blank(row, column, None, get(**rule))
        self.sheet.write_string(row, LEFT, under, get(font_size=9, font_color=MUTED, **rule))
        if back_to:
            link = get(font_size=9, font_color=LINK, align="right", underline=1, **rule)
            text = f"返回{back_to}"
            self.sheet.write_url(row, self.last_column, f"internal:'{back_to}'!A1", link, text, text)
        self.gap(8)
        self.sheet.freeze_panes(self.row, 0)
        self._repeated = self._used

    def caption(self, text: str) -> int:
        """A heading inside the sheet, in the size of table titles."""
        row = self.line(20)
        self.sheet.write_string(row, LEFT, text, self.styles.get(bold=True, font_size=TABLE_TITLE))
        return row

    def finish(self, repeat_header: bool = False, one_page: bool = False) -> None:
        """Set the print area, the page and its breaks, when everything is written.

        ``repeat_header`` prints the table's header on every page too: right only where the sheet is one table.
        ``one_page`` fits the sheet to a single page.
        """
        repeated = (0, self.header_row if repeat_header else 2) if self._repeated else None
        set_up_page(self.sheet, self._landscape, self._heading, repeated)
        self.sheet.print_area(0, 0, self._end, self.last_column)
        if self._silenced:
            area = " ".join(self._silenced)
            self.sheet.ignore_errors({"number_stored_as_text": area, "formula_differs": area})
        if one_page:
            self.sheet.fit_to_pages(1, 1)
        elif self._breaks:
            self.sheet.set_h_pagebreaks(self._breaks)
