"""Comparisons for the tests of figures and wording, made of texts."""

from decimal import Decimal

from rpt.review.compare import comparison
from rpt.values.comparison import Comparison
from rpt.values.ledger import Measurement, Metric
from rpt.values.period import Period


def exact(text: str | Decimal | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def make(
    value: str | Decimal | None,
    prior: str | Decimal | None = None,
    target: str | Decimal | None = None,
    *,
    unit: str = "元",
    better: str = "up",
    digits: int | None = None,
    period: str = "2025",
    scope: str = "全部",
) -> Comparison:
    metric = Metric("gmv", "成交总额", unit, better, "sum", "口径", "总体", digits)  # type: ignore[arg-type]
    measurement = Measurement("gmv", Period.parse(period), scope, exact(value))
    return comparison(metric, measurement, exact(prior), exact(target))
