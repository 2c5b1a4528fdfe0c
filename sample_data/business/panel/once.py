"""When one-time buyers order.

They are the panel's slack: moving a one-time order changes how many buyers a quarter, a campaign or a tier has and
nothing else. So the quarterly repeat rates, the campaign's share of earlier buyers and the 30-day rate of newcomers
are met by how many of them order when.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Floats, Ints, spread
from business.seasons import QUARTER_OF, Window, in_year

from .dates import QUICK_DAYS
from .roles import NONE, ONCE, REPEAT, Buyers

# Repeat rate of each quarter above the first one's: growth all through 2025, but only half a point in the last.
_RISE: Final = {2024: (0.0, 0.016, 0.033, 0.050), 2025: (0.0, 0.016, 0.033, 0.038)}
EARLIER_SHARE: Final = {2024: 0.41, 2025: 0.45}  # of 年货节 buyers who bought before it
QUICK_RATE: Final = {2024: 0.18, 2025: 0.25}  # of newcomers still active at the year's end
# How strongly campaigns draw one-time newcomers and one-time earlier buyers (exponent on the day's weight): in 2024
# campaigns bought new customers, in 2025 they brought earlier ones back while newcomers came with everyday content.
_PULL: Final = {(2024, True): 2.4, (2025, True): 0.0, (2024, False): 0.7, (2025, False): 1.3}
# Newcomers' quarters beside those quotas: 年货节 takes most of the first.
_NEW_QUARTERS: Final = {2024: (0.25, 1.8, 1.0, 1.4), 2025: (0.9, 0.5, 1.3, 0.7)}
_FESTIVAL_CALM: Final = {2024: 0.4, 2025: 0.9}  # 年货节 sells gifts: it draws strangers rather than earlier buyers


@dataclass(frozen=True)
class Setting:
    """What one-time orders of a year are fitted around."""

    year: int
    weights: Floats
    festival: Window
    active_days: int
    others: pd.DataFrame
    """Orders of loyal and repeat buyers up to the year's end."""


def _quarter_sizes(setting: Setting, total: int) -> Ints:
    """One-time buyers per quarter, such that the quarters' repeat rates differ by the known steps.

    With R repeat buyers and A active loyal or repeat buyers in a quarter, its rate is R ÷ (A + once). The rate of the
    first quarter is the one unknown; the four `once` must add up to the year's.
    """
    this_year = setting.others[setting.others["day"] >= in_year(setting.year)[0]]
    counts = this_year.groupby([QUARTER_OF[this_year["day"]], "member"]).size()
    active = counts.groupby(level=0).size().to_numpy()
    repeating = (counts >= 2).groupby(level=0).sum().to_numpy()
    low, high = 0.02, 0.95
    for _ in range(60):
        rate = (low + high) / 2
        buyers = repeating / (rate + np.array(_RISE[setting.year]))
        low, high = (rate, high) if buyers.sum() - active.sum() > total else (low, rate)
    once = np.round(buyers - active).astype(np.int64)
    once[0] += total - once.sum()
    return once


def _draw(rng: np.random.Generator, setting: Setting, days: Ints, count: int, is_new: bool) -> Ints:
    """`count` days among `days`, by demand."""
    if count < 0 or (count and not len(days)):
        raise ValueError(f"{setting.year}: cannot place {count} one-time buyers on {len(days)} days")
    if not count:
        return days[:0]
    demand = setting.weights[days] ** _PULL[setting.year, is_new]
    return rng.choice(days, count, p=demand / demand.sum())


def _festival_quota(setting: Setting, buyers: Buyers, old_once: int) -> tuple[int, int]:
    """(newcomers, earlier buyers) to place inside 年货节, so that the known share of its buyers bought before."""
    days = setting.festival.days
    inside = setting.others["day"].isin(days)
    members = setting.others.loc[inside, "member"].unique()
    before = setting.others.loc[setting.others["day"] < days[0], "member"].unique()
    earlier = int((np.isin(members, before) | (buyers.born[members] < setting.year)).sum())
    natural = setting.weights[days].sum() / setting.weights[in_year(setting.year)].sum()
    old = round(old_once * natural * _FESTIVAL_CALM[setting.year])
    all_buyers = round((earlier + old) / EARLIER_SHARE[setting.year])
    return all_buyers - old - len(members), old


def _quick_quota(setting: Setting, buyers: Buyers) -> int:
    """One-time newcomers to place in the last active days, so that the known share of newcomers was back in 30 days."""
    end = in_year(setting.year)[-1]
    is_watched = (buyers.born == setting.year) & (buyers.role[setting.year] == REPEAT)
    theirs = setting.others[is_watched[setting.others["member"]]].sort_values(["member", "day"])
    first, last = (getattr(theirs.groupby("member")["day"], side)() for side in ("first", "last"))
    watched = (first <= end - QUICK_DAYS) & (last >= end - setting.active_days)
    second = theirs[theirs.groupby("member").cumcount() == 1].set_index("member")["day"]
    quick = int((second - first <= QUICK_DAYS)[watched].sum())
    return round(quick / QUICK_RATE[setting.year]) - int(watched.sum())


def once_orders(rng: np.random.Generator, buyers: Buyers, setting: Setting) -> pd.DataFrame:
    """The year's one-time orders."""
    year, days = setting.year, in_year(setting.year)
    members = buyers.of(year, ONCE)
    is_new = buyers.born[members] == year
    per_quarter = _quarter_sizes(setting, len(members))
    festival = setting.festival.days
    late = days[(days >= days[-1] - setting.active_days) & (days <= days[-1] - QUICK_DAYS)]
    new_at_festival, old_at_festival = _festival_quota(setting, buyers, int((~is_new).sum()))
    new_late = _quick_quota(setting, buyers)
    # (newcomer?, quarter): the days that have a quota of their own, and the quota.
    fixed = {
        (True, 0): (festival, new_at_festival),
        (False, 0): (festival, old_at_festival),
        (True, 3): (late, new_late),
    }
    new = spread(int(is_new.sum()) - new_at_festival - new_late, per_quarter * np.array(_NEW_QUARTERS[year]))
    new[[0, 3]] += (new_at_festival, new_late)
    found: dict[bool, list[Ints]] = {True: [], False: []}
    for kind, sizes in ((True, new), (False, per_quarter - new)):
        for quarter, size in enumerate(sizes):
            span, count = fixed.get((kind, quarter), (days[:0], 0))
            rest = np.setdiff1d(days[QUARTER_OF[days] == quarter + 1], span)
            found[kind] += [_draw(rng, setting, span, count, kind), _draw(rng, setting, rest, int(size) - count, kind)]
    newcomers = pd.DataFrame({"member": members[is_new], "day": rng.permutation(np.concatenate(found[True]))})
    # Who bought last year comes back early in this one: the early days go to them first.
    patience = rng.random((~is_new).sum()) + np.where(buyers.role[2024][members[~is_new]] != NONE, 0.0, 0.45)
    ranked = members[~is_new][np.argsort(patience if year == 2025 else rng.random(len(patience)), kind="stable")]
    return pd.concat([newcomers, pd.DataFrame({"member": ranked, "day": np.sort(np.concatenate(found[False]))})])
