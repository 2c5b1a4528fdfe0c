"""A month's tracking as tables and sentences. A light is a shape and a word, so that it reads without colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from rpt.language.figures import near_percent
from rpt.language.format import Display, cell_text, column_unit, excel_format, percent
from rpt.language.naming import scoped_label
from rpt.language.tracking import LIGHTS, landed, said
from rpt.values.document import Cell, Column, Figure, FigureKind, Row, Table
from rpt.values.ledger import Metric
from rpt.values.scope import ALL, member_label
from rpt.values.tracking import Held, Light, Limits, Tracking
from rpt.writing.placing import TableMaker
from rpt.writing.printer import Printer
from rpt.writing.tables import shown_unit

_GOOD: dict[Light, bool | None] = {"绿": True, "红": False, "黄": None, "—": None}


def track_lists(metrics: Mapping[str, Metric], found: Tracking, limits: Limits) -> dict[str, TableMaker]:
    """The tracking's tables by the name a template asks for."""
    return {
        "tracked": partial(tracked_table, metrics, found, limits),
        "standings": partial(standings_table, metrics, found),
        "overdue": partial(overdue_table, metrics, found),
    }


def track_words(found: Tracking) -> Callable[[Printer], dict[str, object]]:
    """What the tracking says: month and year to date, and where the year lands."""
    return partial(_words, found)


def _words(found: Tracking, printer: Printer) -> dict[str, object]:
    return {
        "month_name": f"{found.month.part}月",
        "source": found.source,
        "untracked": found.untracked,
        "said": printer.phrase(said(found)),
        "landed": printer.phrase(landed(found)),
        "late": len(found.overdue),
    }


def tracked_table(
    metrics: Mapping[str, Metric], found: Tracking, limits: Limits, id: str, number: str, title: str, chapter: str
) -> Table:
    """Turnover by channel: the month, and the year to date."""
    values = [held.actual for row in found.rows for held in (row.month, row.to_date)]
    shown = column_unit(values, "元")
    money = (shown.unit, shown.scale, excel_format(shown.unit, shown.digits))
    columns = [Column("label", "范围")]
    for key, lead in (("month", f"{found.month.part}月"), ("to_date", "年初至今")):
        columns += [Column(f"{key}.plan", f"{lead}计划", *money), Column(f"{key}.actual", f"{lead}实际", *money)]
        columns += [Column(f"{key}.attainment", "完成率", "%", number_format="0.0%"), Column(f"{key}.light", "灯")]
    rows = []
    for row in found.rows:
        label = metrics[row.metric].label if row.scope == ALL else member_label(row.scope)
        cells: dict[str, Cell] = {"label": label}
        for key, held in (("month", row.month), ("to_date", row.to_date)):
            cells |= {f"{key}.{name}": cell for name, cell in _cells(held, "元", shown).items()}
        rows.append(Row(cells, emphasis=row.scope == ALL))
    green, yellow = percent(limits.green, 0), percent(limits.yellow, 0)
    lights = f"灯：完成率不低于{green}为●绿，不低于{yellow}为◆黄，再低为■红。"
    return Table(id, number, title, chapter, tuple(columns), tuple(rows), shown.unit, (f"{found.source}。", lights))


def standings_table(
    metrics: Mapping[str, Metric], found: Tracking, id: str, number: str, title: str, chapter: str
) -> Table:
    """The other targets against the quarter's point on their path."""
    quarter = "一二三四"[(found.month.part - 1) // 3]
    columns = (
        Column("label", "指标"),
        Column("unit", "单位"),
        Column("plan", f"{quarter}季度末应到", number_format="General"),
        Column("actual", "年初至今实际", number_format="General"),
        Column("attainment", "完成率", "%", number_format="0.0%"),
        Column("light", "灯"),
        Column("owner", "负责人"),
    )
    rows = []
    for standing in found.standings:
        metric, held = metrics[standing.metric], standing.held
        shown = column_unit([held.plan, held.actual], metric.unit, metric.digits)
        cells: dict[str, Cell] = {"label": scoped_label(metric, standing.scope), "unit": shown_unit(metric, shown)}
        cells |= _cells(held, metric.unit, shown) | {"owner": standing.owner}
        rows.append(Row(cells, number_format=excel_format(shown.unit, shown.digits), scale=shown.scale))
    note = "越低越好的指标，完成率为应到除以实际；实际为年初至月末的累计口径，时点指标为月末数。"
    return Table(id, number, title, chapter, columns, tuple(rows), notes=(note,))


def overdue_table(
    metrics: Mapping[str, Metric], found: Tracking, id: str, number: str, title: str, chapter: str
) -> Table:
    """Measures whose day has passed and whose state is open."""
    heads = {"measure": "举措", "metric": "支撑指标", "owner": "负责人", "due": "完成时限", "state": "状态"}
    rows = []
    for action in found.overdue:
        metric = metrics.get(action.metric)
        rows.append(
            Row(
                {
                    "measure": action.measure,
                    "metric": scoped_label(metric, action.scope) if metric else "",
                    "owner": action.owner or "未定责任人",
                    "due": str(action.ends_on),
                    "state": action.state or "未填写",
                }
            )
        )
    columns = tuple(Column(key, head) for key, head in heads.items())
    return Table(id, number, title, chapter, columns, tuple(rows))


def _cells(held: Held, unit: str, shown: Display) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"plan": "—", "actual": "—", "attainment": "—", "light": LIGHTS[held.light]}
    if held.plan is not None:
        cells["plan"] = Figure(f"{held.ref}.plan", FigureKind.TARGET, held.plan, unit, cell_text(held.plan, shown))
    if held.actual is not None:
        cells["actual"] = Figure(held.ref, FigureKind.VALUE, held.actual, unit, cell_text(held.actual, shown))
    if held.attainment is not None:
        text = near_percent(held.attainment)
        ref = f"{held.ref}.plan_attainment"
        cells["attainment"] = Figure(ref, FigureKind.ATTAINMENT, held.attainment, "比率", text, _GOOD[held.light])
    return cells
