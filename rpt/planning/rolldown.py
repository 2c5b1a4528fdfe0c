"""Every additive annual target by month, and by channel where it is measured by channel."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rpt.planning.calendar import Windows, project_windows
from rpt.planning.fit import Weights, apportion, fit, round_table
from rpt.planning.series import Daily, by_day, has_days
from rpt.planning.shape import Campaigns, shape, years_of
from rpt.planning.targets import coming_targets
from rpt.values.ledger import Ledger, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Rolldown
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, member_label, scope_of

METRIC, DIMENSION = "gmv", "渠道"
SCOPES = ((), ("渠道",), ("平台",), ("活动",))  # what a target may be of, to have days of its own
WAN = Decimal(10_000)
LARGE = 1000 * WAN  # from here on plans are made in whole 万
STEPS = (Decimal(1), Decimal("0.01"))  # 元 or pieces; 分 where a target has them


def roll_downs(review: Review, daily: Daily, campaigns: Campaigns) -> tuple[Rolldown, ...]:
    """Roll next year's additive targets down to months, turnover first, then in the workbook's order.

    A target of the whole goes to month × channel where the metric is measured by channel, and holds the channels' own
    targets as its columns; any other (of one channel, platform or campaign) goes to months alone. The shape comes from
    the days of this year and the year before, laid on next year's calendar. What has no past has no roll-down.
    """
    windows = project_windows(campaigns, years_of(list(daily.get(METRIC, {}).values()), review.year), review.year + 1)
    found = [_roll_down(review, target, daily, campaigns, windows) for target in _chosen(review)]
    return tuple(rolled for rolled in found if rolled is not None)


def _chosen(review: Review) -> Iterator[Target]:
    """The additive targets, without those that are columns of another's table."""
    coming = Period(review.year + 1)
    whole = review.ledger.target(METRIC, coming)  # also where it is no more than the sum of the months set
    set_ = {(t.metric, t.scope): t for t in (*([whole] if whole else []), *coming_targets(review))}
    for (metric, scope), target in set_.items():
        if not review.ledger.metrics[metric].is_additive or target.value is None or target.value <= 0:
            continue
        covered = dimensions_of(scope) == (DIMENSION,) and (metric, ALL) in set_ and scope not in review.ledger.groups
        if dimensions_of(scope) in SCOPES and not covered:
            yield target


def _roll_down(review: Review, target: Target, daily: Daily, campaigns: Campaigns, windows: Windows) -> Rolldown | None:
    """One target by month and member; None without any past to take the shape from."""
    metric, year = review.ledger.metrics[target.metric], review.year + 1
    total, step = target.value or Decimal(0), _step(target.value or Decimal(0))
    dimension, series = DIMENSION, {}
    if target.scope == ALL:
        names = review.ledger.members(metric.id, DIMENSION, Period(review.year))
        scopes = {name: scope_of({DIMENSION: name}) for name in names}
        series = {name: days for name, at in scopes.items() if (days := by_day(review, daily, campaigns, metric, at))}
    if not series:
        days = by_day(review, daily, campaigns, metric, target.scope)
        dimension, series = "", {member_label(target.scope): days} if days else {}
    if step is None or not series:
        return None
    years = years_of(list(series.values()), review.year)
    seed = shape(series, years, year, campaigns, windows)
    units, members = int(total / step), list(series)
    own = [_stated(review, metric, scope_of({DIMENSION: name}), total) for name in members] if dimension else []
    columns, stated = _columns(review, metric, members, own, units, step) if dimension else ([units], ())
    rows, months_stated = _rows(review.ledger, target, seed, units)
    cells = round_table(fit(seed, rows, columns), rows, columns)
    return Rolldown(
        metric=metric.id,
        year=year,
        dimension=dimension,
        members=tuple(members),
        cells=tuple(tuple(Decimal(cell) * step for cell in row) for row in cells),
        total=total,
        step=step,
        years=tuple(years),
        from_targets=stated,
        scaled=len(stated) == len(own) > 0 and sum(value for value in own if value is not None) != total,
        months_stated=months_stated,
        scope=target.scope,
        assumed=windows.assumed,
        moved=windows.moved,
        spread=not has_days(daily, metric),
    )


def _step(total: Decimal) -> Decimal | None:
    """What the cells are multiples of; None for a target that is finer than 分."""
    if total >= LARGE and total % WAN == 0:
        return WAN
    return next((step for step in STEPS if total % step == 0), None)


def _columns(
    review: Review, metric: Metric, members: Sequence[str], found: Sequence[Decimal | None], units: int, step: Decimal
) -> tuple[list[int], tuple[str, ...]]:
    """The channels' year: own targets where ``found`` (as an amount, or as a share of the whole), the rest by this
    year's shares. Targets that leave nothing for the others, or do not add up, are brought to the total in proportion.
    """
    this = Period(review.year)
    scopes = [scope_of({DIMENSION: name}) for name in members]
    actual = [max(Decimal(0), _value(review.ledger, metric, this, scope)) for scope in scopes]
    open_ = [at for at, value in enumerate(found) if value is None]
    taken = sum((value for value in found if value is not None), Decimal(0))
    rest = Decimal(units) * step - taken
    base = sum((actual[at] for at in open_), Decimal(0))
    if open_ and (rest <= 0 or base <= 0):
        return apportion([float(value) for value in actual], units), ()
    weights = [float(v if v is not None else rest * actual[at] / base) for at, v in enumerate(found)]
    return apportion(weights, units), tuple(name for name, v in zip(members, found, strict=True) if v is not None)


def _stated(review: Review, metric: Metric, scope: str, total: Decimal) -> Decimal | None:
    """A channel's own target for next year: an amount, or a share of the whole set for it or for what is the same
    thing (a channel of one platform)."""
    coming, this = Period(review.year + 1), Period(review.year)
    own = review.ledger.target(metric.id, coming, scope)
    if own is not None and own.value is not None:
        return max(Decimal(0), own.value)
    whole, here = (_value(review.ledger, metric, this, at) for at in (ALL, scope))
    for target in review.ledger.targets:
        of = review.ledger.metrics.get(target.metric)
        if target.period != coming or target.value is None or of is None or of.aggregation != "share" or here <= 0:
            continue
        share = review.ledger.get(target.metric, this, target.scope)
        same = target.scope == scope or _value(review.ledger, metric, this, target.scope) == here
        if same and share is not None and (share.numerator, share.denominator) == (here, whole):
            return (total * target.value).quantize(Decimal("0.01"))
    return None


def _rows(ledger: Ledger, target: Target, seed: Weights, units: int) -> tuple[list[int], bool]:
    """The months' totals, and whether they are targets of their own (where all twelve are set), else by the shape."""
    stated = [ledger.target(target.metric, month, target.scope) for month in target.period.months()]
    values = [found.value for found in stated if found is not None and found.value is not None]
    if len(values) == 12 and min(values) >= 0 and sum(values) > 0:
        return apportion([float(value) for value in values], units), True
    return apportion([math.fsum(month) for month in seed], units), False


def _value(ledger: Ledger, metric: Metric, period: Period, scope: str) -> Decimal:
    found = ledger.get(metric.id, period, scope)
    return found.value if found is not None and found.value is not None else Decimal(0)
