"""Amounts by day: the series finer than the ledger, from which a plan takes its shape."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rpt.engine.dataset import Dataset
from rpt.metrics.catalogue import Catalogue
from rpt.values.ledger import Ledger
from rpt.values.scope import ALL, scope_of

CUTS = ("渠道", "平台")
Scopes = dict[str, dict[date, Decimal]]


def daily_amounts(
    dataset: Dataset, catalogue: Catalogue, ledger: Ledger, metrics: Iterable[str], year: int
) -> dict[str, Scopes]:
    """Metric → scope (全部, each channel and platform) → day → amount in base units, of ``year`` and the year before.

    Only what adds up over days and stands in a table of days; other metrics are left out.
    """
    found = {metric: _scopes(dataset, catalogue, metric, year) for metric in metrics if metric not in ledger.missing}
    return {metric: scopes for metric, scopes in found.items() if scopes}


def _scopes(dataset: Dataset, catalogue: Catalogue, metric: str, year: int) -> Scopes:
    entry = catalogue.metrics[metric]
    parts = entry.parts()
    part = parts.get("numerator")
    table = dataset.tables.get(part.table) if part else None
    if entry.aggregation not in ("sum", "count") or part is None or part.scope or len(parts) > 1 or table is None:
        return {}
    if not table.is_present or table.date_type not in ("date", "datetime"):
        return {}
    dimensions = catalogue.tables[part.table].dimensions if part.table in catalogue.tables else {}
    scopes: Scopes = {}
    for cut in (None, *(cut for cut in CUTS if cut in dimensions)):
        member = dimensions[cut] if cut else "''"
        rows = dataset.engine.rows(
            f"""select {member} as member, _day, {part.sql} as amount from {part.table}
            where in_cut and year(_day) between {year - 1} and {year} group by 1, 2 order by 1, 2"""
        )
        for name, day, amount in rows:
            if name is not None and amount is not None:
                scope = scope_of({cut: str(name)}) if cut else ALL
                scopes.setdefault(scope, {})[day] = Decimal(amount)
    return scopes
