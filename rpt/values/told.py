"""What a run's files tell beside its document, ledger and plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rpt.values.comparison import Comparison
from rpt.values.decomposition import Decomposition
from rpt.values.edit import Edit
from rpt.values.explanation import Explanation
from rpt.values.finding import Finding
from rpt.values.issue import Issue
from rpt.values.listing import Listing
from rpt.values.period import Period


@dataclass(frozen=True)
class Told:
    """Everything that workbook and JSON say and that no document, ledger or plan has.

    ``reasons`` say by measurement id why two figures were not compared, ``previous`` holds the figures of ``month``
    beside those of the month before, ``sections`` are the JSON's own sections of a report, ``traced`` the figures of
    the document explained, as the sheet 溯源 has them, ``drawings`` the words of each chart in the order in which they
    are drawn. ``has_problems`` says whether the workbook's first sheet lists the findings.
    """

    findings: tuple[Finding, ...] = ()
    has_problems: bool = True
    drivers: tuple[Decomposition, ...] = ()
    lists: tuple[Listing, ...] = ()
    issues: tuple[Issue, ...] = ()
    edits: tuple[Edit, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    month: Period | None = None
    previous: tuple[Comparison, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=dict)
    traced: tuple[Explanation, ...] = ()
    drawings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
