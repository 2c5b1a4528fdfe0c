"""What templates may call for figures and phrases: by metric, scope and period. Plain text in, HTML out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from jinja2 import Undefined
from markupsafe import Markup, escape

from rpt.language import growth, ranking, wording
from rpt.language.figures import figure, free_figure
from rpt.language.format import percent, points, quantity
from rpt.language.goals import asked
from rpt.language.market import against_market, market_share
from rpt.language.naming import scoped_label
from rpt.values.comparison import Comparison
from rpt.values.document import FigureKind
from rpt.values.issue import UserError
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, UNMAPPED, dimensions_of, member_label, scope_of
from rpt.writing.printer import Printer

MOST_FIGURES = 3  # in one sentence


class Phrases:
    """Figures and phrases of a review's year, or of its month; every figure goes through the document's printer.

    ``small`` is the growth (a fraction) up to which a change is called 基本持平.
    """

    def __init__(self, review: Review, printer: Printer, small: Decimal) -> None:
        self.review, self.printer, self.small = review, printer, small
        self.year, self.period = Period(review.year), review.period

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
            self.card_label,
            self.versus,
            self.change,
            self.standing,
            self.say,
            self.attainment,
            self.benchmark,
            self.pace,
            self.deviation,
            self.driving,
            self.market,
            self.members,
            self.groups,
            self.label,
            self.best,
            self.worst,
            self.fastest,
            self.slowest,
        )
        return {function.__name__: function for function in offered}

    def _get(self, metric: str, scope: str, period: str | None) -> Comparison | None:
        if metric not in self.review.ledger.metrics:
            raise UserError(f"模板用到不存在的指标：{metric}", "用 rpt metrics 查看可用的指标")
        return self.review.get(metric, Period.parse(period) if period else self.period, scope)

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
        return scoped_label(self._need(metric, scope, None).metric.over(self.period), scope)

    def versus(self, metric: str, scope: str = ALL) -> Markup:
        """What a card says below its figure: the change since last year and the attainment of the target."""
        c = self._need(metric, scope, None)
        moved, reached = figure(c, _moving(c)), figure(c, FigureKind.ATTAINMENT)
        said = Markup("")
        if moved.value is not None:
            said += Markup("<span>同比{}</span>").format(self.short_change(c))
        if reached.value is not None:
            said += Markup("<span>完成率{}</span>").format(self.printer.figure(reached))
        return said

    def short_change(self, c: Comparison) -> Markup:
        """A change as cards say it: ▲5.6%, ▼0.3个百分点."""
        moved = figure(c, _moving(c))
        size = abs(moved.value or Decimal(0))
        text = points(size, c.metric.digits or 1) if c.metric.is_rate else percent(size)
        return self.printer.figure(replace(moved, text=f"{moved.arrow}{text}"))

    def change(self, metric: str, scope: str = ALL, period: str | None = None) -> Markup:
        """同比增长50.0% and all its cases."""
        return self.printer.phrase(wording.change(self._need(metric, scope, period), small=self.small))

    def standing(self, metric: str, scope: str = ALL, label: str | None = None, period: str | None = None) -> Markup:
        """The metric with its value and change."""
        return self.printer.phrase(wording.standing(self._need(metric, scope, period), label, small=self.small))

    @staticmethod
    def say(*pieces: Markup | str | Undefined) -> Markup:
        """Pieces as sentences: joined by ； while a sentence keeps to three figures, else a new one begins.

        Pieces with nothing to say fall out (``standing("members") if has("members")``); empty where all do.
        """
        sentences: list[list[str]] = []
        room = 0
        for piece in pieces:
            if isinstance(piece, Undefined) or not piece:
                continue
            said, count = str(escape(piece)), str(piece).count("<data")
            if not sentences or count > room:
                sentences.append([])
                room = MOST_FIGURES
            sentences[-1].append(said)
            room -= count
        return Markup("".join("；".join(sentence) + "。" for sentence in sentences))

    def attainment(self, metric: str, scope: str = ALL, period: str | None = None) -> Markup:
        """完成目标的110.5%，超出4000万元; empty where no target is set."""
        return self.printer.phrase(wording.attainment(self._need(metric, scope, period)))

    def pace(self, metric: str, scope: str = ALL) -> Markup:
        """增速回落8.0个百分点 against last year's growth; empty without three years, or before the year is over."""
        earlier = self._get(metric, scope, str(self.year.year - 1))
        if earlier is None or self.review.is_partial:
            return Markup("")
        return self.printer.phrase(growth.pace(self._need(metric, scope, None), earlier))

    def driving(self, metric: str, scope: str) -> Markup:
        """贡献率50.7%，拉动增长25.4个百分点: the part's share in the growth of the whole; empty without."""
        part, whole = self._need(metric, scope, None), self._need(metric, ALL, None)
        return self.printer.phrase(growth.share_of_growth(part, whole))

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
        """需在2025年基础上增长42.9%: what a target asks for over this year's figure; empty without a positive one."""
        when = Period.parse(period)
        actual = self._need(metric, scope, None).value
        if actual is None or actual <= 0:
            return Markup("")
        growth = self._target_value(metric, when, scope) / actual - 1
        return self.printer.phrase(asked(growth, self.year.year, f"{measurement_id(metric, when, scope)}.needed"))

    def _target_value(self, metric: str, period: Period, scope: str) -> Decimal:
        found = self.review.ledger.target(metric, period, scope)
        if found is None or found.value is None:
            raise UserError(f"模板用到没有设定的目标：{metric}@{period.key}", "先用 has_target(指标, 期间) 判断")
        return found.value

    # scopes

    def members(self, metric: str, dimension: str, period: str | None = None) -> list[str]:
        """Scopes of a dimension at which a metric was measured in the report's period or another, groups aside."""
        when = Period.parse(period) if period else self.period
        return [scope_of({dimension: m}) for m in self.review.ledger.members(metric, dimension, when)]

    def groups(self, metric: str, dimension: str) -> list[str]:
        """Scopes made of several members (``活动=大促``) at which a metric was measured in the report's period."""
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

    def fastest(self, metric: str, dimension: str) -> Markup:
        """私域增长最快，同比增长96.4%: the member that grew most; empty where fewer than two can be compared."""
        return self._in_growth(metric, dimension, ranking.fastest, -1)

    def slowest(self, metric: str, dimension: str) -> Markup:
        """The member that grew least; empty where fewer than two can be compared."""
        return self._in_growth(metric, dimension, ranking.slowest, 0)

    def _in_growth(self, metric: str, dimension: str, say: Callable[..., wording.Phrase], at: int) -> Markup:
        ranked = self._ranked(metric, dimension, FigureKind.GROWTH)
        if len(ranked) < 2:
            return Markup("")
        return self.printer.phrase(say(self._need(metric, ranked[at][1], None), small=self.small))


def _moving(c: Comparison) -> FigureKind:
    return FigureKind.POINTS if c.metric.is_rate else FigureKind.GROWTH
