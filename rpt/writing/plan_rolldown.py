"""The roll-down: turnover by month and channel, every other additive target by quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rpt.language.figures import free_figure
from rpt.language.format import RATE, Display, cell_text, excel_format, quantity
from rpt.language.naming import scoped_label
from rpt.values.document import Cell, Chart, Column, Figure, FigureKind, Row, Series, Table
from rpt.values.ledger import Metric, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Plan, Rolldown
from rpt.values.review import Review


def rolldown_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Turnover by month × channel in the plan's step (whole 万元, else 元 or 分), with both margins."""
    found = plan.rolldown
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    shown = _display(found, review.ledger.metrics[found.metric])
    style = (shown.unit, shown.scale, excel_format(shown.unit, shown.digits))
    columns = [Column("label", "月份")]
    columns += [Column(f"m{at}", name, *style) for at, name in enumerate(found.members) if found.dimension]
    columns += [Column("total", "合计", *style), Column("share", "占全年", "%", Decimal(1), "0.0%")]
    months = [(f"{month.part}月", month, found.cells[at]) for at, month in enumerate(Period(found.year).months())]
    sums = tuple(found.member(at) for at in range(len(found.members)))
    rows = [_rolled(found, *row, shown) for row in (*months, ("全年", Period(found.year), sums))]
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), unit=shown.unit, notes=tuple(_notes(found)))


def _display(found: Rolldown, metric: Metric) -> Display:
    """The unit in which every cell is whole, so that what is printed adds up as well."""
    if found.step == 10_000:
        return Display(f"万{metric.unit}", Decimal(10_000), 0)
    return Display(metric.unit, Decimal(1), 0 if found.step == 1 else 2)


def _rolled(found: Rolldown, label: str, period: Period, values: Sequence[Decimal], shown: Display) -> Row:
    cells: dict[str, Cell] = {"label": label}
    for at, value in enumerate(values):
        cells[f"m{at}"] = _planned(found, period, found.scope_of(at), value, shown)
    whole = sum(values, Decimal(0))
    cells["total"] = _planned(found, period, found.scope, whole, shown)
    ref = f"{measurement_id(found.metric, period, found.scope)}.plan_share"
    cells["share"] = free_figure(ref, whole / found.total, RATE)
    return Row(cells, emphasis=period.part == 0)


def _planned(found: Rolldown, period: Period, scope: str, value: Decimal, shown: Display) -> Figure:
    ref = f"{measurement_id(found.metric, period, scope)}.plan"
    unit = shown.unit.removeprefix("万") if shown.scale != 1 else shown.unit
    return Figure(ref, FigureKind.NUMBER, value, unit, cell_text(value, shown))


def _notes(found: Rolldown) -> Iterator[str]:
    """Where the shape comes from, and what was taken for granted."""
    years = "、".join(f"{year}年" for year in found.years)
    exact = "行与列均严格等于合计" if found.dimension else "各月之和严格等于合计"
    yield f"按{years}的日成交形状分解，春节与大促窗口对到{found.year}年的日期；{exact}。"
    if found.assumed:
        yield _assumed(found)
    if found.months_stated:
        yield "各月合计按已定的月度目标。"
    if found.scaled:
        yield "各渠道自身目标之和与全年目标不等，全年数按其比例折算到合计。"
    elif len(found.from_targets) == len(found.members):
        yield "各渠道全年数按其自身目标。"
    elif found.from_targets:
        yield f"{'、'.join(found.from_targets)}的全年数按其自身目标，其余渠道按本年占比分摊。"


def _assumed(found: Rolldown) -> str:
    """Campaigns without dates of the plan year, and the dates taken instead."""
    same = [name for name in found.assumed if name not in found.moved]
    said = [f"{'、'.join(found.moved)}随春节推移"] if found.moved else []
    said += [f"{'、'.join(same)}沿用最近一年的日期"] if same else []
    return f"{found.year}年的大促窗口尚未设定：{'，'.join(said)}。"


