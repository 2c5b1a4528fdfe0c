"""What memory does not hold at once is asked piece by piece, and comes to the same figures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rpt.engine import RoomError
from rpt.metrics.derive import create_views
from rpt.metrics.entry import TableEntry
from rpt.metrics.measure import Measurer
from rpt.metrics.query import TablePlan, TableQuery
from tests.projects import SETTINGS, measured

CAMPAIGNS = """
[campaigns]
"618" = { 2025 = { start = 2025-05-13, end = 2025-06-20 } }
"双11" = { 2025 = { start = 2025-10-09, end = 2025-11-11 } }
[groups."活动"]
"大促" = ["618", "双11"]
"""
SEVERAL = re.compile(r"grouping sets \(\(.*\), \(")


class Cramped:
    """An engine with no room for a quantile, nor for more than one grouping set."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.refused = engine, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if "quantile_disc" in sql or SEVERAL.search(sql):
            self.refused += 1
            raise RoomError("数据库的内存与溢写空间不够用")
        return list(self.engine.rows(sql))


def sheets() -> dict[str, list[list[Any]]]:
    draw, first = Random(3), datetime.fromisoformat("2024-01-01 09:00")
    moments = [first + timedelta(hours=draw.randrange(731 * 24)) for _ in range(90)]
    orders = [
        [f"O{at}", f"M{draw.randrange(30)}", "天猫", moment, draw.randrange(1, 400), None]
        for at, moment in enumerate([*moments, datetime.fromisoformat("2025-12-31")])
    ]
    parcels = [
        [f"P{at}", draw.choice(["华东", "华南"]), moment, moment + timedelta(hours=5), signed]
        for at, moment in enumerate(moments)
        for signed in [draw.choice([None, moment + timedelta(hours=draw.randrange(24, 90))])]
    ]
    return {
        "订单明细": [["订单编号", "会员ID", "平台", "支付时间", "支付金额", "定金支付时间"], *orders],
        "发货明细": [["运单号", "区域", "支付时间", "发货时间", "签收时间"], *parcels],
    }


def test_the_ledger_of_a_cramped_engine_is_the_same(tmp_path: Path) -> None:
    found = measured(tmp_path, sheets(), SETTINGS + CAMPAIGNS)
    cramped = Cramped(found.dataset.engine)
    dataset = replace(found.dataset, engine=cramped)
    absent, _ = create_views(found.dataset, found.project, found.catalogue, found.line)
    again = Measurer(dataset, found.project, found.catalogue, absent, found.line).ledger()
    assert cramped.refused > 5
    told = {m.metric for m in again.measurements if m.value is not None}
    assert {"campaign_buyers", "delivery_p50", "repurchase_cycle_days"} <= told
    assert list(again.measurements) == list(found.ledger.measurements)


def test_what_does_not_fit_alone_ends_the_run(tmp_path: Path) -> None:
    found = measured(tmp_path, sheets(), SETTINGS)

    class Full(Cramped):
        def rows(self, sql: str) -> list[tuple[Any, ...]]:
            raise RoomError("数据库的内存与溢写空间不够用")

    dataset = replace(found.dataset, engine=Full(found.dataset.engine))
    with pytest.raises(RoomError):
        Measurer(dataset, found.project, found.catalogue, {}, found.line).ledger()


def test_a_quantile_by_counting_is_the_engines_own(tmp_path: Path) -> None:
    """Of 1 to 60 values, of which some shares are whole numbers too."""
    found = measured(tmp_path, sheets(), SETTINGS)
    found.dataset.engine.table(
        "sized",
        "select cast(2000 + size as varchar) as period, cast(v * 37 % 11 as bigint) as v, "
        "cast(null as integer) as none from range(1, 61) as s(size), range(60) as r(v) where v < size",
    )
    plan = TablePlan("sized", TableEntry(period="period"), None)
    for share in ("0.05", "0.1", "0.5", "0.8", "0.9", "0.95", "1"):
        plan.add(f"quantile_disc(v, {share})", [()])
    plan.add("quantile_disc(none, 0.5)", [()])
    plan.add("count(*)", [()])
    own, counted = (
        {cell.period: cell.values for cell in TableQuery(engine, found.project, plan, 2025).cells()}
        for engine in (found.dataset.engine, Cramped(found.dataset.engine))
    )
    assert len(own) == 60
    assert own == counted
