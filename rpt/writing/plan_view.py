"""The plan as tables and charts: targets against the past, month × channel, paths, levers, the bridge, last year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from rpt.language.figures import free_figure
from rpt.language.format import RATE, Display, cell_text, column_unit, excel_format, number, percent, quantity
from rpt.language.naming import scoped_label
from rpt.language.span import span_text
from rpt.values.document import Cell, Chart, Column, Figure, FigureKind, Row, Series, Table
from rpt.values.ledger import Metric, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Feasibility, Fulfilment, Plan, RatePath
from rpt.values.review import Review
from rpt.writing.edits_table import edits_table
from rpt.writing.plan_tables import actions_table, target_sources_table, targets_table
from rpt.writing.tables import POINT, shown_unit, signed

_WAN = Display("万元", Decimal(10_000), 0)
_YUAN = Display("元", Decimal(1), 0)
_VERDICT_NOTE = (
    "判断：需变化不超过历年最好的一次同比变化为可达，不超过其1.5倍为有挑战，再高为需论证；没有可比的历年数据为无可比。"
)


def plan_lists(review: Review, plan: Plan) -> dict[str, Callable[[str, str, str, str], Table]]:
    """The plan's tables by the name a template asks for."""
    return {
        "targets": partial(plan_targets_table, review, plan),
        "actions": partial(plan_actions_table, review, plan),
        "rolldown": partial(rolldown_table, plan),
        "paths": partial(paths_table, review, plan),
        "sensitivity": partial(sensitivity_table, plan),
        "bridge": partial(bridge_table, plan),
        "fulfilment": partial(fulfilment_table, review, plan),
        "target_sources": partial(target_sources_table, plan.targets, review.ledger.metrics),
        "edits": partial(edits_table, review.promises.edits),
    }


def plan_charts(review: Review, plan: Plan) -> dict[str, Callable[[str, str, str, str], Chart | None]]:
    """The plan's charts by the name a template asks for."""
    return {"rolldown": partial(rolldown_chart, review, plan), "bridge": partial(bridge_chart, plan)}


def plan_targets_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Next year's targets with the best change of the past beside the change they ask for, and the verdict."""
    table = targets_table(review, id, number_, title, chapter)
    if not plan.feasibility:
        return table
    known = {(f.target.metric, f.target.scope): f for f in plan.feasibility}
    wanted = [known[(target.metric, target.scope)] for target in plan.targets]
    rows = [replace(row, cells={**row.cells, **_judged(review, f)}) for row, f in zip(table.rows, wanted, strict=True)]
    *lead, owner = table.columns
    more = (Column("best", "历年最好", number_format="General"), Column("verdict", "判断"))
    return replace(table, columns=(*lead, *more, owner), rows=tuple(rows), notes=(*table.notes, _VERDICT_NOTE))


def _judged(review: Review, f: Feasibility) -> dict[str, Cell]:
    if f.best is None or f.best_year is None:
        return {"best": "—", "verdict": f.verdict}
    metric = review.ledger.metrics[f.target.metric]
    ref = measurement_id(metric.id, Period(f.best_year), f.target.scope)
    text = signed(number(f.best / POINT, 1)) + "个百分点" if metric.is_rate else signed(percent(f.best))
    kind = FigureKind.POINTS if metric.is_rate else FigureKind.GROWTH
    best = Figure(f"{ref}.{kind.value}", kind, f.best, RATE, text)
    return {"best": best, "verdict": f.verdict}


def plan_actions_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Next year's measures; where some overlap, also what of each is counted."""
    table = actions_table(review, id, number_, title, chapter)
    if plan.bridge is None or not plan.bridge.overlap:
        return table
    rows = []
    for at, (row, value) in enumerate(zip(table.rows, plan.bridge.counted, strict=True), 1):
        cell: Cell = "" if value is None else _money(f"action.{plan.year}.{at}.counted", value, _WAN)
        rows.append(replace(row, cells={**row.cells, "counted": cell}))
    *lead, state = table.columns
    counted = Column("counted", "计入", _WAN.unit, _WAN.scale, excel_format(_WAN.unit, _WAN.digits))
    note = "同一指标同一范围的几项举措会争取同一笔成交，只计其中最大的一项。"
    return replace(table, columns=(*lead, counted, state), rows=tuple(rows), notes=(*table.notes, note))


