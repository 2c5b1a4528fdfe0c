"""Metrics of campaigns: buyers, members, service, and what a campaign pulls out of the days around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from .cells import Book, Formula, cells, distinct, part, ratio, total, with_groups
from .windows import SPRING_FESTIVAL

HIGH_VALUE = 5000
Groups = Mapping[str, Sequence[str]]


def measure_campaigns(book: Book, tables: dict[str, pd.DataFrame], windows: pd.DataFrame, groups: Groups) -> None:
    """Everything that is told of campaigns beside their sales."""
    _festival(book, windows, groups)
    _days(book, tables["daily"], windows)
    _members(book, tables["member"], windows, groups)
    _buyers(book, tables, windows, groups)
    _inquiries(book, tables["service"], windows, groups)
    daily = tables["daily"].groupby("date")["paid"].sum()
    _pull(book, daily, windows, groups)
    _same_weeks(book, daily, windows, groups)


def _by_campaign(frame: pd.DataFrame, groups: Groups, sums: Mapping[str, tuple[str, object]]) -> pd.DataFrame:
    frame = with_groups(frame.rename(columns={"period": "period_y"}), "campaign", groups)
    return cells(frame, {"活动": "campaign"}, sums, "Y")


def _festival(book: Book, windows: pd.DataFrame, groups: Groups) -> None:
    festival = windows["period"].map(SPRING_FESTIVAL)
    near = windows.assign(opens=(festival - windows["start"]).dt.days, closes=(festival - windows["end"]).dt.days)
    near = near[near["opens"].between(0, 45)]
    parts = _by_campaign(near, groups, {"opens": ("opens", "max"), "closes": ("closes", "max")})
    book.add(
        parts, {"campaign_opens_before_festival": part("opens"), "campaign_closes_before_festival": part("closes")}
    )


def _days(book: Book, daily: pd.DataFrame, windows: pd.DataFrame) -> None:
    paid = daily.groupby("date", as_index=False).agg(paid=total("paid"))
    days = windows.merge(paid, how="cross")
    days = days[days["date"].between(days["start"], days["end"])]
    nth = (days["date"] - days["start"]).dt.days + 1
    days["scope"] = "场次=" + days["campaign"] + "|活动日=第" + nth.astype("str") + "天"
    book.add(days, {"campaign_day_gmv": part("paid")})


def _members(book: Book, member: pd.DataFrame, windows: pd.DataFrame, groups: Groups) -> None:
    joined = windows.merge(member[["member", "registered"]], how="cross")
    joined = joined[joined["registered"].between(joined["start"], joined["end"])]
    book.add(_by_campaign(joined, groups, {"members": distinct("member")}), {"campaign_new_members": part("members")})


def _buyers(book: Book, tables: dict[str, pd.DataFrame], windows: pd.DataFrame, groups: Groups) -> None:
    orders = tables["orders"].assign(day=tables["orders"]["paid_at"].dt.normalize())
    firsts = orders.groupby("member")["day"].min().rename("first")
    known = tables["member"].set_index("member")["first_order"]
    made, special = [], []
    for window in windows.itertuples():
        inside = orders[orders["day"].between(window.start, window.end)]
        buyers = inside.groupby("member").agg(
            orders=("order", "count"), amount=total("paid"), deposits=("deposit", "count")
        )
        buyers = buyers.join(firsts).join(known)
        buyers["before"] = (buyers["first"] < window.start) | (buyers["first_order"] < window.start)
        has_presale = pd.notna(window.presale_from)
        buyers["presale"] = buyers["orders"] * has_presale
        buyers["deposits"] = buyers["deposits"] * has_presale
        made.append(buyers.reset_index().assign(period=window.period, campaign=window.campaign))
        if pd.notna(window.member_day):
            special.append(
                _member_day(orders, window.member_day).assign(period=window.period, campaign=window.campaign)
            )
    buyers = pd.concat(made, ignore_index=True)
    buyers["old_member"] = buyers["member"].where(buyers["before"])
    buyers["new_member"] = buyers["member"].where(~buyers["before"])
    sums = {"buyers": distinct("member"), "old": distinct("old_member"), "new": distinct("new_member")}
    sums |= {name: total(name) for name in ("amount", "presale", "deposits")}
    formulas = {
        "campaign_buyers": part("buyers"),
        "campaign_first_buyers": part("new"),
        "aov": ratio("amount", "buyers"),
        "presale_order_share": ratio("deposits", "presale"),
        "repeat_buyer_share": ratio("old", "buyers"),
    }
    book.add(_by_campaign(buyers, groups, sums), formulas)
    day = _by_campaign(pd.concat(special), groups, {"high": total("high"), "paid": total("paid")})
    book.add(day, {"member_day_gmv_share": ratio("high", "paid")})


def _member_day(orders: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    before = orders[(orders["day"] < day) & (orders["day"] >= day - pd.Timedelta(days=365))]
    spent = before.groupby("member")["paid"].sum().round(2)
    on_day = orders[orders["day"] == day]
    return on_day.assign(high=on_day["paid"].where(on_day["member"].map(spent) > HIGH_VALUE, 0))


def _inquiries(book: Book, service: pd.DataFrame, windows: pd.DataFrame, groups: Groups) -> None:
    rows = []
    per_day = service.groupby("date")["inquiries"].sum()
    for window in windows.itertuples():
        inside = per_day[window.start : window.end]
        before = per_day[window.start - pd.Timedelta(days=28) : window.start - pd.Timedelta(days=1)]
        if len(before) == 28 and len(inside):
            rows.append((window.period, window.campaign, inside.sum() * 28, before.sum() * len(inside)))
    frame = pd.DataFrame(rows, columns=["period", "campaign", "inside", "usual"])
    parts = _by_campaign(frame, groups, {"inside": total("inside"), "usual": total("usual")})
    book.add(parts, {"cs_inquiry_surge": lambda p: p["inside"] / p["usual"] - 1})


def _campaign_dates(windows: pd.DataFrame, margin: int = 0) -> pd.DatetimeIndex:
    more = pd.Timedelta(days=margin)
    dates = [pd.date_range(w.start - more, w.end + more) for w in windows.itertuples()]
    return pd.DatetimeIndex(sorted({day for days in dates for day in days}))


def _pull(book: Book, daily: pd.Series, windows: pd.DataFrame, groups: Groups) -> None:
    """Days in and around a window beside the usual of their weekday, in the four weeks that end 14 days before."""
    taken = _campaign_dates(windows)
    made = []
    for window in windows.itertuples():
        ahead, behind = window.start - pd.Timedelta(days=42), window.end + pd.Timedelta(days=14)
        if daily.index[0] > ahead or daily.index[-1] < behind:
            continue
        basis = daily[ahead : window.start - pd.Timedelta(days=15)]
        basis = basis[~basis.index.isin(taken)]
        usual = basis.groupby(basis.index.dayofweek).mean()
        around = daily[window.start - pd.Timedelta(days=14) : behind]
        within = (around.index >= window.start) & (around.index <= window.end)
        around = around[within | ~around.index.isin(taken)]
        frame = pd.DataFrame({"paid": around, "usual": around.index.dayofweek.map(usual)})
        frame = frame[frame["usual"].notna()].assign(period=window.period, campaign=window.campaign)
        frame["side"] = [
            "before" if d < window.start else "inside" if d <= window.end else "after" for d in frame.index
        ]
        made.append(frame)
    days = pd.concat(made)
    sums: dict[str, tuple[str, object]] = {}
    for side in ("before", "inside", "after"):
        for name in ("paid", "usual"):
            days[f"{side}_{name}"] = days[name].where(days["side"] == side, 0)
            sums[f"{side}_{name}"] = total(f"{side}_{name}")
    parts = _by_campaign(days, groups, sums)
    for side in ("before", "inside", "after"):
        parts[side] = parts[f"{side}_paid"] - parts[f"{side}_usual"]
    formulas: dict[str, Formula] = {
        "campaign_lift": ratio("inside", "inside_usual"),
        "campaign_before_pull": ratio("before", "before_usual"),
        "campaign_after_pull": ratio("after", "after_usual"),
        "campaign_surplus": part("inside"),
        "campaign_around": lambda p: p["before"] + p["after"],
        "campaign_net": lambda p: p["before"] + p["after"] + p["inside"],
    }
    book.add(parts, formulas)


def _same_weeks(book: Book, daily: pd.Series, windows: pd.DataFrame, groups: Groups) -> None:
    """Days around a window beside the same weeks of last year, grown as days away from campaigns grew."""
    taken, near = _campaign_dates(windows), _campaign_dates(windows, 14)
    earlier = daily.copy()
    earlier.index = earlier.index + pd.Timedelta(days=364)
    away = pd.DataFrame({"now": daily, "before": earlier}).dropna()
    back = away.index - pd.Timedelta(days=364)
    away = away[~away.index.isin(near) & ~back.isin(near) & (back.year < away.index.year)]
    yearly = away.groupby(away.index.year).sum()
    made = []
    for window in windows.itertuples():
        year = int(window.period)
        if year not in yearly.index or daily.index[-1] < window.end + pd.Timedelta(days=14):
            continue
        festival, last = SPRING_FESTIVAL[window.period], SPRING_FESTIVAL.get(str(year - 1))
        close = 0 <= (festival - window.start).days <= 45
        shift = pd.Timedelta(days=(festival - last).days if close else 364)
        around = daily[window.start - pd.Timedelta(days=14) : window.end + pd.Timedelta(days=14)]
        frame = pd.DataFrame({"paid": around, "earlier": daily.reindex(around.index - shift).to_numpy()}).dropna()
        frame = frame[~frame.index.isin(taken) & ~(frame.index - shift).isin(taken)]
        frame["expected"] = frame["earlier"] * yearly.loc[year, "now"] / yearly.loc[year, "before"]
        is_before = frame.index < window.start
        for side, chosen in {"before": is_before, "after": ~is_before}.items():
            frame[side], frame[f"{side}_expected"] = frame["paid"].where(chosen, 0), frame["expected"].where(chosen, 0)
        made.append(frame.assign(period=window.period, campaign=window.campaign))
    sums = {name: total(name) for name in ("before", "before_expected", "after", "after_expected")}
    formulas: dict[str, Formula] = {
        "campaign_before_same_weeks": lambda p: p["before"] / p["before_expected"] - 1,
        "campaign_after_same_weeks": lambda p: p["after"] / p["after_expected"] - 1,
    }
    book.add(_by_campaign(pd.concat(made), groups, sums), formulas)
