"""A small run to keep, as the tests of the archive need it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from rpt.values.document import Document
from rpt.values.ledger import Ledger, Metric
from rpt.values.plan import Action, Lever, LeverInput, Plan, PlanBridge, Sensitivity
from rpt.values.run import Basis, BasisPart, KeptFile, KeptTable, Run, RunRecord, SourceSheet

METRIC = Metric(
    "gmv", "成交总额", "元", "up", "sum", "各平台支付金额之和", "channel", 2, ("GMV",), formula="sum(paid_amount)"
)
LEVER = Lever(
    "访客",
    "v@2025",
    "人",
    Decimal("1.50"),
    (Decimal(1),),
    None,
    None,
    {"a": LeverInput("访客", "v", "人", Decimal(2))},
    "a*2",
)
PLAN = Plan(
    2026,
    actions=(Action(2026, "直播", expected=Decimal("1000000.00"), starts_on=date(2026, 3, 1)),),
    sensitivity=Sensitivity(2026, Decimal(5), (Decimal("0.05"),), (LEVER,)),
    bridge=PlanBridge(2026, *([Decimal(1)] * 2), (), Decimal(0), Decimal(0), (None, Decimal("2.5"))),
)
EMPTY = Document("标题", "", "公司", "zh-CN", "<p>好</p>", (), (), ())


def a_run(
    folder: Path, *, at: str = "2026-01-15T08:00:00+08:00", report: str = "annual-2025", rows: bytes = b"rows"
) -> Run:
    """A small run whose one table has these bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "made.parquet"
    path.write_bytes(rows)
    sheet = SourceSheet(1, "data.xlsx", "渠道日报", "ab" * 32, 2, 2, 3, {"paid_amount": "F"})
    record = RunRecord(
        "",
        "annual",
        report,
        "2025",
        at,
        "0.1.0",
        {"data.xlsx": "ab" * 32},
        (KeptFile("pdf", "annual-2025.pdf", "cd" * 32, 9),),
    )
    return Run(
        record,
        Ledger({"gmv": METRIC}, ()),
        EMPTY,
        PLAN,
        date(2025, 12, 31),
        (sheet,),
        {"channel_daily": KeptTable("渠道日报", ("date", "platform"), {"paid_amount": "支付金额"}, "date")},
        {"gmv": Basis((BasisPart("numerator", "channel_daily", "sum(paid_amount)"),), ("channel_daily",))},
        {"channel_daily": path},
    )
