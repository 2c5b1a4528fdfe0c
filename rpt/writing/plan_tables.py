"""Tables of what is not measured but promised: next year's targets, the team's measures, last year's plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.format import cell_text, column_unit, excel_format, quantity
from rpt.language.naming import scoped_label
from rpt.language.span import span_text
from rpt.values.document import Cell, Column, Figure, FigureKind, Formula, Row, Table
from rpt.values.finding import CONTRADICTION, SEVERITIES, Finding
from rpt.values.ledger import SUMMED, Metric, Target, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Action
from rpt.values.review import Review
from rpt.values.scope import ALL
from rpt.writing.plan_cells import WAN, change_figure
from rpt.writing.tables import shown_unit


def targets_table(review: Review, id: str, number: str, title: str, chapter: str) -> Table:
    """Next year's targets beside this year's figures, with the change each asks for."""
    this, following = Period(review.year), Period(review.year + 1)
    columns = (
        Column("label", "指标"),
        Column("unit", "单位"),
        Column("value", f"{this.year}年{'至今' if review.is_partial else '实际'}", number_format="General"),
        Column("target", f"{following.year}年目标", number_format="General"),
        Column("needed", "需变化", number_format="General"),
        Column("owner", "负责人"),
    )
    rows = [
        _target_row(review, target, this)
        for target in review.ledger.targets
        if target.period == following and target.origin != SUMMED
    ]
    note = "“—”为本年没有该项数据，或目标由多个数组成。"
    if review.is_partial:
        note = f"{this.year}年未满一年，不与全年目标比较；“至今”一列的“—”为没有该项数据。"
    return Table(id, number, title, chapter, columns, tuple(rows), notes=(note,))


def _target_row(review: Review, target: Target, this: Period) -> Row:
    metric = review.ledger.metrics[target.metric]
    c = review.get(target.metric, this, target.scope)
    value = c.value if c is not None else None
    display = column_unit([v for v in (value, target.value) if v is not None], metric.unit, metric.digits)
    ref = measurement_id(target.metric, Period(this.year + 1), target.scope)
    cells: dict[str, Cell] = {
        "label": scoped_label(metric, target.scope),
        "unit": shown_unit(metric, display),
        "owner": target.owner,
    }
    if c is not None and value is not None:
        shown = figure(c, FigureKind.VALUE)
        cells["value"] = Figure(shown.ref, shown.kind, value, metric.unit, cell_text(value, display))
    else:
        cells["value"] = "—"
    if target.value is None:
        cells |= {"target": target.text, "needed": "—"}
    else:
        text = target.text if target.parts else cell_text(target.value, display)  # a range keeps both its ends
        cells["target"] = Figure(f"{ref}.target", FigureKind.TARGET, target.value, metric.unit, text)
        # a year that is not over is no base for the next
        cells["needed"] = "—" if review.is_partial else _needed(metric, value, target.value, ref)
    return Row(cells, number_format=excel_format(display.unit, display.digits), scale=display.scale)


def _needed(metric: Metric, value: Decimal | None, target: Decimal, ref: str) -> Cell:
    """The change a target asks for: points of a rate, else growth."""
    if value is None:
        return "—"
    if metric.is_rate:
        change, rise = target - value, Formula("points", ("target", "value"))
    elif value > 0:
        change, rise = target / value - 1, Formula("growth", ("target", "value"))
    else:
        return "—"
    return replace(change_figure(metric, f"{ref}.needed", change), formula=rise)


def target_sources_table(
    targets: Sequence[Target], metrics: Mapping[str, Metric], id: str, number: str, title: str, chapter: str
) -> Table:
    """Each target as it was written, and where."""
    columns = [Column("label", "指标"), Column("text", "原文"), Column("origin", "出处")]
    if any(target.note for target in targets):
        columns.append(Column("note", "备注"))
    rows = [
        Row({"label": scoped_label(metrics[t.metric], t.scope), "text": t.text, "origin": t.origin, "note": t.note})
        for t in targets
    ]
    return Table(id, number, title, chapter, tuple(columns), tuple(rows))


def actions_table(review: Review, id: str, number: str, title: str, chapter: str) -> Table:
    """Next year's measures: for which metric, whose, when, and what they are expected to bring."""
    columns = (
        Column("measure", "举措"),
        Column("metric", "支撑指标"),
        Column("owner", "负责人"),
        Column("span", "时限"),
        Column("expected", "预期增量", WAN.unit, WAN.scale, excel_format(WAN.unit, WAN.digits)),
        Column("state", "状态"),
    )
    chosen = [action for action in review.promises.actions if action.year == review.year + 1]
    rows = [Row(_action_cells(review, at, action)) for at, action in enumerate(chosen, 1)]
    return Table(id, number, title, chapter, columns, tuple(rows), unit=WAN.unit)


