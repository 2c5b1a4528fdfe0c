"""Whom the team contacted to wake or win back, and hence who bought within 30 days.

Contacts are picked from what members did anyway: among all members who were dormant or lost on a Wednesday, so many who
went on to buy and so many who did not that the known rates come out.
"""

from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Ints, stream
from business.seasons import DAYS, in_year

from .roles import EARLIER, Buyers

_FOLLOWED: Final = 30  # days
# (year, purpose): successful contacts, of whom bought.
_PLAN: Final = {
    (2024, "沉睡唤醒"): (700, 63),
    (2024, "流失挽回"): (1000, 36),
    (2025, "沉睡唤醒"): (1000, 120),
    (2025, "流失挽回"): (1600, 80),
}
_MEANS: Final = ("企业微信", "短信", "App推送")
_DECEMBER: Final = {2024: 150, 2025: 240}  # contacts too late in the year to be followed for 30 days in it
_FAILED: Final = 0.16  # unsuccessful contacts on top, in proportion


def _history(buyers: Buyers, orders: pd.DataFrame, members: pd.DataFrame) -> list[Ints]:
    """Each buyer's order days by position, for earlier buyers led by the day of their first purchase (negative)."""
    past: list[list[int]] = [[] for _ in range(len(buyers))]
    known = members[members["position"] >= 0]
    for position, first in zip(known["position"], (known["first_order_on"] - DAYS[0]).dt.days, strict=True):
        if buyers.born[position] == EARLIER:
            past[position].append(int(first))
    for member, day in zip(orders["member"], orders["day"], strict=True):
        past[member].append(int(day))
    return [np.sort(days) for days in past]


def _candidates(past: list[Ints], days: Ints, limits: tuple[int, int]) -> pd.DataFrame:
    """Every (member, Wednesday) at which the member was dormant or lost, with whether an order followed."""
    wednesdays = days[DAYS[days].dayofweek == 2]
    rows = []
    for member, ordered in enumerate(past):
        at = np.searchsorted(ordered, wednesdays)
        for day, nth in zip(wednesdays, at, strict=True):
            idle = day - ordered[nth - 1] if nth else -1
            if idle > limits[0]:
                bought = nth < len(ordered) and ordered[nth] < day + _FOLLOWED
                rows.append((member, day, "沉睡唤醒" if idle <= limits[1] else "流失挽回", bought))
    return pd.DataFrame(rows, columns=["member", "day", "purpose", "bought"])


def touch_list(
    seed: int, buyers: Buyers, orders: pd.DataFrame, members: pd.DataFrame, limits: tuple[int, int]
) -> pd.DataFrame:
    """The 触达记录 rows (member still a position) by day; but for December, once a year a member at most."""
    rng = stream(seed, "touches")
    past = _history(buyers, orders, members)
    shuffle = np.random.RandomState(seed)
    parts, used = [], set()
    for (year, purpose), (reached, bought) in _PLAN.items():
        pool = _candidates(past, in_year(year)[: -_FOLLOWED - 1], limits)
        pool = pool[pool["purpose"] == purpose].sample(frac=1, random_state=shuffle)
        for answer, count in ((True, bought), (False, reached - bought), (False, round(reached * _FAILED))):
            free = pool[(pool["bought"] == answer) & ~pool["member"].isin({m for y, m in used if y == year})]
            chosen = free.drop_duplicates("member").head(count)
            if len(chosen) < count:
                raise ValueError(f"{year} {purpose}: only {len(chosen)} of {count} contacts found")
            used |= {(year, member) for member in chosen["member"]}
            parts.append(chosen.assign(reached=len(parts) % 3 != 2))
    for year, count in _DECEMBER.items():
        pool = _candidates(past, in_year(year)[-_FOLLOWED:], limits).sample(frac=1, random_state=shuffle)
        parts.append(pool.drop_duplicates("member").head(count).assign(reached=True))
    frame = pd.concat(parts)
    frame["means"] = rng.choice(_MEANS, len(frame), p=[0.5, 0.3, 0.2])
    frame = frame.sort_values(["day", "member"], ignore_index=True)
    frame["touched_on"] = DAYS[frame["day"]]
    frame["touch_id"] = [f"T{day:%Y%m%d}{n:05d}" for n, day in enumerate(frame["touched_on"], 1)]
    return frame
