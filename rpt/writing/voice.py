"""What templates may call: figures, phrases, tables and charts by address. Plain text and numbers in, HTML out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from markupsafe import Markup

from rpt.language import wording
from rpt.language.figures import figure, free_figure
from rpt.language.format import percent, points, quantity
from rpt.language.market import against_market, market_share
from rpt.language.naming import scoped_label
from rpt.values.comparison import Comparison
from rpt.values.document import Chart, ChartKind, FigureKind, Table
from rpt.values.issue import UserError
from rpt.values.ledger import measurement_id
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, UNMAPPED, dimensions_of, member_label, scope_of
from rpt.writing.charts import ChartBuilder
from rpt.writing.comparable_view import comparable_table
from rpt.writing.driver_view import driver_chart, driver_table, find, leading
from rpt.writing.list_voice import ListVoice
from rpt.writing.plan_tables import actions_table, findings_table, targets_table
from rpt.writing.printer import Printer
from rpt.writing.review_voice import ReviewVoice
from rpt.writing.tables import TableBuilder

ListBuilder = Callable[[str, str, str, str], Table]  # id, number, title, chapter
ChartMaker = Callable[[str, str, str, str], Chart | None]
_BY = {"month": PeriodKind.MONTH, "quarter": PeriodKind.QUARTER}


class Voice:
    """One document's voice. It numbers tables and charts by chapter and collects what it said."""

    def __init__(
        self,
        review: Review,
        render_table: Callable[[Table, Printer], Markup],
        small: Decimal,
        lists: Mapping[str, ListBuilder],
        charts: Mapping[str, ChartMaker] | None = None,
    ) -> None:
        self.review, self.year, self.small = review, Period(review.year), small
        self.printer = Printer()
        self.tables: list[Table] = []
        self.charts: list[Chart] = []
        self._render_table = render_table
        self._chart_makers = charts or {}
        self._lists: dict[str, ListBuilder] = {
            "targets": partial(targets_table, review),
            "actions": partial(actions_table, review),
            "findings": partial(findings_table, review),
            "comparable": partial(comparable_table, review),
            **lists,
        }
        self._table_builder, self._chart_builder = TableBuilder(review), ChartBuilder(review)
        self._of_lists = ListVoice(review, self.printer, self._place_table, self._place_chart, lambda: self._chapter)
        self._of_review = ReviewVoice(review, self.printer, self._place_table, self._place_chart, lambda: self._chapter)
        self._chapter, self._prefix = "", ""
        self._numbers = {"表": 0, "图": 0}

    def enter(self, chapter: str, prefix: str) -> None:
        """Start a chapter: its key, and the prefix of its table and chart numbers (``2`` or ``附``)."""
        self._chapter, self._prefix = chapter, prefix
        self._numbers = {"表": 0, "图": 0}

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        offered = (
            self.has,
            self.v,
            self.fig,
            self.n,
            self.has_target,
            self.target,
            self.target_growth,
            self.years_chart,
            self.card_label,
            self.versus,
            self.change,
            self.standing,
            self.standings,
            self.attainment,
            self.benchmark,
            self.pace,
            self.deviation,
            self.market,
            self.members,
            self.groups,
            self.label,
            self.metric_table,
            self.member_table,
            self.period_table,
            self.list_table,
            self.list_chart,
            self.has_drivers,
            self.leading_driver,
            self.driver_table,
            self.driver_chart,
            self.time_chart,
            self.member_chart,
            self.members_time_chart,
            self.target_chart,
            self.best,
            self.worst,
        )
        return {function.__name__: function for function in offered} | self._of_lists.names() | self._of_review.names()

    # figures and phrases

    def _get(self, metric: str, scope: str, period: str | None) -> Comparison | None:
        if metric not in self.review.ledger.metrics:
            raise UserError(f"模板用到不存在的指标：{metric}", "用 rpt metrics 查看可用的指标")
        return self.review.get(metric, Period.parse(period) if period else self.year, scope)

    def _need(self, metric: str, scope: str, period: str | None) -> Comparison:
        found = self._get(metric, scope, period)
        if found is None:
            raise UserError(f"模板用到没有算出的数：{metric}[{scope}]", "先用 has(指标, 范围) 判断")
        return found

    def has(self, metric: str, scope: str = ALL, period: str | None = None) -> bool:
        """Whether there is a value to speak of."""
        found = self._get(metric, scope, period)
        return found is not None and found.value is not None

    def v(self, metric: str, scope: str = ALL, period: str | None = None) -> Markup:
        """The value with its unit: 4.20亿元."""
        return self.fig(metric, "value", scope, period)

    def fig(self, metric: str, kind: str, scope: str = ALL, period: str | None = None) -> Markup:
        """One figure of a metric: value, prior, growth, points, target, gap, attainment."""
        return self.printer.figure(figure(self._need(metric, scope, period), FigureKind(kind)))

    def n(self, value: int | Decimal, unit: str = "", ref: str = "document") -> Markup:
        """A number that is not of the ledger: a count of problems, of issues."""
        return self.printer.figure(free_figure(ref, Decimal(value), unit))

    def card_label(self, metric: str, scope: str = ALL) -> str:
        """A metric with its scope, as a card is headed."""
        return scoped_label(self._need(metric, scope, None).metric, scope)

    def versus(self, metric: str, scope: str = ALL) -> Markup:
        """What a card says below its figure: the change since last year and the attainment of the target."""
        c = self._need(metric, scope, None)
        kind = FigureKind.POINTS if c.metric.is_rate else FigureKind.GROWTH
        moved, reached = figure(c, kind), figure(c, FigureKind.ATTAINMENT)
        said = Markup("")
        if moved.value is not None:
            size = points(abs(moved.value)) if c.metric.is_rate else percent(abs(moved.value))
            said += Markup("<span>同比{}</span>").format(
                self.printer.figure(replace(moved, text=f"{moved.arrow}{size}"))
            )
        if reached.value is not None:
            said += Markup("<span>完成率{}</span>").format(self.printer.figure(reached))
        return said

    def change(self, metric: str, scope: str = ALL, period: str | None = None) -> Markup:
        """同比增长50.0% and all its cases."""
        return self.printer.phrase(wording.change(self._need(metric, scope, period), small=self.small))

    def standing(self, metric: str, scope: str = ALL, label: str | None = None, period: str | None = None) -> Markup:
        """The metric with its value and change."""
        return self.printer.phrase(wording.standing(self._need(metric, scope, period), label, small=self.small))

    def standings(self, metrics: Sequence[str], scope: str = ALL) -> Markup:
        """The standing of every metric there is a value of, joined by ；; empty where there is none."""
        return Markup("；").join(self.standing(metric, scope) for metric in metrics if self.has(metric, scope))

    def attainment(self, metric: str, scope: str = ALL, period: str | None = None) -> Markup:
        """完成目标的110.5%，超出4000万元; empty where no target is set."""
        return self.printer.phrase(wording.attainment(self._need(metric, scope, period)))

    def pace(self, metric: str, scope: str = ALL) -> Markup:
        """增速回落8.0个百分点 against last year's growth; empty without three years, or before the year is over."""
        earlier = self._get(metric, scope, str(self.year.year - 1))
        if earlier is None or self.review.is_partial:
            return Markup("")
        return self.printer.phrase(wording.pace(self._need(metric, scope, None), earlier))

    def market(self, metric: str = "gmv") -> Markup:
        """The market's growth and our share of it, where the benchmarks give them; else empty."""
        known = [self.review.ledger.benchmark(id, self.year) for id in ("market_growth", "market_size")]
        earlier = self.review.ledger.benchmark("market_size", self.year.year_ago)
        growth, size, before = (found.value if found else None for found in (*known, earlier))
        c = self._need(metric, ALL, None)
        said = [piece for piece in (against_market(c, growth), market_share(c, size, before)) if piece]
        return Markup("；").join(self.printer.phrase(piece) for piece in said)

    def deviation(self, metric: str, scope: str = ALL, usual: str = "平日") -> Markup:
        """较平日低12.3%: a rate that says how far off the usual something is."""
        return self.printer.phrase(wording.deviation(self._need(metric, scope, None), usual))

    def benchmark(self, metric: str, scope: str = ALL) -> Markup:
        """低于行业均值4.0个百分点; empty where there is no benchmark."""
        found = self.review.ledger.benchmark(metric, self.year, scope)
        return (
            self.printer.phrase(wording.benchmark(self._need(metric, scope, None), found.value))
            if found
            else Markup("")
        )

    def has_target(self, metric: str, period: str, scope: str = ALL) -> bool:
        """Whether a target with one value is set for a period."""
        found = self.review.ledger.target(metric, Period.parse(period), scope)
        return found is not None and found.value is not None

    def target(self, metric: str, period: str, scope: str = ALL) -> Markup:
        """The target of a period: 6.00亿元."""
        when, known = Period.parse(period), self.review.ledger.metrics[metric]
        value = self._target_value(metric, when, scope)
        ref = f"{measurement_id(metric, when, scope)}.target"
        return self.printer.figure(free_figure(ref, value, known.unit, quantity(value, known.unit, known.digits)))

    def target_growth(self, metric: str, period: str, scope: str = ALL) -> Markup:
        """The growth over this year's figure that a target asks for."""
        when = Period.parse(period)
        actual = self._need(metric, scope, None).value
        if not actual:
            return Markup("—")
        growth = self._target_value(metric, when, scope) / actual - 1
        return self.printer.figure(free_figure(f"{measurement_id(metric, when, scope)}.needed", growth, "比率"))

    def _target_value(self, metric: str, period: Period, scope: str) -> Decimal:
        found = self.review.ledger.target(metric, period, scope)
        if found is None or found.value is None:
            raise UserError(f"模板用到没有设定的目标：{metric}@{period.key}", "先用 has_target(指标, 期间) 判断")
        return found.value

    # lists of scopes

    def members(self, metric: str, dimension: str) -> list[str]:
        """Scopes of a dimension at which a metric was measured this year, groups aside."""
        return [scope_of({dimension: m}) for m in self.review.ledger.members(metric, dimension, self.year)]

    def groups(self, metric: str, dimension: str) -> list[str]:
        """Scopes made of several members (``活动=大促``) at which a metric was measured this year."""
        found = [scope for scope in self.review.ledger.groups if dimensions_of(scope) == (dimension,)]
        return [scope for scope in found if self.has(metric, scope)]

    def label(self, scope: str) -> str:
        """What a reader calls a scope."""
        return member_label(scope)

    def _ranked(self, metric: str, dimension: str, kind: str) -> list[tuple[Decimal, str]]:
        scopes = [scope for scope in self.members(metric, dimension) if member_label(scope) != UNMAPPED]
        known = [(self._need(metric, scope, None), scope) for scope in scopes]
        values = [(figure(c, FigureKind(kind)).value, scope) for c, scope in known]
        return sorted((v, scope) for v, scope in values if v is not None)

    def best(self, metric: str, dimension: str, kind: str = "value") -> str | None:
        """The scope with the largest figure of a metric, or None."""
        ranked = self._ranked(metric, dimension, kind)
        return ranked[-1][1] if ranked else None

    def worst(self, metric: str, dimension: str, kind: str = "value") -> str | None:
        """The scope with the smallest figure of a metric, or None."""
        ranked = self._ranked(metric, dimension, kind)
        return ranked[0][1] if ranked else None

    # tables and charts

    def _number(self, sign: str) -> str:
        self._numbers[sign] += 1
        return f"{sign}{self._prefix}-{self._numbers[sign]}"

    def _place_table(self, build: Callable[[str], Table], note: str = "") -> Markup:
        table = build(f"表{self._prefix}-{self._numbers['表'] + 1}")
        if not table.rows or len(table.columns) < 2:
            return Markup("")
        self._number("表")
        if note:
            table = replace(table, notes=(*table.notes, note))
        self.tables.append(table)
        return self._render_table(table, self.printer)

    def metric_table(
        self,
        id: str,
        title: str,
        rows: Sequence[str],
        kinds: Sequence[str] = ("value", "prior", "yoy", "target", "attainment", "benchmark"),
    ) -> Markup:
        """A table with one row per metric (``gmv`` or ``gmv[渠道=主站]``)."""
        return self._place_table(
            lambda number: self._table_builder.by_metric(id, number, title, self._chapter, rows, kinds)
        )

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
        build = self._table_builder.by_member
        if limit is not None and members is None:
            members = self.review.ledger.members(columns[0].partition(".")[0], dimension, self.year)[:limit]
        return self._place_table(
            lambda number: build(id, number, title, self._chapter, dimension, columns, members, total), note
        )

    def period_table(
        self, id: str, title: str, by: str, columns: Sequence[str], scope: str = ALL, total: bool = True, note: str = ""
    ) -> Markup:
        """A table with one row per ``month`` or ``quarter``."""
        build = self._table_builder.by_period
        return self._place_table(
            lambda number: build(id, number, title, self._chapter, _BY[by], columns, scope, total), note
        )

    def list_table(self, id: str, title: str, of: str) -> Markup:
        """A list as a table: ``targets``, ``actions``, ``findings``, ``sources``, ``windows`` … or of the plan."""
        return self._place_table(lambda number: self._lists[of](id, number, title, self._chapter))

    def list_chart(self, id: str, title: str, of: str) -> Markup:
        """A chart of the plan: ``rolldown`` or ``bridge``; empty where there is none."""
        return self._place_chart(lambda number: self._chart_makers[of](id, number, title, self._chapter))

    def has_drivers(self, of: str) -> bool:
        """Whether a change could be taken apart: ``gmv.factors``, ``gmv.渠道``, ``profit`` …"""
        return find(self.review.drivers, of) is not None

    def leading_driver(self, of: str) -> Markup:
        """访客数贡献最大，为9600万元，占增量的68.5%; empty where nothing can be said."""
        found = find(self.review.drivers, of)
        return self.printer.phrase(leading(found)) if found else Markup("")

    def driver_table(self, id: str, title: str, of: str) -> Markup:
        """The parts of a change, with what each contributed."""
        found = find(self.review.drivers, of)
        if found is None:
            return Markup("")
        return self._place_table(lambda number: driver_table(found, id, number, title, self._chapter))

    def driver_chart(self, id: str, title: str, of: str) -> Markup:
        """The parts of a change as a waterfall."""
        found = find(self.review.drivers, of)
        if found is None:
            return Markup("")
        return self._place_chart(lambda number: driver_chart(found, id, number, title, self._chapter))

    def _place_chart(self, build: Callable[[str], Chart | None]) -> Markup:
        chart = build(f"图{self._prefix}-{self._numbers['图'] + 1}")
        if chart is None:
            return Markup("")
        self._number("图")
        self.charts.append(chart)
        slot = (
            '<figure class="chart" id="figure-{}"><div data-chart="{}"></div>'
            '<figcaption><span class="number">{}</span>{}</figcaption></figure>'
        )
        return Markup(slot).format(chart.id, chart.id, chart.number, chart.title)

    def time_chart(
        self, id: str, title: str, metric: str, by: str = "month", kind: ChartKind = "line", scope: str = ALL
    ) -> Markup:
        """A metric by month or quarter, last year beside this year."""
        build = self._chart_builder.over_time
        return self._place_chart(lambda number: build(id, number, title, self._chapter, metric, _BY[by], kind, scope))

    def years_chart(self, id: str, title: str, metric: str, scope: str = ALL) -> Markup:
        """A metric by year, as far back as there are figures."""
        return self._place_chart(
            lambda number: self._chart_builder.over_years(id, number, title, self._chapter, metric, scope)
        )

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
        build = self._chart_builder.by_member
        return self._place_chart(
            lambda number: build(id, number, title, self._chapter, metric, dimension, kind, members)
        )

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
        build = self._chart_builder.members_over_time
        return self._place_chart(
            lambda number: build(id, number, title, self._chapter, metric, dimension, kind, members)
        )

    def target_chart(self, id: str, title: str, metric: str, dimension: str) -> Markup:
        """Actual against target by member."""
        build = self._chart_builder.against_target
        return self._place_chart(lambda number: build(id, number, title, self._chapter, metric, dimension))
