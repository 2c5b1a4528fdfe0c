"""When loyal and repeat buyers order. Days are positions in seasons.DAYS; an order list is (member, day) pairs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Floats, Ints, jitter, lower_quantile
from business.seasons import in_year

from .roles import LOYAL, NONE, REPEAT, Buyers

# The median days between a loyal member's orders in each year: the known cut is seven days.
CYCLE: Final = {2024: 20, 2025: 13}
# Loyal members order at even distances in 2024, in campaign-driven bursts in 2025.
_EVENNESS: Final = {2024: 0.30, 2025: 0.10}
_RATES: Final = {2024: 14.0, 2025: 19.0}  # orders in a full year to start the search from
# Repeat buyers: chance of 2, 3, 4, 5 orders; mean further days between two; share of newcomers back within 30 days.
_COUNTS: Final = {2024: (0.35, 0.30, 0.20, 0.15), 2025: (0.52, 0.28, 0.13, 0.07)}
_GAPS: Final = {2024: 98.0, 2025: 56.0}
_QUICK: Final = {2024: 0.36, 2025: 0.70}
QUICK_DAYS: Final = 30


@dataclass(frozen=True)
class LoyalDraws:
    """The random part of loyal members' calendars, drawn once: a search over order rates then moves smoothly."""

    members: Ints
    starts: Ints
    pace: Floats
    offsets: Floats
    anywhere: Floats

    def place(self, year: int, weights: Floats, rate: float) -> pd.DataFrame:
        """Everybody's orders at `rate` orders per full year."""
        days = in_year(year)
        reach = np.cumsum(weights[days]) / weights[days].sum()
        member, day = [], []
        for nth, first in enumerate(self.starts):
            begun = reach[first - days[0]]
            count = max(5, round(rate * self.pace[nth] * (1 - begun)))
            even = (np.arange(count) + self.offsets[nth]) / count
            bursts = np.sort(self.anywhere[nth, :count])
            at = begun + (1 - begun) * (_EVENNESS[year] * even + (1 - _EVENNESS[year]) * bursts)
            found = days[np.minimum(np.searchsorted(reach, at), len(days) - 1)]
            found[0] = max(first, days[0]) if first > days[0] else found[0]
            member += [self.members[nth]] * count
            day += found.tolist()
        return pd.DataFrame({"member": member, "day": day})


def _draw(rng: np.random.Generator, buyers: Buyers, year: int) -> LoyalDraws:
    """Members loyal before are there from January; the others start on some day of the first five months."""
    members = buyers.of(year, LOYAL)
    settled = (buyers.born[members] < year) & ((year == 2024) | (buyers.role[2024][members] == LOYAL))
    starts = np.where(settled, 0, rng.integers(8, 150, len(members))) + in_year(year)[0]
    return LoyalDraws(
        members,
        starts,
        jitter(rng, len(members), 0.10),
        rng.uniform(0.1, 0.9, len(members)),
        rng.random((len(members), 60)),
    )


def intervals(orders: pd.DataFrame) -> pd.Series:
    """Days since the same member's previous order; missing for a first one. Indexed like `orders`."""
    return orders.sort_values(["member", "day"]).groupby("member")["day"].diff().reindex(orders.index)


def loyal_orders(
    rng: np.random.Generator, buyers: Buyers, year: int, weights: Floats, before: pd.DataFrame
) -> pd.DataFrame:
    """Loyal members' orders, at the order rate nearest to the expected one that gives the known median interval."""
    draws = _draw(rng, buyers, year)
    for step in sorted(np.arange(-6, 6, 0.05), key=abs):
        placed = draws.place(year, weights, _RATES[year] + step)
        sequence = pd.concat([before[before["member"].isin(draws.members)], placed], ignore_index=True)
        gaps = intervals(sequence)[sequence["day"] >= in_year(year)[0]].dropna()
        if lower_quantile(gaps, 0.5) == CYCLE[year]:
            return placed
    raise ValueError(f"no order rate gives a median of {CYCLE[year]} days in {year}")


def _gaps(rng: np.random.Generator, year: int, is_new: bool, quick: bool) -> Ints:
    """Days between a repeat buyer's orders; only quick newcomers are back within 30 days of the first."""
    count = int(rng.choice([2, 3, 4, 5], p=_COUNTS[year]))
    gaps = 5 + rng.gamma(1.5, _GAPS[year] / 1.5, count - 1)
    if is_new:
        gaps[0] = rng.integers(3, QUICK_DAYS - 1) if quick else gaps[0] + QUICK_DAYS
    if gaps.sum() > 320:
        slower = 1 if is_new else 0
        gaps[slower:] *= (320 - gaps[:slower].sum()) / gaps[slower:].sum() if len(gaps) > slower else 1
    return np.minimum(gaps, 300).astype(np.int64)


def repeat_orders(rng: np.random.Generator, buyers: Buyers, year: int, weights: Floats) -> pd.DataFrame:
    """Repeat buyers' orders: a first day that leaves room for the rest of the year's orders, then the gaps."""
    days = in_year(year)
    members = buyers.of(year, REPEAT)
    is_new = buyers.born[members] == year
    quick = np.zeros(len(members), dtype=bool)
    newcomers = np.flatnonzero(is_new)
    quick[rng.permutation(newcomers)[: round(len(newcomers) * _QUICK[year])]] = True
    returning = (year == 2025) & (buyers.role[2024][members] != NONE)
    member, day = [], []
    for nth, who in enumerate(members):
        gaps = _gaps(rng, year, bool(is_new[nth]), bool(quick[nth]))
        room = days[: len(days) - int(gaps.sum())]
        # Who bought last year comes back early in this one; with the others the season decides on the last order.
        early = np.exp(-(room - days[0]) / 45) if returning[nth] else 1.0
        pull = weights[room + (0 if returning[nth] else int(gaps.sum()))] * early
        first = int(rng.choice(room, p=pull / pull.sum()))
        found = first + np.concatenate([[0], np.cumsum(gaps)])
        member += [who] * len(found)
        day += found.tolist()
    return pd.DataFrame({"member": member, "day": day})


def cutoffs(orders: pd.DataFrame) -> tuple[int, int]:
    """The recency cut-offs of the tiers: 80th and 95th percentile of the base year's intervals between order days."""
    gaps = intervals(orders[orders["day"] <= in_year(2024)[-1]])
    positive = gaps[gaps > 0]
    return lower_quantile(positive, 0.80), lower_quantile(positive, 0.95)