def rolldowns_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Every additive target but turnover's: a row each, and one per channel below it, by quarter; months stand in the
    Excel beside them. Each row has the unit in which it adds up."""
    others = [found for found in plan.rolldowns if found is not plan.rolldown]
    if not others:
        return Table(id, number_, title, chapter, (), ())
    columns = [Column("label", "指标"), Column("unit", "单位")]
    columns += [Column(f"q{n}", f"{word}季度", number_format="General") for n, word in enumerate("一二三四", 1)]
    columns.append(Column("total", "全年", number_format="General"))
    columns += [Column(f"m{n}", f"{n}月", number_format="General", printed=False) for n in range(1, 13)]
    rows = [row for found in others for row in _quarterly(review.ledger.metrics[found.metric], found)]
    notes = [
        "按近年各日的形状分解到月，春节与大促窗口对到目标年的日期，本表按季汇总；各季之和、各渠道之和均严格等于全年。"
    ]
    if plan.rolldown is None and others[0].assumed:
        notes.append(_assumed(others[0]))
    if any(found.spread for found in others):
        names = "、".join(dict.fromkeys(review.ledger.metrics[f.metric].label for f in others if f.spread))
        notes.append(f"{names}只有月度数据，月内按成交的日形状推算。")
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), notes=tuple(notes))


def _quarterly(metric: Metric, found: Rolldown) -> Iterator[Row]:
    """The whole of a target, then its members where it has any."""
    whole = tuple(found.month(at) for at in range(12))
    yield _by_quarter(metric, found, found.scope, scoped_label(metric, found.scope), whole, emphasis=True)
    for at, name in enumerate(found.members if found.dimension else ()):
        months = tuple(row[at] for row in found.cells)
        yield _by_quarter(metric, found, found.scope_of(at), f"其中：{name}" if at == 0 else f"　　　{name}", months)


def _by_quarter(
    metric: Metric, found: Rolldown, scope: str, label: str, months: Sequence[Decimal], *, emphasis: bool = False
) -> Row:
    shown = _display(found, metric)
    cells: dict[str, Cell] = {"label": label, "unit": shown.unit}
    for quarter in Period(found.year).quarters():
        value = sum(months[quarter.part * 3 - 3 : quarter.part * 3], Decimal(0))
        cells[f"q{quarter.part}"] = _planned(found, quarter, scope, value, shown)
    for month in Period(found.year).months():
        cells[f"m{month.part}"] = _planned(found, month, scope, months[month.part - 1], shown)
    cells["total"] = _planned(found, Period(found.year), scope, sum(months, Decimal(0)), shown)
    return Row(cells, emphasis, excel_format(shown.unit, shown.digits), shown.scale)


def rolldown_chart(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Chart | None:
    """The plan's months beside this year's."""
    found = plan.rolldown
    if found is None:
        return None
    shown = _display(found, review.ledger.metrics[found.metric])
    months = Period(found.year).months()
    names = tuple(f"{month.part}月" for month in months)
    then = [review.ledger.get(found.metric, month.year_ago) for month in months]
    totals = [found.month(at) for at in range(12)]
    series = (
        Series(
            f"{found.year - 1}年实际",
            tuple(m.value if m else None for m in then),
            tuple(measurement_id(found.metric, month.year_ago) for month in months),
        ),
        Series(f"{found.year}年目标", tuple(totals), tuple(f"{measurement_id(found.metric, m)}.plan" for m in months)),
    )
    top, low = totals.index(max(totals)), totals.index(min(totals))
    said = f"最高为{names[top]}（{quantity(totals[top], '元')}），最低为{names[low]}（{quantity(totals[low], '元')}）"
    alt = f"折线图：{title}，与上年各月对照。目标{said}。"
    return Chart(id, number_, title, chapter, "line", names, series, unit=shown.unit, scale=shown.scale, alt=alt)
