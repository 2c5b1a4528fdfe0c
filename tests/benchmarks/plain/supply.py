"""Metrics of the supply workbook: stock, slow movers, products, parcels, rush orders, suppliers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cells import ALL, Book, Formula, cells, distinct, part, ratio, total, with_periods
from .channels import at_end

SLOW_COVER_DAYS, SLOW_AGE_DAYS = 90, 90
DAY = 86_400


def measure_supply(book: Book, tables: dict[str, pd.DataFrame], days: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Everything of the supply workbook. Returns the products of each year and the stock positions."""
    positions = _stock(book, tables)
    products = _products(book, tables)
    _parcels(book, tables["parcel"], days)
    _rush(book, tables["rush"], tables["supplier"])
    return {"product_year": products, "stock_position": positions}


def _stock(book: Book, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    named = tables["product"][["product", "name", "category", "supplier", "launched"]]
    stock = with_periods(tables["stock"], "month").merge(named, on="product", how="left")
    sales = with_periods(tables["sales"], "month").merge(named, on="product", how="left")
    sold = sales.assign(selling=sales["product"].where(sales["units"] > 0))
    sums = {"cost": total("cost"), "active": distinct("selling")}
    formulas = {"cost_of_sales": part("cost"), "active_products": part("active")}
    costs, by_category = cells(sold, {}, sums), cells(sold, {"类目": "category"}, sums, "Y")
    book.add(costs, formulas)
    book.add(by_category, formulas)

    yearly = [
        cells(stock, {}, {"value": total("value")}, "Y"),
        cells(stock, {"类目": "category"}, {"value": total("value")}, "Y"),
    ]
    months = stock.groupby("period_y")["month"].nunique().rename("months").rename_axis("period").reset_index()
    stocked = pd.concat(yearly).merge(months, on="period")
    turned = stocked.merge(pd.concat([costs, by_category]), on=["period", "scope"])
    book.add(turned, {"inventory_days": lambda p: p["value"] * 365 / p["cost"] / p["months"]})

    positions = _positions(stock, sales)
    for level in "YQM":
        cuts = [{}] if level != "Y" else [{}, {"类目": "category"}]
        for cut in cuts:
            ends = cells(at_end(stock, level), cut, {"value": total("value")}, level)
            book.add(ends, {"stock_value": part("value")})
        for cut in [*cuts, *([{"供应商": "supplier"}] if level == "Y" else [])]:
            ends = cells(at_end(positions, level), cut, {"slow": total("slow_value"), "value": total("value")}, level)
            book.add(ends, {"slow_moving_value": part("slow"), "slow_moving_share": ratio("slow", "value")})
    return positions


def _positions(stock: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Stock at month ends from the third month on, with the units of three months and whether a product is slow."""
    wide = sales.pivot_table(index="month", columns="product", values="units", aggfunc="sum").fillna(0)
    recent = wide.rolling(3, min_periods=1).sum().stack().rename("recent").reset_index()
    positions = stock.merge(recent, on=["month", "product"], how="left").fillna({"recent": 0})
    positions = positions[positions["month"] >= sales["month"].min() + pd.DateOffset(months=2)]
    age = (positions["month"] + pd.offsets.MonthEnd(0) - positions["launched"]).dt.days
    slow = (positions["recent"] == 0) | (positions["stock"] * 90 > SLOW_COVER_DAYS * positions["recent"])
    slow &= ~(age <= SLOW_AGE_DAYS) & (positions["stock"] != 0)
    return positions.assign(slow=slow, slow_value=positions["value"].where(slow, 0))


def _products(book: Book, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    sales = with_periods(tables["sales"], "month")
    made = []
    for year, sold in sales.groupby("period_y"):
        frame = sold.groupby("product").agg(units=total("units"), amount=total("amount"), cost=total("cost"))
        listed = tables["product"].set_index("product")
        listed = listed[listed["launched"].isna() | (listed["launched"] <= pd.Timestamp(int(year), 12, 31))]
        known = frame.join(listed, how="outer").fillna({"units": 0, "amount": 0, "cost": 0})
        known["listed"] = known.index.isin(listed.index)
        known["margin"] = known["amount"] - known["cost"]
        is_new = (known["launched"].dt.year >= int(year)).map({True: "新品", False: "老品"})
        known["age"] = is_new.where(known["launched"].notna(), "上市日不详")
        known["abc"], known["margin_abc"] = abc(known["amount"], "未动销"), abc(known["margin"], "无毛利")
        made.append(known.reset_index().assign(period_y=year))
    products = pd.concat(made, ignore_index=True)
    products["selling"] = products["listed"] & (products["units"] > 0)
    sums = {"products": ("product", "count")}
    sums |= {name: total(name) for name in ("amount", "units", "margin", "listed", "selling")}
    everywhere = cells(products, {}, sums, "Y")
    formulas: dict[str, Formula] = {
        "product_count": part("products"),
        "product_sales": part("amount"),
        "product_units": part("units"),
        "product_margin": part("margin"),
        "product_margin_rate": ratio("margin", "amount"),
        "product_sales_share": ratio("amount", "amount_all"),
    }
    few: dict[str, Formula] = {"product_price": ratio("amount", "units"), "sell_through": ratio("selling", "listed")}
    cuts = {"类目": "category", "新老": "age", "ABC分类": "abc", "毛利ABC分类": "margin_abc"}
    for cut in [{}, *({name: column} for name, column in cuts.items())]:
        parts = cells(products, cut, sums, "Y").merge(
            everywhere[["period", "amount"]], on="period", suffixes=("", "_all")
        )
        book.add(parts, formulas | (few if not cut or {*cut} & {"类目", "新老"} else {}))
    return products


def abc(amounts: pd.Series, none: str) -> pd.Series:
    """A makes up the first 70%, the one that passes the line included; B goes to 90%."""
    ordered = amounts.clip(lower=0).sort_values(ascending=False, kind="stable")
    before = (ordered.cumsum() - ordered) / ordered.sum()
    classes = pd.Series(np.select([before < 0.7, before < 0.9], ["A类", "B类"], "C类"), index=ordered.index)
    return classes.where(ordered > 0, none).reindex(amounts.index)


def discrete(share: float) -> object:
    """A quantile that is one of the values."""

    def quantile(values: pd.Series) -> float:
        known = values.dropna()
        return float(np.quantile(known, share, method="inverted_cdf")) if len(known) else float("nan")

    return quantile


def _parcels(book: Book, parcel: pd.DataFrame, days: pd.DataFrame) -> None:
    parcel = with_periods(parcel, "paid_at")
    seconds = (parcel["signed"] - parcel["paid_at"]).dt.total_seconds()
    nights = (parcel["signed"].dt.normalize() - parcel["day"]).dt.days
    parcel = parcel.assign(seconds=seconds, next_day=nights <= 1, bad=parcel["complained"] == "是")
    sums = {
        "seconds": total("seconds"), "signed": ("signed", "count"), "next": total("next_day"), "bad": total("bad"),
        "rows": ("parcel", "count"), "p50": ("seconds", discrete(0.5)), "p90": ("seconds", discrete(0.9)),
    }  # fmt: skip
    mean: dict[str, Formula] = {"delivery_days": lambda p: p["seconds"] / p["signed"] / DAY}
    formulas: dict[str, Formula] = {
        **mean,
        "delivery_p50": lambda p: p["p50"] / DAY,
        "delivery_p90": lambda p: p["p90"] / DAY,
        "complaint_rate": ratio("bad", "rows"),
    }
    next_day = {"next_day_coverage": ratio("next", "signed")}
    book.add(cells(parcel, {}, sums), formulas | next_day)
    book.add(cells(parcel, {"区域": "region"}, sums, "Y"), formulas | next_day)
    book.add(cells(parcel, {"承运商": "carrier"}, sums, "Y"), formulas)
    inside = parcel.drop(columns=["period_y"]).merge(days.rename(columns={"period": "period_y"}), on="day")
    book.add(cells(inside, {"活动": "campaign"}, sums, "Y"), mean)


def _rush(book: Book, rush: pd.DataFrame, supplier: pd.DataFrame) -> None:
    rush = with_periods(rush.assign(seconds=(rush["arrived"] - rush["requested"]).dt.total_seconds()), "requested")
    sums = {"seconds": total("seconds"), "arrived": ("arrived", "count"), "rows": ("rush", "count")}
    formulas: dict[str, Formula] = {
        "rush_replenish_hours": lambda p: p["seconds"] / p["arrived"] / 3600,
        "rush_count": part("rows"),
    }
    book.add(cells(rush, {}, sums), formulas)
    book.add(cells(rush, {"供应商": "supplier"}, sums, "Y"), formulas)
    shared = pd.DataFrame({"period": ["2025"], "scope": [ALL], "shares": [(supplier["shares"] == "是").sum()]})
    book.add(shared, {"core_suppliers": part("shares")})
