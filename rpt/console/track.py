"""A month's tracking on a terminal: lights as shape and word, coloured where there is colour."""

from __future__ import annotations

from collections.abc import Mapping

from rpt.console import Console
from rpt.language.figures import near_percent
from rpt.language.format import quantity
from rpt.language.naming import scoped_label
from rpt.language.tracking import LIGHTS, landed, said
from rpt.language.wording import text_of
from rpt.values.ledger import Metric
from rpt.values.scope import ALL, member_label
from rpt.values.tracking import Held, Tracking

_COLOURS = {"●绿": "green", "◆黄": "yellow", "■红": "red"}


def show_tracking(console: Console, metrics: Mapping[str, Metric], found: Tracking) -> None:
    """Turnover by channel, the other targets, what is late, and where the year lands."""
    console.note(f"{found.source}；{text_of(said(found))}")
    month = f"{found.month.part}月"
    heads = ("范围", f"{month}计划", f"{month}实际", "完成率", "灯", "年初至今计划", "实际", "完成率", "灯")
    rows = []
    for row in found.rows:
        metric = metrics[row.metric]
        label = metric.label if row.scope == ALL else member_label(row.scope)
        rows.append((label, *_held(row.month, metric), *_held(row.to_date, metric)))
    console.table(f"{found.month.key} 成交", heads, rows, right=(1, 2, 3, 5, 6, 7), styles=_COLOURS)
    if found.standings:
        others = [
            (scoped_label(metrics[s.metric], s.scope), *_held(s.held, metrics[s.metric]), s.owner)
            for s in found.standings
        ]
        others_heads = ("指标", "季末应到", "年初至今", "完成率", "灯", "负责人")
        console.table("其他目标", others_heads, others, right=(1, 2, 3), styles=_COLOURS)
    if found.overdue:
        late = [(a.measure, a.owner or "未定责任人", str(a.ends_on), a.state or "未填写") for a in found.overdue]
        console.table(f"到期未完成的举措{len(late)}项", ("举措", "负责人", "完成时限", "状态"), late)
    if found.landing is not None:
        console.note(text_of(landed(found)))
    if found.untracked:
        console.note(f"未按月跟踪的目标（要到年底或活动结束才有数，或没有数据）：{'、'.join(found.untracked)}")


def _held(held: Held, metric: Metric) -> tuple[str, ...]:
    values = ("—" if v is None else quantity(v, metric.unit, metric.digits) for v in (held.plan, held.actual))
    reached = "—" if held.attainment is None else near_percent(held.attainment)
    return (*values, reached, LIGHTS[held.light])
