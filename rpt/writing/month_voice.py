"""What the templates of a monthly report may call beside the rest: 环比, the year to date, pace, thirteen months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from markupsafe import Markup

from rpt.language import wording
from rpt.language.festivals import SPRING_FESTIVAL
from rpt.language.figures import figure
from rpt.language.format import date_text
from rpt.language.naming import scoped_label
from rpt.language.progress import progress
from rpt.values.document import ChartKind, FigureKind
from rpt.values.focus import Focus
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.charts import ChartBuilder
from rpt.writing.month_tables import progress_table, rank_table
from rpt.writing.phrases import Phrases
from rpt.writing.placing import Placer


class MonthVoice:
    """Speaks of one month beside the month before, the same month of last year, and the year to date."""

    def __init__(self, review: Review, focus: Focus, phrases: Phrases, placer: Placer) -> None:
        self.review, self.focus, self.phrases = review, focus, phrases
        self.printer, self._placer, self._charts = phrases.printer, placer, ChartBuilder(review)
        self.year = Period(review.year)

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        offered = (
            self.since,
            self.moved,
            self.month_standing,
            self.year_to_date,
            self.reached,
            self.month_versus,
            self.trailing_chart,
            self.progress_table,
            self.rank_table,
        )
        return {function.__name__: function for function in offered} | {
            "ytd": self.year.key,
            "month_key": self.focus.month.key,
            "month_number": self.focus.month.part,
            "month_text": f"{self.focus.month.year}年{self.focus.month.part}月",
            "through": date_text(self.focus.last_day),
            "is_month_partial": self.focus.is_partial,
            "festivals": self._spring_festivals(),
        }

    def since(self, metric: str, scope: str = ALL) -> Markup:
        """环比增长5.6%; empty where the month was not measured."""
        found = self.focus.since(metric, scope)
        return self.printer.phrase(wording.step(found, small=self.phrases.small)) if found else Markup("")

    def moved(self, metric: str, scope: str = ALL) -> Markup:
        """环比增长5.6%，同比增长58.8%."""
        own = self.review.get(metric, self.focus.month, scope)
        against = [c for c in (self.focus.since(metric, scope), own) if c is not None]
        said = (self.printer.phrase(wording.step(c, small=self.phrases.small)) for c in against)
        return Markup("，").join(said)

    def month_standing(self, metric: str, scope: str = ALL, label: str | None = None) -> Markup:
        """成交总额为4459万元，环比增长5.6%，同比增长58.8%; empty without a value."""
        own = self.review.get(metric, self.focus.month, scope)
        if own is None or own.value is None:
            return Markup("")
        name = scoped_label(own.metric.over(self.focus.month), scope) if label is None else label
        value = self.printer.figure(figure(own, FigureKind.VALUE))
        return Markup("{}为{}，{}").format(name, value, self.moved(metric, scope))

    def year_to_date(self, metric: str, scope: str = ALL, label: str | None = None) -> Markup:
        """本年累计3.78亿元，同比增长50.0%; empty without a value."""
        c = self.review.get(metric, self.year, scope)
        if c is None or c.value is None:
            return Markup("")
        value = self.printer.figure(figure(c, FigureKind.VALUE))
        said = self.printer.phrase(wording.step(c, small=self.phrases.small))
        return Markup("{}{}，{}").format(label or "本年累计", value, said)

    def reached(self, metric: str, scope: str = ALL) -> Markup:
        """完成全年目标的91.2%，快于时间进度3.2个百分点; empty without a target of the year."""
        found = self.focus.progress_of(metric, scope)
        return self.printer.phrase(progress(found)) if found else Markup("")

    def month_versus(self, metric: str, scope: str = ALL) -> Markup:
        """What a card says below its figure: both changes, short."""
        own = self.review.get(metric, self.focus.month, scope)
        said = Markup("")
        for name, c in (("环比", self.focus.since(metric, scope)), ("同比", own)):
            if c is not None and (c.growth is not None or c.points is not None):
                said += Markup("<span>{}{}</span>").format(name, self.phrases.short_change(c))
        return said

    def trailing_chart(
        self, id: str, title: str, metric: str, scopes: Sequence[str] = (ALL,), kind: ChartKind = "multiples"
    ) -> Markup:
        """A metric in the thirteen months up to this one, one series per scope."""
        return self._placer.chart(id, title, partial(self._charts.trailing, metric=metric, scopes=scopes, kind=kind))

    def progress_table(self, id: str, title: str, scopes: Sequence[str]) -> Markup:
        """The year's targets at these scopes: what is reached, and how far the year is gone."""
        return self._placer.table(id, title, partial(progress_table, self.review, self.focus, scopes))

    def rank_table(self, id: str, title: str, metric: str, dimension: str, beside: Sequence[str] = ()) -> Markup:
        """Members by a metric of the month, best first, with their place the month before."""
        make = partial(rank_table, self.review, self.focus, metric, dimension, beside)
        return self._placer.table(id, title, make)

    def _spring_festivals(self) -> str:
        """Where Spring Festival fell this year and last, for the months it moves between; else empty."""
        days: list[date] = [
            SPRING_FESTIVAL[year] for year in (self.year.year - 1, self.year.year) if year in SPRING_FESTIVAL
        ]
        if self.focus.month.part > 2 or len(days) < 2:
            return ""
        return "，".join(f"{day.year}年为{day.month}月{day.day}日" for day in days)