def _action_cells(review: Review, at: int, action: Action) -> dict[str, Cell]:
    metric = review.ledger.metrics.get(action.metric)
    expected: Cell = ""
    if action.expected is not None:
        ref = f"action.{action.year}.{at}"
        expected = Figure(ref, FigureKind.NUMBER, action.expected, "元", cell_text(action.expected, WAN))
    return {
        "measure": action.measure,
        "metric": scoped_label(metric, action.scope or ALL) if metric else "",
        "owner": action.owner,
        "span": span_text(action.starts_on, action.ends_on),
        "expected": expected,
        "state": action.state,
    }


def findings_table(review: Review, id: str, number: str, title: str, chapter: str) -> Table:
    """The problems in one list: how heavy, of which metric, where it stands, and what it is held against."""
    columns = (
        Column("at", "序号", number_format="0"),
        Column("severity", "程度"),
        Column("metric", "指标"),
        Column("value", "实际", number_format="General"),
        Column("line", "目标或基准", number_format="General"),
        Column("impact", "影响金额", WAN.unit, WAN.scale, excel_format(WAN.unit, WAN.digits)),
        Column("cause", "原因", printed=False),
        Column("actions", "对应举措", printed=False),
    )
    rows = [_finding_row(review, at, finding) for at, finding in enumerate(review.findings, 1)]
    return Table(id, number, title, chapter, columns, tuple(rows))


def _finding_row(review: Review, at: int, finding: Finding) -> Row:
    cells: dict[str, Cell] = {
        "at": free_figure(f"finding.{at}", at),
        "severity": SEVERITIES[finding.severity],
        "metric": scoped_label(review.ledger.metrics[finding.metric], finding.scope),
        "cause": finding.cause or "团队未说明",
        "actions": "；".join(action.measure for action in finding.actions) or "尚无对应举措",
    }
    year = Period(review.year)
    c = None if finding.code == CONTRADICTION else review.get(finding.metric, year, finding.scope)
    if finding.impact is not None:
        text = cell_text(finding.impact, WAN)
        cells["impact"] = Figure(f"{finding.evidence[0]}.impact", FigureKind.NUMBER, finding.impact, "元", text)
    if c is None or c.value is None or c.metric.id != finding.metric:
        return Row(cells)
    benchmark = review.ledger.benchmark(c.metric.id, c.measurement.period, c.measurement.scope)
    line = c.target if c.target is not None else benchmark.value if benchmark else None
    display = column_unit([v for v in (c.value, line) if v is not None], c.metric.unit, c.metric.digits)
    cells["value"] = replace(figure(c, FigureKind.VALUE), text=quantity(c.value, c.metric.unit, c.metric.digits))
    if line is not None:
        kind = FigureKind.TARGET if c.target is not None else FigureKind.BENCHMARK
        text = quantity(line, c.metric.unit, c.metric.digits)
        cells["line"] = Figure(f"{c.measurement.id}.{kind.value}", kind, line, c.metric.unit, text)
    return Row(cells, number_format=excel_format(display.unit, display.digits, with_unit=True), scale=display.scale)
