"""Findings: what the review holds to be a problem, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rpt.values.document import Figure
from rpt.values.plan import Action


class Severity(StrEnum):
    """How much a problem weighs, heaviest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


CONTRADICTION = "targets_contradict"  # the code of what is wrong with next year's targets, not with this year's figures
SEVERITIES = {Severity.HIGH: "重大", Severity.MEDIUM: "一般", Severity.LOW: "轻微"}


@dataclass(frozen=True)
class Driver:
    """The part of a Decomposition (``of``) that pulled a figure most in the wrong direction; ``amount`` in ``unit``."""

    of: str
    label: str
    ref: str
    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Finding:
    """A problem: the rule that found it, its evidence (ids of measurements) and the relative distance from the line.

    ``impact`` is in 元 where it can be derived, negative for a loss;
    ``cause`` holds the team's own words; ``distance`` is a fraction.
    """

    code: str
    severity: Severity
    title: tuple[str | Figure, ...]  # a phrase: words, and a Figure for every number
    metric: str
    scope: str
    evidence: tuple[str, ...]
    distance: Decimal
    impact: Decimal | None = None
    cause: str = ""
    actions: tuple[Action, ...] = ()
    driver: Driver | None = None

    @property
    def headline(self) -> tuple[str | Figure, ...]:
        """The title's first clause."""
        ends = self.title.index("；") if "；" in self.title else len(self.title)
        return self.title[:ends]

    @property
    def text(self) -> str:
        """The title as plain text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.title)
