"""What templates may call for tables and charts of measurements, drivers and the plan, by address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from rpt.values.document import ChartKind
from rpt.values.period import PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.charts import ChartBuilder
from rpt.writing.driver_view import driver_chart, driver_table, find, leading
from rpt.writing.mix_view import mix_table, mix_words
from rpt.writing.placing import ChartMaker, Placer, TableMaker
from rpt.writing.printer import Printer
from rpt.writing.tables import TableBuilder

_BY = {"month": PeriodKind.MONTH, "quarter": PeriodKind.QUARTER}


class Exhibits:
    """The tables and charts of one document. ``lists`` and ``charts`` are those made elsewhere, by name."""

    def __init__(
        self,
        review: Review,
        printer: Printer,
        placer: Placer,
        lists: Mapping[str, TableMaker],
        charts: Mapping[str, ChartMaker],
    ) -> None:
        self.review = review
        self._printer, self._placer = printer, placer
        self._lists, self._charts_made = lists, charts
        self._tables, self._charts = TableBuilder(review), ChartBuilder(review)

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        offered = (
            self.metric_table,
            self.member_table,
            self.period_table,
            self.list_table,
            self.list_chart,
            self.has_drivers,
            self.leading_driver,
            self.driver_table,
            self.driver_chart,
            self.mix_table,
            self.mix_words,
            self.time_chart,
            self.years_chart,
            self.member_chart,
            self.members_time_chart,
            self.target_chart,
        )
        return {function.__name__: function for function in offered}

    def metric_table(
        self,
        id: str,
        title: str,
        rows: Sequence[str],
        kinds: Sequence[str] = ("value", "prior", "yoy", "target", "attainment", "benchmark"),
    ) -> Markup:
        """A table with one row per metric (``gmv`` or ``gmv[渠道=主站]``)."""
        return self._placer.table(id, title, partial(self._tables.by_metric, rows=rows, kinds=kinds))

    def member_table(
        self,
        id: str,
        title: str,
        dimension: str,
        columns: Sequence[str],
        members: Sequence[str] | None = None,
        total: bool = True,
        note: str = "",
        limit: int | None = None,
    ) -> Markup:
        """A table with one row per member of a dimension, the first ``limit``; columns are addresses."""
        if limit is not None and members is None:
            members = self.review.ledger.members(columns[0].partition(".")[0], dimension, self.review.period)[:limit]
        make = partial(self._tables.by_member, dimension=dimension, columns=columns, members=members, total=total)
        return self._placer.table(id, title, make, note)

    def period_table(
        self, id: str, title: str, by: str, columns: Sequence[str], scope: str = ALL, total: bool = True, note: str = ""
    ) -> Markup:
        """A table with one row per ``month`` or ``quarter``."""
        make = partial(self._tables.by_period, by=_BY[by], columns=columns, scope=scope, total=total)
        return self._placer.table(id, title, make, note)

    def list_table(self, id: str, title: str, of: str) -> Markup:
        """A list as a table: ``targets``, ``actions``, ``findings``, ``sources``, ``windows`` … or of the plan."""
        return self._placer.table(id, title, self._lists[of])

    def list_chart(self, id: str, title: str, of: str) -> Markup:
        """A chart of the plan: ``rolldown`` or ``bridge``; empty where there is none."""
        return self._placer.chart(id, title, self._charts_made[of])

    def has_drivers(self, of: str) -> bool:
        """Whether a change could be taken apart: ``gmv.factors``, ``gmv.渠道``, ``profit`` …"""
        return find(self.review.drivers, of) is not None

    def leading_driver(self, of: str) -> Markup:
        """访客数贡献最大，为9600万元，占增量的68.5%; empty where nothing can be said."""
        found = find(self.review.drivers, of)
        return self._printer.phrase(leading(found)) if found else Markup("")

    def driver_table(self, id: str, title: str, of: str) -> Markup:
        """The parts of a change, with what each contributed."""
        found = find(self.review.drivers, of)
        return self._placer.table(id, title, partial(driver_table, found)) if found else Markup("")

    def driver_chart(self, id: str, title: str, of: str) -> Markup:
        """The parts of a change as a waterfall."""
        found = find(self.review.drivers, of)
        return self._placer.chart(id, title, partial(driver_chart, found)) if found else Markup("")

    def mix_words(self, metrics: Sequence[str]) -> Markup:
        """How many of these rates moved by their parts' own change, and how many by the shift between parts."""
        return self._printer.phrase(mix_words(self.review, metrics))

    def mix_table(self, id: str, title: str, metrics: Sequence[str]) -> Markup:
        """Rates split into the shift between their parts and the parts' own change; those not split fall out."""
        return self._placer.table(id, title, partial(mix_table, self.review, metrics))

    def time_chart(
        self, id: str, title: str, metric: str, by: str = "month", kind: ChartKind = "line", scope: str = ALL
    ) -> Markup:
        """A metric by month or quarter, last year beside this year."""
        make = partial(self._charts.over_time, metric=metric, by=_BY[by], kind=kind, scope=scope)
        return self._placer.chart(id, title, make)

    def years_chart(self, id: str, title: str, metric: str, scope: str = ALL) -> Markup:
        """A metric by year, as far back as there are figures."""
        return self._placer.chart(id, title, partial(self._charts.over_years, metric=metric, scope=scope))

    def member_chart(
        self,
        id: str,
        title: str,
        metric: str,
        dimension: str,
        kind: ChartKind = "column",
        members: Sequence[str] | None = None,
    ) -> Markup:
        """A metric by members of a dimension, last year beside this year."""
        make = partial(self._charts.by_member, metric=metric, dimension=dimension, kind=kind, members=members)
        return self._placer.chart(id, title, make)

    def members_time_chart(
        self,
        id: str,
        title: str,
        metric: str,
        dimension: str,
        kind: ChartKind = "stacked",
        members: Sequence[str] | None = None,
    ) -> Markup:
        """A metric by month, one series per member."""
        make = partial(self._charts.members_over_time, metric=metric, dimension=dimension, kind=kind, members=members)
        return self._placer.chart(id, title, make)

    def target_chart(self, id: str, title: str, metric: str, dimension: str) -> Markup:
        """Actual against target by member."""
        return self._placer.chart(id, title, partial(self._charts.against_target, metric=metric, dimension=dimension))
