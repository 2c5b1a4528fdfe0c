"""Tables of a monthly report: the year's targets against time, and members ranked this month and the last."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.format import POINTS, cell_text, column_unit, excel_format, number, percent
from rpt.language.naming import scoped_label
from rpt.language.progress import elapsed, reached
from rpt.values.comparison import Comparison
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.focus import Focus, Progress
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, UNMAPPED, member_label, scope_of
from rpt.writing.tables import POINT, signed

SHARED = "累计目标没有按月设定的，取全年目标乘以上年同期各月占全年的比重。"


def progress_table(
    review: Review, focus: Focus, scopes: Sequence[str], id: str, number_: str, title: str, chapter: str
) -> Table:
    """One row per target of the year at one of ``scopes``: what is reached, and how far the year is gone."""
    found = [p for p in focus.progress if p.scope in scopes]
    money = column_unit([v for p in found for v in (p.value, p.target)], "元")
    form = excel_format(money.unit, money.digits)
    columns = (
        Column("label", "指标"),
        Column("target", "全年目标", money.unit, money.scale, form),
        Column("ytd", "本年累计", money.unit, money.scale, form),
        Column("reached", "完成全年", "%", Decimal(1), "0.0%"),
        Column("elapsed", "时间进度", "%", Decimal(1), "0.0%"),
        Column("lead", "快于时间", "百分点", POINT, "0.0"),
        Column("to_date", "累计目标", money.unit, money.scale, form),
        Column("attainment", "累计完成率", "%", Decimal(1), "0.0%"),
    )
    rows = []
    for p in found:
        metric = review.ledger.metrics[p.metric]
        if metric.unit != "元":
            continue
        year = review.get(p.metric, Period(review.year), p.scope)
        cells: dict[str, Cell] = {
            "label": scoped_label(metric, p.scope),
            "target": Figure(f"{p.ref}.whole_target", FigureKind.NUMBER, p.target, "元", cell_text(p.target, money)),
            "ytd": Figure(p.ref, FigureKind.VALUE, p.value, "元", cell_text(p.value, money)),
            "reached": reached(p),
            "elapsed": elapsed(p),
            "lead": _lead(p),
            "to_date": "—",
            "attainment": "—",
        }
        if year is not None and year.target is not None:
            cells["to_date"] = figure(year, FigureKind.TARGET, display=money)
            cells["attainment"] = figure(year, FigureKind.ATTAINMENT)
        rows.append(Row(cells, emphasis=p.scope == ALL))
    kept = [c for c in columns if c.key not in ("to_date", "attainment") or any(r.cells[c.key] != "—" for r in rows)]
    notes = (SHARED,) if focus.shared & {(p.metric, p.scope) for p in found} else ()
    return Table(id, number_, title, chapter, tuple(kept), tuple(rows), unit=money.unit, notes=notes)


def _lead(p: Progress) -> Figure:
    text = signed(number(p.lead / POINT, 1))
    return Figure(f"{p.ref}.lead", FigureKind.NUMBER, p.lead, POINTS, text, p.lead >= 0)


def rank_table(
    review: Review,
    focus: Focus,
    metric: str,
    dimension: str,
    beside: Sequence[str],
    id: str,
    number_: str,
    title: str,
    chapter: str,
) -> Table:
    """Members by a metric of the month, best first, with their place the month before; ``beside`` are more metrics."""
    known = review.ledger.metrics[metric]
    month = focus.month
    ranked = _ranked(review, metric, dimension, focus)
    before = sorted((c for c in ranked if c.prior is not None), key=lambda c: _worth(known.better, c.prior))
    places = {c.measurement.scope: at for at, c in enumerate(before, 1)}
    shown = [metric, *(m for m in beside if any(_value(review, m, month, c.measurement.scope) for c in ranked))]
    displays = {
        m: column_unit(
            [v for c in ranked if (v := _value(review, m, month, c.measurement.scope)) is not None],
            review.ledger.metrics[m].unit,
            review.ledger.metrics[m].digits,
        )
        for m in shown
    }
    columns = [Column("label", dimension), Column("rank", "名次", number_format="0")]
    columns.append(Column("rank_previous", "上月名次", number_format="0"))
    for m in shown:
        display, of = displays[m], review.ledger.metrics[m]
        unit = "" if of.is_rate or of.unit == "倍" else display.unit
        columns.append(Column(m, of.label, unit, display.scale, excel_format(display.unit, display.digits)))
        if m == metric:
            columns += [
                Column("mom", "环比", "" if known.is_rate else "%", Decimal(1), "0.0" if known.is_rate else "0.0%"),
                Column("yoy", "同比", "" if known.is_rate else "%", Decimal(1), "0.0" if known.is_rate else "0.0%"),
            ]
    rows = []
    for at, c in enumerate(ranked, 1):
        scope = c.measurement.scope
        ref = measurement_id(metric, month, scope)
        cells: dict[str, Cell] = {"label": member_label(scope), "rank": free_figure(f"{ref}.rank", at)}
        was = places.get(scope)
        cells["rank_previous"] = free_figure(f"{ref}.rank_previous", was) if was else "—"
        for m in shown:
            own = review.get(m, month, scope)
            has = own is not None and own.value is not None
            cells[m] = figure(own, FigureKind.VALUE, display=displays[m]) if own is not None and has else "—"
        cells["mom"], cells["yoy"] = _moved(c), _moved(review.get(metric, month, scope))
        rows.append(Row(cells))
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows))


def _ranked(review: Review, metric: str, dimension: str, focus: Focus) -> list[Comparison]:
    """The members' comparisons with the month before, best first; platforms that belong nowhere are left out."""
    names = [n for n in review.ledger.members(metric, dimension, focus.month) if n != UNMAPPED]
    found = [c for n in names if (c := focus.since(metric, scope_of({dimension: n}))) is not None]
    better = review.ledger.metrics[metric].better
    return sorted((c for c in found if c.value is not None), key=lambda c: _worth(better, c.value))


def _worth(better: str, value: Decimal | None) -> Decimal:
    """What to sort by so that the best stands first."""
    size = value or Decimal(0)
    return size if better == "down" else -size


def _value(review: Review, metric: str, period: Period, scope: str) -> Decimal | None:
    m = review.ledger.get(metric, period, scope) if metric in review.ledger.metrics else None
    return m.value if m else None


def _moved(c: Comparison | None) -> Cell:
    """A change as a cell: growth, or points of a rate."""
    if c is None:
        return "—"
    found = figure(c, FigureKind.POINTS if c.metric.is_rate else FigureKind.GROWTH)
    if found.value is None:
        return found.text
    size = number(abs(found.value) / POINT, 1) if c.metric.is_rate else percent(abs(found.value))
    return Figure(found.ref, found.kind, found.value, found.unit, f"{found.arrow}{size}", found.good, found.arrow)
