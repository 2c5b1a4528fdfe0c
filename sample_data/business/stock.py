"""Month-end stock, and the urgent replenishments when it ran short."""

from typing import Final

import numpy as np
import pandas as pd

from .apportion import jitter, spread, stream
from .facts import INVENTORY_DAYS, RUSH, SLOW_SHARE, YEARS
from .seasons import DAYS, MONTHS, Window, in_year

# Stock is built up before the summer and autumn campaigns and sold down by the year's end.
_LEVEL: Final = (1.00, 1.02, 0.97, 1.01, 1.04, 0.96, 0.97, 1.00, 1.04, 1.05, 0.98, 0.96)
_NEW_SLACK: Final = 2.0  # months of cover a new product starts with


def _slow_path(year: int) -> np.ndarray:
    """The slow-moving share at the twelve month-ends, straight from the year before's end to this year's."""
    return np.linspace(SLOW_SHARE[year - 1], SLOW_SHARE[year], 13)[1:]


def stock_monthly(seed: int, goods: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Stock by product and month-end, at cost.

    A year's average is its inventory days × cost of sales ÷ 365. Each month is then divided over suppliers by their
    recent cost of sales, and each supplier's stock into slow movers and the rest.
    """
    rng = stream(seed, "stock")
    cost = sales.pivot_table("cost", "product_id", "month", "sum", fill_value=0.0).reindex(goods["product_id"])
    cost = cost.fillna(0.0).to_numpy()
    # Suppliers differ in how deep they are stocked and how slow they move, and keep these habits.
    names = goods["supplier"].unique()
    depth = dict(zip(names, jitter(rng, len(names), 0.06), strict=True))
    lean = dict(zip(names, jitter(rng, len(names), 0.10), strict=True))
    drift = jitter(rng, len(goods), 0.20)
    frames = []
    for year in YEARS:
        months = np.flatnonzero(MONTHS.year == year)
        average = INVENTORY_DAYS[year] * cost[:, months].sum() / 365
        levels = average * np.array(_LEVEL) / np.mean(_LEVEL)
        for n, level, slow_share in zip(months, levels, _slow_path(year), strict=True):
            recent = cost[:, max(0, n - 2) : n + 1].sum(axis=1)
            on_sale = goods["launched_on"] < MONTHS[n] + pd.offsets.MonthEnd(0)
            is_slow = (goods["slow"] >= year) & on_sale
            supplier_weight = pd.Series(recent).groupby(goods["supplier"]).sum()
            supplier_weight *= supplier_weight.index.map(depth).to_numpy()
            share = supplier_weight / supplier_weight.sum()
            leaning = share.index.map(lean).to_numpy()
            slow_of = slow_share * leaning / float((share * leaning).sum())
            slow_of = pd.Series(slow_of, share.index)
            pool = goods["supplier"].map(share) * np.where(
                is_slow, goods["supplier"].map(slow_of), 1 - goods["supplier"].map(slow_of)
            )
            weight = np.where(is_slow, 1.0, recent) * drift * jitter(rng, len(goods), 0.06) * on_sale
            inside = pd.Series(weight).groupby([goods["supplier"], is_slow]).transform("sum")
            value = level * pool * weight / inside
            units = np.where(on_sale, np.round(value / goods["unit_cost"]), 0).astype(np.int64)
            frames.append(_month_rows(goods[on_sale], MONTHS[n], units[on_sale]))
    return pd.concat(frames, ignore_index=True)


def _month_rows(goods: pd.DataFrame, month: pd.Timestamp, units: np.ndarray) -> pd.DataFrame:
    value = np.round(units * goods["unit_cost"].to_numpy(), 2)
    return pd.DataFrame(
        {"month": month, "product_id": goods["product_id"].to_numpy(), "stock_units": units, "stock_value": value}
    )


def rush_orders(seed: int, goods: pd.DataFrame, windows: list[Window]) -> pd.DataFrame:
    """Urgent replenishments, mostly in campaigns; the mean time to arrival is the known one to the second."""
    rng = stream(seed, "rush")
    busy = np.ones(len(DAYS))
    for window in windows:
        busy[window.days] = 5.0
    lines = goods[goods["slow"] == 0]
    parts = []
    for year in YEARS:
        count, hours = RUSH[year]
        days = in_year(year)
        chosen = np.sort(rng.choice(days, count, p=busy[days] / busy[days].sum()))
        chosen[-1] = days[-1]  # New Year's Day is short of something every year
        start = DAYS[chosen] + pd.to_timedelta(rng.integers(9 * 60, 18 * 60, count), unit="min")
        # A minute is how precisely the warehouse notes it.
        minutes = spread(hours * 60 * count, rng.uniform(0.7, 1.3, count))
        # Each supplier is asked about as often in both years.
        asked = lines.groupby("supplier").sample(2, random_state=np.random.RandomState(seed + year))
        asked = asked.sample(frac=1, random_state=np.random.RandomState(seed)).iloc[np.arange(count) % len(asked)]
        parts.append(
            pd.DataFrame(
                {
                    "product_id": asked["product_id"].to_numpy(),
                    "supplier": asked["supplier"].to_numpy(),
                    "requested_at": start,
                    "arrived_at": start + pd.to_timedelta(minutes, unit="min"),
                    "units": (rng.integers(4, 40, count) * 50).astype(object),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.loc[rng.choice(len(frame), 3, replace=False), "units"] = "-"
    frame["rush_id"] = [f"BH{at:%Y%m%d}{n:03d}" for n, at in enumerate(frame["requested_at"], 1)]
    return frame
