"""The panel against the totals: a sample times its ratio should come close to what the daily tables say."""

from __future__ import annotations

from decimal import Decimal

from rpt.engine.dataset import Dataset
from rpt.values.reconciliation import Reconciliation


def reconcile(dataset: Dataset, ratio: Decimal) -> list[Reconciliation]:
    """By year; empty where either table is absent. The panel serves rates only, so a difference is said, not mended."""
    if not (dataset.tables["orders"].is_present and dataset.tables["channel_daily"].is_present):
        return []
    rows = dataset.engine.rows(
        """select d.year, o.paid, d.paid from
        (select year(date) as year, sum(paid_amount) as paid from typed_channel_daily group by 1) d
        join (select year(paid_at) as year, sum(paid_amount) as paid from typed_orders group by 1) o on o.year = d.year
        where d.paid > 0 order by 1"""
    )
    return [Reconciliation(int(year), Decimal(panel) * ratio, Decimal(total)) for year, panel, total in rows]
