"""What the plan says of itself: targets rolled down by quarter, and measures with holes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rpt.values.document import Figure
from rpt.values.ledger import Ledger, Metric
from rpt.values.plan import Action, Plan, Rolldown
from rpt.values.review import Review
from rpt.writing.plan_rolldown import rolldown_table, rolldowns_table
from rpt.writing.plan_words import holes

D = Decimal
METRICS = {
    "gmv": Metric("gmv", "成交总额", "元", "up", "sum", "", ""),
    "orders": Metric("orders", "支付订单数", "单", "up", "sum", "", ""),
    "registrations": Metric("registrations", "新注册会员", "人", "up", "sum", "", ""),
}
REVIEW = Review(2025, Ledger(METRICS, ()), ())


def rolled(metric: str, *members: str, step: int, each: int, scope: str = "全部", **more: object) -> Rolldown:
    cells = tuple(tuple(D(each * (month + 1) * step) for _ in members) for month in range(12))
    total = sum((value for row in cells for value in row), D(0))
    dimension = "渠道" if len(members) > 1 else ""
    return Rolldown(metric, 2026, dimension, members, cells, total, D(step), (2025,), scope=scope, **more)  # type: ignore[arg-type]


def test_other_additive_targets_stand_by_quarter_with_their_channels() -> None:
    plan = Plan(2026, rolldowns=(
        rolled("gmv", "主站", "短视频", step=10_000, each=1),
        rolled("orders", "主站", "短视频", step=1, each=10),
        rolled("registrations", "全部", step=10_000, each=1, spread=True),
    ))  # fmt: skip
    table = rolldowns_table(REVIEW, plan, "others", "1", "分解", "plan")
    shown = [
        [cell.text if isinstance(cell, Figure) else cell for cell in list(row.cells.values())[:6]] for row in table.rows
    ]
    assert shown == [
        ["支付订单数", "单", "120", "300", "480", "660"],
        ["其中：主站", "单", "60", "150", "240", "330"],
        ["　　　短视频", "单", "60", "150", "240", "330"],
        ["新注册会员", "万人", "6", "15", "24", "33"],
    ]
    first = table.rows[1].cells["q1"]
    assert isinstance(first, Figure)
    assert (first.ref, first.value) == ("orders@2026Q1[渠道=主站].plan", D(60))
    assert [column.key for column in table.columns if not column.printed] == [f"m{n}" for n in range(1, 13)]
    assert table.notes[-1] == "新注册会员只有月度数据，月内按成交的日形状推算。"
    assert not rolldowns_table(REVIEW, Plan(2026), "others", "1", "分解", "plan").rows


def test_windows_nobody_has_set_are_named_below_the_table() -> None:
    known = rolled("gmv", "主站", "短视频", step=1, each=1, assumed=("年货节", "618", "双11"), moved=("年货节",))
    table = rolldown_table(REVIEW, Plan(2026, rolldowns=(known,)), "rolldown", "1", "分解", "plan")
    assert table.unit == "元"
    assert table.notes[1] == "2026年的大促窗口尚未设定：年货节随春节推移，618、双11沿用最近一年的日期。"


def test_measures_with_holes_are_named() -> None:
    whole = Action(2026, "投放", owner="甲", ends_on=date(2026, 6, 30), expected=D(1))
    assert holes(Plan(2026, actions=(whole,))) == ""
    bare = tuple(Action(2026, name, owner="甲", ends_on=date(2026, 6, 30)) for name in ("乙", "丙", "丁"))
    found = holes(Plan(2026, actions=(whole, *bare, Action(2026, "戊", expected=D(1)))))
    assert found == "未定责任人的举措有“戊”；未定完成时限的举措有“戊”；未估预期增量的举措有“乙”“丙”等3项"
