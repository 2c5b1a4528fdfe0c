"""A month looked at inside its year: what it is held against, and how far the year's targets are reached by its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rpt.values.comparison import Comparison
from rpt.values.period import Period
from rpt.values.scope import ALL


@dataclass(frozen=True)
class Progress:
    """A target of the whole year and what is reached of it: ``reached`` = year to date ÷ ``target`` and ``elapsed`` =
    days gone ÷ days of the year, both fractions. ``ref`` is the id of the year's measurement."""

    metric: str
    scope: str
    ref: str
    value: Decimal
    target: Decimal
    reached: Decimal
    elapsed: Decimal

    @property
    def lead(self) -> Decimal:
        """By how much (a fraction) the target is reached faster than the year goes by; negative where slower."""
        return self.reached - self.elapsed


@dataclass(frozen=True)
class Focus:
    """The month of a monthly report. ``last_day`` is the last that counts; before the month is over it is compared
    with the same days of the month before and of last year. ``shared`` are the (metric, scope) whose target to date is
    last year's share of the year's, none being set by month."""

    month: Period
    last_day: date
    previous: tuple[Comparison, ...] = ()
    progress: tuple[Progress, ...] = ()
    shared: frozenset[tuple[str, str]] = frozenset()
    _index: Mapping[tuple[str, str], Comparison] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {(c.metric.id, c.measurement.scope): c for c in self.previous})

    @property
    def is_partial(self) -> bool:
        """Whether the month is not over."""
        return self.last_day < self.month.ends_on

    def since(self, metric: str, scope: str = ALL) -> Comparison | None:
        """The month's figure beside that of the month before, or None where it was not measured."""
        return self._index.get((metric, scope))

    def progress_of(self, metric: str, scope: str = ALL) -> Progress | None:
        """How far the year's target is reached, or None without one."""
        return next((p for p in self.progress if (p.metric, p.scope) == (metric, scope)), None)
