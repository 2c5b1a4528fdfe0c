"""The member list of the panel, and the monthly member report of the whole company."""

from typing import Final

import numpy as np
import pandas as pd

from business.apportion import Floats, spread, stream
from business.facts import FIRST_BUYERS, MEMBERS, PANEL_RATIO, REGIONS, REGISTRATIONS, WECOM, YEARS
from business.seasons import DAYS, MONTHS, growth, in_year, rhythm

from .roles import EARLIER, Buyers

_SOURCES: Final = {"店铺入会": 0.46, "短视频直播": 0.21, "小程序": 0.15, "线下扫码": 0.06, "老客推荐": 0.12}
_OPENED: Final = pd.Timestamp("2020-06-01")
# Share of a year's first-time buyers who had registered in an earlier year (by years before).
_SLOW_STARTERS: Final = {2024: {EARLIER: 0.15}, 2025: {EARLIER: 0.04, 2024: 0.12}}
_GOLDEN: Final = 0.6180339887498949


def _registration_pace() -> Floats:
    """How registrations fall over the two years: with trade, but more evenly."""
    return (rhythm() ** 0.5) * growth(1.45)


def _registered_years(rng: np.random.Generator, buyers: Buyers) -> np.ndarray:
    """The year in which each buyer registered (2023 stands for any earlier one)."""
    years = buyers.born.copy()
    for born, shares in _SLOW_STARTERS.items():
        members = rng.permutation(np.flatnonzero(buyers.born == born))
        for year, share in shares.items():
            count = round(len(members) * share)
            years[members[:count]], members = year, members[count:]
    return years


def _earlier_dates(rng: np.random.Generator, size: int) -> pd.DatetimeIndex:
    """Registrations before 2024, ever more of them."""
    span = (DAYS[0] - _OPENED).days
    return _OPENED + pd.to_timedelta(np.floor(span * np.sqrt(rng.random(size))), unit="D")


def _dates(rng: np.random.Generator, year: int, size: int) -> pd.DatetimeIndex:
    if year == EARLIER:
        return _earlier_dates(rng, size)
    days = in_year(year)
    pace = _registration_pace()[days]
    return DAYS[rng.choice(days, size, p=pace / pace.sum())]


def _buyer_rows(rng: np.random.Generator, buyers: Buyers, orders: pd.DataFrame) -> pd.DataFrame:
    """Registration and first purchase of everybody who ever bought."""
    frame = pd.DataFrame({"year": _registered_years(rng, buyers)})
    first = orders.groupby("member")["day"].min()
    bought = pd.Series(DAYS[first], first.index).reindex(frame.index)
    for year in (EARLIER, *YEARS):
        mine = frame.index[frame["year"] == year]
        frame.loc[mine, "registered_on"] = _dates(rng, year, len(mine))
    earlier = frame.index[buyers.born == EARLIER]
    room = (DAYS[0] - frame.loc[earlier, "registered_on"]).dt.days
    wait = np.floor(room * rng.random(len(earlier)) ** 2.5)
    frame["first_order_on"] = bought
    frame.loc[earlier, "first_order_on"] = frame.loc[earlier, "registered_on"] + pd.to_timedelta(wait, unit="D")
    # Who registered in the year of the first order mostly did so that very day.
    same = frame.index[frame["year"] == buyers.born].difference(earlier)
    lead = np.where(rng.random(len(same)) < 0.55, 0, rng.geometric(0.05, len(same)))
    floor = pd.to_datetime(frame.loc[same, "year"].astype(str) + "-01-01")
    reached = frame.loc[same, "first_order_on"] - pd.to_timedelta(lead, unit="D")
    frame.loc[same, "registered_on"] = np.maximum(reached, floor)
    return frame


def _regions(buyers: Buyers, size: int) -> np.ndarray:
    """Regions by share, alike in every role: golden-ratio steps over members sorted by role leave no region out."""
    ranked = np.lexsort((buyers.born, buyers.role[2024], buyers.role[2025]))
    at = np.searchsorted(np.cumsum(list(REGIONS.values()))[:-1], np.arange(size) * _GOLDEN % 1)
    names = np.array(list(REGIONS), dtype=object)[at]
    regions = names.copy()
    regions[ranked] = names[: len(buyers)]
    return regions


def member_list(seed: int, buyers: Buyers, orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The 会员明细 rows by registration, and the ID of each buyer by position."""
    rng = stream(seed, "members")
    frame = _buyer_rows(rng, buyers, orders)
    taken = frame["year"].value_counts()
    wanted = {year: (MEMBERS[year] - MEMBERS.get(year - 1, 0)) // PANEL_RATIO for year in MEMBERS}
    others = [
        pd.DataFrame({"year": year, "registered_on": _dates(rng, year, count - int(taken[year]))})
        for year, count in wanted.items()
    ]
    frame = pd.concat([frame, *others], ignore_index=True)
    frame["position"] = np.where(frame.index < len(buyers), frame.index, -1)
    frame["region"] = _regions(buyers, len(frame))
    frame["source"] = rng.choice(list(_SOURCES), len(frame), p=list(_SOURCES.values()))
    frame = frame.sort_values(["registered_on", "position"], ignore_index=True)
    frame["member_id"] = [f"M{n * 37 % 99991:06d}{n % 10}" for n in range(1, len(frame) + 1)]
    known = frame[frame["position"] >= 0].set_index("position")["member_id"].sort_index()
    return frame, known


def member_monthly(seed: int, buyers: Buyers, orders: pd.DataFrame) -> pd.DataFrame:
    """The 会员月报: the company's members, registrations, first-time buyers and WeCom contacts."""
    rng = stream(seed, "member monthly")
    pace = pd.Series(_registration_pace(), DAYS).resample("MS").sum().to_numpy()
    first = orders.groupby("member")["day"].min()
    month_of = (DAYS.year.to_numpy() - 2024) * 12 + DAYS.month.to_numpy() - 1
    newcomers = first[buyers.born[first.index] > EARLIER]
    first_buys = np.bincount(month_of[newcomers], minlength=len(MONTHS))
    rows = []
    for year in YEARS:
        months = np.flatnonzero(MONTHS.year == year)
        gained = MEMBERS[year] - MEMBERS[year - 1]
        net = spread(gained, pace[months])
        closed = spread(REGISTRATIONS[year] - gained, pace[months] * rng.uniform(0.8, 1.2, 12))
        bought = spread(FIRST_BUYERS[year], first_buys[months] * rng.uniform(0.98, 1.02, 12))
        wecom = WECOM[year - 1] + spread(WECOM[year] - WECOM[year - 1], pace[months]).cumsum()
        members = MEMBERS[year - 1] + net.cumsum()
        rows += list(zip(MONTHS[months], members, net + closed, bought, wecom, strict=True))
    return pd.DataFrame(rows, columns=["month", "members", "registrations", "first_buyers", "wecom_users"])
