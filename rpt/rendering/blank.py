"""Empty workbooks to fill in: a guide, a sheet per table with formats, notes and drop-downs, and the lists of these."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rpt.rendering.xlsx.layout import text_width
from rpt.rendering.xlsx.styles import BODY, FONT, HAIRLINE, INK, LINK, MUTED, PAGE_TITLE, TABLE_TITLE, Styles, mix
from rpt.values.blank import GUIDE, LISTS, BlankBook, BlankColumn, BlankSheet, Kind
from rpt.values.theme import Theme

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_LAST_ROW = 1_048_575
_LISTED = 500  # rows of a drop-down's list that people may fill with names of their own
_INLINE = 255  # Excel's limit for a list written into the rule itself
_FORMATS: dict[Kind, tuple[str, int]] = {  # number format, least width
    "id": ("@", 20),
    "text": ("@", 14),
    "date": ("yyyy-mm-dd", 13),
    "datetime": ("yyyy-mm-dd hh:mm:ss", 21),
    "month": ('yyyy"年"m"月"', 13),
    "year": ("0", 9),
    "integer": ("#,##0", 13),
    "number": ("#,##0.##", 13),
    "money": ("#,##0.00", 16),
    "rate": ("0.0%", 11),
    "yes_no": ("@", 10),
    "measure": ("@", 12),  # text, so that 30% and 3.2:1 stay as they are typed
}
_GUIDE_HEADS = ("工作表", "列名", "是否必填", "类型", "单位", "示例", "也认这些列名")
_GUIDE_WIDTHS = (16, 24, 10, 16, 8, 34, 46)


def write_blank(path: Path, book: BlankBook, theme: Theme) -> None:
    """Write ``book`` to ``path``: headers only, so that what is typed starts in row 2."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": book.title})
        _Writer(workbook, book, theme).write()


