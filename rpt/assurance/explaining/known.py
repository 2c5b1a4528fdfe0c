"""What a trace rests on: the ledger and document of a run, and what was found and planned beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rpt.values.comparable import Comparable
from rpt.values.decomposition import Decomposition
from rpt.values.document import Document
from rpt.values.finding import Finding
from rpt.values.ledger import Ledger
from rpt.values.listing import Listing
from rpt.values.plan import Plan


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read: the Chinese name of the table it feeds, its file's SHA-256, the letters its used columns
    stand under, how many rows it has, the first and last of them, and the number under which the run read it."""

    file: str
    sheet: str
    sha256: str
    letters: tuple[str, ...] = ()
    table: str = ""
    rows: int = 0
    first_row: int = 0
    last_row: int = 0
    number: int = 0

    def cells(self, first: int, last: int, column: str = "") -> str:
        """``A5:M2562``, ``F5`` of one row of one column; empty for a file without cells."""
        if not self.letters or not first:
            return ""
        ordered = sorted(self.letters, key=lambda letters: (len(letters), letters))
        start, end = f"{column or ordered[0]}{first}", f"{column or ordered[-1]}{last}"
        return start if start == end else f"{start}:{end}"


@dataclass(frozen=True)
class Known:
    """What the trace knows of a run. ``parts`` are a metric's parts in words by role (numerator → 支付金额合计),
    ``tables`` the Chinese names of source tables; ``plan`` is None where the report has none, and
    ``cut`` is the last day that counts."""

    ledger: Ledger
    document: Document
    sheets: Sequence[Sheet] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists: Mapping[str, Listing] = field(default_factory=dict)
    drivers: Sequence[Decomposition] = ()
    comparable: Sequence[Comparable] = ()
    findings: Sequence[Finding] = ()
    plan: Plan | None = None
    cut: date | None = None
