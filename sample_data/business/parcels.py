"""The parcel sample: where a parcel went, how long it took, and whether the buyer complained."""

from typing import Final

import numpy as np
import pandas as pd

from .apportion import Floats, Ints, evenly, spread, stream
from .facts import COMPLAINTS, PARCELS, REGIONS, YEARS
from .seasons import DAYS, Window, campaign_lift, growth, in_year, rhythm

CARRIERS: Final = {"顺丰": 0.22, "中通": 0.30, "圆通": 0.22, "韵达": 0.16, "京东物流": 0.10}
CAMPAIGN_DAYS: Final = {2024: 3.0, 2025: 1.5}  # mean days from payment to delivery in major campaigns
_MAJOR: Final = ("年货节", "618", "双11")
# Calendar days to delivery: chance of 0, 1, 2, … outside and inside campaigns, by year and region.
_DAYS: Final = {
    2024: {
        "长三角": (0.08, 0.42, 0.34, 0.16),
        "珠三角": (0.06, 0.40, 0.36, 0.18),
        "京津冀": (0.02, 0.34, 0.40, 0.24),
        "成渝": (0.0, 0.28, 0.42, 0.30),
        "其他": (0.0, 0.22, 0.40, 0.38),
    },
    2025: {
        "长三角": (0.40, 0.44, 0.16),
        "珠三角": (0.36, 0.46, 0.18),
        "京津冀": (0.06, 0.50, 0.36, 0.08),
        "成渝": (0.0, 0.48, 0.40, 0.12),
        "其他": (0.0, 0.60, 0.28, 0.12),
    },
}
_SECONDS: Final = 86_400
_EARLIEST, _LATEST = 9.0, 21.0  # hours between which couriers deliver


def _lags(rng: np.random.Generator, year: int, frame: pd.DataFrame, major: Ints) -> Ints:
    """Calendar days to delivery, each region by its known shares; slow days fall on campaign parcels first."""
    lags = np.zeros(len(frame), dtype=np.int64)
    for region, shares in _DAYS[year].items():
        rows = np.flatnonzero(frame["region"] == region)
        counts = spread(len(rows), shares)
        ranked = np.argsort(rng.random(len(rows)) + 0.22 * major[rows], kind="stable")
        lags[rows[ranked]] = np.repeat(np.arange(len(shares)), counts)
    if year == 2024:
        # Campaign parcels of the slowest class kept waiting one to three days more.
        slow = (lags == lags.max()) & (major == 1)
        lags[slow] += rng.choice([1, 2, 3], int(slow.sum()), p=[0.4, 0.35, 0.25])
    return lags


def _moments(rng: np.random.Generator, paid: pd.Series, lags: Ints, major: Ints, target: float) -> pd.Series:
    """Delivery times on the given days, leaned earlier or later in the day until campaign parcels take `target` days.

    The day decides whether a parcel counts as next-day; the hour is free within the couriers' shift.
    """
    day = paid.dt.normalize() + pd.to_timedelta(lags, unit="D")
    paid_hour = (paid - paid.dt.normalize()).dt.total_seconds().to_numpy() / 3600
    earliest = np.where(lags == 0, paid_hour + 2.5, _EARLIEST)
    draw = rng.random(len(paid))

    def delivered(lean: float) -> pd.Series:
        hour = earliest + (_LATEST + 1.5 - earliest) * draw ** np.exp(-lean)
        return day + pd.to_timedelta(np.round(hour * 3600), unit="s")

    def mean_days(lean: float) -> float:
        taken = (delivered(lean) - paid).dt.total_seconds()
        return float(taken[major == 1].mean()) / _SECONDS

    low, high = -3.0, 3.0
    if not mean_days(low) < target < mean_days(high):
        raise ValueError(f"no hours give {target} days: {mean_days(low):.3f} to {mean_days(high):.3f}")
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_days(middle) < target else (low, middle)
    return delivered(low)


def _year(rng: np.random.Generator, year: int, pace: Floats, windows: list[Window]) -> pd.DataFrame:
    size, days = PARCELS[year], in_year(year)
    frame = pd.DataFrame({"region": np.repeat(list(REGIONS), spread(size, list(REGIONS.values())))})
    within = frame.groupby("region").cumcount() / frame.groupby("region")["region"].transform("size")
    cuts = np.cumsum(list(CARRIERS.values()))[:-1]
    frame["carrier"] = np.array(list(CARRIERS), dtype=object)[np.searchsorted(cuts, within, side="right")]
    on = rng.choice(days, size, p=pace[days] / pace[days].sum())
    major = np.isin(on, np.concatenate([w.days for w in windows if w.campaign in _MAJOR])).astype(np.int64)
    lags = _lags(rng, year, frame, major)
    # Delivery on the day of payment needs an order before the afternoon.
    hour = np.where(lags == 0, rng.uniform(7, 14, size), rng.triangular(7, 20.5, 23.9, size))
    frame["paid_at"] = DAYS[on] + pd.to_timedelta(np.round(hour * 3600), unit="s")
    frame["signed_at"] = _moments(rng, frame["paid_at"], lags, major, CAMPAIGN_DAYS[year])
    packing = (frame["signed_at"] - frame["paid_at"]) * rng.uniform(0.12, 0.35, size)
    frame["shipped_at"] = (frame["paid_at"] + packing).dt.floor("s").astype(object)
    # Evenly over regions and carriers, so that the rate falls in each of them.
    frame["complained"] = False
    frame.loc[evenly(rng, size, COMPLAINTS[year]), "complained"] = True
    return frame


def parcel_list(seed: int, windows: list[Window]) -> pd.DataFrame:
    """The 发货明细 rows by time of payment; a few shipping times were not scanned."""
    rng = stream(seed, "parcels")
    pace = rhythm() * campaign_lift(windows) * growth(1.4)
    frame = pd.concat([_year(rng, year, pace, windows) for year in YEARS])
    frame = frame.sort_values(["paid_at", "region"], ignore_index=True)
    frame["parcel_id"] = [f"YD{at:%y%m%d}{n * 7919 % 1_000_003:07d}" for n, at in enumerate(frame["paid_at"], 1)]
    frame.loc[rng.choice(len(frame), 17, replace=False), "shipped_at"] = "-"
    return frame
