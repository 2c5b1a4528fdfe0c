"""The annual turnover target by month and channel, and the path of every target that does not add up over months."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas

from rpt.planning.calendar import Span, YearDays, month_weights, project_windows
from rpt.planning.fit import apportion, fit, round_table
from rpt.values.ledger import Ledger, Target
from rpt.values.period import Period
from rpt.values.plan import RatePath, Rolldown
from rpt.values.review import Review
from rpt.values.scope import ALL, dimensions_of, scope_of

METRIC, DIMENSION = "gmv", "渠道"
WAN = Decimal(10_000)
LARGE = 1000 * WAN  # from here on plans are made in whole 万元
Daily = Mapping[str, Mapping[date, Decimal]]  # channel -> day -> turnover


def roll_down(review: Review, daily: Daily, campaigns: Mapping[str, Mapping[int, Span]]) -> Rolldown | None:
    """Roll next year's turnover target down to month × channel.

    The shape comes from the days of this year and the year before, laid on next year's calendar and averaged; months
    and channels that have targets of their own keep them where these can add up. None without a target or days.
    """
    year = review.year + 1
    target = review.ledger.target(METRIC, Period(year))
    members = [name for name in review.ledger.members(METRIC, DIMENSION, Period(review.year)) if daily.get(name)]
    if target is None or not target.value or target.value <= 0 or not members:
        return None
    total = target.value
    step = WAN if total >= LARGE and total % WAN == 0 else Decimal(1)
    if total % step:
        return None
    units = int(total / step)
    years = _years(daily, review.year)
    seed = _seed(daily, members, years, year, campaigns)
    columns, stated = _columns(review, members, units, step)
    rows, months_stated = _rows(review.ledger, year, seed, units)
    cells = round_table(fit(seed, rows, columns), rows, columns)
    amounts = tuple(tuple(Decimal(cell) * step for cell in row) for row in cells)
    return Rolldown(METRIC, year, DIMENSION, tuple(members), amounts, total, step, tuple(years), stated, months_stated)


def _years(daily: Daily, year: int) -> list[int]:
    """The report year, and the one before where its days are all there."""
    days = {day for amounts in daily.values() for day in amounts}
    before = sum(day.year == year - 1 for day in days)
    return [year - 1, year] if before >= 365 else [year]


def _seed(
    daily: Daily,
    members: Sequence[str],
    years: Sequence[int],
    year: int,
    campaigns: Mapping[str, Mapping[int, Span]],
) -> pandas.DataFrame:
    """Month × channel weights: each channel's share of each month, the mean of past years laid on the coming one."""
    coming = YearDays(year, project_windows(campaigns, years, year))
    seed = pandas.DataFrame(0.0, index=range(1, 13), columns=list(members))
    for at in years:
        past = YearDays(at, {name: spans[at] for name, spans in campaigns.items() if at in spans})
        shares = pandas.DataFrame(index=range(1, 13))
        for name in members:
            amounts = {day: float(value) for day, value in daily[name].items() if day.year == at}
            shares[name] = month_weights(amounts, past, coming)
        whole = float(shares.to_numpy().sum())
        if whole > 0:
            seed += shares / whole / len(years)
    return seed


def _columns(review: Review, members: Sequence[str], units: int, step: Decimal) -> tuple[list[int], tuple[str, ...]]:
    """The channels' year: own targets where set (as turnover, or as a share of it), the rest by this year's shares.

    Targets that leave nothing for the others, or do not add up, are brought to the total in proportion.
    """
    this = Period(review.year)
    scopes = [scope_of({DIMENSION: name}) for name in members]
    found = [_stated(review, scope, Decimal(units) * step) for scope in scopes]
    actual = [_value(review.ledger, this, scope) for scope in scopes]
    open_ = [at for at, value in enumerate(found) if value is None]
    taken = sum((value for value in found if value is not None), Decimal(0))
    rest = Decimal(units) * step - taken
    base = sum((actual[at] for at in open_), Decimal(0))
    if open_ and (rest <= 0 or base <= 0):
        return apportion([float(value) for value in actual], units), ()
    weights = [float(v if v is not None else rest * actual[at] / base) for at, v in enumerate(found)]
    return apportion(weights, units), tuple(name for name, v in zip(members, found, strict=True) if v is not None)


def _stated(review: Review, scope: str, total: Decimal) -> Decimal | None:
    """A channel's own target for next year: in 元, or a share of turnover set for it or for what is the same thing
    (a channel of one platform)."""
    coming, this = Period(review.year + 1), Period(review.year)
    own = review.ledger.target(METRIC, coming, scope)
    if own is not None and own.value is not None:
        return own.value
    whole, here = _value(review.ledger, this, ALL), _value(review.ledger, this, scope)
    for target in review.ledger.targets:
        metric = review.ledger.metrics.get(target.metric)
        if target.period != coming or target.value is None or metric is None or metric.aggregation != "share":
            continue
        share = review.ledger.get(target.metric, this, target.scope)
        same = target.scope == scope or _value(review.ledger, this, target.scope) == here
        if same and share is not None and share.value and whole and share.numerator == here and here:
            return (total * target.value).quantize(Decimal("0.01"))
    return None


def _rows(ledger: Ledger, year: int, seed: pandas.DataFrame, units: int) -> tuple[list[int], bool]:
    """The months' totals, and whether they are targets of their own (where all twelve are set), else by the shape."""
    stated = [ledger.target(METRIC, month) for month in Period(year).months()]
    values = [target.value for target in stated if target is not None and target.value is not None]
    if len(values) == 12 and math.fsum(float(value) for value in values) > 0:
        return apportion([float(value) for value in values], units), True
    return apportion([float(weight) for weight in seed.sum(axis=1)], units), False


def _value(ledger: Ledger, period: Period, scope: str) -> Decimal:
    found = ledger.get(METRIC, period, scope)
    return found.value if found is not None and found.value is not None else Decimal(0)


def rate_paths(review: Review, targets: Sequence[Target]) -> tuple[RatePath, ...]:
    """Where each rate, time and level should stand by the end of each quarter: even steps from this year's value.

    Values are of the twelve months up to the quarter's end, so that the fourth is the year's target itself. Targets of
    a campaign, and those without a value of this year, have no path.
    """
    found = []
    for target in targets:
        metric = review.ledger.metrics[target.metric]
        now = review.ledger.get(target.metric, Period(review.year), target.scope)
        if metric.is_additive or target.value is None or now is None or now.value is None:
            continue
        if "活动" in dimensions_of(target.scope) or _reached(metric.better, now.value, target.value):
            continue
        move = (target.value - now.value) / 4
        quarters = (*(now.value + move * n for n in (1, 2, 3)), target.value)
        found.append(RatePath(target, now.value, quarters))
    return tuple(found)


def _reached(better: str, value: Decimal, target: Decimal) -> bool:
    return value >= target if better == "up" else value <= target if better == "down" else True
