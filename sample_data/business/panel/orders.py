"""The order list: the panel's orders with platform, times, deposit and product."""

from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Floats, stream
from business.facts import PLATFORMS
from business.seasons import DAYS, Window, position

# Share of a campaign's orders that paid a deposit first.
PRESALE: Final = {(2024, "618"): 0.25, (2025, "618"): 0.40, (2024, "双11"): 0.30, (2025, "双11"): 0.37}
_HOURS: Final = np.array([3, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 7, 7, 6, 6, 6, 6, 6, 7, 9, 11, 12, 10, 7], dtype=float)


def _moments(rng: np.random.Generator, size: int) -> pd.TimedeltaIndex:
    """Times of day, most in the evening."""
    hours = rng.choice(24, size, p=_HOURS / _HOURS.sum())
    return pd.to_timedelta(hours * 3600 + rng.integers(0, 3600, size), unit="s")


def _platforms(rng: np.random.Generator, orders: pd.DataFrame, daily: pd.DataFrame) -> np.ndarray:
    """A platform per order, so that every month's amounts split over platforms as the company's do.

    Members are lined up by a taste of their own and the line is cut at the platforms' shares: who buys at one end
    keeps buying there, and only those near a cut use two platforms.
    """
    taste = rng.random(int(orders["member"].max()) + 1)
    key = taste[orders["member"]] + rng.normal(0, 0.03, len(orders))
    month = DAYS[orders["day"]].to_period("M")
    shares = daily.pivot_table("paid_amount", daily["date"].dt.to_period("M"), "platform", "sum", observed=True)
    shares = shares[list(PLATFORMS)]
    cuts = shares.div(shares.sum(axis=1), axis=0).cumsum(axis=1)
    found = np.empty(len(orders), dtype=object)
    for label, rows in orders.groupby(month):
        line = rows.index[np.argsort(key[rows.index], kind="stable")]
        cents: Floats = orders.loc[line, "cents"].to_numpy(dtype=float)
        reached = (cents.cumsum() - cents / 2) / cents.sum()
        at = np.searchsorted(cuts.loc[label].to_numpy()[:-1], reached)
        found[line] = np.array(PLATFORMS, dtype=object)[at]
    return found


def _presale(rng: np.random.Generator, orders: pd.DataFrame, windows: list[Window]) -> None:
    """Give the known share of a campaign's orders a deposit, paid between the presale's start and the day before."""
    orders["deposit_at"] = pd.NaT
    for window in windows:
        if window.presale_from is None:
            continue
        inside = orders.index[orders["day"].isin(window.days)]
        count = round(len(inside) * PRESALE[window.year, window.campaign])
        # Final payments open some days in; most are made on the last days.
        wait = orders.loc[inside, "day"] - position(window.presale_from)
        chance = np.where(wait >= 3, wait + 5.0, 0.0)
        chosen = rng.choice(inside, count, replace=False, p=chance / chance.sum())
        before = orders.loc[chosen, "day"] - position(window.presale_from)
        back = np.ceil(rng.random(count) * before.to_numpy()).astype(int)
        orders.loc[chosen, "deposit_at"] = DAYS[orders.loc[chosen, "day"] - back] + _moments(rng, count)


def _products(rng: np.random.Generator, orders: pd.DataFrame, products: pd.DataFrame) -> None:
    """A product on sale that day whose price suits the amount; what is left over is a question of quantity."""
    launched = ((products["launched_on"] - DAYS[0]).dt.days).to_numpy()
    price = (products["list_price"] * 0.85).to_numpy(dtype=float)
    appeal = products["appeal"].to_numpy(dtype=float)
    options = rng.choice(len(products), (len(orders), 8), p=appeal / appeal.sum())
    amount = orders["cents"].to_numpy() / 100
    units = np.maximum(np.round(amount[:, None] / price[options]), 1)
    misfit = np.abs(np.log(amount[:, None] / (units * price[options]))) + 0.08 * units
    misfit[launched[options] > orders["day"].to_numpy()[:, None]] = np.inf
    best = misfit.argmin(axis=1)
    rows = np.arange(len(orders))
    orders["product_id"] = products["product_id"].to_numpy()[options[rows, best]]
    orders["units"] = units[rows, best].astype(int)


def order_list(
    seed: int, orders: pd.DataFrame, daily: pd.DataFrame, products: pd.DataFrame, windows: list[Window]
) -> pd.DataFrame:
    """The 订单明细 rows (member still a position, not an ID) by time of payment."""
    rng = stream(seed, "orders")
    orders = orders.copy()
    orders["platform"] = _platforms(rng, orders, daily)
    orders["paid_at"] = DAYS[orders["day"]] + _moments(rng, len(orders))
    orders["paid_on"] = orders["paid_at"].dt.normalize()
    _presale(rng, orders, windows)
    _products(rng, orders, products)
    pause = pd.to_timedelta(rng.integers(8, 600, len(orders)), unit="s")
    orders["ordered_at"] = orders["deposit_at"].fillna(orders["paid_at"]) - pause
    orders["campaign"] = None
    for window in windows:
        orders.loc[orders["day"].isin(window.days), "campaign"] = window.campaign
    orders["paid_amount"] = orders["cents"] / 100
    orders = orders.sort_values(["paid_at", "member"], ignore_index=True)
    serial = np.arange(1, len(orders) + 1) * 7919 % 999_999_937  # order numbers look random, yet never repeat
    orders["order_id"] = [
        f"{at:%y%m%d}{PLATFORMS.index(platform) + 1}{n:09d}"
        for at, platform, n in zip(orders["paid_at"], orders["platform"], serial, strict=True)
    ]
    return orders
