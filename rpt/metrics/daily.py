"""Turnover by channel and day: the one series finer than the ledger, from which a plan takes its shape."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rpt.engine.dataset import Dataset


def daily_turnover(dataset: Dataset, year: int) -> dict[str, dict[date, Decimal]]:
    """Channel → day → 元, of the report year and the one before; empty without the channels' daily table."""
    table = dataset.tables["channel_daily"]
    if not table.is_present or not {"date", "paid_amount"} <= table.columns or "platform" not in table.columns:
        return {}
    rows = dataset.engine.rows(
        f"""select channel, cast(date as date), sum(paid_amount) from channel_daily
        where paid_amount is not null and year(date) between {year - 1} and {year} group by 1, 2 order by 1, 2"""
    )
    found: dict[str, dict[date, Decimal]] = {}
    for channel, day, amount in rows:
        found.setdefault(channel, {})[day] = Decimal(amount)
    return found
