"""What was read, and the catalogue of metrics, as lists on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rpt.language.format import percent, quantity

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

    from rpt.engine.dataset import Dataset
    from rpt.values.ledger import Metric
    from rpt.values.reconciliation import Reconciliation


def tables_read(rich: RichConsole, dataset: Dataset) -> None:
    """What was read, table by table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in ("表", "行数", "起", "止", "来源"):
        table.add_column(head, justify="right" if head == "行数" else "left")
    for known in dataset.tables.values():
        if known.is_present:
            sources = "、".join(dict.fromkeys(f"{o.file} › {o.sheet}" if o.sheet else o.file for o in known.origins))
            table.add_row(known.label, f"{known.rows:,}", str(known.first or ""), str(known.last or ""), sources)
    rich.print(table)
    absent = "、".join(known.label for known in dataset.tables.values() if not known.is_present)
    if absent:
        rich.print(f"没有提供的表：{absent}")


def reconciliations(rich: RichConsole, found: Sequence[Reconciliation]) -> None:
    """The panel against the totals."""
    for r in found:
        panel, total, difference = quantity(r.panel, "元"), quantity(r.total, "元"), percent(r.difference, 2)
        rich.print(f"{r.year}年：订单样本放大后{panel}，渠道日报{total}，相差{difference}（样本只用于算比率）")


def catalogue(rich: RichConsole, metrics: Sequence[Metric]) -> None:
    """All metrics by chapter."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in ("章", "编号", "指标", "单位", "方向"):
        table.add_column(head, no_wrap=True)
    table.add_column("口径")
    for m in metrics:
        table.add_row(m.chapter, m.id, m.label, m.unit, {"up": "▲", "down": "▼", "none": "—"}[m.better], m.definition)
    rich.print(table)
    rich.print(f"共{len(metrics)}个指标；rpt metrics 复购率 查看一个指标")


def metric(rich: RichConsole, m: Metric) -> None:
    """One metric explained."""
    rows = {
        "指标": f"{m.label}（{m.id}）",
        "又称": "、".join(m.aliases),
        "单位": m.unit,
        "方向": {"up": "越高越好", "down": "越低越好", "none": "无好坏"}[m.better],
        "口径": m.definition,
        "算式": m.formula or "计划类指标，没有数据来源",
        "定义于": m.origin,
    }
    for head, text in rows.items():
        if text:
            rich.print(f"{head}　{text}", markup=False)
