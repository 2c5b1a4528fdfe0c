"""Chart specs from addresses, each with the sentence that tells it to those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.language.format import column_unit, quantity
from rpt.values.document import Chart, ChartKind, Series
from rpt.values.ledger import Metric, measurement_id
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, member_label, scope_of
from rpt.writing.tables import period_label

THIRTEEN = 13
_KIND_NAMES: dict[ChartKind, str] = {
    "bar": "条形图",
    "column": "柱状图",
    "line": "折线图",
    "stacked": "堆积柱状图",
    "bullet": "子弹图",
    "heatmap": "热力图",
    "waterfall": "瀑布图",
    "multiples": "分面折线图",
}


class ChartBuilder:
    """Builds the charts of one report year; None where there is nothing to draw."""

    def __init__(self, review: Review) -> None:
        self.review, self.year = review, Period(review.year)

    def over_time(
        self, id: str, number: str, title: str, chapter: str, metric: str, by: PeriodKind, kind: ChartKind, scope: str
    ) -> Chart | None:
        """A metric by month or quarter, last year beside this year."""
        periods = self._periods(by)
        series = [
            self._series(f"{p.year}年", metric, [self._at(q, p.year) for q in periods], scope)
            for p in (self.year.year_ago, self.year)
        ]
        return self._chart(id, number, title, chapter, kind, [period_label(p) for p in periods], series, metric)

    def over_years(self, id: str, number: str, title: str, chapter: str, metric: str, scope: str) -> Chart | None:
        """A metric by year, from the first year with a figure to the report year."""
        years = [
            Period(year) for year in self.review.ledger.years() if self._value(metric, Period(year), scope) is not None
        ]
        series = [self._series(self.review.ledger.metrics[metric].label, metric, years, scope)]
        return self._chart(id, number, title, chapter, "column", [period_label(y) for y in years], series, metric)

    def by_member(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        metric: str,
        dimension: str,
        kind: ChartKind,
        members: Sequence[str] | None,
    ) -> Chart | None:
        """A metric by members of a dimension, last year beside this year."""
        scopes = self._scopes(metric, dimension, members)
        series = []
        for year in (self.year.year_ago, self.year):
            cells = [self._value(metric, year, scope) for scope in scopes]
            series.append(
                Series(f"{year.year}年", tuple(cells), tuple(measurement_id(metric, year, s) for s in scopes))
            )
        return self._chart(id, number, title, chapter, kind, [member_label(s) for s in scopes], series, metric)

    def members_over_time(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        metric: str,
        dimension: str,
        kind: ChartKind,
        members: Sequence[str] | None,
    ) -> Chart | None:
        """A metric by month of this year, one series per member: stacked, or small multiples."""
        months = self.year.months()
        series = [self._series(member_label(s), metric, months, s) for s in self._scopes(metric, dimension, members)]
        return self._chart(id, number, title, chapter, kind, [period_label(m) for m in months], series, metric)

    def trailing(
        self, id: str, number: str, title: str, chapter: str, metric: str, scopes: Sequence[str], kind: ChartKind
    ) -> Chart | None:
        """A metric in the thirteen months up to the report's, so that last year's month stands at the left; one series
        per scope."""
        months = [self.review.period]
        while len(months) < THIRTEEN:
            months.insert(0, months[0].previous)
        known = {p for p in months if any(self._value(metric, p, scope) is not None for scope in scopes)}
        months = [p for p in months if p in known]
        label = self.review.ledger.metrics[metric].label
        series = [self._series(label if s == ALL else member_label(s), metric, months, s) for s in scopes]
        names = [f"{p.part}月" for p in months]
        for at, p in enumerate(months):
            if at == 0 or p.part == 1:  # the year is said once
                names[at] = f"{p.year % 100}年{p.part}月"
        return self._chart(id, number, title, chapter, kind, names, series, metric)

    def against_target(
        self, id: str, number: str, title: str, chapter: str, metric: str, dimension: str
    ) -> Chart | None:
        """Actual against target by member, as bullets."""
        scopes = [s for s in self._scopes(metric, dimension, None) if self._target(metric, s) is not None]
        refs = tuple(measurement_id(metric, self.year, s) for s in scopes)
        actual = Series("实际", tuple(self._value(metric, self.year, s) for s in scopes), refs)
        target = Series("目标", tuple(self._target(metric, s) for s in scopes), tuple(f"{ref}.target" for ref in refs))
        return self._chart(
            id, number, title, chapter, "bullet", [member_label(s) for s in scopes], [actual, target], metric
        )

    def _periods(self, by: PeriodKind) -> list[Period]:
        return self.year.months() if by is PeriodKind.MONTH else self.year.quarters()

    @staticmethod
    def _at(period: Period, year: int) -> Period:
        return Period(year, period.kind, period.part)

    def _value(self, metric: str, period: Period, scope: str) -> Decimal | None:
        m = self.review.ledger.get(metric, period, scope)
        return m.value if m else None

    def _target(self, metric: str, scope: str) -> Decimal | None:
        target = self.review.ledger.target(metric, self.year, scope)
        return target.value if target else None

    def _scopes(self, metric: str, dimension: str, members: Sequence[str] | None) -> list[str]:
        found = list(members) if members else self.review.ledger.members(metric, dimension, self.year)
        return [scope_of({dimension: member}) for member in found]

    def _series(self, name: str, metric: str, periods: Sequence[Period], scope: str) -> Series:
        values = tuple(self._value(metric, p, scope) for p in periods)
        return Series(name, values, tuple(measurement_id(metric, p, scope) for p in periods))

    def _chart(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        kind: ChartKind,
        categories: list[str],
        series: list[Series],
        metric: str,
    ) -> Chart | None:
        series = [s for s in series if any(value is not None for value in s.values)]
        if not categories or not series:
            return None
        known = self.review.ledger.metrics[metric]
        display = column_unit([v for s in series for v in s.values if v is not None], known.unit, known.digits)
        digits = 0 if display.scale > 1 and known.unit == "元" else display.digits
        return Chart(
            id,
            number,
            title,
            chapter,
            kind,
            tuple(categories),
            tuple(series),
            unit="" if known.is_rate else {"倍": ""}.get(display.unit, display.unit),
            scale=display.scale,
            digits=digits,
            percent=known.is_rate,
            alt=describe(kind, title, categories, series, known),
        )


def describe(kind: ChartKind, title: str, categories: Sequence[str], series: Sequence[Series], metric: Metric) -> str:
    """A chart in words: what it shows, and the highest and lowest of its first three series.

    Where series share panels, the highest of each: the comparison is within the panel.
    """
    said = []
    paired = any(s.panel for s in series)
    for s in series if paired else series[:3]:
        known = [(v, c) for v, c in zip(s.values, categories, strict=False) if v is not None]
        if not known:
            continue
        (high, at_high), (low, at_low) = max(known, key=lambda k: k[0]), min(known, key=lambda k: k[0])
        # in brackets: 双11 and 2968万元 side by side would read as one number
        top = f"{s.title}最高为{at_high}（{quantity(high, metric.unit, metric.digits)}）"
        said.append(
            top if paired or high == low else f"{top}，最低为{at_low}（{quantity(low, metric.unit, metric.digits)}）"
        )
    return f"{_KIND_NAMES[kind]}：{title}。{'；'.join(said)}。"
