"""Every decomposition adds up to its whole to the last digit, and says what it is of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.flows.steps import intake, measure, review
from rpt.values.decomposition import Decomposition
from tests.projects import project

D = Decimal
HEAD = ["日期", "平台", "访客数", "支付买家数", "支付金额", "退款金额", "商品成本", "平台佣金", "优惠金额", "推广花费"]


def reviewed(folder: Path, rows: list[list[Any]]) -> dict[str, Decomposition]:
    """The decompositions of a 渠道日报, by id. Days fill both years so that neither is cut."""
    first = [[date(2024, 1, 1) + timedelta(n), "天猫", 0, 0, 0, 0, 0, 0, 0, 0] for n in range(731)]
    known = {(row[0], row[1]) for row in rows}
    sheet = [HEAD, *(row for row in first if (row[0], row[1]) not in known), *rows]
    found = project(folder, {"渠道日报": sheet})
    dataset, issues = intake(found, date(2026, 1, 5))
    return {d.id: d for d in review(measure(found, dataset, issues, 2025, None, date(2026, 1, 5))).drivers}


def test_turnover_by_factors_members_and_bridge(tmp_path: Path) -> None:
    drivers = reviewed(
        tmp_path,
        [
            [date(2024, 5, 1), "天猫", 1000, 100, 20000.10, 1000, 9000, 500, 300, 2000],
            [date(2025, 5, 1), "天猫", 2000, 200, 40000.20, 1500, 18000, 900, 700, 3000],
            [date(2024, 5, 1), "抖音", 500, 10, 1000, 0, 400, 10, 10, 100],
            [date(2025, 5, 1), "抖音", 500, 20, 3000.33, 100, 1200, 30, 20, 200],
        ],
    )
    factors = drivers["gmv.factors"]
    assert factors.method == "lmdi"
    assert factors.start + sum(p.amount for p in factors.parts) == factors.end == D("43000.53")
    assert sum((p.share or D(0) for p in factors.parts), D(0)).quantize(D("1e-20")) == 1
    channels = drivers["gmv.渠道"]
    assert [(p.label, p.amount) for p in channels.parts] == [("主站", D("20000.10")), ("短视频", D("2000.33"))]
    assert channels.parts[0].pull == D("20000.10") / D("21000.10")
    bridge = drivers["profit"]
    assert [(p.label, p.amount) for p in bridge.parts] == [
        ("退款", D(-1600)),
        ("商品成本", D(-19200)),
        ("平台佣金", D(-930)),
        ("优惠", D(-720)),
        ("推广花费", D(-3200)),
    ]
    assert bridge.start + sum(p.amount for p in bridge.parts) == bridge.end


def test_a_factor_that_is_zero_goes_by_shapley(tmp_path: Path) -> None:
    drivers = reviewed(
        tmp_path,
        [
            [date(2024, 5, 1), "天猫", 100, 10, 0, 0, 0, 0, 0, 0],  # ten buyers of a free sample
            [date(2025, 5, 1), "天猫", 200, 10, 500, 0, 0, 0, 0, 0],
        ],
    )
    factors = drivers["gmv.factors"]
    assert factors.method == "shapley"
    assert {p.label: p.amount for p in factors.parts}["日客单价"] > 0
    assert sum(p.amount for p in factors.parts) == 500


def test_a_year_without_visitors_has_no_factors(tmp_path: Path) -> None:
    assert "gmv.factors" not in reviewed(tmp_path, [[date(2025, 5, 1), "天猫", 100, 10, 500, 0, 0, 0, 0, 0]])


def test_a_rate_by_structure_and_own_rate(tmp_path: Path) -> None:
    drivers = reviewed(
        tmp_path,
        [
            [date(2024, 5, 1), "天猫", 1000, 100, 1, 0, 0, 0, 0, 0],
            [date(2025, 5, 1), "天猫", 1000, 100, 1, 0, 0, 0, 0, 0],
            [date(2024, 5, 1), "抖音", 1000, 20, 1, 0, 0, 0, 0, 0],
            [date(2025, 5, 1), "抖音", 3000, 60, 1, 0, 0, 0, 0, 0],
        ],
    )
    mix = drivers["conversion.渠道"]
    # no channel's own rate moved: 6% fell to 4% by structure alone
    assert (mix.start, mix.end) == (D("0.06"), D("0.04"))
    assert {p.label: p.amount for p in mix.parts if p.label.endswith("自身变化")} == {
        "主站自身变化": 0,
        "短视频自身变化": 0,
    }
    assert mix.start + sum(p.amount for p in mix.parts) == mix.end


def test_what_moved_one_figure_twice_has_two_ids(tmp_path: Path) -> None:
    """A channel's conversion moved turnover, in 元; and conversion, by its weight and by its own rate."""
    rows = [
        [date(2024, 5, 1), "天猫", 1000, 100, 5000, 0, 0, 0, 0, 0],
        [date(2025, 5, 1), "天猫", 900, 120, 7000, 0, 0, 0, 0, 0],
        [date(2024, 5, 1), "抖音", 1000, 20, 1000, 0, 0, 0, 0, 0],
        [date(2025, 5, 1), "抖音", 3000, 50, 4000, 0, 0, 0, 0, 0],
    ]
    amounts: dict[str, set[D]] = {}
    for whole in reviewed(tmp_path, rows).values():
        for part in whole.parts:
            amounts.setdefault(whole.ref_of(part), set()).add(part.amount)
    assert {id: found for id, found in amounts.items() if len(found) > 1} == {}
    of_channel = {id.rpartition(".")[2] for id in amounts if id.startswith("conversion@2025[渠道=短视频]")}
    assert of_channel == {"driver", "driver_shift", "driver_own"}


