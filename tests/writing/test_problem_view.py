"""A problem's driver is told in the unit of what it moved."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from rpt.values.decomposition import Decomposition, Part
from rpt.values.finding import Driver, Finding, Severity
from rpt.writing.printer import Printer
from rpt.writing.problem_view import finding_views


def test_a_rate_is_moved_by_percentage_points() -> None:
    ref, names = "refund_rate@2025[渠道=主站]", ("主站占比变化", "主站自身变化")
    parts = tuple(Part(name, ref, Decimal("0.003")) for name in names)
    span = Decimal("0.02"), Decimal("0.026")
    whole = Decomposition("refund_rate.渠道", 2025, "", "refund_rate", "比率", "全部", "mix_rate", *span, parts)
    driver = Driver(whole.id, parts[1].label, ref, parts[1].amount, "比率")
    found = Finding("worsened", Severity.MEDIUM, ("退款率",), "refund_rate", "全部", (), Decimal(1), driver=driver)
    metrics = {"refund_rate": SimpleNamespace(label="退款率")}
    ledger = SimpleNamespace(metrics=metrics)
    review: Any = SimpleNamespace(findings=(found,), drivers=(whole,), ledger=ledger, by_id=lambda id: None)
    (view,) = finding_views(review, Printer())
    assert str(view["driver"]).startswith("主站自身变化，使退款率增加<data")
    assert f'data-ref="{ref}.driver_own"' in str(view["driver"])
    assert ">0.3个百分点</data>" in str(view["driver"])
