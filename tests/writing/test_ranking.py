"""Rankings and campaign curves: what a template asks for by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rpt.flows.steps import review
from rpt.values.document import Figure
from rpt.values.review import Review
from rpt.writing.campaign_curves import curves_chart, peak
from rpt.writing.ranking import ranked_members, ranked_table
from tests.projects import SETTINGS, measured

D = Decimal
HEAD = ["日期", "平台", "访客数", "支付买家数", "支付金额", "推广花费", "推广成交金额"]
WINDOW = '[campaigns."618"]\n2024 = { start = 2024-06-01, end = 2024-06-02 }\n'
WINDOW += "2025 = { start = 2025-06-01, end = 2025-06-03 }\n"


@pytest.fixture
def shop(tmp_path: Path) -> Review:
    rows = [
        [date(2025, 6, 1), "天猫", 100, 10, 100, 10, 30],
        [date(2025, 6, 1), "抖音", 100, 10, 100, 50, 150],
        [date(2025, 6, 2), "快手", 100, 10, 500, 10, 50],
        [date(2025, 6, 3), "快手", 100, 10, 300, 0, 0],
        [date(2024, 6, 1), "天猫", 100, 10, 100, 10, 20],
    ]
    return review(measured(tmp_path, {"渠道日报": [HEAD, *rows]}, SETTINGS + WINDOW))


def test_best_first_as_the_direction_has_it(shop: Review) -> None:
    assert ranked_members(shop, "paid_roi", "平台") == ["平台=快手", "平台=天猫", "平台=抖音"]
    assert ranked_members(shop, "ad_ratio", "平台") == ["平台=快手", "平台=天猫", "平台=抖音"]


def test_equal_values_share_a_rank(shop: Review) -> None:
    table = ranked_table(shop, "id", "表1", "排名", "c", "paid_roi", "平台", ["paid_roi", "ad_ratio"])
    assert [column.key for column in table.columns[:2]] == ["label", "rank"]
    ranks = [row.cells["rank"] for row in table.rows]
    assert [cell.text if isinstance(cell, Figure) else cell for cell in ranks] == ["1", "2", "2", "—"]
    assert table.rows[-1].cells["label"] == "全部"
    assert isinstance(ranks[0], Figure)
    assert ranks[0].ref == "paid_roi@2025[平台=快手].rank"


def test_a_window_day_by_day(shop: Review) -> None:
    chart = curves_chart(shop, "id", "图1", "逐日", "c")
    assert chart is not None
    assert chart.categories == ("第1天", "第2天", "第3天")
    assert {s.title: s.values for s in chart.series} == {
        "618（2024年）": (D(100),),
        "618（2025年）": (D(200), D(500), D(300)),
    }
    assert {s.panel for s in chart.series} == {"618"}
    assert chart.alt == "分面折线图：逐日。618（2024年）最高为第1天（100元）；618（2025年）最高为第2天（500元）。"
    assert chart.series[1].refs[2] == "campaign_day_gmv@2025[场次=618|活动日=第3天]"
    said = peak(shop, "活动=618")
    assert (
        "".join(part if isinstance(part, str) else part.text for part in said)
        == "第2天成交最高，为500元，占全场的50.0%"
    )


def test_nothing_is_drawn_or_said_without_campaigns(shop: Review) -> None:
    bare = replace(shop, ledger=replace(shop.ledger, measurements=()))
    assert curves_chart(bare, "id", "图1", "逐日", "c") is None
    assert peak(bare, "活动=618") == ()
