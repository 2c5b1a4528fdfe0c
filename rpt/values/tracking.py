"""A month held against the plan of its year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rpt.values.period import Period
from rpt.values.plan import Action

Light = Literal["绿", "黄", "红", "—"]


@dataclass(frozen=True)
class Limits:
    """From which attainment on a light is green, and from which yellow."""

    green: Decimal = Decimal(1)
    yellow: Decimal = Decimal("0.95")


@dataclass(frozen=True)
class Held:
    """A figure against its plan, in base units. ``attainment`` is actual ÷ plan where up is better and plan ÷ actual
    where down is; None, with the light —, where one of the two is unknown. ``ref`` is the figure's id."""

    ref: str
    plan: Decimal | None
    actual: Decimal | None
    attainment: Decimal | None
    light: Light


@dataclass(frozen=True)
class Tracked:
    """One metric in one scope: the month, and the year up to its end."""

    metric: str
    scope: str
    month: Held
    to_date: Held


@dataclass(frozen=True)
class Standing:
    """A target that does not add up over months: where it should stand by the quarter's end, and where it stands."""

    metric: str
    scope: str
    owner: str
    held: Held


@dataclass(frozen=True)
class Landing:
    """Turnover by the year's end: ``forecast`` is the year to date ÷ ``share``, the part of the year that these months
    make up. ``error`` is the largest relative miss of the same method in past years, None where none can be tried."""

    to_date: Decimal
    share: Decimal
    forecast: Decimal
    target: Decimal
    attainment: Decimal
    light: Light
    basis: str
    error: Decimal | None = None
    tried: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tracking:
    """A month's tracking; ``source`` says where the plan comes from, ``untracked`` names targets without a path."""

    month: Period
    rows: tuple[Tracked, ...]
    standings: tuple[Standing, ...]
    overdue: tuple[Action, ...]
    landing: Landing | None
    source: str
    untracked: tuple[str, ...] = ()
