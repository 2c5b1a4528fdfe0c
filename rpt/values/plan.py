"""What the team wrote beside its figures: causes, actions, last year's plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rpt.values.ledger import Benchmark, Target


@dataclass(frozen=True)
class Action:
    """A measure of 行动计划: what, for which metric, whose, when, the expected increase in 元, and its state."""

    year: int
    measure: str
    metric: str = ""
    scope: str = ""
    owner: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    expected: Decimal | None = None
    state: str = ""


@dataclass(frozen=True)
class Cause:
    """What the team says about a metric, in its own words (原因说明)."""

    year: int
    metric: str
    scope: str
    text: str


@dataclass(frozen=True)
class PlanItem:
    """One item of last year's plan (上年计划): the measure and the figure it promised."""

    year: int
    measure: str
    metric: str = ""
    scope: str = ""
    target: str = ""
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Promises:
    """The targets workbook, resolved: metric ids and scopes are the ledger's."""

    targets: tuple[Target, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    causes: tuple[Cause, ...] = ()
    actions: tuple[Action, ...] = ()
    last_plan: tuple[PlanItem, ...] = ()