class _Writer:
    """One workbook on its way: its formats, and the lists of its drop-downs."""

    def __init__(self, workbook: Workbook, book: BlankBook, theme: Theme) -> None:
        self.workbook, self.book = workbook, book
        self.styles = Styles(workbook, theme)
        self.lists: dict[tuple[str, tuple[str, ...]], str] = {}  # header and choices -> the formula that lists them

    def write(self) -> None:
        guide = self.workbook.add_worksheet(GUIDE)
        for sheet in self.book.sheets:
            self._sheet(self.workbook.add_worksheet(sheet.name), sheet)
        if self.lists:
            self._lists()
        self._guide(guide)
        guide.activate()

    # --- a sheet to fill in

    def _sheet(self, page: Worksheet, sheet: BlankSheet) -> None:
        page.freeze_panes(1, 0)
        page.set_row(0, 24)
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        for at, column in enumerate(sheet.columns):
            pattern, least = _FORMATS[column.kind]
            wide = max(least, text_width(column.header) + 3)
            page.set_column(at, at, wide, self.styles.get(num_format=pattern))
            page.write_string(0, at, column.header, self._head(column.is_required))
            note = _note(column)
            page.write_comment(0, at, note, _box(note))
            if column.choices:
                page.data_validation(1, at, _LAST_ROW, at, self._choice(column))

    def _head(self, required: bool) -> object:
        accent = self.styles.accent
        colours = ("#FFFFFF", accent) if required else (accent, mix(accent, "#FFFFFF", 0.85))
        return self.styles.get(
            bold=True, font_color=colours[0], bg_color=colours[1], align="center", border=1, border_color=HAIRLINE
        )

    def _choice(self, column: BlankColumn) -> dict[str, object]:
        """The rule of a drop-down: a closed list refuses other values, an open one only offers its own."""
        rule: dict[str, object] = {"validate": "list", "ignore_blank": True}
        if column.closed and len(",".join(column.choices)) <= _INLINE:
            shown = "、".join(column.choices)
            wrong = {"error_title": "不在可选范围内", "error_message": f"这一列只能填：{shown}"[:255]}
            return rule | {"source": list(column.choices), "error_type": "stop"} | wrong
        return rule | {"source": self._listed(column), "show_error": False}

    def _listed(self, column: BlankColumn) -> str:
        """The formula for a column's list on the sheet of lists, as long as people have made it."""
        key = (column.header, column.choices)
        if key not in self.lists:
            letter = chr(ord("A") + len(self.lists))
            cells = f"{LISTS}!${letter}$3:${letter}${_LISTED}"
            self.lists[key] = f"=OFFSET({LISTS}!${letter}$3,0,0,MAX(1,COUNTA({cells})),1)"
        return self.lists[key]

    def _lists(self) -> None:
        page = self.workbook.add_worksheet(LISTS)
        page.hide_gridlines(2)
        muted = self.styles.get(font_color=MUTED)
        page.write_string(0, 0, "下拉列表里的名字：可以改，也可以接在下面增加（中间不要空行），表中随即可选。", muted)
        for at, (header, choices) in enumerate(self.lists):
            page.set_column(at, at, max(16, *(text_width(choice) + 3 for choice in choices)))
            page.write_string(1, at, header, self._head(required=False))
            for row, choice in enumerate(choices, 2):
                page.write_string(row, at, choice, self.styles.get())
        page.freeze_panes(2, 0)

    # --- the guide

    def _guide(self, page: Worksheet) -> None:
        get = self.styles.get
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        for at, wide in enumerate(_GUIDE_WIDTHS):
            page.set_column(at, at, wide)
        page.set_default_row(18)
        page.set_row(0, 32)
        page.write_string(0, 0, self.book.title, get(font_size=PAGE_TITLE, bold=True, font_color=self.styles.accent))
        row = 1
        for number, step in enumerate(self.book.steps, 1):
            page.write_string(row, 0, f"{number}. {step}", get())
            row += 1
        row = self._purposes(page, row + 1)
        self._columns(page, row + 1)

    def _purposes(self, page: Worksheet, row: int) -> int:
        """What each sheet is for, with a link to it; returns the row after."""
        self._title(page, row, "各工作表")
        for at, head in enumerate(("工作表", "一行是什么", "", "用途", "", "", "")):
            page.write_string(row + 1, at, head, self._line_head())
        row += 2
        for sheet in self.book.sheets:
            self._link(page, row, sheet.name, first=False)
            page.merge_range(row, 1, row, 2, sheet.grain, self._cell())
            page.merge_range(row, 3, row, len(_GUIDE_HEADS) - 1, sheet.purpose, self._cell())
            row += 1
        return row

    def _columns(self, page: Worksheet, row: int) -> None:
        """One row per column of every sheet."""
        self._title(page, row, "各列怎么填")
        for at, head in enumerate(_GUIDE_HEADS):
            page.write_string(row + 1, at, head, self._line_head(centred=at == 2))
        page.repeat_rows(row + 1)
        row += 2
        for sheet in self.book.sheets:
            for nth, column in enumerate(sheet.columns):
                first = nth == 0
                if first:
                    self._link(page, row, sheet.name)
                else:
                    page.write_blank(row, 0, None, self._cell(first))
                bold, must = (True, "必填") if column.is_required else (None, "选填")
                page.write_string(row, 1, column.header, self._cell(first, bold=bold))
                page.write_string(row, 2, must, self._cell(first, bold=bold, align="center"))
                page.write_string(row, 3, column.kind_name, self._cell(first))
                page.write_string(row, 4, column.unit or "—", self._cell(first))
                page.write_string(row, 5, column.example, self._cell(first))
                page.write_string(
                    row, 6, "、".join(column.aliases) or "—", self._cell(first, font_color=MUTED, wrap=True)
                )
                row += 1

    def _title(self, page: Worksheet, row: int, text: str) -> None:
        page.set_row(row, 22)
        page.write_string(
            row, 0, text, self.styles.get(font_size=TABLE_TITLE, bold=True, font_color=self.styles.accent)
        )

    def _line_head(self, *, centred: bool = False) -> object:
        return self.styles.get(
            bold=True,
            bg_color=mix(self.styles.accent, "#FFFFFF", 0.85),
            font_color=self.styles.accent,
            align="center" if centred else None,
            top=1,
            bottom=1,
            border_color=self.styles.accent,
        )

    def _cell(
        self,
        first: bool = False,
        *,
        bold: bool | None = None,
        align: str | None = None,
        font_color: str = INK,
        wrap: bool = False,
    ) -> object:
        """A cell of the guide; the first row of a sheet's columns has the stronger line above it."""
        return self.styles.get(
            bold=bold,
            align=align or "left",
            font_color=font_color,
            text_wrap=wrap or None,
            top=1 if first else 7,
            top_color=MUTED if first else HAIRLINE,
        )

    def _link(self, page: Worksheet, row: int, name: str, *, first: bool = True) -> None:
        line = {"top": 1, "top_color": MUTED} if first else {"top": 7, "top_color": HAIRLINE}
        look = self.styles.get(font_color=LINK, underline=1, **line)
        page.write_url(row, 0, f"internal:'{name}'!A2", look, string=name)


def _note(column: BlankColumn) -> str:
    """What the comment of a header says: whether it must be filled in, with what, in which unit, and an example."""
    lines = ["必填" if column.is_required else "选填，没有可留空", f"类型：{column.kind_name}"]
    if column.unit:
        lines.append(f"单位：{column.unit}")
    if column.closed:
        lines.append(f"只能填：{'、'.join(column.choices)}")
    elif column.choices:
        lines.append("可从下拉列表选，也可直接写")
    if column.example:
        lines.append(f"示例：{column.example}")
    return "\n".join(lines)


def _box(note: str) -> dict[str, object]:
    """A comment's look, as large as its text asks."""
    lines = note.split("\n")
    wide = max(120, min(320, 14 + 7 * max(map(text_width, lines))))
    rows = sum(-(-7 * text_width(line) // (wide - 14)) for line in lines)
    return {"font_name": FONT, "font_size": BODY - 1, "width": wide, "height": 12 + 18 * rows, "color": "#FFFBEA"}
