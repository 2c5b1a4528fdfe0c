"""The summary, and what became of last year's plan."""

from __future__ import annotations

import pandas as pd

from tests.benchmarks.plain.ledger import amount
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.tables import NONE, Ledger, Table, Tables, changed, said
from tests.benchmarks.plain.wording import sentence


def summary(ledger: Ledger) -> Chapter:
    """The first page: six figures, what went well and what did not."""
    chapter = Chapter("0", "年度概要", is_new_page=True)
    chapter.text(sentence(ledger, "gmv"), sentence(ledger, "members"), sentence(ledger, "repeat_rate"))
    cards = [
        ("gmv", "全部"),
        ("members", "全部"),
        ("repeat_rate", "全部"),
        ("high_value_share", "全部"),
        ("paid_roi", "渠道=主站"),
        ("inventory_days", "全部"),
    ]
    html = ""
    for metric, scope in cards:
        row = ledger.row(metric, scope)
        value, growth = said(row.value, ledger.unit(metric)), changed(row.growth, row.points)
        html += f'<div class="card">{ledger.label(metric)}<b>{value}</b>同比{growth}</div>'
    chapter.parts.append(f'<div class="cards">{html}</div>')
    for metric in (
        "net_sales",
        "contribution",
        "conversion",
        "order_value",
        "organic_share",
        "live_gmv",
        "hit_rate",
        "delivery_days",
        "slow_moving_share",
        "complaint_rate",
    ):
        chapter.text(sentence(ledger, metric))
    return chapter


def last_plan(ledger: Ledger, tables: Tables, ids: dict[str, str]) -> Chapter:
    """Last year's measures, each with what was promised and what was reached."""
    chapter = Chapter("1", "一、上年计划兑现", is_new_page=True)
    rows, missed = [], []
    for plan in tables["last_plan"].itertuples():
        metric = ids.get(plan.metric, "")
        actual = ledger.value(metric, plan.scope)
        is_done = pd.notna(actual) and _is_kept(plan.target, actual, metric, ledger)
        rows.append(
            [
                plan.measure,
                plan.metric,
                plan.target,
                said(actual, ledger.unit(metric)) if metric else NONE,
                plan.owner,
                f"{plan.due:%-m月%-d日}",
                "完成" if is_done else "未完成",
            ]
        )
        if not is_done:
            missed.append(plan)
    chapter.text(f"上年定下重点举措{len(rows)}项，完成{len(rows) - len(missed)}项，未完成{len(missed)}项。")
    chapter.table(
        Table(
            "2025年计划逐项兑现",
            pd.DataFrame(rows, columns=["举措", "指标", "承诺", "实际", "负责人", "完成时限", "结果"]),
        )
    )
    chapter.heading("（一）未完成的举措及原因")
    causes = tables["cause"].set_index("metric")["cause"].to_dict()
    for plan in missed:
        chapter.text(f"{plan.measure}：承诺{plan.target}。原因：{causes.get(plan.metric, '未填写')}。")
    return chapter


def _is_kept(text: str, actual: float, metric: str, ledger: Ledger) -> bool:
    """Whether a promise was kept."""
    is_down = metric and str(ledger.metrics.loc[metric, "better"]) == "down"
    return actual <= amount(text) if is_down else actual >= amount(text)
