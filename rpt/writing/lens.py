"""What the kinds of a table's columns mean: which comparison they speak of, and what a reader calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rpt.values.comparison import Comparison
from rpt.values.document import FigureKind
from rpt.values.ledger import Metric
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review

Of = Literal["own", "previous", "year"]

KIND_TITLES = {
    FigureKind.GROWTH: "同比",
    FigureKind.POINTS: "同比",
    FigureKind.CHANGE: "增减",
    FigureKind.TARGET: "目标",
    FigureKind.GAP: "差距",
    FigureKind.ATTAINMENT: "完成率",
    FigureKind.BENCHMARK: "行业均值",
}
# in a table the column is one and the row decides: a rate changes by points, everything else by growth
YEAR_ON_YEAR = "yoy"


@dataclass(frozen=True)
class _Kind:
    """A kind of column of a monthly report: of which comparison, which figure (yoy: the row decides), its name."""

    of: Of
    figure: str
    title: str


_OF_MONTH = {
    "value": _Kind("own", "value", "本月"),
    "previous": _Kind("previous", "prior", "上月"),
    "mom": _Kind("previous", YEAR_ON_YEAR, "环比"),
    "mom_change": _Kind("previous", "change", "环比增减"),
    "prior": _Kind("own", "prior", "上年同月"),
    "ytd": _Kind("year", "value", "本年累计"),
    "ytd_prior": _Kind("year", "prior", "上年累计"),
    "ytd_yoy": _Kind("year", YEAR_ON_YEAR, "累计同比"),
    "ytd_target": _Kind("year", "target", "累计目标"),
    "ytd_attainment": _Kind("year", "attainment", "累计完成率"),
}
_OPERANDS: dict[Of, dict[str, str]] = {
    "own": {},
    "previous": {"prior": "previous"},
    "year": {"value": "ytd", "prior": "ytd_prior", "target": "ytd_target"},
}


class Lens:
    """How a review is looked at by its tables: the period of a row that names none, and what kinds of columns mean."""

    def __init__(self, review: Review) -> None:
        self.review, self.period = review, review.period

    def of(self, kind: str) -> Of:
        """The comparison a kind speaks of: the row's own, that with the month before, or the year's to date."""
        return _OF_MONTH[kind].of if kind in _OF_MONTH else "own"

    def pick(self, metric: str, kind: str, period: Period, scope: str) -> Comparison | None:
        """The comparison of a cell."""
        match self.of(kind):
            case "own":
                return self.review.get(metric, period, scope)
            case "year":
                return self.review.get(metric, Period(self.review.year), scope)
            case "previous":
                is_focus = self.review.focus is not None and period == self.review.focus.month
                return self.review.focus.since(metric, scope) if self.review.focus and is_focus else None

    def figure_kind(self, kind: str, metric: Metric) -> FigureKind:
        """The figure meant, for a metric."""
        named = _OF_MONTH[kind].figure if kind in _OF_MONTH else kind
        if named == YEAR_ON_YEAR:
            return FigureKind.POINTS if metric.is_rate else FigureKind.GROWTH
        return FigureKind(named)

    def title(self, kind: str, *, short: bool = False) -> str:
        """A column's heading; ``short`` where metrics share the table and the years stand elsewhere."""
        if self.period.kind is PeriodKind.MONTH and kind in _OF_MONTH:
            title = _OF_MONTH[kind].title
            return "上年累计同期" if kind == "ytd_prior" and not short else title
        if kind == FigureKind.VALUE:
            return f"{self.period.year}年"
        if kind == FigureKind.PRIOR:
            return "上年" if short else f"{self.period.year - 1}年"
        return "同比" if kind == YEAR_ON_YEAR else KIND_TITLES[FigureKind(kind)]

    def operand(self, kind: str, operand: str) -> str:
        """The kind of column in which an operand of a kind's formula stands."""
        return _OPERANDS[self.of(kind)].get(operand, operand)
