"""Formulas of what follows from other figures, computed anew from their operands and told with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable

from rpt.assurance.explaining.formulas.arithmetic import Derived
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.assurance.explaining.formulas.compared import campaign_day, compared
from rpt.assurance.explaining.formulas.driven import driven
from rpt.assurance.explaining.formulas.moved import lever
from rpt.assurance.explaining.formulas.planned import planned
from rpt.assurance.explaining.formulas.spans import comparable

__all__ = ["derived"]

# those of one table come first: gmv@2025.growth is a comparison, gmv@2025[渠道=主站].driver a part of a change
_RULES: tuple[Callable[[Asked], Derived | None], ...] = (comparable, driven, lever, planned, campaign_day, compared)


def derived(asked: Asked) -> Derived | None:
    """The formula behind an id, or None for one that is measured, promised, or that no formula is known of."""
    found = (rule(asked) for rule in _RULES)
    return next((made for made in found if made is not None), None)
