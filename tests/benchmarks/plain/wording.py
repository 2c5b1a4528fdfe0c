"""Figures in words."""

from __future__ import annotations

import pandas as pd

from tests.benchmarks.plain.tables import Ledger, changed, said

QUARTERS = ["一季度", "二季度", "三季度", "四季度"]


def sentence(ledger: Ledger, metric: str, scope: str = "全部", name: str = "") -> str:
    """A figure in words: 成交总额42,000.0万元，同比▲50.0%，完成目标的110.5%。"""
    row, unit = ledger.row(metric, scope), ledger.unit(metric)
    if row is None:
        return ""
    shown = said(row.value, unit) + (
        "万元" if unit == "元" and abs(row.value) >= 1e5 else unit if unit not in ("比率", "倍") else ""
    )
    words = [f"{name or ledger.label(metric)}{shown}"]
    if pd.notna(row.prior):
        growth = changed(row.growth, row.points)
        words.append(f"上年为{said(row.prior, unit)}，同比{growth.replace('▲', '增长').replace('▼', '下降')}")
    if pd.notna(row.attainment):
        words.append(f"完成目标的{row.attainment:.1%}")
    return "，".join(words) + "。"
