"""The lines that the problem rules draw; rpt.toml may move them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Lines:
    """All are fractions, but for ``much_worse``, a factor. What misses a line by ``severe`` is severe; ``worse`` is
    the least worth saying; ``spike`` is the surge of a load over its baseline; ``slowing`` is the part of the earlier
    pace below which growth slows. A place is ``concentrated`` from a share of turnover on, severely from
    ``dangerous``, where the share rose by ``rising``. A member is told beside the whole where its distance is
    ``much_worse`` times the whole's. A rate whose quarters rose by less than ``rise`` on average did not rise."""

    severe: Decimal = Decimal("0.2")
    worse: Decimal = Decimal("0.05")
    spike: Decimal = Decimal("0.2")
    slowing: Decimal = Decimal("0.5")
    concentrated: Decimal = Decimal("0.7")
    dangerous: Decimal = Decimal("0.85")
    rising: Decimal = Decimal("0.01")
    much_worse: Decimal = Decimal("1.25")
    rise: Decimal = Decimal("0.005")
