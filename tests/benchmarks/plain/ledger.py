"""The ledger: every metric at every period and scope, held against the period before and the targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from .windows import campaign_days, windows
from .campaigns import measure_campaigns
from .cells import Book
from .channels import measure_channels
from .members import measure_members
from .supply import measure_supply

METRICS = Path(__file__).with_name("metrics.csv")


def measure(tables: dict[str, pd.DataFrame], settings: dict[str, Any], year: int) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
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
    return compared(book.ledger(), tables["target"]), made


def compared(ledger: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The ledger with labels, the same period of the year before, growth, targets and attainment."""
    metrics = pd.read_csv(METRICS)
    ledger = ledger.merge(metrics[["metric", "label", "unit", "better"]], on="metric", how="left")
    year = ledger["period"].str[:4].astype("int64")
    before = ledger.assign(period=(year + 1).astype("str") + ledger["period"].str[4:])[["metric", "period", "scope", "value"]]
    ledger = ledger.merge(before.rename(columns={"value": "prior"}), on=["metric", "period", "scope"], how="left")
    change = ledger["value"] - ledger["prior"]
    is_rate = ledger["unit"] == "比率"
    ledger["growth"] = (change / ledger["prior"]).where(~is_rate & (ledger["prior"] > 0))
    ledger["points"] = (change * 100).where(is_rate)
    return with_targets(ledger, targets, metrics)


def with_targets(ledger: pd.DataFrame, targets: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """Targets are named by label or alias."""
    ids = {name: metric for metric, label, aliases in metrics[["metric", "label", "aliases"]].itertuples(index=False)
           for name in [label, *str(aliases).split("｜")]}  # fmt: skip
    wanted = targets.assign(metric=targets["metric"].map(ids), period=targets["year"].astype("str"))
    wanted["target_value"] = wanted["target"].map(amount)
    wanted = wanted.fillna({"scope": "全部"})[["metric", "period", "scope", "target_value"]]
    ledger = ledger.merge(wanted.dropna().drop_duplicates(["metric", "period", "scope"]), on=["metric", "period", "scope"], how="left")
    ledger = ledger.rename(columns={"target_value": "target"})
    lower = ledger["better"] == "down"
    ledger["gap"] = ledger["value"] - ledger["target"]
    ledger["attainment"] = (ledger["value"] / ledger["target"]).where(~lower, ledger["target"] / ledger["value"])
    return ledger


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
