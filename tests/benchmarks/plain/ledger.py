"""The ledger: every metric at every period and scope, held against the period before and the targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from .campaigns import measure_campaigns
from .cells import ALL, Book, cells, total, with_groups, with_periods
from .channels import measure_channels
from .members import measure_members
from .supply import measure_supply
from .windows import campaign_days, windows

METRICS = Path(__file__).with_name("metrics.csv")


def measure(
    tables: dict[str, pd.DataFrame], settings: dict[str, Any], year: int
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The ledger, and the tables that lists are made of."""
    book = Book()
    shown = windows(settings, year)
    groups = settings["groups"]
    days = campaign_days(shown, groups["活动"])
    measure_channels(book, tables, groups, days)
    measure_members(book, tables, year)
    made = measure_supply(book, tables, days)
    measure_campaigns(book, tables, shown, groups["活动"])
    made["windows"] = shown
    targets = pd.concat([annual_targets(tables["target"]), monthly_targets(tables, groups)], ignore_index=True)
    return compared(book.ledger(), targets), made


def compared(ledger: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The ledger with labels, the same period of the year before, growth, targets and attainment."""
    metrics = pd.read_csv(METRICS)
    ledger = ledger.merge(metrics[["metric", "label", "unit", "better"]], on="metric", how="left")
    year = ledger["period"].str[:4].astype("int64")
    before = ledger.assign(period=(year + 1).astype("str") + ledger["period"].str[4:])[
        ["metric", "period", "scope", "value"]
    ]
    ledger = ledger.merge(before.rename(columns={"value": "prior"}), on=["metric", "period", "scope"], how="left")
    change = ledger["value"] - ledger["prior"]
    is_rate = ledger["unit"] == "比率"
    ledger["growth"] = (change / ledger["prior"]).where(~is_rate & (ledger["prior"] > 0))
    ledger["points"] = change.where(is_rate)
    ledger = ledger.merge(
        targets.drop_duplicates(["metric", "period", "scope"]), on=["metric", "period", "scope"], how="left"
    )
    lower = ledger["better"] == "down"
    ledger["gap"] = ledger["value"] - ledger["target"]
    ledger["attainment"] = (ledger["value"] / ledger["target"]).where(~lower, ledger["target"] / ledger["value"])
    return ledger


def annual_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Targets of the year; they are named by label or alias."""
    named = pd.read_csv(METRICS)[["metric", "label", "aliases"]].itertuples(index=False)
    ids = {name: metric for metric, label, aliases in named for name in [label, *str(aliases).split("｜")]}
    wanted = targets.assign(metric=targets["metric"].map(ids), period=targets["year"].astype("str"))
    wanted["target"] = wanted["target"].map(amount)
    return wanted.fillna({"scope": ALL})[["metric", "period", "scope", "target"]].dropna()


def monthly_targets(tables: dict[str, pd.DataFrame], groups: dict[str, dict[str, list[str]]]) -> pd.DataFrame:
    """Targets of turnover by month and platform, and their sums."""
    channels = tables["daily"][["platform", "channel"]].drop_duplicates()
    months = with_periods(tables["monthly_target"].merge(channels, on="platform"), "month")
    sums = {"target": total("gmv")}
    by_platform = cells(with_groups(months, "platform", groups["平台"]), {"平台": "platform"}, sums)
    parts = [by_platform, cells(months, {"渠道": "channel"}, sums), cells(months, {}, sums)]
    return pd.concat(parts, ignore_index=True)[["period", "scope", "target"]].assign(metric="gmv")


def amount(text: str) -> float:
    """A target as typed: 3.8亿, 190万, ≥15%, 4:1, 2:3:5 (no single value)."""
    text = str(text).strip().lstrip("≥≤><=").replace(",", "").replace("：", ":")
    factor = 1.0
    for unit, by in (("亿", 1e8), ("万", 1e4), ("%", 0.01)):
        if text.endswith(unit):
            text, factor = text[: -len(unit)], by
    if ":" in text:
        above, _, below = text.partition(":")
        if ":" in below or "/" in below:
            return float("nan")
        return float(above) / float(below)
    digits = "".join(c for c in text if c.isdigit() or c in ".-")
    try:
        return float(digits) * factor
    except ValueError:
        return float("nan")
