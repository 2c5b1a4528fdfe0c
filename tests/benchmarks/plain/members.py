"""Metrics of the member workbook: months, and the panel of members with their orders and touches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cells import ALL, Book, Formula, cells, distinct, part, ratio, total, with_periods
from .channels import at_end
from .supply import discrete

HIGH_VALUE = 5000
MONTH = pd.Timedelta(days=30)


def measure_members(book: Book, tables: dict[str, pd.DataFrame], year: int) -> None:
    """Everything of the member workbook."""
    _monthly(book, with_periods(tables["members"], "month"))
    orders = with_periods(tables["orders"], "paid_at").sort_values(["member", "paid_at", "order"], ignore_index=True)
    orders["previous"] = orders.groupby("member")["day"].shift()
    orders["interval"] = (orders["day"] - orders["previous"]).dt.days
    active, dormant = _cutoffs(book, orders, year)
    tiers = pd.concat([_tiers(orders, str(y), active, dormant) for y in (year - 1, year)], ignore_index=True)
    _buyers(book, orders, tables["member"], tiers)
    _tier_metrics(book, tiers, year)
    firsts = _firsts(orders, tables["member"])
    _cohorts(book, orders, firsts, year)
    _intervals(book, orders, tiers)
    _first_orders(book, orders, firsts, tiers)
    _touches(book, tables, orders, active, dormant)


def _monthly(book: Book, months: pd.DataFrame) -> None:
    sums = {"registrations": total("registrations"), "first": total("first_buyers")}
    formulas = {
        "registrations": part("registrations"),
        "first_buyers": part("first"),
        "first_purchase_cvr": ratio("first", "registrations"),
    }
    book.add(cells(months, {}, sums), formulas)
    for level in "YQM":
        ends = cells(at_end(months, level), {}, {"members": total("members"), "wecom": total("wecom")}, level)
        book.add(ends, {"members": part("members")})
        book.add(ends.assign(scope="渠道=私域"), {"wecom_users": part("wecom")})


def _cutoffs(book: Book, orders: pd.DataFrame, year: int) -> tuple[float, float]:
    """The recency cut-offs: quantiles of the base year's intervals."""
    base = orders[(orders["period_y"] == "2024") & (orders["interval"] > 0)]["interval"]
    active, dormant = (float(np.quantile(base, share, method="inverted_cdf")) for share in (0.8, 0.95))
    made = pd.DataFrame({"period": [str(year)], "scope": [ALL], "active": [active], "dormant": [dormant]})
    book.add(made, {"active_cutoff_days": part("active"), "dormant_cutoff_days": part("dormant")})
    return active, dormant


def _tiers(orders: pd.DataFrame, year: str, active: float, dormant: float) -> pd.DataFrame:
    """Members who had bought by a year's end, with their tier."""
    end = pd.Timestamp(int(year), 12, 31)
    known = orders[orders["day"] <= end]
    own = known["period_y"] == year
    known = known.assign(spent=known["paid"].where(own, 0), count=own)
    standing = known.groupby("member").agg(last=("day", "max"), spend=total("spent"), orders=total("count"))
    recency = (end - standing["last"]).dt.days
    tier = np.select(
        [standing["spend"].round(2) > HIGH_VALUE, recency <= active, recency <= dormant],
        ["高价值", "潜力", "沉睡"],
        "流失",
    )
    return standing.assign(tier=tier, period_y=year).reset_index()


