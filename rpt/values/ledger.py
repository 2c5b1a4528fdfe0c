"""The ledger: every measured figure with its exact value and its sources. The narrow waist of the whole run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from rpt.values.period import Period, PeriodKind
from rpt.values.scope import ALL, dimensions_of, members_of

if TYPE_CHECKING:
    import pandas

SUMMED = "渠道月度目标合计"  # the origin of targets that are sums of others, not set by anyone
Better = Literal["up", "down", "none"]
Aggregation = Literal["sum", "count", "ratio", "share", "distinct", "period_end", "median", "quantile", "plan"]


@dataclass(frozen=True)
class Metric:
    """What a figure means to a reader. ``digits`` are the decimals shown; None leaves them to the unit."""

    id: str
    label: str
    unit: str
    better: Better
    aggregation: Aggregation
    definition: str
    chapter: str
    digits: int | None = None
    aliases: tuple[str, ...] = ()
    watched: bool = False
    worth: str = ""  # what a unit of the numerator is worth: 元 where it is money, or the metric that values it
    formula: str = ""
    origin: str = ""
    monthly_label: str = ""

    def over(self, period: Period) -> Metric:
        """The metric as it is called in the report of a period: 年客单价 is no name for a month's figure."""
        by_month = period.kind is PeriodKind.MONTH and self.monthly_label
        return replace(self, label=self.monthly_label) if by_month else self

    @property
    def is_rate(self) -> bool:
        """A fraction shown in percent, whose change is said in percentage points."""
        return self.unit == "比率"

    @property
    def is_additive(self) -> bool:
        """Whether parts sum to the whole (channels to the total, months to the year)."""
        return self.aggregation in ("sum", "count")


@dataclass(frozen=True)
class Source:
    """Rows a figure was computed from: file, sheet, the number of rows and the first and last row in the sheet.
    ``column`` are the letters of the one column it was read from, empty where a row counts as a whole."""

    table: str
    file: str
    sheet: str
    rows: int
    first_row: int
    last_row: int
    column: str = ""


@dataclass(frozen=True)
class Measurement:
    """One figure. ``value`` is exact and in base units (元, fractions), None where ``reason`` says why."""

    metric: str
    period: Period
    scope: str
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    sources: tuple[Source, ...] = ()
    reason: str | None = None

    @property
    def id(self) -> str:
        """``gmv@2025`` or ``gmv@2025[渠道=短视频]``."""
        return measurement_id(self.metric, self.period, self.scope)


def measurement_id(metric: str, period: Period, scope: str = ALL) -> str:
    """Spell the id under which a figure is printed, traced and explained."""
    return f"{metric}@{period.key}" + ("" if scope == ALL else f"[{scope}]")


@dataclass(frozen=True)
class Target:
    """What was promised for a metric: a value in base units, the text as people wrote it, and who owns it.

    Of several numbers (60%/30%/10%) ``value`` is None and they stand in ``parts``; of a range (10~12万) it is the end
    that has to be reached: the lower one, or the upper one where less is better. ``sources`` are the cells it was read
    from, none where a person set it elsewhere."""

    metric: str
    period: Period
    scope: str
    value: Decimal | None
    text: str = ""
    owner: str = ""
    note: str = ""
    origin: str = ""
    parts: tuple[Decimal, ...] = ()
    sources: tuple[Source, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Benchmark:
    """What others reach: the value in base units, where it was published, and the cell it was read from."""

    metric: str
    period: Period
    scope: str
    value: Decimal
    source: str = ""
    sources: tuple[Source, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Ledger:
    """All figures of a run, with the metrics they measure, the targets and the benchmarks. Immutable."""

    metrics: Mapping[str, Metric]
    measurements: tuple[Measurement, ...]
    targets: tuple[Target, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)  # metric id -> why it could not be measured
    # scopes made of several members (平台=小红书+快手) -> the scopes of those members, with which they overlap
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a channel's scope -> those of its platforms
    _index: Mapping[tuple[str, str, str], Measurement] = field(init=False, repr=False, compare=False)
    _of: Mapping[str, list[Measurement]] = field(init=False, repr=False, compare=False)
    _targets: Mapping[tuple[str, str, str], Target] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        of: dict[str, list[Measurement]] = {}
        for m in self.measurements:
            of.setdefault(m.metric, []).append(m)
        object.__setattr__(self, "_of", of)
        object.__setattr__(self, "_index", {(m.metric, m.scope, m.period.key): m for m in self.measurements})
        object.__setattr__(self, "_targets", {(t.metric, t.scope, t.period.key): t for t in self.targets})

    def get(self, metric: str, period: Period, scope: str = ALL) -> Measurement | None:
        """The measurement, or None where the metric was not measured there."""
        return self._index.get((metric, scope, period.key))

    def target(self, metric: str, period: Period, scope: str = ALL) -> Target | None:
        """The target set for a metric, or None."""
        return self._targets.get((metric, scope, period.key))

    def benchmark(self, metric: str, period: Period, scope: str = ALL) -> Benchmark | None:
        """The benchmark published for a metric, or None."""
        return next((b for b in self.benchmarks if (b.metric, b.scope, b.period) == (metric, scope, period)), None)

    def of(self, metric: str, dimension: str | None = None, period: Period | None = None) -> Iterator[Measurement]:
        """Measurements of a metric in the order measured, cut by exactly this dimension and period where given."""
        for m in self._of.get(metric, ()):
            if (period is None or m.period == period) and (dimension is None or dimensions_of(m.scope) == (dimension,)):
                yield m

    def members(self, metric: str, dimension: str, period: Period) -> list[str]:
        """The members of a dimension at which a metric was measured, in the ledger's order, without groups."""
        measured = self.of(metric, dimension, period)
        return [members_of(m.scope)[dimension] for m in measured if m.scope not in self.groups]

    def years(self) -> list[int]:
        """The years measured, ascending."""
        return sorted({m.period.year for m in self.measurements})

    def frame(self) -> pandas.DataFrame:
        """The ledger as a data frame: metric, label, period, scope, value (Decimal), unit, reason."""
        import pandas

        return pandas.DataFrame(
            {
                "metric": m.metric,
                "label": self.metrics[m.metric].label,
                "period": m.period.key,
                "scope": m.scope,
                "value": m.value,
                "unit": self.metrics[m.metric].unit,
                "reason": m.reason,
            }
            for m in self.measurements
        )

    def with_targets(self, targets: Iterable[Target], benchmarks: Iterable[Benchmark]) -> Ledger:
        """The same ledger with targets and benchmarks beside it."""
        return replace(self, targets=tuple(targets), benchmarks=tuple(benchmarks))
