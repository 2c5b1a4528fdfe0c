"""Metrics of the channel workbook: sales, traffic, video, live, groups of buyers, service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from .cells import ALL, Book, Formula, cells, distinct, part, ratio, total, with_groups, with_periods

DAILY = (
    "impressions", "clicks", "visitors", "organic", "buyers", "orders", "paid", "refund", "discount", "cost",
    "commission", "spend", "ad_amount",
)  # fmt: skip
Groups = Mapping[str, Mapping[str, Sequence[str]]]


def _gross(parts: pd.DataFrame) -> pd.Series:
    return parts["paid"] - parts["refund"] - parts["cost"]


def _contribution(parts: pd.DataFrame) -> pd.Series:
    return _gross(parts) - parts["commission"] - parts["discount"] - parts["spend"]


CAMPAIGN_FORMULAS: dict[str, Formula] = {
    "gmv": part("paid"),
    "orders": part("orders"),
    "visitors": part("visitors"),
    "daily_buyers": part("buyers"),
    "conversion": ratio("buyers", "visitors"),
    "order_value": ratio("paid", "orders"),
}
DAILY_FORMULAS: dict[str, Formula] = {
    **CAMPAIGN_FORMULAS,
    "net_sales": lambda p: p["paid"] - p["refund"],
    "refund_amount": part("refund"),
    "refund_rate": ratio("refund", "paid"),
    "daily_aov": ratio("paid", "buyers"),
    "product_cost": part("cost"),
    "commission": part("commission"),
    "discount_amount": part("discount"),
    "gross_profit": _gross,
    "contribution": _contribution,
    "contribution_margin": lambda p: _contribution(p) / (p["paid"] - p["refund"]),
    "impressions": part("impressions"),
    "ctr": ratio("clicks", "impressions"),
    "organic_share": ratio("organic", "visitors"),
    "ad_spend": part("spend"),
    "ad_amount": part("ad_amount"),
    "paid_roi": ratio("ad_amount", "spend"),
    "ad_ratio": ratio("spend", "paid"),
    "visitor_value": ratio("paid", "visitors"),
}


def measure_channels(book: Book, tables: dict[str, pd.DataFrame], groups: Groups, days: pd.DataFrame) -> None:
    """Everything of the channel workbook."""
    _daily(book, tables, groups, days)
    _video(book, tables["video"], groups["平台"], _calendar(tables["daily"]))
    _live(book, tables["live"], groups["平台"])
    _community(book, tables["community"])
    _service(book, tables["service"], days)


def _calendar(daily: pd.DataFrame) -> pd.DataFrame:
    dates = pd.DataFrame({"date": pd.date_range(daily["date"].min(), daily["date"].max())})
    return cells(with_periods(dates, "date"), {}, {"days": ("date", "count")})


def _daily(book: Book, tables: dict[str, pd.DataFrame], groups: Groups, days: pd.DataFrame) -> None:
    daily = with_periods(tables["daily"], "date")
    by_platform = with_groups(daily, "platform", groups["平台"])
    sums = {name: total(name) for name in DAILY}
    everywhere = cells(daily, {}, sums)
    channels = cells(daily, {"渠道": "channel"}, sums)
    platforms = cells(by_platform, {"平台": "platform"}, sums)
    all_cells = pd.concat([everywhere, channels, platforms], ignore_index=True)
    book.add(all_cells, DAILY_FORMULAS)
    shares = all_cells.merge(everywhere[["period", "paid"]], on="period", suffixes=("", "_all"))
    book.add(shares, {"gmv_share": ratio("paid", "paid_all")})
    book.add(shares[shares["scope"] == "平台=小程序"], {"miniapp_gmv_share": ratio("paid", "paid_all")})
    book.add(channels[channels["scope"] == "渠道=主站"], {"detail_ctr": ratio("clicks", "impressions")})

    new = platforms[platforms["scope"] == "平台=小红书+快手"]
    targets = with_groups(with_periods(tables["monthly_target"], "month"), "platform", groups["平台"])
    wanted = cells(targets, {"平台": "platform"}, {"target": total("gmv")})
    book.add(new, {"new_channel_roi": ratio("ad_amount", "spend")})
    book.add(new.merge(wanted, on=["period", "scope"]), {"new_channel_gmv_attainment": ratio("paid", "target")})

    calendar = _calendar(daily)
    whole = calendar[~calendar["period"].str.contains("Q")]
    book.add(whole, {"calendar_days": part("days")})
    book.add(whole.merge(everywhere, on=["period", "scope"]), {"gmv_per_day": ratio("paid", "days")})

    history = tables["history"].assign(period=lambda t: t["year"].astype("str"), scope=ALL)
    names = ("gmv", "orders", "visitors", "members")
    book.add(history, {name: part(name) for name in names})

    inside = daily.drop(columns=["period_y"]).merge(days.rename(columns={"period": "period_y"}), on="day")
    by_campaign = cells(inside, {"活动": "campaign"}, sums, "Y")
    book.add(by_campaign, CAMPAIGN_FORMULAS)
    lengths = days.groupby(["period", "campaign"], as_index=False).agg(days=("day", "count"))
    lengths["scope"] = "活动=" + lengths["campaign"]
    book.add(lengths, {"campaign_days": part("days")})
    book.add(by_campaign.merge(lengths, on=["period", "scope"]), {"campaign_gmv_per_day": ratio("paid", "days")})
    amounts = {"paid": total("paid")}
    book.add(cells(inside, {"渠道": "channel", "活动": "campaign"}, amounts, "Y"), {"gmv": part("paid")})
    both = with_groups(inside, "platform", groups["平台"])
    book.add(cells(both, {"平台": "platform", "活动": "campaign"}, amounts, "Y"), {"gmv": part("paid")})


def _video(book: Book, video: pd.DataFrame, groups: Mapping[str, Sequence[str]], calendar: pd.DataFrame) -> None:
    video = with_periods(video.assign(hit=video["plays"] > 100_000), "date")
    sums = {"works": ("date", "count"), "plays": total("plays"), "hits": total("hit")}
    formulas = {
        "content_count": part("works"),
        "plays": part("plays"),
        "avg_plays": ratio("plays", "works"),
        "hit_rate": ratio("hits", "works"),
    }
    cut = [
        cells(video, {}, sums),
        cells(video, {"渠道": "channel"}, sums),
        cells(with_groups(video, "platform", groups), {"平台": "platform"}, sums),
    ]
    parts = pd.concat(cut, ignore_index=True)
    book.add(parts, formulas)
    book.add(parts.merge(calendar[["period", "days"]], on="period"), {"posts_per_day": ratio("works", "days")})
    book.add(cells(video, {"内容类型": "content"}, sums, "Y"), formulas)


def _live(book: Book, live: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> None:
    own = live["host"] == "自播"
    live = with_periods(live.assign(own=own, own_amount=live["amount"].where(own, 0)), "date")
    sums = {"sessions": ("date", "count")}
    sums |= {name: total(name) for name in ("amount", "own", "own_amount", "watched", "viewers", "orders")}
    formulas: dict[str, Formula] = {
        "live_sessions": part("sessions"),
        "live_gmv": part("amount"),
    }
    further: dict[str, Formula] = {
        "self_live_share": ratio("own_amount", "amount"),
        "live_session_gmv": ratio("own_amount", "own"),
        "live_dwell_seconds": lambda p: p["watched"] * 60 / p["viewers"],
        "live_cvr": ratio("orders", "viewers"),
    }
    everywhere = cells(live, {}, sums)
    cut = [
        everywhere,
        cells(live, {"渠道": "channel"}, sums),
        cells(with_groups(live, "platform", groups), {"平台": "platform"}, sums),
    ]
    book.add(pd.concat(cut, ignore_index=True), formulas | further)
    hosts = cells(live, {"直播类型": "host"}, sums, "Y")
    book.add(hosts, formulas)
    yearly = pd.concat([hosts, everywhere[everywhere["period"].str.len() == 4]])
    shares = yearly.merge(everywhere[["period", "amount"]], on="period", suffixes=("", "_all"))
    book.add(shares, {"live_gmv_share": ratio("amount", "amount_all")})


def _community(book: Book, community: pd.DataFrame) -> None:
    community = with_periods(community, "month").assign(channel="私域")
    sums = {
        "active": total("active"),
        "members": total("members"),
        "amount": total("amount"),
        "rows": ("month", "count"),
    }
    formulas = {"group_mau_rate": ratio("active", "members"), "group_gmv_monthly": ratio("amount", "rows")}
    book.add(cells(community, {"渠道": "channel"}, sums), formulas)
    book.add(cells(community, {"群": "group"}, sums, "Y"), formulas)
    for level in "YQM":
        ends = at_end(community, level)
        book.add(cells(ends, {"渠道": "channel"}, {"groups": distinct("group")}, level), {"groups": part("groups")})


def at_end(frame: pd.DataFrame, level: str) -> pd.DataFrame:
    """The rows of a frame of months that stand at the end of their period."""
    key = {"Y": "period_y", "Q": "period_q", "M": "period_m"}[level]
    return frame[frame["month"] == frame.groupby(key)["month"].transform("max")]


def _service(book: Book, service: pd.DataFrame, days: pd.DataFrame) -> None:
    service = with_periods(service, "date")
    sums = {"inquiries": total("inquiries")}
    formulas = {"service_inquiries": part("inquiries")}
    book.add(cells(service, {}, sums), formulas)
    book.add(cells(service, {"咨询原因": "reason"}, sums, "Y"), formulas)
    inside = service.drop(columns=["period_y"]).merge(days.rename(columns={"period": "period_y"}), on="day")
    book.add(cells(inside, {"活动": "campaign"}, sums, "Y"), formulas)
