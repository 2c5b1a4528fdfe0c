"""A sample held against the totals it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Reconciliation:
    """A year's paid amount from the panel times its ratio, and from the daily table, in 元."""

    year: int
    panel: Decimal
    total: Decimal

    @property
    def difference(self) -> Decimal:
        """(panel − total) ÷ total, a fraction."""
        return self.panel / self.total - 1
