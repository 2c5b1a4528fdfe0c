"""A figure asked about, and the way its formula finds the numbers that enter it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from rpt.assurance.explaining.known import Known
from rpt.values.explanation import Operand
from rpt.values.ledger import Metric, measurement_id
from rpt.values.period import Period
from rpt.values.refs import Ref

Lookup = Callable[[str], tuple[Decimal | None, str]]


@dataclass(frozen=True)
class Asked:
    """An id, taken apart in ``found``. ``lookup`` gives the exact value and the unit that any id answers to;
    ``printed`` is the value the document prints under the id, None where it prints none."""

    ref: str
    found: Ref
    known: Known
    lookup: Lookup
    printed: Decimal | None = None

    @property
    def metric(self) -> Metric | None:
        """The metric, None for an id that belongs to none of the ledger's."""
        return self.known.ledger.metrics.get(self.found.metric)

    @property
    def period(self) -> Period:
        """The period of the id."""
        return self.found.at

    @property
    def base(self) -> str:
        """The id of the measurement that the figure belongs to."""
        return self.found.base

    def at(self, period: Period) -> str:
        """The id of the same measurement in another period."""
        return measurement_id(self.found.metric, period, self.found.scope)

    def operand(self, name: str, ref: str) -> Operand:
        """A number of the formula, looked up."""
        return Operand(name, ref, *self.lookup(ref))
