"""OpenDocument spreadsheets (.ods). Format: OASIS OpenDocument 1.3, part 3; ``calcext`` is LibreOffice's own."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from xml.parsers import expat

from rpt.intake.formats.grid import Grid
from rpt.intake.formats.numerals import Numerals
from rpt.intake.raw import RawSheet
from rpt.intake.refusal import TOO_LARGE, RefusedError
from rpt.values.limits import COLUMNS, ROWS, Limits

_TABLE, _OFFICE, _TEXT, _CALCEXT = (
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0 ",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0 ",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0 ",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 ",
)
# asked of every cell, so that their names are put together once
_ACROSS, _DOWN = f"{_TABLE}number-columns-spanned", f"{_TABLE}number-rows-spanned"
_COLUMNS, _ROWS = f"{_TABLE}number-columns-repeated", f"{_TABLE}number-rows-repeated"
_TYPE, _VALUE, _FORMULA = f"{_OFFICE}value-type", f"{_OFFICE}value", f"{_TABLE}formula"
_OWN_TYPE = f"{_CALCEXT}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
# what stands beside the cells, or in them and is no text of theirs: comments, pictures, old versions of cells
_BESIDE = frozenset(
    (
        *(f"{_OFFICE}{name}" for name in ("annotation", "automatic-styles", "font-face-decls", "scripts", "forms")),
        *(f"{_TABLE}{name}" for name in ("tracked-changes", "shapes", "content-validations", "detective", "dde-links")),
        *(f"{_TEXT}{name}" for name in ("note", "ruby-text")),
    )
)
_DRAWN = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 "
_SPACES = re.compile(
    r" *[\t\r\n]+[ \t\r\n]*"
)  # how a program laid out its XML; spaces alone are kept as LibreOffice does
# as shown; programs translate 错误:508, and the rest is the same in all languages that Excel speaks
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|[A-Z_]{4,16}!)|(?:Err|错误|錯誤)[:：]\s?[0-9]{3}")
_CLOCK = re.compile(r"(-?)P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,7})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,]([0-9]+))?S)?")


def read(path: Path, limits: Limits) -> list[RawSheet]:
    """Every sheet that has cells. Raises zipfile.BadZipFile, KeyError or expat.ExpatError where the file is broken."""
    content = _Content(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.CharacterDataHandler = content.text
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as xml:
        parser.ParseFile(xml)
    return content.sheets


class _Content:
    """Hears the content's elements and puts the cells into a grid a sheet."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.sheets: list[RawSheet] = []
        self._beside = 0  # how deep in an element that is passed over
        self._grid: Grid | None = None
        self._cell: Mapping[str, str] | None = None
        self._lines: list[list[str]] = []
        self._in_line = 0
        self._ends: dict[str, Callable[[], None]] = {
            f"{_TABLE}table": self._end_sheet,
            f"{_TABLE}table-row": self._end_row,
            **dict.fromkeys(_CELLS, self._end_cell),
            f"{_TEXT}p": self._end_line,
        }

    def start(self, name: str, given: dict[str, str]) -> None:
        if self._beside or name in _BESIDE or name.startswith(_DRAWN):
            self._beside += 1
        elif name in _CELLS:
            self._cell, self._lines = given, []
        elif name == f"{_TEXT}p" and self._cell is not None:
            self._lines.append([])
            self._in_line += 1
        elif name == f"{_TABLE}table-row":
            self._repeated = _count(given, _ROWS)
            self._column, self._put = 0, list[tuple[int, int, Mapping[str, str], str]]()
        elif name == f"{_TABLE}table":
            if self._cell is not None or self._grid is not None:  # a table inside a cell is none of ours
                self._beside += 1
                return
            self._name = given.get(f"{_TABLE}name", "")
            self._grid, self._row = Grid(self._limits.area), 0
            self._numerals = Numerals(self._grid)
        elif self._in_line:
            self._sign(name, given)

    def _sign(self, name: str, given: Mapping[str, str]) -> None:
        if name == f"{_TEXT}s":
            self._lines[-1].append(" " * min(_count(given, f"{_TEXT}c"), 1000))
        elif name == f"{_TEXT}tab":
            self._lines[-1].append("\t")
        elif name == f"{_TEXT}line-break":
            self._lines[-1].append("\n")

    def text(self, text: str) -> None:
        if self._in_line and not self._beside:
            self._lines[-1].append(_SPACES.sub(" ", text) if "\n" in text or "\t" in text else text)

    def end(self, name: str) -> None:
        if self._beside:
            self._beside -= 1
        elif name in self._ends:
            self._ends[name]()

    def _end_line(self) -> None:
        self._in_line -= self._cell is not None

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        times = _count(self._cell, _COLUMNS)
        shown = "\n".join(["".join(line) for line in self._lines])
        if shown or _TYPE in self._cell or _FORMULA in self._cell:
            self._put.append((self._column, times, self._cell, shown))
            if self._column + times > COLUMNS:
                raise RefusedError(TOO_LARGE, "列数超出电子表格的上限", "请重新导出，或另存为 .xlsx")
        elif _DOWN in self._cell or _ACROSS in self._cell:
            self._put.append((self._column, 1, self._cell, shown))
        self._column += times
        self._cell = None

    def _end_row(self) -> None:
        """A row of cells is written as often as it repeats; empty rows only count."""
        grid = self._grid
        if grid is None:
            return
        if self._put:
            if self._row + self._repeated > ROWS:
                raise RefusedError(TOO_LARGE, "行数超出电子表格的上限", "请分批导出，或另存为 .xlsx")
            # before the first of them is written: there may be millions
            grid.check_area(self._row + self._repeated, max(column + times for column, times, _, _ in self._put))
            for at in range(self._row, self._row + self._repeated):
                grid.start_row(at + 1)
                for column, times, cell, shown in self._put:
                    for place in range(column, column + times):
                        self._write(grid, cell, shown, place)
        self._row += self._repeated

    def _write(self, grid: Grid, cell: Mapping[str, str], shown: str, column: int) -> None:
        kind, formula, value = cell.get(_TYPE, ""), cell.get(_FORMULA), cell.get(_VALUE)
        if (_DOWN in cell or _ACROSS in cell) and (spans := (_count(cell, _ACROSS), _count(cell, _DOWN))) != (1, 1):
            grid.span(*spans, column)
        if cell.get(_OWN_TYPE) == "error" or (formula is not None and _ERROR.fullmatch(shown)):
            grid.note("error", shown or "#N/A", column=column)
        elif formula is not None and not shown and not _has_result(cell, kind):
            grid.note("no_value", "=" + formula.partition("=")[2][:200], column=column)
        elif kind == "percentage" and value is not None:
            self._numerals.percent(value, column)
        elif kind in ("float", "currency") and value is not None:
            self._numerals.number(value, column)
        else:
            grid.put(_text(cell, kind, shown) or None, column=column)

    def _end_sheet(self) -> None:
        if self._grid is not None:
            self._numerals.settle()
            sheet = self._grid.sheet(self._name)
            self.sheets += [sheet] if sheet else []
            self._grid = None


