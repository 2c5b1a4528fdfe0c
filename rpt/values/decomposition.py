"""A change taken apart: parts that add up exactly to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rpt.values.period import Period

PartFigure = Literal["driver", "contribution", "pull"]


@dataclass(frozen=True)
class Part:
    """One part of a change. ``amount`` is in the unit of the whole (元, or a fraction for rates); ``before`` and
    ``after`` are the part's own figures where it has any; ``share`` is 贡献率 (amount ÷ whole change) and ``pull`` 拉动
    (amount ÷ the whole's start), both fractions, None where there is no honest number."""

    label: str
    ref: str
    amount: Decimal
    before: Decimal | None = None
    after: Decimal | None = None
    share: Decimal | None = None
    pull: Decimal | None = None


@dataclass(frozen=True)
class Decomposition:
    """From ``start`` to ``end`` by ``parts``: start + Σ amount = end, to the last digit.

    ``method`` is how it was split: lmdi, shapley, members (a sum of its members), mix_rate (structure against rates: a
    member's weight and its own rate, in pairs), price_volume (volume, mix, price, and what is not comparable) or bridge
    (one figure turned into another step by step). ``span`` are the two periods compared, where they are not the year
    and the one before.
    """

    id: str
    year: int
    label: str
    metric: str
    unit: str
    scope: str
    method: Literal["lmdi", "shapley", "members", "mix_rate", "price_volume", "bridge"]
    start: Decimal
    end: Decimal
    parts: tuple[Part, ...]
    span: tuple[Period, Period] | None = None

    @property
    def period(self) -> Period:
        """The period whose figure is explained."""
        return self.span[1] if self.span else Period(self.year)

    @property
    def is_since_previous(self) -> bool:
        """Whether it explains the change since the month before, not since last year."""
        return self.span is not None and self.span[0] == self.span[1].previous

    def ref_of(self, part: Part, kind: PartFigure = "driver") -> str:
        """The id that a part's amount is printed under, or its share of the change (contribution) or pull. What a
        member's weight and its own rate did are parts of their own, over one measurement."""
        effect = ""
        if self.method == "mix_rate":
            effect = "_own" if self.parts.index(part) % 2 else "_shift"
        return f"{part.ref}.{kind}{effect}{'_previous' if self.is_since_previous else ''}"

    @property
    def change(self) -> Decimal:
        """End − start."""
        return self.end - self.start
