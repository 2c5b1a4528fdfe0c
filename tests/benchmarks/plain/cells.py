"""Grouping: the parts of metrics summed over periods and scopes, and metrics as formulas over such parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

ALL = "全部"
PERIODS = {"Y": "period_y", "Q": "period_q", "M": "period_m"}
Formula = Callable[[pd.DataFrame], pd.Series]


class Book:
    """Collects the ledger: metric, period, scope and value."""

    def __init__(self) -> None:
        self._parts: list[pd.DataFrame] = []

    def add(self, cells: pd.DataFrame, formulas: Mapping[str, Formula]) -> None:
        """Metrics of cells; each formula takes the frame of parts and gives the values."""
        for metric, formula in formulas.items():
            made = cells[["period", "scope"]].assign(metric=metric, value=formula(cells).astype("float64"))
            self._parts.append(made[["metric", "period", "scope", "value"]])

    def ledger(self) -> pd.DataFrame:
        """All that was added, without what has no value, one row per metric, period and scope."""
        ledger = pd.concat(self._parts, ignore_index=True)
        ledger = ledger[ledger["value"].notna() & ~ledger["value"].isin([float("inf"), float("-inf")])]
        return ledger.drop_duplicates(["metric", "period", "scope"]).reset_index(drop=True)


def with_periods(frame: pd.DataFrame, date: str) -> pd.DataFrame:
    """The frame with its keys of year, quarter and month."""
    days = frame[date].dt
    year = days.year.astype("str")
    return frame.assign(
        period_y=year, period_q=year + "Q" + days.quarter.astype("str"), period_m=days.strftime("%Y-%m"),
        day=days.normalize(),
    )  # fmt: skip


def with_groups(frame: pd.DataFrame, column: str, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The frame and once more the rows of each group's members, under the group's name."""
    more = [frame[frame[column].isin(members)].assign(**{column: group}) for group, members in groups.items()]
    return pd.concat([frame, *more], ignore_index=True)


def cells(
    frame: pd.DataFrame, dimensions: Mapping[str, str], sums: Mapping[str, tuple[str, Any]], levels: str = "YQM"
) -> pd.DataFrame:
    """Parts by period and scope; ``dimensions`` are names of scopes and their columns, none for all rows."""
    made = []
    for level in levels:
        keys = [PERIODS[level], *dimensions.values()]
        grouped = frame.groupby(keys, as_index=False).agg(**sums).rename(columns={PERIODS[level]: "period"})
        grouped["scope"] = scope(grouped, dimensions)
        made.append(grouped)
    return pd.concat(made, ignore_index=True)


def scope(frame: pd.DataFrame, dimensions: Mapping[str, str]) -> pd.Series:
    """The scope of each row: 渠道=主站|活动=618, or 全部."""
    if not dimensions:
        return pd.Series(ALL, index=frame.index)
    parts = [name + "=" + frame[column].astype("str") for name, column in dimensions.items()]
    return parts[0].str.cat(parts[1:], sep="|") if len(parts) > 1 else parts[0]


def total(column: str) -> tuple[str, str]:
    """The sum of a column."""
    return column, "sum"


def distinct(column: str) -> tuple[str, str]:
    """The number of different values of a column."""
    return column, "nunique"


def ratio(above: str, below: str) -> Formula:
    """One part by another."""
    return lambda parts: parts[above] / parts[below]


def part(name: str) -> Formula:
    """A part as it is."""
    return lambda parts: parts[name]