def rolldown_table(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Month × channel in the plan's step (whole 万元 or whole 元), with both margins."""
    found = plan.rolldown
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    shown = _WAN if found.step == _WAN.scale else _YUAN
    style = (shown.unit, shown.scale, excel_format(shown.unit, shown.digits))
    names = dict(enumerate(found.members))
    columns = [Column("label", "月份"), *(Column(f"m{at}", name, *style) for at, name in names.items())]
    columns += [Column("total", "合计", *style), Column("share", "占全年", "%", Decimal(1), "0.0%")]
    rows = []
    for at in range(12):
        period = Period.parse(f"{found.year}-{at + 1:02d}")
        rows.append(_rolled(f"{at + 1}月", found.metric, period, names, found.cells[at], found.total, shown))
    sums = tuple(found.member(at) for at in names)
    rows.append(_rolled("全年", found.metric, Period(found.year), names, sums, found.total, shown))
    years = "、".join(f"{year}年" for year in found.years)
    notes = [f"按{years}的日成交形状分解，春节与大促窗口对到{found.year}年的日期；行与列均严格等于合计。"]
    if found.months_stated:
        notes.append("各月合计按已定的月度目标。")
    if found.from_targets:
        notes.append(f"{'、'.join(found.from_targets)}的全年数按其自身目标，其余渠道按本年占比分摊。")
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), unit=shown.unit, notes=tuple(notes))


def _rolled(
    label: str,
    metric: str,
    period: Period,
    names: dict[int, str],
    values: Sequence[Decimal],
    total: Decimal,
    shown: Display,
) -> Row:
    cells: dict[str, Cell] = {"label": label}
    for at, name in names.items():
        cells[f"m{at}"] = _money(f"{measurement_id(metric, period, f'渠道={name}')}.plan", values[at], shown)
    whole = sum(values, Decimal(0))
    cells["total"] = _money(f"{measurement_id(metric, period)}.plan", whole, shown)
    cells["share"] = free_figure(f"{measurement_id(metric, period)}.plan_share", whole / total, RATE)
    return Row(cells, emphasis=period.part == 0)


