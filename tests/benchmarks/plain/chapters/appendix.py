"""The appendices: definitions and sources."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

import pandas as pd

from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.tables import Ledger, Table, Tables


def definitions(ledger: Ledger) -> Chapter:
    """The definition of every metric."""
    chapter = Chapter("10", "附录一　统计口径", is_new_page=True)
    entries = "".join(
        f"<div><b>{escape(str(m['label']))}</b>（{escape(str(m['unit']))}）<br>{escape(str(m['definition']))}<br>编号：{escape(str(i))}；章：{escape(str(m['chapter']))}</div>"
        for i, m in ledger.metrics.iterrows()
    )
    chapter.parts.append(f'<div class="definitions">{entries}</div>')
    return chapter


def sources(ledger: Ledger, tables: Tables, made: Tables, files: list[Path]) -> Chapter:
    """Files and their sheets, windows of campaigns, and the panel against the daily sheet."""
    chapter = Chapter("11", "附录二　数据来源")
    sums = "；".join(f"{file.name}：{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}" for file in files)
    rows = [[name, str(len(frame))] for name, frame in tables.items()]
    chapter.table(
        Table("来源工作表", pd.DataFrame(rows, columns=["工作表", "行数"]), f"文件校验值（SHA-256前16位）：{sums}。")
    )
    rows = [
        [
            f"{w.period}年{w.campaign}",
            f"{w.start:%Y年%-m月%-d日}",
            f"{w.end:%Y年%-m月%-d日}",
            str((w.end - w.start).days + 1),
        ]
        for w in made["windows"].itertuples()
    ]
    chapter.table(Table("大促窗口", pd.DataFrame(rows, columns=["活动", "开始", "结束", "天数"])))
    panel = tables["orders"].groupby(tables["orders"]["paid_at"].dt.year)["paid"].sum() * 100
    rows = [
        [
            f"{y}年",
            f"{panel[y] / 1e4:,.2f}",
            f"{ledger.value('gmv', period=str(y)) / 1e4:,.2f}",
            f"{panel[y] / ledger.value('gmv', period=str(y)) - 1:+.2%}",
        ]
        for y in (2024, 2025)
    ]
    chapter.table(
        Table(
            "订单样本与渠道日报的核对（万元）", pd.DataFrame(rows, columns=["年度", "订单样本×100", "渠道日报", "相差"])
        )
    )
    return chapter
