"""What the team wrote beside its figures (causes, actions, last year's plan), and the plan that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from rpt.values.edit import Edit, EditKind
from rpt.values.ledger import Benchmark, Source, Target
from rpt.values.scope import ALL, scope_of


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
    # the cell of what it is expected to bring: where it was read is no part of what it is
    sources: tuple[Source, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Cause:
    """What the team says about a metric, in its own words (原因说明)."""

    year: int
    metric: str
    scope: str
    text: str


@dataclass(frozen=True)
class PlanItem:
    """One item of last year's plan: the measure (or the name of the target) and the figure it promised. ``state`` is
    what the plan says of it; the sheet 上年计划 has none."""

    year: int
    measure: str
    metric: str = ""
    scope: str = ""
    target: str = ""
    owner: str = ""
    due_on: date | None = None
    kind: EditKind = "举措"
    state: str = ""
    sources: tuple[Source, ...] = field(default=(), compare=False)  # the cell of what it promised


@dataclass(frozen=True)
class Promises:
    """The targets workbook, resolved: metric ids and scopes are the ledger's. ``edits`` are leadership's changes to
    next year's plan, ``kept_in`` says where last year's plan was kept where that is not the workbook."""

    targets: tuple[Target, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    causes: tuple[Cause, ...] = ()
    actions: tuple[Action, ...] = ()
    last_plan: tuple[PlanItem, ...] = ()
    edits: tuple[Edit, ...] = ()
    kept_in: str = ""


Verdict = Literal["已达到", "可达", "有挑战", "需论证", "无可比"]
State = Literal["完成", "未完成", "无数据"]


@dataclass(frozen=True)
class Feasibility:
    """A target held against the past. ``needed`` is the change it asks for and ``best`` the best change of any year
    up to now (that of ``best_year``): fractions of growth, of rates differences of fractions; None where unknown.
    ``monthly`` and ``monthly_actual`` are the month's mean in 元 or pieces, of additive metrics only."""

    target: Target
    actual: Decimal | None
    needed: Decimal | None
    best: Decimal | None
    best_year: int | None
    verdict: Verdict
    monthly: Decimal | None = None
    monthly_actual: Decimal | None = None


@dataclass(frozen=True)
class Rolldown:
    """An annual target by month and channel. ``cells`` has a row per month and a column per member of ``members``,
    in the metric's base unit, multiples of ``step``; rows and columns add up to ``total`` exactly.

    Months alone have an empty ``dimension`` and one column, which is ``scope`` itself."""

    metric: str
    year: int
    dimension: str
    members: tuple[str, ...]
    cells: tuple[tuple[Decimal, ...], ...]
    total: Decimal
    step: Decimal
    years: tuple[int, ...]  # whose days gave the shape
    from_targets: tuple[str, ...] = ()  # members whose year is their own target, the rest by last year's shares
    scaled: bool = False  # every member has a target, and they had to be brought to the total in proportion
    months_stated: bool = False  # the months' totals are targets of their own
    scope: str = ALL
    assumed: tuple[str, ...] = ()  # campaigns whose windows nobody has set for the year: last year's dates
    moved: tuple[str, ...] = ()  # those of them that went with Spring Festival
    spread: bool = False  # known by month alone: the days are turnover's

    def scope_of(self, at: int) -> str:
        """The scope of a member's column."""
        return scope_of({self.dimension: self.members[at]}) if self.dimension else self.scope

    def month(self, at: int) -> Decimal:
        """The total of month ``at`` (0 is January)."""
        return sum(self.cells[at], Decimal(0))

    def member(self, at: int) -> Decimal:
        """The year's total of a member."""
        return sum((row[at] for row in self.cells), Decimal(0))


@dataclass(frozen=True)
class RatePath:
    """A target that does not add up over months: the value to stand at by the end of each quarter."""

    target: Target
    start: Decimal
    quarters: tuple[Decimal, ...]


@dataclass(frozen=True)
class LeverInput:
    """A figure of this year that a lever is computed from: its id, and its value in ``unit``."""

    label: str
    ref: str
    unit: str
    value: Decimal


@dataclass(frozen=True)
class Lever:
    """What turnover gains in 元 when one factor moves by each of the shares, all else as this year; ``value`` is
    the factor's own figure, None for several factors at once. ``alone`` is the change of this factor that would close
    the whole gap by itself, None where no change can. ``moved`` is the turnover in 元 that moves in proportion with
    the factor, all of it where the factor multiplies with others to turnover; None for several factors at once.

    ``formula`` gives the effect of a ``share`` in 元 from ``inputs`` by name, with + − * / ** and brackets alone, so
    that a reader can compute it anew."""

    label: str
    ref: str
    unit: str
    value: Decimal | None
    effects: tuple[Decimal, ...]
    alone: Decimal | None
    moved: Decimal | None = None
    inputs: Mapping[str, LeverInput] = field(default_factory=dict)
    formula: str = ""


@dataclass(frozen=True)
class Sensitivity:
    """Levers on turnover, each moved by ``shares``, the gap in 元 between the target and this year, and this year's
    turnover ``now`` in 元."""

    year: int
    gap: Decimal
    shares: tuple[Decimal, ...]
    levers: tuple[Lever, ...]
    now: Decimal = Decimal(0)


@dataclass(frozen=True)
class BridgeStep:
    """One step of the bridge: whose measures, how many, and their expected 元, overlap not yet taken out."""

    owner: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class PlanBridge:
    """From this year's turnover to next year's target: start + Σ steps + overlap + uncovered = target, in 元.

    ``overlap`` is negative or zero; ``uncovered`` is negative where the measures promise more than is asked.
    ``counted`` is what of each action (in the order of the plan) the bridge counts.
    """

    year: int
    start: Decimal
    target: Decimal
    steps: tuple[BridgeStep, ...]
    overlap: Decimal
    uncovered: Decimal
    counted: tuple[Decimal | None, ...]

    @property
    def expected(self) -> Decimal:
        """What the measures bring together, overlap taken out."""
        return sum((step.amount for step in self.steps), Decimal(0)) + self.overlap


@dataclass(frozen=True)
class Fulfilment:
    """One item of last year's plan and what became of it; ``target`` and ``actual`` in base units."""

    item: PlanItem
    target: Decimal | None
    actual: Decimal | None
    state: State


@dataclass(frozen=True)
class Plan:
    """Next year: what is wanted, whether it can be, what it means by month and channel, and who brings it."""

    year: int
    targets: tuple[Target, ...] = ()
    feasibility: tuple[Feasibility, ...] = ()
    rolldowns: tuple[Rolldown, ...] = ()  # of every additive target, turnover first
    paths: tuple[RatePath, ...] = ()
    sensitivity: Sensitivity | None = None
    bridge: PlanBridge | None = None
    actions: tuple[Action, ...] = ()
    fulfilment: tuple[Fulfilment, ...] = ()

    @property
    def rolldown(self) -> Rolldown | None:
        """That of the whole turnover."""
        return next((found for found in self.rolldowns if (found.metric, found.scope) == ("gmv", ALL)), None)
