"""The panel's orders in one list: roles, dates and amounts put together."""

import numpy as np
import pandas as pd

from business.apportion import stream
from business.facts import YEARS
from business.seasons import DAYS, Window, campaign_lift, growth, position, rhythm

from .amounts import price
from .dates import cutoffs, loyal_orders, repeat_orders
from .once import Setting, once_orders
from .roles import Buyers

_REGULARS_IN_FESTIVAL = 0.4
_REGULARS_ON_MEMBER_DAY = 0.7


def build_panel(seed: int, windows: list[Window]) -> tuple[Buyers, pd.DataFrame, tuple[int, int]]:
    """Buyers, their orders (member, day, cents) by day, and the tier cut-offs in days."""
    rng = stream(seed, "panel")
    weights = rhythm() * campaign_lift(windows) * growth(1.5)
    calm = weights**0.7  # regular customers follow campaigns less than passers-by do
    for window in windows:
        if window.campaign == "年货节":  # it sells gifts: regulars hold back, strangers come
            calm[window.days] *= _REGULARS_IN_FESTIVAL
        if window.member_day:
            calm[position(window.member_day)] *= _REGULARS_ON_MEMBER_DAY
    buyers = Buyers()
    orders = pd.DataFrame({"member": [], "day": []}, dtype=np.int64)
    limits = (0, 0)
    for year in YEARS:
        if year == 2025:
            last = orders.groupby("member")["day"].max().reindex(range(len(buyers)), fill_value=0)
            buyers.move_on(rng, last.to_numpy(dtype=float))
        regular = [loyal_orders(rng, buyers, year, calm, orders), repeat_orders(rng, buyers, year, calm)]
        known = pd.concat([orders, *regular], ignore_index=True)
        if year == 2024:
            limits = cutoffs(known)
        festival = next(w for w in windows if w.campaign == "年货节" and w.year == year)
        setting = Setting(year, weights, festival, limits[0], known)
        orders = pd.concat([known, once_orders(rng, buyers, setting)], ignore_index=True)
    orders = orders.sample(frac=1, random_state=np.random.RandomState(seed)).sort_values("day", kind="stable")
    orders = orders.reset_index(drop=True)
    orders["cents"] = price(rng, orders, buyers, windows)
    assert orders["day"].between(0, len(DAYS) - 1).all()
    return buyers, orders, limits
