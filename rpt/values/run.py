"""A run as the archive keeps it: what was read, what was found, what was written. All that a later question needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rpt.values.comparable import Comparable
from rpt.values.document import Document
from rpt.values.ledger import Ledger
from rpt.values.plan import Plan
from rpt.values.told import Told


@dataclass(frozen=True)
class KeptFile:
    """A finished file of a run: its format (pdf, xlsx, html, json), name, SHA-256 and size in bytes."""

    format: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class SourceSheet:
    """One sheet of one input file. ``id`` is the value of ``_src`` in its rows; ``columns`` are the letters of the
    spreadsheet column (``F``) that each column of the table was read from, where there is one; ``rows`` counts."""

    id: int
    file: str
    sheet: str
    sha256: str
    rows: int
    first_row: int
    last_row: int
    columns: Mapping[str, str] = field(default_factory=dict)

    def address(self, column: str, row: int) -> str:
        """``F12``; empty where the value stands in no cell (columnar files, a date taken from the file's name)."""
        letters = self.columns.get(column, "")
        return f"{letters}{row}" if letters else ""


@dataclass(frozen=True)
class KeptTable:
    """A typed table: its Chinese name, the columns that tell its rows apart, every column with its Chinese label, and
    the column that places a row in time (a monthly row lies at its month's first day)."""

    label: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    date_column: str | None = None
    sheets: tuple[int, ...] = ()  # the ids of those it was read from


@dataclass(frozen=True)
class Trail:
    """What else a figure of the run can rest on, beside what is told, so that it can be explained without measuring
    anew: the parts of each metric in words by role, and comparable spans.

    ``first`` is the first day of data, ``until`` the day that ``--as-of`` cut at. ``before`` is the SHA-256 of the
    saved plan of the year itself: where it is another now, so may the figures be.
    """

    parts: Mapping[str, Mapping[str, str]]
    first: date
    until: date | None = None
    comparable: tuple[Comparable, ...] = ()
    before: str = ""


@dataclass(frozen=True)
class BasisPart:
    """What a metric counts or sums: its role (numerator, times, denominator, over), the table or derived table, the
    SQL aggregate with its filter, and the scope it is pinned to whatever is asked."""

    role: str
    table: str
    sql: str
    scope: str | None = None


@dataclass(frozen=True)
class Basis:
    """What a metric is computed from. Its definition and formula stand in the ledger's Metric. ``tables`` are the
    source tables behind its parts, ``filter`` the conditions on their rows as SQL, empty where all rows count."""

    parts: tuple[BasisPart, ...]
    tables: tuple[str, ...]
    filter: str = ""


@dataclass(frozen=True)
class RunRecord:
    """One line of the archive. ``report`` is the stem of the files (``annual-2025``), ``period`` its period's key,
    ``made_at`` ISO 8601 with its zone, ``inputs`` are files as the project names them with their SHA-256. ``outcome``:
    ``written``, then ``verified`` or ``failed``. ``id`` is empty until the archive gives one. ``only`` is the member
    (``区域=华东``) of whose rows alone the report was made, empty where it is of the whole business."""

    id: str
    command: str
    report: str
    period: str
    made_at: str
    version: str
    inputs: Mapping[str, str]
    artifacts: tuple[KeptFile, ...]
    outcome: str = "written"
    only: str = ""


@dataclass(frozen=True)
class Run:
    """A run with everything in it. ``rows`` are parquet files of typed rows by table, each row with ``_src`` (the id of
    its sheet) and ``_row`` (as in the spreadsheet). ``views`` are the SQL of the tables that metrics measure over
    ``typed_<table>``, in the order in which they can be made."""

    record: RunRecord
    ledger: Ledger
    document: Document
    plan: Plan | None
    cut: date
    origins: tuple[SourceSheet, ...]
    tables: Mapping[str, KeptTable]
    bases: Mapping[str, Basis]
    rows: Mapping[str, Path]
    views: Mapping[str, str] = field(default_factory=dict)
    trail: Trail | None = None  # of runs that an older version kept
    told: Told = field(default_factory=Told)