def rolldown_chart(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Chart | None:
    """The plan's months beside this year's."""
    found = plan.rolldown
    if found is None:
        return None
    shown = _WAN if found.step == _WAN.scale else _YUAN
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


def paths_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Where each rate, time and level should stand at the end of every quarter."""
    columns = [Column("label", "指标"), Column("unit", "单位")]
    columns.append(Column("start", f"{plan.year - 1}年实际", number_format="General"))
    columns += [Column(f"q{n}", f"{word}季度末", number_format="General") for n, word in enumerate("一二三四", 1)]
    rows = [_path_row(review.ledger.metrics[path.target.metric], path, plan.year) for path in plan.paths]
    note = "各季度末为截至该季末的滚动十二个月口径（时点指标为季末数），按季等距推进，四季度末达到全年目标。"
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), notes=(note,))


def _path_row(metric: Metric, path: RatePath, year: int) -> Row:
    values = (path.start, *path.quarters)
    display = column_unit(values, metric.unit, metric.digits)
    scope = path.target.scope
    cells: dict[str, Cell] = {"label": scoped_label(metric, scope), "unit": shown_unit(metric, display)}
    start = measurement_id(metric.id, Period(year - 1), scope)
    cells["start"] = Figure(start, FigureKind.VALUE, path.start, metric.unit, cell_text(path.start, display))
    for n, value in enumerate(path.quarters, 1):
        ref = f"{measurement_id(metric.id, Period.parse(f'{year}Q{n}'), scope)}.plan"
        cells[f"q{n}"] = Figure(ref, FigureKind.TARGET, value, metric.unit, cell_text(value, display))
    return Row(cells, number_format=excel_format(display.unit, display.digits), scale=display.scale)


def sensitivity_table(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Levers by share moved, what of the gap the largest share closes, and what each would have to do alone."""
    found = plan.sensitivity
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    style = (_WAN.unit, _WAN.scale, excel_format(_WAN.unit, _WAN.digits))
    columns = [Column("label", "因素"), Column("value", "本年", number_format="General")]
    columns += [Column(f"e{at}", _moved(share), *style) for at, share in enumerate(found.shares)]
    closing = f"{_moved(found.shares[-1])}可补缺口"
    columns += [
        Column("closes", closing, "%", Decimal(1), "0.0%"),
        Column("alone", "单独补足需", "%", Decimal(1), "0.0%"),
    ]
    rows = []
    for lever in found.levers:
        cells: dict[str, Cell] = {"label": lever.label, "value": "—"}
        if lever.value is not None:
            text = quantity(lever.value, lever.unit)
            cells["value"] = Figure(lever.ref, FigureKind.VALUE, lever.value, lever.unit, text)
        for at, (share, effect) in enumerate(zip(found.shares, lever.effects, strict=True)):
            ref = f"{lever.ref}.lever{number(share * 100).replace('−', '-')}"
            cells[f"e{at}"] = replace(_money(ref, effect, _WAN), text=signed(cell_text(effect, _WAN)))
        cells["closes"] = free_figure(f"{lever.ref}.closes", lever.effects[-1] / found.gap, RATE)
        cells["alone"] = "—"
        if lever.alone is not None:
            text = signed(percent(lever.alone))
            cells["alone"] = Figure(f"{lever.ref}.alone", FigureKind.NUMBER, lever.alone, RATE, text)
        display = column_unit([lever.value], lever.unit)
        rows.append(
            Row(cells, number_format=excel_format(display.unit, display.digits, with_unit=True), scale=display.scale)
        )
    notes = (
        "每行只动一个因素，其余与本年相同：访客、转化、客单的变动等比传导到成交；推广花费按本年投产比不变；"
        "复购率按每位新增复购买家多下一单计。",
    )
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), unit=_WAN.unit, notes=notes)


def _moved(share: Decimal) -> str:
    """提高5%, 降低5%: a heading is words, so that no sheet has a number that is text."""
    return f"{'提高' if share > 0 else '降低'}{percent(abs(share), 0)}"


def bridge_steps(plan: Plan) -> list[tuple[str, str, Decimal]]:
    """The bridge's steps between its ends: label, key of its ref, and 元; those that are zero are left out."""
    found = plan.bridge
    if found is None:
        return []
    steps = [(step.owner, f"owner{at}", step.amount) for at, step in enumerate(found.steps, 1)]
    last = ("未覆盖" if found.uncovered > 0 else "超出目标", "uncovered", found.uncovered)
    return [*steps, *([("重叠", "overlap", found.overlap)] if found.overlap else []), *([last] if last[2] else [])]