def _has_result(cell: Mapping[str, str], kind: str) -> bool:
    """A formula's empty text is a result; a number's type alone is none."""
    return kind == "string" or any(f"{_OFFICE}{name}value" in cell for name in ("", "date-", "time-", "boolean-"))


def _text(cell: Mapping[str, str], kind: str, shown: str) -> str:
    match kind:
        case "date":
            return _moment(cell.get(f"{_OFFICE}date-value", shown))
        case "time":
            return _clock(cell.get(f"{_OFFICE}time-value", shown))
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value", shown)
        case _:
            return cell.get(f"{_OFFICE}string-value") or shown


def _moment(text: str) -> str:
    """2025-06-18T20:29:59.999 → 2025-06-18 20:30:00; what is no such moment stays."""
    day, _, clock = text.partition("T")
    if not clock:
        return day
    try:
        when = datetime.fromisoformat(f"{day}T{clock[:15]}")
    except ValueError:
        return f"{day} {clock}"
    when = (when + timedelta(milliseconds=500)).replace(microsecond=0)
    return f"{when:%Y-%m-%d %H:%M:%S}"


def _clock(text: str) -> str:
    """PT20H30M00S → 20:30:00; a duration may be longer than a day."""
    found = _CLOCK.fullmatch(text)
    if not found:
        return text
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds + (float(f"0.{found[6] or 0}") >= 0.5)
    return f"{found[1]}{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"


def _count(given: Mapping[str, str], name: str) -> int:
    """How often something repeats, or how far it spans: 1 where it does not say."""
    if name not in given:
        return 1
    text = given[name]
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 9 else 1