def _buyers(book: Book, orders: pd.DataFrame, member: pd.DataFrame, tiers: pd.DataFrame) -> None:
    regions = member[["member", "region"]]
    every: dict[str, Formula] = {
        "spend_per_buyer": ratio("spend", "buyers"),
        "orders_per_buyer": ratio("orders", "buyers"),
    }
    counted: dict[str, Formula] = {"panel_buyers": part("buyers"), "repeat_rate": ratio("repeat", "buyers")}
    high: dict[str, Formula] = {"high_value_share": ratio("high", "buyers")}
    sums = {
        "buyers": ("member", "count"),
        "orders": total("orders"),
        "spend": total("spend"),
        "repeat": total("is_repeat"),
        "high": total("is_high"),
    }
    for level, key in {"Y": "period_y", "Q": "period_q", "M": "period_m"}.items():
        buyers = orders.groupby([key, "member"], as_index=False).agg(orders=("order", "count"), spend=total("paid"))
        buyers["is_repeat"], buyers["is_high"] = buyers["orders"] >= 2, buyers["spend"].round(2) > HIGH_VALUE
        year = buyers[key].str[:4]
        buyers = buyers.assign(period_y=year) if key != "period_y" else buyers
        buyers = buyers.merge(tiers[["period_y", "member", "tier"]], on=["period_y", "member"], how="left")
        book.add(cells(buyers, {}, sums, level), every | counted | (high if level == "Y" else {}))
        book.add(cells(buyers, {"分层": "tier"}, sums, level), every)
        if level == "Y":
            by_region = cells(buyers.merge(regions, on="member", how="left"), {"区域": "region"}, sums, "Y")
            book.add(by_region, {"spend_per_buyer": every["spend_per_buyer"]} | counted | high)


def _tier_metrics(book: Book, tiers: pd.DataFrame, year: int) -> None:
    sums = {"members": ("member", "count")}
    everywhere, by_tier = cells(tiers, {}, sums, "Y"), cells(tiers, {"分层": "tier"}, sums, "Y")
    parts = pd.concat([everywhere, by_tier]).merge(
        everywhere[["period", "members"]], on="period", suffixes=("", "_all")
    )
    book.add(parts, {"tier_members": part("members"), "tier_share": ratio("members", "members_all")})
    kinds = cells(tiers, {}, {"tiers": distinct("tier")}, "Y")
    book.add(kinds, {"rfm_segments": part("tiers")})

    now, before = tiers[tiers["period_y"] == str(year)], tiers[tiers["period_y"] == str(year - 1)]
    moves = now.merge(before[["member", "tier"]], on="member", how="left", suffixes=("", "_prior"))
    moves["tier_prior"] = moves["tier_prior"].fillna("新买家")
    old = moves["tier_prior"] != "新买家"
    moves = moves.assign(old=old, kept=moves["tier"] == moves["tier_prior"], bought=(moves["orders"] > 0) & old)
    sums = {"members": ("member", "count"), "old": total("old"), "kept": total("kept"), "bought": total("bought")}
    count = {"tier_moves": part("members")}
    prior = {"上年分层": "tier_prior"}
    book.add(
        cells(moves, prior, sums, "Y"),
        count | {"tier_kept_rate": ratio("kept", "old"), "tier_return_rate": ratio("bought", "old")},
    )
    for cut in ({}, {"分层": "tier"}, {**prior, "分层": "tier"}):
        book.add(cells(moves, cut, sums, "Y"), count)


def _firsts(orders: pd.DataFrame, member: pd.DataFrame) -> pd.DataFrame:
    """Members whose first order is within the data, with its day."""
    firsts = orders.groupby("member", as_index=False).agg(first=("day", "min"))
    firsts = firsts.merge(member[["member", "first_order"]], on="member", how="left")
    return firsts[firsts["first_order"].isna() | (firsts["first_order"] >= firsts["first"])]


