"""The ids that figures answer to, taken apart: ``gmv@2025[渠道=主站].growth`` → metric, period, scope and suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rpt.values.period import Period
from rpt.values.scope import ALL

_REF = re.compile(
    r"(?P<metric>[^@\[\]]+)@(?P<period>\d{4}(?:Q[1-4]|-\d{2})?)(?:\[(?P<scope>.+?)\])?(?:\.(?P<suffix>.+))?"
)


@dataclass(frozen=True)
class Ref:
    """``suffix`` is empty for a measured value; ``base`` is the id of the measurement it belongs to."""

    metric: str
    period: str
    scope: str
    suffix: str

    @property
    def at(self) -> Period:
        """The period."""
        return Period.parse(self.period)

    @property
    def base(self) -> str:
        """The id without its suffix."""
        return f"{self.metric}@{self.period}" + ("" if self.scope == ALL else f"[{self.scope}]")


def parse_ref(text: str) -> Ref | None:
    """The parts of an id, or None for one that belongs to no measurement (``list.slow_movers.1.stock_value``)."""
    found = _REF.fullmatch(text)
    return Ref(found["metric"], found["period"], found["scope"] or ALL, found["suffix"] or "") if found else None
