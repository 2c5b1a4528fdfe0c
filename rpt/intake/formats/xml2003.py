"""SpreadsheetML of Excel 2003 ("XML 表格 2003"), which many tools save under .xls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from xml.parsers import expat

from rpt.intake.formats.grid import Grid
from rpt.intake.formats.written import Kind, is_number, kind_of_format, written
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import TOO_LARGE, RefusedError
from rpt.values.limits import Limits

_SS = "urn:schemas-microsoft-com:office:spreadsheet"
_MOST_DEPTH, _MOST_SHEETS, _PIECE = 60, 1_000, 1 << 20
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d{1,9})?)?Z?")
_HINT = "请用 Excel 或 WPS 打开后另存为 .xlsx"


def read(text: str, name: str, limits: Limits) -> list[RawSheet]:
    """Every worksheet that has cells, from row 1 and column A on; ``name`` is for a sheet that has none.

    Numbers are exact, those of percent formats become 35.2%, moments 2025-06-18 or 2025-06-18 20:30:00, booleans
    TRUE or FALSE. Raises RefusedError: a DOCTYPE, XML that is not well-formed, or beyond the limits.
    """
    book = _Book(name, limits)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = False
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler = book.start
    parser.EndElementHandler = book.end
    parser.CharacterDataHandler = book.text
    # the declaration's encoding is that of the file, not of this text
    body = _DECLARATION.sub("", text, count=1)
    try:
        for at in range(0, len(body), _PIECE):
            parser.Parse(body[at : at + _PIECE].encode("utf-8", "replace"), False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"第 {error.lineno} 行第 {error.offset + 1} 列"
        raise RefusedError(
            "xml_broken", f"XML 表格在{where}写坏了，读不出来", "请重新导出，或" + _HINT[1:], str(error)
        ) from error
    if not book.is_workbook:
        raise RefusedError("xml_unknown", "文件是 XML，却不是电子表格", "请在后台选择导出为 Excel 或 CSV")
    return book.sheets


def _refuse_doctype(*_: object) -> None:
    message = "XML 里有 DOCTYPE 声明（可能藏有外部实体），为安全起见不读"
    raise RefusedError("doctype", message, _HINT)


class _Book:
    """Takes the elements of a workbook one by one."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._limits = limits
        self.sheets: list[RawSheet] = []
        self.is_workbook = False
        self._name = name
        self._depth = 0
        self._kinds: dict[str, Kind] = {}
        self._parents: dict[str, str] = {}
        self._style = ""
        self._grid: Grid | None = None
        self._sheet = ""
        self._left = 0  # rows that the last ss:Span still stands for
        self._styles: tuple[str, str] = ("", "")  # of the row and of the cell
        self._columns: dict[int, str] = {}
        self._column = 0
        self._cell: Mapping[str, str] | None = None
        self._type = ""
        self._in_comment = False  # a comment has a Data of its own
        self._parts: list[str] | None = None
        self._value: str | None = None

    def start(self, full: str, given: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise RefusedError(TOO_LARGE, "XML 嵌套太深", _HINT)
        space, _, name = full.rpartition(" ")
        if self._depth == 1:
            self.is_workbook = name == "Workbook" and space == _SS
        if space != _SS:
            return
        own = {key.removeprefix(f"{_SS} "): value for key, value in given.items()}
        match name:
            case "Style":
                self._style = own.get("ID", "")
                if "Parent" in own:
                    self._parents[self._style] = own["Parent"]
            case "NumberFormat" if "Format" in own:
                self._kinds[self._style] = kind_of_format(own["Format"])
            case "Worksheet":
                if len(self.sheets) >= _MOST_SHEETS:
                    raise RefusedError(TOO_LARGE, "工作表太多", _HINT)
                self._sheet = own.get("Name", "") or self._name
                self._grid, self._columns, self._column = Grid(self._limits.area), {}, 0
            case "Column":
                self._start_column(own)
            case "Row" if self._grid is not None:
                self._start_row(self._grid, own)
            case "Cell" if self._grid is not None:
                self._cell, self._value, self._type = own, None, ""
            case "Comment":
                self._in_comment = True
            case "Data" if self._cell is not None and not self._in_comment:
                self._type, self._parts = own.get("Type", "String"), []
            case _:
                pass

    def text(self, text: str) -> None:
        if self._parts is not None:
            self._parts.append(text)

    def end(self, full: str) -> None:
        self._depth -= 1
        space, _, name = full.rpartition(" ")
        if space != _SS:
            return
        if name == "Comment":
            self._in_comment = False
        elif name == "Data" and self._parts is not None:
            self._value, self._parts = "".join(self._parts), None
        elif name == "Cell" and self._grid is not None and self._cell is not None:
            self._put(self._grid, self._cell)
            self._cell = None
        elif name == "Worksheet" and self._grid is not None:
            sheet = self._grid.sheet(self._sheet)
            self.sheets += [sheet] if sheet else []
            self._grid = None

    def _start_column(self, own: Mapping[str, str]) -> None:
        first = _count(own, "Index", self._column + 1)
        self._column = min(first + _count(own, "Span", 0), 16_384)
        if "StyleID" in own:
            self._columns.update(dict.fromkeys(range(first - 1, self._column), own["StyleID"]))

    def _start_row(self, grid: Grid, own: Mapping[str, str]) -> None:
        number = _count(own, "Index", len(grid.rows) + 1 + self._left)
        self._left = _count(own, "Span", 0)
        self._styles = (own.get("StyleID", ""), "")
        grid.start_row(number)

    def _put(self, grid: Grid, cell: Mapping[str, str]) -> None:
        if not grid.rows:
            return
        column = _count(cell, "Index", 1) - 1 if "Index" in cell else None
        across, down = _count(cell, "MergeAcross", 0) + 1, _count(cell, "MergeDown", 0) + 1
        if self._type == "Error":
            grid.note("error", self._value or "#N/A", across, down, column)
            return
        if self._value in (None, "") and "Formula" in cell:
            grid.note("no_value", cell["Formula"][:200], across, down, column)
            return
        row, at = grid.put(None, across, down, column)
        value = self._written(self._value, self._kind(cell, at)) if self._value else None
        grid.set(row, at, value)

    def _kind(self, cell: Mapping[str, str], column: int) -> Kind:
        style = cell.get("StyleID") or self._styles[0] or self._columns.get(column, "") or "Default"
        for _ in range(20):
            if style in self._kinds:
                return self._kinds[style]
            if style not in self._parents:
                break
            style = self._parents[style]
        return "number"

    def _written(self, value: str, kind: Kind) -> str:
        match self._type:
            case "Number":
                bare = value.strip()
                return written(bare, kind) if is_number(bare) else value
            case "Boolean":
                return {"1": "TRUE", "0": "FALSE"}.get(value.strip(), value)
            case "DateTime":
                return _moment(value.strip())
            case _:
                return value


def _count(attributes: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number of an attribute, of at most seven digits."""
    text = attributes.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise RefusedError("xml_broken", f"XML 表格里的 ss:{name} 不是有效的数：{text[:40]}", _HINT, text[:40])
    return int(text)


def _moment(text: str) -> str:
    """2025-06-18T20:29:59.997 → 2025-06-18 20:30:00; a time of day is written on the day before 1900-01-01."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    day, clock, fraction = found[1], found[2] or "00:00:00", found[3]
    try:
        when = datetime.fromisoformat(f"{day} {clock}")
    except ValueError:
        return text
    if fraction and float(fraction) >= 0.5:
        when += timedelta(seconds=1)
    if day in ("1899-12-31", "1899-12-30"):
        return f"{when:%H:%M:%S}"
    return f"{when:%Y-%m-%d}" if (when.hour, when.minute, when.second) == (0, 0, 0) else f"{when:%Y-%m-%d %H:%M:%S}"
