"""A month against the plan: turnover by channel, the other targets, measures that are late, and where the year lands.

Lights follow the attainment: green from the first limit on, yellow from the second, else red; where less is better
the attainment is plan ÷ actual, so that the same limits hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from rpt.language.naming import scoped_label
from rpt.planning.fulfilment import DONE
from rpt.values.ledger import Better, Ledger, Measurement, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Action
from rpt.values.saved_plan import SavedPlan
from rpt.values.scope import ALL, dimensions_of, scope_of
from rpt.values.tracking import Held, Landing, Light, Limits, Standing, Tracked, Tracking

METRIC, DIMENSION = "gmv", "渠道"
CLOSED = DONE | {"取消", "已取消"}
_CONTEXT = Context(prec=28)


def track(
    month: Period,
    now: Ledger,
    before: Ledger,
    plan: SavedPlan,
    limits: Limits,
    source: str,
    whole_year: Collection[str] = (),
) -> Tracking:
    """Hold a month against the year's plan. ``now`` is measured up to the month's end, ``before`` over whole past years
    (with the targets of the coming one beside it); ``whole_year`` are metrics that say nothing before December."""
    tracker = _Tracker(month, now, before, plan, limits, whole_year)
    standings = tuple(tracker.standings())
    told = {(s.metric, s.scope) for s in standings} | {(METRIC, t.scope) for t in plan.targets if t.metric == METRIC}
    rest = [scoped_label(now.metrics[t.metric], t.scope) for t in plan.targets if (t.metric, t.scope) not in told]
    rows = tuple(tracker.rows())
    return Tracking(month, rows, standings, tuple(tracker.overdue()), tracker.landing(), source, tuple(rest))


def light_of(attainment: Decimal | None, limits: Limits) -> Light:
    """绿, 黄 or 红; — where there is nothing to judge."""
    if attainment is None:
        return "—"
    return "绿" if attainment >= limits.green else "黄" if attainment >= limits.yellow else "红"


def attain(better: Better, actual: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """Actual ÷ plan, or plan ÷ actual where down is better; None where either is unknown or the division is not one."""
    if actual is None or plan is None or actual < 0 or plan < 0:
        return None
    upper, lower = (plan, actual) if better == "down" else (actual, plan)
    if lower == 0:
        return Decimal(1) if better == "down" else None
    return _CONTEXT.divide(upper, lower)


@dataclass(frozen=True)
class _Tracker:
    month: Period
    now: Ledger
    before: Ledger
    plan: SavedPlan
    limits: Limits
    whole_year: Collection[str] = ()

    @property
    def year(self) -> Period:
        return Period(self.month.year)

    def months(self) -> list[Period]:
        """The year's months up to this one."""
        return self.year.months()[: self.month.part]

    def rows(self) -> Iterator[Tracked]:
        """Turnover in all, then by channel."""
        channels = self.now.members(METRIC, DIMENSION, self.month)
        for scope in (ALL, *(scope_of({DIMENSION: name}) for name in channels)):
            month = self._held(
                measurement_id(METRIC, self.month, scope),
                "up",
                _value(self.now.get(METRIC, self.month, scope)),
                self._planned(self.month, scope),
            )
            plans = [self._planned(at, scope) for at in self.months()]
            actuals = [_value(self.now.get(METRIC, at, scope)) for at in self.months()]
            ref = measurement_id(METRIC, self.year, scope)
            yield Tracked(METRIC, scope, month, self._held(ref, "up", _sum(actuals), _sum(plans)))

    def _planned(self, month: Period, scope: str) -> Decimal | None:
        """A month's plan: the team's own monthly target, unless the year was edited since; else the roll-down's."""
        stated = self.before.target(METRIC, month, scope)
        if stated is not None and stated.value is not None and not self.plan.edits:
            return stated.value
        rolled = self.plan.rolldown
        if rolled is None:
            return stated.value if stated else None
        if scope == ALL:
            return rolled.month(month.part - 1)
        names = {scope_of({rolled.dimension: name}): at for at, name in enumerate(rolled.members)}
        return rolled.cells[month.part - 1][names[scope]] if scope in names else None

    def standings(self) -> Iterator[Standing]:
        """Targets of rates, times and levels against the quarter's point on their path; where this year began beyond
        the target there is no path, and the target itself is the point."""
        quarter = (self.month.part + 2) // 3
        paths = {(path.target.metric, path.target.scope): path.quarters for path in self.plan.paths}
        for target in self.plan.targets:
            metric = self.now.metrics.get(target.metric)
            if metric is None or metric.is_additive or target.value is None or metric.aggregation == "plan":
                continue
            path = paths.get((target.metric, target.scope))
            if target.metric in self.whole_year and self.month.part < 12:
                continue
            point = path[quarter - 1] if path else target.value
            actual = _value(self.now.get(target.metric, self.year, target.scope))
            if actual is None and "活动" in dimensions_of(target.scope):
                continue  # the campaign has not been yet
            ref = measurement_id(target.metric, self.year, target.scope)
            held = self._held(ref, metric.better, actual, point)
            yield Standing(target.metric, target.scope, target.owner, held)

    def overdue(self) -> list[Action]:
        """Measures due by the month's end that nobody has closed, the oldest first."""
        late = [a for a in self.plan.actions if a.ends_on and a.ends_on <= self.month.ends_on]
        return sorted((a for a in late if a.state not in CLOSED), key=lambda a: (a.ends_on, a.measure))

    def landing(self) -> Landing | None:
        """Year to date ÷ the share of the year these months have: in the plan's months, else in last year's."""
        target = self._target()
        to_date = _sum([_value(self.now.get(METRIC, at)) for at in self.months()])
        plans = [self._planned(at, ALL) for at in self.year.months()]
        whole, part = _sum(plans), _sum(plans[: self.month.part])
        share, basis = (_CONTEXT.divide(part, whole) if part and whole else None), "计划的月度分布"
        if share is None:
            share, basis = self._share(self.year.year - 1), f"{self.year.year - 1}年的月度分布"
        if target is None or to_date is None or share is None or share <= 0:
            return None
        forecast = _CONTEXT.divide(to_date, share)
        attainment = _CONTEXT.divide(forecast, target)
        errors = dict(self._errors())
        error = max(errors.values(), default=None)
        light = light_of(attainment, self.limits)
        return Landing(to_date, share, forecast, target, attainment, light, basis, error, tuple(errors))

    def _target(self) -> Decimal | None:
        own = next((t.value for t in self.plan.targets if (t.metric, t.scope) == (METRIC, ALL)), None)
        stated = self.before.target(METRIC, self.year)
        found = own if own is not None else stated.value if stated else None
        return found if found is not None and found > 0 else None

    def _share(self, year: int) -> Decimal | None:
        """The part of a past year's turnover that came by the end of the month."""
        values = [_value(self.before.get(METRIC, at)) for at in Period(year).months()]
        whole, part = _sum(values), _sum(values[: self.month.part])
        return _CONTEXT.divide(part, whole) if part and whole else None

    def _errors(self) -> Iterator[tuple[int, Decimal]]:
        """How far the method would have missed in past years, each by the shares of the year before it."""
        for year in self.before.years():
            share, earlier = self._share(year), self._share(year - 1)
            if year < self.year.year and share is not None and earlier is not None:
                yield year, abs(_CONTEXT.divide(share, earlier) - 1)

    def _held(self, ref: str, better: Better, actual: Decimal | None, plan: Decimal | None) -> Held:
        attainment = attain(better, actual, plan)
        return Held(ref, plan, actual, attainment, light_of(attainment, self.limits))


def _value(found: Measurement | None) -> Decimal | None:
    return found.value if found is not None else None


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None
