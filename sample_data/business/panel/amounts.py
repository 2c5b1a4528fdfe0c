"""What each order of the panel costs, in cents.

Loyal members' amounts come first and stay: they decide who is a high-value member. What else is known, the total of
the year, of 年货节 and of the member day, is then met on the orders of all other buyers.
"""

from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Ints, jitter, spread
from business.facts import HIGH_VALUE_SPEND, PANEL_RATIO, YEARS, total_gmv
from business.seasons import YEAR_OF, Window, in_year, position

from .roles import LOYAL, Buyers

FESTIVAL_VALUE: Final = {2024: 280, 2025: 380}  # yuan per 年货节 buyer
MEMBER_DAY_SHARE: Final = 0.35
_LOYAL_EXCESS: Final = {2024: 520.0, 2025: 950.0}  # mean yuan above the high-value line
_FESTIVAL_MOOD: Final = {2024: 0.80, 2025: 1.30}  # order value in 年货节 against the year's
_MEMBER_DAY_MOOD: Final = (1.4, 0.75)  # the same on the member day, for members loyal already and the others
_PANEL_FIT: Final = {2024: 0.997, 2025: 1.003}  # a sample never hits the total exactly
_YEAR_BACK: Final = 365


def _loyal(rng: np.random.Generator, orders: pd.DataFrame, buyers: Buyers, windows: list[Window]) -> None:
    """Split a yearly budget above the high-value line over each loyal member's orders."""
    festivals = {w.year: w for w in windows if w.campaign == "年货节"}
    member_days = [position(w.member_day) for w in windows if w.member_day]
    for year in YEARS:
        mine = orders.index[(YEAR_OF[orders["day"]] == year) & orders["member"].isin(buyers.of(year, LOYAL))]
        weight = pd.Series(jitter(rng, len(mine), 0.42), mine)
        weight[orders.loc[mine, "day"].isin(festivals[year].days)] *= _FESTIVAL_MOOD[year]
        # The member day's offers are for those who were loyal the year before.
        settled = buyers.role[2024][orders.loc[mine, "member"]] == LOYAL
        on_day = orders.loc[mine, "day"].isin(member_days)
        weight *= np.where(on_day, np.where(settled, *_MEMBER_DAY_MOOD), 1.0)
        for _, rows in orders.loc[mine].groupby("member"):
            budget = HIGH_VALUE_SPEND + 40 + rng.gamma(1.2, _LOYAL_EXCESS[year] / 1.2)
            orders.loc[rows.index, "cents"] = spread(round(budget * 100), weight[rows.index])


def _fit(orders: pd.DataFrame, rows: pd.Index, target: float) -> None:
    """Scale the rows' amounts to a total of `target` cents; refuse what would look absurd on the sheet."""
    factor = target / orders.loc[rows, "cents"].sum()
    if not 0.3 < factor < 2.5:
        raise ValueError(f"{len(rows)} orders cannot be scaled by {factor:.2f}: try another seed")
    orders.loc[rows, "cents"] = spread(round(target), orders.loc[rows, "cents"])


def _member_day(orders: pd.DataFrame, free: pd.Series, day: int) -> None:
    """Fit the free orders of the member day, so that members who were high-value by then have the known share."""
    on_day = orders["day"] == day
    past = orders[(orders["day"] < day) & (orders["day"] >= day - _YEAR_BACK)].groupby("member")["cents"].sum()
    high = orders["member"].map(past).fillna(0) > HIGH_VALUE_SPEND * 100
    theirs = int(orders.loc[on_day & high, "cents"].sum())
    fixed = int(orders.loc[on_day & ~high & ~free, "cents"].sum())
    rows = orders.index[on_day & free & ~high]
    _fit(orders, rows, theirs / MEMBER_DAY_SHARE - theirs - fixed)


def price(rng: np.random.Generator, orders: pd.DataFrame, buyers: Buyers, windows: list[Window]) -> Ints:
    """Amounts in cents for orders (member, day), in the order of the rows."""
    orders = orders[["member", "day"]].assign(cents=0)
    year = YEAR_OF[orders["day"]]
    festivals = {w.year: w for w in windows if w.campaign == "年货节"}
    is_loyal = np.select([year == y for y in YEARS], [buyers.role[y][orders["member"]] == LOYAL for y in YEARS])
    free = pd.Series(is_loyal == 0, orders.index)
    orders.loc[free, "cents"] = np.round(jitter(rng, int(free.sum()), 0.42).clip(0.25, 3.2) * 27_000).astype(np.int64)
    _loyal(rng, orders, buyers, windows)
    done = pd.Series(False, orders.index)
    for y, window in festivals.items():
        inside = orders["day"].isin(window.days)
        target = FESTIVAL_VALUE[y] * 100 * orders.loc[inside, "member"].nunique()
        _fit(orders, orders.index[inside & free], target - orders.loc[inside & ~free, "cents"].sum())
        done |= inside
    member_days = [position(w.member_day) for w in windows if w.member_day]
    done |= orders["day"].isin(member_days)
    for y in YEARS:
        mine = (orders["day"] >= in_year(y)[0]) & (orders["day"] <= in_year(y)[-1])
        rest = orders.index[mine & free & ~done]
        target = total_gmv(y) * 100 / PANEL_RATIO * _PANEL_FIT[y]
        _fit(orders, rest, target - orders.loc[mine, "cents"].sum() + orders.loc[rest, "cents"].sum())
    # Last, because past spending decides who is high-value; the year's total moves by a fraction of its own slack.
    for day in member_days:
        _member_day(orders, free, day)
    spend = orders.groupby([year, "member"])["cents"].sum()
    for y in YEARS:
        loyal = set(buyers.of(y, LOYAL))
        assert set(spend[y][spend[y] > HIGH_VALUE_SPEND * 100].index) == loyal, "an unplanned high-value member"
    return orders["cents"].to_numpy()