def bridge_table(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """From this year's turnover to the target, step by step; 未覆盖 is there even where it is zero."""
    found = plan.bridge
    if found is None:
        return Table(id, number_, title, chapter, (), ())
    style = (_WAN.unit, _WAN.scale, excel_format(_WAN.unit, _WAN.digits))
    columns = (
        Column("label", "步骤"),
        Column("count", "举措数", number_format="0"),
        Column("amount", "金额", *style),
        Column("share", "占缺口", "%", Decimal(1), "0.0%"),
    )
    gap, ref = found.target - found.start, f"gmv@{found.year}.bridge"
    counts = {f"owner{at}": step.count for at, step in enumerate(found.steps, 1)}
    steps = bridge_steps(plan)
    if not found.uncovered:
        steps.append(("未覆盖", "uncovered", found.uncovered))
    rows = [
        Row({"label": f"{found.year - 1}年实际", "amount": _money(f"gmv@{found.year - 1}", found.start, _WAN)}, True)
    ]
    for label, key, amount in steps:
        cells: dict[str, Cell] = {"label": label, "amount": _money(f"{ref}.{key}", amount, _WAN)}
        if key in counts:
            cells["count"] = free_figure(f"{ref}.{key}.count", counts[key])
        if gap > 0:
            cells["share"] = free_figure(f"{ref}.{key}.share", amount / gap, RATE)
        rows.append(Row(cells))
    rows.append(
        Row({"label": f"{found.year}年目标", "amount": _money(f"gmv@{found.year}.target", found.target, _WAN)}, True)
    )
    notes = ("按责任人汇总举措的预期增量；同一指标同一范围有几项举措时只计最大的一项，其余列为重叠。",)
    return Table(id, number_, title, chapter, columns, tuple(rows), unit=_WAN.unit, notes=notes)


def bridge_chart(plan: Plan, id: str, number_: str, title: str, chapter: str) -> Chart | None:
    """The bridge as a waterfall."""
    found = plan.bridge
    if found is None:
        return None
    steps = bridge_steps(plan)
    first, last = f"{found.year - 1}年实际", f"{found.year}年目标"
    values = (found.start, *(amount for _, _, amount in steps), found.target)
    ref = f"gmv@{found.year}.bridge"
    refs = (f"gmv@{found.year - 1}", *(f"{ref}.{key}" for _, key, _ in steps), f"gmv@{found.year}.target")
    said = "；".join(f"{label}{signed(cell_text(amount, _WAN))}万元" for label, _, amount in steps)
    return Chart(
        id,
        number_,
        title,
        chapter,
        "waterfall",
        (first, *(label for label, _, _ in steps), last),
        (Series("成交总额", values, refs),),
        unit=_WAN.unit,
        scale=_WAN.scale,
        alt=f"瀑布图：{title}。由{first}到{last}：{said}。",
    )


def fulfilment_table(review: Review, plan: Plan, id: str, number_: str, title: str, chapter: str) -> Table:
    """Last year's plan, item by item."""
    has_targets = any(f.item.kind == "目标" for f in plan.fulfilment)
    columns = [
        Column("measure", "目标与举措" if has_targets else "举措"),
        Column("metric", "指标"),
        Column("target", "承诺", number_format="General"),
        Column("actual", "实际", number_format="General"),
        Column("owner", "负责人"),
        Column("state", "结果"),
    ]
    if any(f.item.due_on for f in plan.fulfilment):
        columns.insert(5, Column("due", "完成时限"))
    rows = [_fulfilled(review, at, f, plan.year - 1) for at, f in enumerate(plan.fulfilment, 1)]
    source = f"依据{review.promises.kept_in}。" if review.promises.kept_in else "依据目标文件的“上年计划”表。"
    return Table(id, number_, title, chapter, tuple(columns), tuple(rows), notes=(source,))


def _fulfilled(review: Review, at: int, f: Fulfilment, year: int) -> Row:
    metric = review.ledger.metrics.get(f.item.metric)
    cells: dict[str, Cell] = {
        "measure": f.item.measure,
        "metric": scoped_label(metric, f.item.scope) if metric else f.item.metric,
        "target": f.item.target or "—",
        "actual": "—",
        "owner": f.item.owner,
        "due": span_text(None, f.item.due_on),
        "state": f.state,
    }
    if metric is None:
        return Row(cells)
    if f.target is not None:
        text = quantity(f.target, metric.unit, metric.digits)
        cells["target"] = Figure(f"last_plan.{year}.{at}", FigureKind.TARGET, f.target, metric.unit, text)
    if f.actual is not None:
        good = {"完成": True, "未完成": False}.get(f.state)
        ref = measurement_id(metric.id, Period(year), f.item.scope)
        text = quantity(f.actual, metric.unit, metric.digits)
        cells["actual"] = Figure(ref, FigureKind.VALUE, f.actual, metric.unit, text, good)
    display = column_unit([v for v in (f.target, f.actual) if v is not None], metric.unit, metric.digits)
    return Row(cells, number_format=excel_format(display.unit, display.digits, with_unit=True), scale=display.scale)


def _money(ref: str, value: Decimal, shown: Display) -> Figure:
    return Figure(ref, FigureKind.NUMBER, value, "元", cell_text(value, shown))
