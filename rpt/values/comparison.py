"""A figure beside what it is compared with: last year and the target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rpt.values.ledger import Measurement, Metric


class Base(StrEnum):
    """What a figure is compared with: the same period a year ago (同比), or the month before (环比)."""

    YEAR_AGO = "year_ago"
    PREVIOUS = "previous"


class Reason(StrEnum):
    """Why there is no honest growth rate (domain wording follows from it)."""

    NEW = "上年为零"  # 0 -> x
    NO_BASE = "无基数"  # no figure for last year
    TO_ZERO = "降至零"  # x -> 0: a rate of -100% exists but is not said
    BOTH_ZERO = "两年均为零"
    TURNED_POSITIVE = "扭亏为盈"
    TURNED_NEGATIVE = "由盈转亏"
    STILL_NEGATIVE = "两年均为负"
    NO_VALUE = "本期无数据"


@dataclass(frozen=True)
class Comparison:
    """One measurement with its prior (that of ``base``) and its target.

    ``change`` is value − prior; ``growth`` is a fraction of the prior, None for rates and where ``reason`` is set;
    ``points`` is value − prior of a rate, as a fraction; ``gap`` is value − target; ``attainment`` is value ÷ target
    where up is better and target ÷ value where down is. ``progress`` and ``on_target`` are direction-aware: True is
    good, False is bad, None is neither or unknown.
    """

    metric: Metric
    measurement: Measurement
    prior: Decimal | None = None
    change: Decimal | None = None
    growth: Decimal | None = None
    points: Decimal | None = None
    reason: Reason | None = None
    target: Decimal | None = None
    gap: Decimal | None = None
    attainment: Decimal | None = None
    progress: bool | None = None
    on_target: bool | None = None
    base: Base = Base.YEAR_AGO

    @property
    def value(self) -> Decimal | None:
        """The measured value."""
        return self.measurement.value
