"""The plan's targets: held against the past, and as paths by quarter."""

from __future__ import annotations

from dataclasses import replace

from rpt.language.format import cell_text, column_unit, excel_format
from rpt.language.naming import scoped_label
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.ledger import Metric, measurement_id
from rpt.values.period import Period
from rpt.values.plan import Feasibility, Plan, RatePath
from rpt.values.review import Review
from rpt.writing.plan_cells import change_figure
from rpt.writing.plan_tables import targets_table
from rpt.writing.tables import shown_unit

VERDICT_NOTE = (
    "判断：需变化不超过历年最好的一次同比变化为可达，不超过其1.5倍为有挑战，再高为需论证；没有可比的历年数据为无可比。"
)


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
    return replace(table, columns=(*lead, *more, owner), rows=tuple(rows), notes=(*table.notes, VERDICT_NOTE))


def _judged(review: Review, f: Feasibility) -> dict[str, Cell]:
    if f.best is None or f.best_year is None:
        return {"best": "—", "verdict": f.verdict}
    metric = review.ledger.metrics[f.target.metric]
    ref = measurement_id(metric.id, Period(f.best_year), f.target.scope)
    kind = FigureKind.POINTS if metric.is_rate else FigureKind.GROWTH
    return {"best": change_figure(metric, f"{ref}.{kind.value}", f.best), "verdict": f.verdict}


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
