"""A year's plan as it outlives the run that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rpt.values.edit import Edit
from rpt.values.ledger import Target
from rpt.values.plan import Action, RatePath, Rolldown


@dataclass(frozen=True)
class SavedPlan:
    """Targets, measures and their paths through the year. ``edits`` are leadership's, oldest first; without any the
    plan is what the targets workbook said on ``saved_on``."""

    year: int
    saved_on: date
    targets: tuple[Target, ...]
    actions: tuple[Action, ...] = ()
    edits: tuple[Edit, ...] = ()
    rolldown: Rolldown | None = None
    paths: tuple[RatePath, ...] = ()
