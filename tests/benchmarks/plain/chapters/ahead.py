"""The chapters on problems and on next year."""

from __future__ import annotations

import pandas as pd

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.planning import MONTHS, path_table, rolled_down, sensitivity, target_table
from tests.benchmarks.plain.tables import Ledger, Table, Tables, said


def problems(ledger: Ledger, tables: Tables) -> Chapter:
    """What fell short of its target or of the industry, with the team's causes."""
    chapter = Chapter("8", "八、存在问题及原因")
    causes = tables["cause"].set_index("metric")["cause"].to_dict()
    own = ledger.frame[
        (ledger.frame["period"] == ledger.year)
        & ledger.frame["attainment"].notna()
        & (ledger.frame["attainment"] < 0.95)
    ]
    own = own.sort_values("attainment").head(4)
    rows = [
        [
            str(n),
            "重大" if r.attainment < 0.8 else "一般",
            r.label,
            said(r.value, r.unit),
            said(r.target, r.unit),
            said(r.gap, r.unit),
        ]
        for n, r in enumerate(own.itertuples(), 1)
    ]
    chapter.text(f"共发现问题{len(rows)}项。")
    chapter.table(Table("问题清单", pd.DataFrame(rows, columns=["序号", "程度", "指标", "实际", "目标或基准", "差距"])))
    for row in own.itertuples():
        chapter.text(
            f"{row.label}（{row.scope}）目标{said(row.target, row.unit)}，实际{said(row.value, row.unit)}，",
            f"完成目标的{row.attainment:.1%}。",
        )
        chapter.text(f"原因：{causes.get(row.label, '未填写')}。对应举措见下一章。")
    return chapter


def plan(ledger: Ledger, tables: Tables, coming: pd.DataFrame) -> Chapter:
    """Next year: targets, by month and channel, paths, bridge, sensitivity, measures."""
    chapter = Chapter("9", "九、下一年目标与举措")
    names, start = ledger.members("渠道", "gmv"), ledger.value("gmv")
    grid = rolled_down(ledger, coming, names)
    total = float(grid.to_numpy().sum())
    chapter.heading("（一）目标与可行性")
    chapter.text(
        f"{int(ledger.year) + 1}年成交总额目标{said(total, '元')}万元，较本年增加{said(total - start, '元')}万元。"
    )
    for t in coming.head(15).itertuples():
        chapter.text(f"{t.metric}（{t.scope}）：目标{t.target}，负责人{t.owner}。")
    chapter.table(target_table(ledger, coming))
    chapter.heading("（二）分解到月与渠道")
    months = grid.sum(axis=1)
    chapter.chart(
        f"{int(ledger.year) + 1}年各月成交总额目标",
        charts.lines(
            MONTHS, {"上年实际": [v / 1e4 for v in ledger.months("gmv", ledger.year)], "目标": list(months / 1e4)}
        ),
    )
    rows = [
        [m, *(f"{v / 1e4:,.2f}" for v in grid.loc[m]), f"{months[m] / 1e4:,.2f}", f"{months[m] / total:.1%}"]
        for m in MONTHS
    ]
    rows.append(["全年", *(f"{v / 1e4:,.2f}" for v in grid.sum()), f"{total / 1e4:,.2f}", "100.0%"])
    chapter.table(
        Table("成交总额目标分解到月与渠道（万元）", pd.DataFrame(rows, columns=["月份", *names, "合计", "占全年"]))
    )
    chapter.table(path_table(ledger, coming))
    chapter.heading("（三）从本年到目标")
    actions = tables["action"]
    steps = (
        actions.dropna(subset=["expected"])
        .groupby("metric")["expected"]
        .agg(["count", "sum"])
        .sort_values("sum", ascending=False)
        .head(9)
    )
    rest = total - start - float(steps["sum"].sum())
    labels = [*(name[:5] for name in steps.index), "未落实"]
    chapter.chart(
        "从本年成交到目标",
        charts.waterfall(["本年", *labels, "目标"], [v / 1e4 for v in (start, *steps["sum"], rest, total)]),
    )
    rows = [
        [name, str(int(s["count"])), f"{s['sum'] / 1e4:,.0f}", f"{s['sum'] / (total - start):.1%}"]
        for name, s in steps.iterrows()
    ]
    rows.append(["未落实", "", f"{rest / 1e4:,.0f}", f"{rest / (total - start):.1%}"])
    chapter.table(Table("从本年到目标（万元）", pd.DataFrame(rows, columns=["步骤", "举措数", "金额", "占缺口"])))
    chapter.heading("（四）哪个因素能补多少缺口")
    chapter.table(sensitivity(ledger, total - start))
    chapter.heading("（五）举措、责任人与时限")
    rows = [
        [
            a.measure,
            a.metric,
            a.owner,
            f"{a.starts:%-m月%-d日}—{a.ends:%-m月%-d日}",
            f"{a.expected / 1e4:,.0f}",
            a.state,
        ]
        for a in actions.itertuples()
    ]
    chapter.table(
        Table("举措（万元）", pd.DataFrame(rows, columns=["举措", "支撑指标", "负责人", "时限", "预期增量", "状态"]))
    )
    return chapter