def test_every_decomposition_of_the_sample_adds_up(annual: Any) -> None:
    drivers = annual.json["drivers"]
    assert {"gmv.factors", "gmv.渠道", "gmv.平台", "repeat_rate.区域", "profit"} <= {d["id"] for d in drivers}
    for d in drivers:
        whole = D(d["end"]) - D(d["start"])
        assert sum(D(p["amount"]) for p in d["parts"]) == whole, d["id"]


def test_product_sales_by_volume_mix_and_price(tmp_path: Path) -> None:
    head = ["月份", "商品编码", "销量", "销售金额"]
    rows: list[list[Any]] = [[date(2024, n, 1), "A1", 1, 10] for n in range(1, 13)]
    rows += [[date(2024, 12, 1), "B1", 3, 7.35], [date(2024, 12, 1), "C1", 4, 20], [date(2024, 11, 1), "E1", 0, 0]]
    rows += [[date(2025, 1, 1), "A1", 13, 140.01], [date(2025, 12, 1), "B1", 7, 16.8], [date(2025, 12, 1), "D1", 1, 99]]
    found = project(tmp_path, {"商品月销": [head, *rows]})
    dataset, issues = intake(found, date(2026, 1, 5))
    drivers = {d.id: d for d in review(measure(found, dataset, issues, 2025, None, date(2026, 1, 5))).drivers}
    sales = drivers["product_sales.price_volume"]
    assert (sales.start, sales.end, sales.method) == (D("147.35"), D("255.81"), "price_volume")
    parts = {p.label: p.amount for p in sales.parts}
    assert sum(parts.values()) == sales.change
    assert (parts["上年未售商品"], parts["本年停售商品"]) == (99, -20)
    # 15 → 20 units at 127.35 ÷ 15, then 13 × 10 + 7 × 2.45 at the old prices, then the new prices
    assert [parts[k] for k in ("销量", "结构", "价格")] == [D("42.45"), D("-22.65"), D("9.66")]
    assert sum((p.share or D(0) for p in sales.parts), D(0)).quantize(D("1e-20")) == 1
