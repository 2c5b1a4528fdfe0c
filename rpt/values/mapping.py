"""What intake proposes for headers and sheets that it does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["高", "中", "低"]


@dataclass(frozen=True)
class ColumnProposal:
    """A header that may be a column of a table, with the reason and how sure it is."""

    file: str
    sheet: str
    cell: str
    table: str
    table_label: str
    header: str
    key: str
    column_label: str
    confidence: Confidence
    reason: str


@dataclass(frozen=True)
class SheetProposal:
    """A sheet that may be a table (``table``), or the export of a tool (``preset``)."""

    file: str
    sheet: str
    confidence: Confidence
    reason: str
    table: str | None = None
    preset: str | None = None
    label: str = ""


Proposal = ColumnProposal | SheetProposal


def is_writable(proposal: Proposal) -> bool:
    """Whether consent writes it: what is barely likely is for the reader to judge."""
    return proposal.confidence != "低"
