"""Tables of the report out of the ledger: frames of text with a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

NONE = "—"
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Table:
    """A table as it is printed; ``note`` stands below it."""

    title: str
    frame: pd.DataFrame
    note: str = ""


def said(value: float, unit: str, money: str = "万元") -> str:
    """A value with the digits of its unit, without the unit: money in 万元, rates in percent."""
    if value is None or pd.isna(value):
        return NONE
    if unit == "比率":
        return f"{value:.1%}"
    if unit == "倍":
        return f"{value:.1f}∶1"
    if unit == "元" and abs(value) >= 100_000 and money == "万元":
        return f"{value / 10_000:,.1f}"
    if abs(value) >= 100_000:
        return f"{value / 10_000:,.1f}万"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def changed(growth: float, points: float) -> str:
    """Growth in percent, or the change of a rate in points."""
    change, unit = (points * 100, "个百分点") if pd.notna(points) else (growth * 100, "%")
    if pd.isna(change):
        return NONE
    return f"{'▲' if change > 0 else '▼'}{abs(change):.1f}{unit}"


class Ledger:
    """Look-ups in the ledger of one report year."""

    def __init__(self, frame: pd.DataFrame, metrics: pd.DataFrame, year: int) -> None:
        self.frame, self.metrics, self.year = frame, metrics.set_index("metric"), str(year)
        self.prior_year = str(year - 1)
        self._rows = {(r.metric, r.period, r.scope): r for r in frame.itertuples(index=False)}

    def row(self, metric: str, scope: str = "全部", period: str = "") -> object:
        """A row of the ledger, or None."""
        return self._rows.get((metric, period or self.year, scope))

    def value(self, metric: str, scope: str = "全部", period: str = "") -> float:
        """A value, or NaN."""
        row = self.row(metric, scope, period)
        return row.value if row is not None else float("nan")

    def label(self, metric: str) -> str:
        """What a metric is called."""
        return str(self.metrics.loc[metric, "label"])

    def unit(self, metric: str) -> str:
        """The unit of a metric."""
        return str(self.metrics.loc[metric, "unit"])

    def members(self, dimension: str, metric: str) -> list[str]:
        """The members of a dimension that a metric has this year, largest first."""
        found = self.frame[(self.frame["metric"] == metric) & (self.frame["period"] == self.year)]
        found = found[found["scope"].str.startswith(f"{dimension}=") & ~found["scope"].str.contains("|", regex=False)]
        return [scope.partition("=")[2] for scope in found.sort_values("value", ascending=False)["scope"]]

    def key_table(self, title: str, metrics: Sequence[str], scope: str = "全部", short: bool = False) -> Table:
        """A row per metric: this year, last year, growth, target and attainment."""
        rows = []
        for name in metrics:
            metric, _, own = name.partition("@")
            row = self.row(metric, own or scope)
            if row is None:
                continue
            unit = self.unit(metric)
            cells = [self.label(metric), "万元" if unit == "元" else unit, said(row.value, unit), said(row.prior, unit)]
            cells.append(changed(row.growth, row.points))
            if not short:
                cells += [said(row.target, unit), f"{row.attainment:.1%}" if pd.notna(row.attainment) else NONE]
            rows.append(cells)
        names = ["指标", "单位", f"{self.year}年", f"{self.prior_year}年", "同比", "目标", "完成率"]
        return Table(title, pd.DataFrame(rows, columns=names[: 5 if short else 7]))

    def by_member(
        self, title: str, dimension: str, metrics: Sequence[str], members: Sequence[str] = (), total: bool = True
    ) -> Table:
        """A row per member of a dimension: values, of names that end in + with growth; the total at the end."""
        names = [name.rstrip("+") for name in metrics]
        members = members or self.members(dimension, names[0])
        scopes = {member: f"{dimension}={member}" for member in members}
        if total and self.row(names[0]) is not None:
            scopes["合计"] = "全部"
        rows = []
        for member, scope in scopes.items():
            cells = [member]
            for name in metrics:
                metric = name.rstrip("+")
                row = self.row(metric, scope)
                cells.append(said(row.value, self.unit(metric)) if row is not None else NONE)
                if name.endswith("+"):
                    cells.append(changed(row.growth, row.points) if row is not None else NONE)
            rows.append(cells)
        heads = [dimension]
        for name in metrics:
            heads += [self.label(name.rstrip("+"))] + ["同比"] * name.endswith("+")
        return Table(title, pd.DataFrame(rows, columns=heads))

    def quarters(self, title: str, metric: str) -> Table:
        """A row per quarter and the year."""
        periods = [*(f"{self.year}Q{n}" for n in range(1, 5)), self.year]
        rows = []
        for name, period in zip(("一季度", "二季度", "三季度", "四季度", "全年"), periods, strict=True):
            row, unit = self.row(metric, period=period), self.unit(metric)
            cells = [name, said(row.value, unit), said(row.prior, unit), changed(row.growth, row.points)]
            cells += [said(row.target, unit), said(row.gap, unit)]
            rows.append([*cells, f"{row.attainment:.1%}" if pd.notna(row.attainment) else NONE])
        heads = ["季度", f"{self.year}年", f"{self.prior_year}年", "同比", "目标", "差距", "完成率"]
        return Table(title, pd.DataFrame(rows, columns=heads))

    def months(self, metric: str, year: str, scope: str = "全部") -> list[float]:
        """The values of a year's months."""
        return [self.value(metric, scope, f"{year}-{month:02}") for month in range(1, 13)]


def listed(title: str, frame: pd.DataFrame, columns: Mapping[str, tuple[str, str]], most: int, note: str = "") -> Table:
    """The first rows of a frame; ``columns`` are headings and units by column."""
    made = {}
    for column, (heading, unit) in columns.items():
        values = frame[column].head(most)
        made[heading] = values.fillna(NONE) if not unit else [said(value, unit) for value in values]
    return Table(title, pd.DataFrame(made), note)


def log_mean(end: float, start: float) -> float:
    """The logarithmic mean of two amounts."""
    return (end - start) / np.log(end / start) if end != start else end


def split_table(title: str, parts: Mapping[str, float], base: float) -> Table:
    """Parts of a change with their shares in it and their pull; the sum at the end."""
    change = sum(parts.values())
    rows = [
        [n, f"{a / 1e4:+,.1f}", f"{a / change:.1%}", f"{a / base * 100:.1f}"]
        for n, a in {**parts, "合计": change}.items()
    ]
    return Table(title, pd.DataFrame(rows, columns=["构成", "增减（万元）", "贡献率", "拉动（百分点）"]))
