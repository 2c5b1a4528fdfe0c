"""Content of .ods: rows and cells say how often they repeat, so that a few bytes can stand for billions of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rpt.intake.preflight.doctype import refuse_doctype
from rpt.intake.preflight.parts import as_utf8
from rpt.intake.preflight.tally import Tally
from rpt.intake.refusal import damaged
from rpt.values.limits import COLUMNS, ROWS

_WINDOW = 1 << 16
_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']\s*([0-9]+)""")


def check_content(name: str, pieces: Iterable[bytes], tally: Tally) -> None:
    """content.xml of a spreadsheet; raises RefusedError."""
    texts = as_utf8(pieces)
    window, area = next(texts, b""), _Area(name, tally)
    while window:
        refuse_doctype(window, name)
        more = next(texts, b"")
        cut = max(window.rfind(b"<"), len(window) - _WINDOW, 0) if more else len(window)
        for tag in _TAG.finditer(window, 0, cut):
            area.add(tag[1], tag[2])
        window = window[cut:] + more if more else b""
    area.end_row()


class _Area:
    """Where the values of the sheet at hand lie: each row's are known when the next one starts."""

    def __init__(self, name: str, tally: Tally) -> None:
        self.name, self.tally = name, tally
        self.start_sheet()

    def start_sheet(self) -> None:
        self.row, self.repeated, self.column, self.in_row = 0, 0, 0, 0
        self.first_row = -1
        self.first_column, self.last_column = COLUMNS, -1

    def add(self, tag: bytes, attributes: bytes) -> None:
        stated = _REPEATED.search(attributes)
        times = int(stated[1][:12]) if stated else 1
        if tag == b"table":
            self.end_row()
            self.start_sheet()
        elif tag == b"table-row":
            self.end_row()
            self.repeated = times
        else:
            # without a child a cell shows nothing and closes at once; with a value it states the value's type
            if b"value-type" in attributes or not attributes.rstrip().endswith(b"/"):
                if self.column + times > COLUMNS:
                    raise damaged(f"{self.name} 的列号 {self.column + times} 不存在")
                self.in_row += times
                self.first_column = min(self.first_column, self.column)
                self.last_column = max(self.last_column, self.column + times - 1)
            self.column += times

    def end_row(self) -> None:
        if self.in_row:
            if self.row + self.repeated > ROWS:
                raise damaged(f"{self.name} 的行号 {self.row + self.repeated} 不存在")
            self.first_row = self.row if self.first_row < 0 else self.first_row
            self.tally.add_cells(self.in_row * self.repeated)
            rows = range(self.first_row, self.row + self.repeated)
            self.tally.check_area(rows, range(self.first_column, self.last_column + 1), self.name)
        self.row += self.repeated
        self.repeated, self.column, self.in_row = 0, 0, 0
