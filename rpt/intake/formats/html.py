"""HTML tables, as back offices save them under .xls: every table with text is a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rpt.intake.formats.grid import Grid
from rpt.intake.formats.markup import Comment, Tag, attributes, tokens, unescape
from rpt.intake.formats.written import Kind, is_number, kind_of_format, written
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import TOO_LARGE, RefusedError
from rpt.values.limits import Limits

_MOST_TABLES, _MOST_NESTED = 1_000, 30
_SPACES = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAKS = re.compile(r" ?\n[ \n]*")
_BLOCKS = {"p", "div", "li", "dd", "dt", "h1", "h2", "h3", "h4"}
_FORMAT = re.compile(
    r"(?:mso-number-format|vnd\.ms-excel\.numberformat)\s{0,9}:\s{0,9}(\"[^\"]*+\"|'[^']*+'|(?:\\.|[^;\\}])*+)",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{4}) ?|(.))")
_CLASS = re.compile(r"\.([\w-]{1,80})")
_DAY = re.compile(r"\d{1,4}[-/.年]\d{1,2}|\d:\d\d")
_SHEET = re.compile(r"<x:Name>([^<]{1,200})</x:Name>")
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)


@dataclass
class _Table:
    """A table being read; ``cell`` is the open cell's attributes, ``parts`` what it says so far."""

    grid: Grid
    name: str = ""
    in_row: bool = False
    cell: Mapping[str, str] | None = None
    parts: list[str] = field(default_factory=list)
    caption: list[str] | None = None


def read(text: str, name: str, limits: Limits) -> list[RawSheet]:
    """The tables of a page, in their order. One table is a sheet named ``name`` unless the page names it itself.

    A cell of several columns or rows stands in its first one. Excel's own numbers (``x:num``) go before the text shown,
    which may be rounded. A table inside a cell is a sheet of its own.
    Raises RefusedError: no table, or beyond the limits.
    """
    page = _Page(limits)
    for token in tokens(text):
        page.take(token)
    page.end()
    tables = [table for table in page.tables if table.grid.rows and table.grid.sheet("")]
    if not tables:
        raise _no_table(text, page)
    return list(_named(tables, page.names, name))


def _named(tables: Sequence[_Table], names: Sequence[str], name: str) -> Iterator[RawSheet]:
    listed = names if len(names) == len(tables) else [""] * len(tables)
    taken: set[str] = set()
    for number, (table, given) in enumerate(zip(tables, listed, strict=True), 1):
        own = given or table.name
        if not own or (len(tables) == 1 and _UNNAMED.fullmatch(own)):
            own = name if len(tables) == 1 else f"表{number}"
        unique = own if own not in taken else f"{own}（{number}）"
        taken.add(unique)
        sheet = table.grid.sheet(unique)
        if sheet:
            yield sheet


def _no_table(text: str, page: _Page) -> RefusedError:
    if page.frames:
        message = "文件只是网页框架，数据在旁边的 .files 文件夹里"
        return RefusedError("html_frames", message, "请用 Excel 或 WPS 打开后另存为 .xlsx")
    said = _SPACES.sub(" ", unescape("".join(page.said))).strip()[:80]
    message = "文件其实是网页，里面没有表格" + (f"，写的是：{said}" if said else "")
    return RefusedError("html_no_table", message, "多半是登录页或出错页：请重新登录后台，再导出一次", said or None)


