"""Empty workbooks for people to fill in: what each sheet and column asks for, in words and plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GUIDE, LISTS = "说明", "选项"  # the sheets that stand beside those to fill in
Kind = Literal[
    "id", "text", "date", "datetime", "month", "year", "integer", "number", "money", "rate", "yes_no", "measure"
]


@dataclass(frozen=True)
class BlankColumn:
    """A column to fill in. ``header`` is written into the sheet (``支付金额（元）``), ``kind`` settles its format and
    ``kind_name`` says it in Chinese. ``choices`` feed a drop-down; where it is ``closed`` nothing else is accepted.
    ``aliases`` are other headers that are understood as well."""

    header: str
    kind: Kind
    kind_name: str
    is_required: bool
    unit: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlankSheet:
    """A sheet to fill in: its name, what the report makes of it, what a row is, and its columns in order."""

    name: str
    purpose: str
    grain: str
    columns: tuple[BlankColumn, ...]


@dataclass(frozen=True)
class BlankBook:
    """A workbook to fill in; ``title`` heads its first sheet, ``steps`` say how to go about it."""

    file: str
    title: str
    steps: tuple[str, ...]
    sheets: tuple[BlankSheet, ...]