def _cohorts(book: Book, orders: pd.DataFrame, firsts: pd.DataFrame, year: int) -> None:
    start = firsts["first"].dt.to_period("Q")
    firsts = firsts.assign(cohort=start.astype("str"), start=start.map(lambda q: q.ordinal))
    seen = orders[["member"]].assign(quarter=orders["day"].dt.to_period("Q").map(lambda q: q.ordinal)).drop_duplicates()
    sizes = firsts.groupby(["cohort", "start"], as_index=False).agg(members=("member", "count"))
    sizes = sizes.assign(period=str(year), scope="首购季=" + sizes["cohort"])
    book.add(sizes, {"cohort_size": part("members")})
    last = int(seen["quarter"].max())
    bought = firsts.merge(seen, on="member")
    bought["since"] = bought["quarter"] - bought["start"]
    counts = bought.groupby(["cohort", "since"])["member"].count()
    rows = []
    for cohort, begin, members in sizes[["cohort", "start", "members"]].itertuples(index=False):
        for since in range(last - begin + 1):
            name = f"第{since}季" if since else "当季"
            came = counts.get((cohort, since), 0)
            rows.append({"cohort": cohort, "since": since, "members": members, "bought": came, "name": name})
    grid = pd.DataFrame(rows).assign(period=str(year))
    grid["scope"] = "首购季=" + grid["cohort"] + "|首购以来=" + grid["name"]
    book.add(grid[grid["since"] > 0], {"cohort_retention": ratio("bought", "members")})
    following = grid[grid["since"] == 1].assign(scope="首购季=" + grid["cohort"])
    book.add(following, {"next_quarter_retention": ratio("bought", "members")})
    everyone = following[["bought", "members"]].sum().to_frame().T.assign(period=str(year), scope=ALL)
    book.add(everyone, {"next_quarter_retention": ratio("bought", "members")})


def _intervals(book: Book, orders: pd.DataFrame, tiers: pd.DataFrame) -> None:
    within = orders[orders["previous"].dt.year == orders["day"].dt.year]
    within = within.merge(tiers[["period_y", "member", "tier"]], on=["period_y", "member"])
    sums = {"median": ("interval", discrete(0.5))}
    for cut in ({}, {"分层": "tier"}):
        book.add(cells(within, cut, sums, "Y"), {"repurchase_cycle_days": part("median")})


def _first_orders(book: Book, orders: pd.DataFrame, firsts: pd.DataFrame, tiers: pd.DataFrame) -> None:
    followed = orders.merge(firsts[["member", "first"]], on="member")
    followed = followed[followed["day"] <= followed["first"] + MONTH]
    counts = followed.groupby(["member", "first"], as_index=False).agg(orders=("order", "count"))
    year = counts["first"].dt.year
    ends = pd.to_datetime(year.astype("str") + "-12-31") - MONTH
    counts = counts.assign(period_y=year.astype("str"), again=counts["orders"] >= 2)[counts["first"] <= ends]
    counts = counts.merge(tiers[["period_y", "member", "tier"]], on=["period_y", "member"])
    sums = {"members": ("member", "count"), "again": total("again")}
    for cut in ({}, {"分层": "tier"}):
        book.add(cells(counts, cut, sums, "Y"), {"repurchase_30d": ratio("again", "members")})


def _touches(book: Book, tables: dict[str, pd.DataFrame], orders: pd.DataFrame, active: float, dormant: float) -> None:
    touches = tables["touch"][tables["touch"]["reached"] == "是"].sort_values("touched")
    days = orders[["member", "day"]].sort_values("day")
    before = pd.merge_asof(
        touches,
        days.rename(columns={"day": "last"}),
        left_on="touched",
        right_on="last",
        by="member",
        allow_exact_matches=False,
    )
    before = pd.merge_asof(
        before,
        days.rename(columns={"day": "next"}),
        left_on="touched",
        right_on="next",
        by="member",
        direction="forward",
    )
    before = before.merge(tables["member"][["member", "first_order"]], on="member", how="left")
    earlier = before["first_order"].where(before["first_order"] < before["touched"])
    before["last"] = before["last"].fillna(earlier)
    before = before[before["last"].notna()]
    year = before["touched"].dt.year
    before = before[before["touched"] <= pd.to_datetime(year.astype("str") + "-12-31") - MONTH]
    gone = (before["touched"] - before["last"]).dt.days
    before["tier"] = np.select([gone <= active, gone <= dormant], ["活跃", "沉睡"], "流失")
    before["bought"] = before["next"] < before["touched"] + MONTH
    before["period_y"] = before["touched"].dt.year.astype("str")
    parts = cells(before, {"分层": "tier"}, {"rows": ("touch", "count"), "bought": total("bought")}, "Y")
    for metric, scope in {"wakeup_rate_30d": "分层=沉睡", "winback_rate": "分层=流失"}.items():
        book.add(parts[parts["scope"] == scope], {metric: ratio("bought", "rows")})