class _Page:
    """Takes the tokens of a page one by one; tables inside tables are kept on a stack."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.tables: list[_Table] = []
        self.names: list[str] = []
        self.said: list[str] = []
        self.frames = False
        self._open: list[_Table] = []
        self._formats: dict[str, str] = {}
        self._raw = ""

    def take(self, token: Tag | Comment | str) -> None:
        if isinstance(token, str):
            self._text(token)
        elif isinstance(token, Comment):
            self.names += [unescape(name).strip() for name in _SHEET.findall(token.text)]
        elif token.end:
            self._end(token.name)
        else:
            self._start(token)

    def end(self) -> None:
        """The page is over; what is still open ends with it."""
        while self._open:
            self._close_row()
            self._open.pop()

    def _text(self, text: str) -> None:
        if self._raw:
            if self._raw == "style":
                self._formats.update(_styles(text))
            return
        table = self._open[-1] if self._open else None
        if table is None:
            if len(self.said) < 50:
                self.said.append(text)
        elif table.cell is not None:
            table.parts.append(_SPACES.sub(" ", text))
        elif table.caption is not None:
            table.caption.append(text)

    def _start(self, tag: Tag) -> None:
        name = tag.name
        self._raw = name if name in ("style", "script", "textarea", "xmp") else ""
        if name == "table":
            if len(self._open) >= _MOST_NESTED or len(self.tables) >= _MOST_TABLES:
                raise RefusedError(TOO_LARGE, "网页里的表格太多或嵌套太深", "请重新导出，或另存为 .xlsx")
            table = _Table(Grid(self._limits.area))
            self.tables.append(table)
            self._open.append(table)
        elif name in ("frameset", "frame", "iframe"):
            self.frames = True
        elif not self._open:
            return
        elif name == "tr":
            self._close_row()
            self._open_row()
        elif name in ("td", "th"):
            self._close_cell()
            table = self._open[-1]
            if not table.in_row:
                self._open_row()
            table.cell, table.parts = _cached_attributes(tag.rest), []
        elif name in ("thead", "tbody", "tfoot"):
            self._close_row()
        elif name == "caption":
            self._open[-1].caption = []
        elif self._open[-1].cell is not None and (name == "br" or name in _BLOCKS):
            self._open[-1].parts.append("\n")

    def _end(self, name: str) -> None:
        self._raw = ""
        if not self._open:
            return
        table = self._open[-1]
        if name == "table":
            self._close_row()
            self._open.pop()
        elif name in ("tr", "thead", "tbody", "tfoot"):
            self._close_row()
        elif name in ("td", "th"):
            self._close_cell()
        elif name == "caption" and table.caption is not None:
            table.name = _SPACES.sub(" ", unescape("".join(table.caption))).strip()[:100]
            table.caption = None
        elif table.cell is not None and name in _BLOCKS:
            table.parts.append("\n")

    def _open_row(self) -> None:
        table = self._open[-1]
        table.grid.start_row()
        table.in_row, table.caption = True, None

    def _close_row(self) -> None:
        self._close_cell()
        self._open[-1].in_row = False

    def _close_cell(self) -> None:
        table = self._open[-1]
        if table.cell is None:
            return
        cell, table.cell = table.cell, None
        shown = unescape("".join(table.parts))
        if "\n" in shown:
            shown = _AROUND_BREAKS.sub("\n", shown)
        shown = shown.strip(" \n\t\u00a0")
        across = _span(cell["colspan"], 1_000) or 1 if "colspan" in cell else 1
        down = _span(cell["rowspan"], 65_534) or 65_534 if "rowspan" in cell else 1
        if "x:err" in cell:
            table.grid.note("error", cell["x:err"] or shown, across, down)
        else:
            table.grid.put(self._value(cell, shown) or None, across, down)

    def _value(self, cell: Mapping[str, str], shown: str) -> str:
        if cell.get("x:str"):
            return cell["x:str"]
        number = cell.get("x:num", "").strip()
        if not is_number(number):
            return shown
        return written(number, self._kind(cell, shown))

    def _kind(self, cell: Mapping[str, str], shown: str) -> Kind:
        if shown.endswith(("%", "％")):
            return "percent"
        own = _FORMAT.search(cell.get("style", ""))
        formats = (self._formats.get(name, "") for name in cell.get("class", "").split())
        code = _code(own[1]) if own else next(filter(None, formats), "")
        if code:
            return kind_of_format(code)
        return "date" if _DAY.search(shown) else "number"


@lru_cache(4096)
def _cached_attributes(rest: str) -> Mapping[str, str]:
    """Thousands of cells have the same few attributes."""
    return attributes(rest) if rest.strip() else {}


def _span(value: str, most: int) -> int:
    """A span as browsers read it; 0 is said by rowspan only (to the end of the table)."""
    digits = value.strip()
    return min(int(digits), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 1


def _styles(sheet: str) -> Iterator[tuple[str, str]]:
    """Class → number format of a style sheet."""
    for rule in sheet.split("}"):
        selectors, _, body = rule.partition("{")
        found = _FORMAT.search(body)
        if found:
            for name in _CLASS.findall(selectors):
                yield name, _code(found[1])


def _code(css: str) -> str:
    r"""A number format as Excel knows it, out of CSS: ``"0\.00%"`` → ``0.00%``."""
    bare = css.strip()
    if len(bare) >= 2 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1]
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], bare)
