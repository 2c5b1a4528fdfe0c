"""The review: every figure compared, and what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from rpt.values.comparable import Comparable
from rpt.values.comparison import Comparison
from rpt.values.decomposition import Decomposition
from rpt.values.finding import Finding
from rpt.values.focus import Focus
from rpt.values.ledger import Ledger
from rpt.values.lines import Lines
from rpt.values.listing import Listing
from rpt.values.period import Period
from rpt.values.plan import Promises
from rpt.values.scope import ALL


@dataclass(frozen=True)
class Review:
    """A ledger with all comparisons by measurement id, the findings in order of weight, what the team wrote, why
    figures moved, and the lists measured beside the ledger, by id."""

    year: int
    ledger: Ledger
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...] = ()
    promises: Promises = field(default_factory=Promises)
    drivers: tuple[Decomposition, ...] = ()
    lists: Mapping[str, Listing] = field(default_factory=dict)
    comparable: tuple[Comparable, ...] = ()  # turnover freed from the calendar
    lines: Lines = field(default_factory=Lines)  # what counts as a problem
    focus: Focus | None = None  # the month a monthly report looks at
    is_partial: bool = False  # the year is not over, and figures cover a part of it
    _index: Mapping[str, Comparison] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {c.measurement.id: c for c in self.comparisons})

    @property
    def period(self) -> Period:
        """What the report is of: a month, or the year."""
        return self.focus.month if self.focus else Period(self.year)

    def get(self, metric: str, period: Period, scope: str = ALL) -> Comparison | None:
        """The comparison of a measurement, or None where it was not measured."""
        measurement = self.ledger.get(metric, period, scope)
        return self._index.get(measurement.id) if measurement else None

    def about(self, metrics: Collection[str]) -> Review:
        """The same review with the measurements and comparisons of these metrics alone."""
        measured = tuple(m for m in self.ledger.measurements if m.metric in metrics)
        known = {id: metric for id, metric in self.ledger.metrics.items() if id in metrics}
        compared = tuple(c for c in self.comparisons if c.measurement.metric in metrics)
        return replace(self, ledger=replace(self.ledger, metrics=known, measurements=measured), comparisons=compared)

    def by_id(self, id: str) -> Comparison | None:
        """The comparison of the measurement with this id."""
        return self._index.get(id)
