"""A review on a terminal: the year in a few figures and its problems, a month beside its neighbours, one domain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from rpt.language.figures import figure
from rpt.language.format import MINUS, percent, period_text, points, quantity
from rpt.language.naming import scoped_label
from rpt.language.progress import progress
from rpt.language.sparkline import sparkline
from rpt.language.wording import text_of
from rpt.values.comparison import Comparison
from rpt.values.document import FigureKind
from rpt.values.domain import Breakdown, Domain
from rpt.values.finding import SEVERITIES
from rpt.values.ledger import Ledger
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, UNMAPPED, dimensions_of, member_label, scope_of

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.table import Table
    from rich.text import Text

WIDE = 100  # columns of a terminal from which a breakdown has room for its other metrics
KEY_METRICS = ("gmv", "members", "repeat_rate", "high_value_share", "paid_roi", "inventory_days")
MONTHLY = (
    "gmv",
    "visitors",
    "conversion",
    "daily_aov",
    "paid_roi",
    "ad_ratio",
    "registrations",
    "first_purchase_cvr",
    "repeat_rate",
    "delivery_days",
)


def year_summary(rich: RichConsole, review: Review, cut: date) -> None:
    """The few figures of a year that a person waits for, and its problems."""
    year = Period(review.year)
    table = _table(f"{review.year}年（数据截至{cut}）", ("指标", f"{review.year}年", "同比", "目标完成率"))
    channels = [c for c in review.comparisons if c.metric.id == "gmv" and c.measurement.period == year]
    channels = [c for c in channels if dimensions_of(c.measurement.scope) == ("渠道",) and c.value is not None]
    lead = max(channels, key=lambda c: c.value or 0).measurement.scope if channels else ""
    for metric in KEY_METRICS:
        c = review.get(metric, year, lead if metric == "paid_roi" and lead else ALL)
        if c is None or c.value is None:
            continue
        label = c.metric.label if c.measurement.scope == ALL else f"{member_label(c.measurement.scope)}{c.metric.label}"
        table.add_row(label, _value(c), _change(c), _reached(c))
    rich.print(table)
    rich.print(f"发现问题{len(review.findings)}项" + ("：" if review.findings else ""))
    for at, finding in enumerate(review.findings[:5], 1):
        rich.print(f"  {at}. {finding.text}", soft_wrap=True)  # Rich would break after the number


def findings(rich: RichConsole, review: Review, cut: date) -> None:
    """Every problem with its weight, money, driver, cause and measures."""
    rich.print(f"{review.year}年（数据截至{cut}）发现问题{len(review.findings)}项", markup=False)
    for at, f in enumerate(review.findings, 1):
        money = "" if f.impact is None else f"　影响{quantity(f.impact, '元')}"
        rich.print(f"\n{at}. 【{SEVERITIES[f.severity]}】{f.text}{money}", markup=False)
        if f.driver is not None:
            rich.print(f"   拖累：{f.driver.label}", markup=False)
        rich.print(f"   依据：{'、'.join(f.evidence)}", markup=False)
        rich.print(f"   原因：{f.cause or '团队未说明'}", markup=False)
        actions = (f"{a.measure}（{a.owner}）" if a.owner else a.measure for a in f.actions)
        rich.print(f"   举措：{'；'.join(actions) or '尚无对应举措'}", markup=False)


def month_summary(rich: RichConsole, review: Review, cut: date) -> None:
    """The month's key figures with 环比 and 同比, the year to date, and how far the year's target is reached."""
    focus = review.focus
    if focus is None:
        return
    heads = ("指标", "本月", "环比", "同比", "本年累计", "累计同比")
    table = _table(f"{period_text(focus.month)}（数据截至{cut}）", heads)
    for metric in MONTHLY:
        own = review.get(metric, focus.month)
        if own is None or own.value is None:
            continue
        year = review.get(metric, Period(review.year))
        table.add_row(
            own.metric.over(focus.month).label,
            figure(own, FigureKind.VALUE).text,
            _change(focus.since(metric)),
            _change(own),
            figure(year, FigureKind.VALUE).text if year else "—",
            _change(year),
        )
    rich.print(table)
    reached = focus.progress_of("gmv")
    if reached is not None:
        rich.print(f"成交总额{text_of(progress(reached))}", markup=False)


def domain_tables(rich: RichConsole, review: Review, domain: Domain, cut: date, *, sparks: bool) -> None:
    """A domain's figures of the year with 同比, target and the run of the months, then its breakdowns.

    ``sparks`` draws the months with block characters; without it they are left out.
    """
    year = Period(review.year)
    heads = ("指标", f"{review.year}年", "同比", "目标", "完成率", *(("1—12月",) if sparks else ()))
    table = _table(f"{review.year}年{domain.label}（数据截至{cut}）", heads)
    for metric in domain.metrics:
        scope = _scope(review.ledger, metric, year)
        c = review.get(metric, year, scope)
        if c is None or c.value is None:
            continue
        cells = [scoped_label(c.metric, scope), figure(c, FigureKind.VALUE).text, _change(c)]
        cells += [figure(c, FigureKind.TARGET).text, _reached(c)]
        table.add_row(*cells, *((_months(review, metric, scope),) if sparks else ()))
    rich.print(table)
    for breakdown in domain.breakdowns:
        _breakdown(rich, review, breakdown, sparks=sparks)


def _breakdown(rich: RichConsole, review: Review, of: Breakdown, *, sparks: bool) -> None:
    ledger, year = review.ledger, Period(review.year)
    if of.metric not in ledger.metrics:
        return
    names = [n for n in ledger.members(of.metric, of.dimension, year) if n != UNMAPPED]
    found = [c for n in names if (c := review.get(of.metric, year, scope_of({of.dimension: n}))) is not None]
    found = [c for c in found if c.value is not None]
    if not found:
        return
    beside = [m for m in of.beside if m in ledger.metrics] if rich.width >= WIDE else []
    has_target = any(c.target is not None for c in found)
    has_months = sparks and any(_months(review, of.metric, c.measurement.scope) for c in found)
    heads = [of.dimension, ledger.metrics[of.metric].label, "同比"]
    heads += ["完成率"] * has_target + ["1—12月"] * has_months + [ledger.metrics[m].label for m in beside]
    table = _table(of.title, heads)
    for c in found:
        scope = c.measurement.scope
        cells: list[str | Text] = [member_label(scope), figure(c, FigureKind.VALUE).text, _change(c)]
        cells += [_reached(c)] * has_target + [_months(review, of.metric, scope)] * has_months
        cells += [_value(review.get(m, year, scope)) for m in beside]
        table.add_row(*cells)
    rich.print()
    rich.print(table)


def _table(title: str, heads: Iterable[str]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, head in enumerate(heads):
        left = at == 0 or head == "1—12月"
        table.add_column(head, justify="left" if left else "right", no_wrap=head == "1—12月")
    return table


def _scope(ledger: Ledger, metric: str, year: Period) -> str:
    """全部, or the only scope at which a metric has a figure of the year."""
    if metric not in ledger.metrics or ledger.get(metric, year) is not None:
        return ALL
    scopes = [m.scope for m in ledger.of(metric, period=year)]
    return scopes[0] if len(scopes) == 1 else ALL


def _change(c: Comparison | None) -> str | Text:
    from rich.text import Text

    if c is None:
        return "—"
    found = figure(c, FigureKind.POINTS if c.metric.is_rate else FigureKind.GROWTH)
    if found.value is None:
        return found.text
    size = points(abs(found.value), c.metric.digits or 1) if c.metric.is_rate else percent(abs(found.value))
    style = {True: "green", False: "red", None: ""}[found.good]
    return Text(f"{found.arrow}{size.removeprefix(MINUS)}", style)


def _reached(c: Comparison) -> str:
    return figure(c, FigureKind.ATTAINMENT).text


def _value(c: Comparison | None) -> str:
    return "—" if c is None or c.value is None else figure(c, FigureKind.VALUE).text


def _months(review: Review, metric: str, scope: str) -> str:
    ledger = review.ledger
    found = [ledger.get(metric, month, scope) for month in Period(review.year).months()]
    return sparkline([m.value if m else None for m in found])
