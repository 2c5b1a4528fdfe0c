"""Next year: targets, the annual target by month and channel, quarterly paths and what each factor moves."""

from __future__ import annotations

import pandas as pd

from .ledger import amount
from .tables import NONE, Ledger, Table, changed, said

MONTHS = [f"{n}月" for n in range(1, 13)]


def wanted(ledger: Ledger, targets: pd.DataFrame) -> pd.DataFrame:
    """Next year's targets with the metric's id, this year's value and the wanted change."""
    aliases = {
        alias: metric
        for metric, row in ledger.metrics.iterrows()
        for alias in [row["label"], *str(row["aliases"]).split("｜")]
    }
    coming = targets[targets["year"] == int(ledger.year) + 1].copy()
    coming["metric_id"] = coming["metric"].map(aliases)
    coming["scope"] = coming["scope"].fillna("全部")
    coming["wanted"] = coming["target"].map(amount)
    pairs = zip(coming["metric_id"], coming["scope"], strict=True)
    coming["value"] = [ledger.value(metric, scope) for metric, scope in pairs]
    return coming


def target_table(ledger: Ledger, coming: pd.DataFrame) -> Table:
    """Each target beside what was reached, and how it looks."""
    rows = []
    for t in coming.itertuples():
        unit = ledger.unit(t.metric_id) if pd.notna(t.metric_id) else ""
        best = ledger.frame[
            (ledger.frame["metric"] == t.metric_id)
            & (ledger.frame["scope"] == t.scope)
            & (ledger.frame["period"].str.len() == 4)
        ]["value"]
        growth = (t.wanted - t.value) / t.value if t.value else float("nan")
        points = t.wanted - t.value if unit == "比率" else float("nan")
        judged = NONE if pd.isna(growth) else "需努力" if abs(growth) > 0.3 else "可达"
        rows.append(
            [
                t.metric,
                unit,
                said(t.value, unit),
                t.target,
                changed(growth, points),
                said(best.max(), unit),
                judged,
                t.owner,
            ]
        )
    heads = ["指标", "单位", f"{ledger.year}年实际", "目标", "需变化", "历年最好", "判断", "负责人"]
    return Table(f"{int(ledger.year) + 1}年目标", pd.DataFrame(rows, columns=heads))


def rolled_down(ledger: Ledger, coming: pd.DataFrame, channels: list[str]) -> pd.DataFrame:
    """The annual target by month and channel in the shares of this year, in whole yuan that add up."""
    total = coming.loc[(coming["metric_id"] == "gmv") & (coming["scope"] == "全部"), "wanted"].iloc[0]
    grid = pd.DataFrame({c: ledger.months("gmv", ledger.year, f"渠道={c}") for c in channels}, index=MONTHS)
    exact = grid / grid.to_numpy().sum() * total
    whole = exact.apply(lambda column: column // 1)
    left = round(total - whole.to_numpy().sum())
    largest = (exact - whole).stack().sort_values(ascending=False).index[:left]
    for month, channel in largest:
        whole.loc[month, channel] += 1
    return whole


def path_table(ledger: Ledger, coming: pd.DataFrame) -> Table:
    """Rates, days and stocks by quarter, on a straight line from this year's value to the target."""
    rows = []
    for t in coming[coming["value"].notna() & ~coming["metric_id"].isin(["gmv", "orders"])].head(20).itertuples():
        unit = ledger.unit(t.metric_id)
        steps = [t.value + (t.wanted - t.value) * n / 4 for n in range(5)]
        rows.append([t.metric, unit, *(said(step, unit) for step in steps)])
    heads = ["指标", "单位", f"{ledger.year}年实际", "一季度末", "二季度末", "三季度末", "四季度末"]
    return Table("比率、时效与存量目标的季度路径", pd.DataFrame(rows, columns=heads))


def sensitivity(ledger: Ledger, gap: float) -> Table:
    """What the turnover becomes when a factor moves."""
    gmv = ledger.value("gmv")
    rows = []
    for metric in ("visitors", "conversion", "daily_aov", "order_value", "orders", "daily_buyers"):
        moves = [gmv * by / 1e4 for by in (-0.10, -0.05, 0.05, 0.10)]
        value = said(ledger.value(metric), ledger.unit(metric))
        rows.append(
            [ledger.label(metric), value, *(f"{m:+,.0f}" for m in moves), f"{gmv * 0.1 / gap:.1%}", f"{gap / gmv:+.1%}"]
        )
    heads = ["因素", "本年", "降低10%", "降低5%", "提高5%", "提高10%", "提高10%可补缺口", "单独补足需"]
    return Table("各因素变动对成交总额的影响（万元）", pd.DataFrame(rows, columns=heads))
