"""Fragments of a report as HTML, and a small ledger: kept as snapshots (``make update-snapshots`` renews them)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from rpt.flows.steps import intake, measure
from rpt.review.compare import compare_all
from rpt.values.ledger import Ledger, Measurement, Metric, Target
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.compose import Composer
from rpt.writing.context import Edition, Facts
from tests.projects import project

THIS, LAST = Period(2025), Period(2024)
METRICS = (
    Metric("gmv", "成交总额", "元", "up", "sum", "支付金额合计", "总体"),
    Metric("gmv_share", "GMV占比", "比率", "none", "share", "占全部的比例", "总体"),
    Metric("repeat_rate", "复购率", "比率", "up", "ratio", "两单以上买家 ÷ 买家", "会员"),
    Metric("inventory_days", "库存周转天数", "天", "down", "ratio", "平均库存 ÷ 日均成本", "供应链"),
    Metric("paid_roi", "付费推广ROI", "倍", "up", "ratio", "推广成交 ÷ 花费", "渠道"),
    Metric("members", "会员数", "人", "up", "period_end", "期末", "会员"),
)
FIGURES = {  # metric, scope -> last year, this year, target
    ("gmv", "全部"): ("280000000", "420000000", "380000000"),
    ("gmv", "渠道=主站"): ("202000000", "273000000", None),
    ("gmv", "渠道=短视频"): (None, "147000000", "150000000"),
    ("gmv_share", "全部"): ("1", "1", None),
    ("gmv_share", "渠道=主站"): ("0.7214", "0.65", None),
    ("gmv_share", "渠道=短视频"): (None, "0.35", None),
    ("repeat_rate", "全部"): ("0.28", "0.32", "0.3"),
    ("inventory_days", "全部"): ("45", "32", "35"),
    ("paid_roi", "渠道=主站"): ("2.8", "3.5", "3.2"),
    ("members", "全部"): ("0", "2000000", None),
}


def review() -> Review:
    """Two years of a handful of figures: growth, points, fewer days, a ratio, a newcomer, a base of zero."""
    measurements, targets = [], []
    for (metric, scope), (before, now, target) in FIGURES.items():
        if before is not None:
            measurements.append(Measurement(metric, LAST, scope, Decimal(before)))
        measurements.append(Measurement(metric, THIS, scope, Decimal(now)))
        if target is not None:
            targets.append(Target(metric, THIS, scope, Decimal(target)))
    ledger = Ledger({metric.id: metric for metric in METRICS}, tuple(measurements), tuple(targets))
    return Review(2025, ledger, tuple(compare_all(ledger)))


@pytest.fixture
def composer(tmp_path: Path) -> Composer:
    facts = Facts(cut=date(2025, 12, 31), made_on=date(2026, 1, 8), version="0", origins=(), issues=())
    composer = Composer(project(tmp_path), review(), facts, Edition("annual", "年度报告", ""), Plan(2026))
    composer.voice.enter("test", "1")
    return composer


def test_table_of_metrics(composer: Composer, snapshot: SnapshotAssertion) -> None:
    rows = ["gmv", "repeat_rate", "inventory_days", "paid_roi[渠道=主站]", "members"]
    assert str(composer.voice.exhibits.metric_table("kpi", "关键指标", rows)) == snapshot


def test_table_of_members(composer: Composer, snapshot: SnapshotAssertion) -> None:
    columns = ["gmv", "gmv.prior", "gmv.growth", "gmv_share", "gmv_share.points", "gmv.target", "gmv.attainment"]
    assert str(composer.voice.exhibits.member_table("channels", "各渠道成交总额", "渠道", columns)) == snapshot


def test_cards_of_the_summary(composer: Composer, snapshot: SnapshotAssertion) -> None:
    source, _, _ = composer.env.loader.get_source(composer.env, "annual/summary.html")  # type: ignore[union-attr]
    macro = re.search(r"{% macro card.*?{% endmacro %}", source, re.DOTALL)
    assert macro is not None
    cards = '{{ card("gmv") }}{{ card("repeat_rate") }}{{ card("inventory_days") }}{{ card("paid_roi", "渠道=主站") }}'
    page = composer.env.from_string(macro[0] + cards, globals=composer.voice.names())
    assert page.render() == snapshot


def test_phrases(composer: Composer, snapshot: SnapshotAssertion) -> None:
    voice = composer.voice.phrases
    said = [
        voice.standing("gmv"),
        voice.attainment("gmv"),
        voice.standing("repeat_rate"),
        voice.standing("inventory_days"),
        voice.standing("paid_roi", "渠道=主站"),
        voice.change("members"),
        voice.change("gmv", "渠道=短视频"),
        voice.attainment("gmv", "渠道=短视频"),
    ]
    assert [phrase.striptags() for phrase in said] == snapshot


def test_small_ledger(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """Four days on two platforms, from the sheet to the ledger's figures of the year."""
    rows: list[list[object]] = [
        ["渠道日报（单位：元）"],
        ["日期", "平台", "访客数", "支付买家数", "支付订单数", "支付金额"],
        [date(2024, 12, 30), "天猫", 100, 8, 10, 1000],
        [date(2024, 12, 31), "抖音", 50, 4, 5, 500],
        [date(2025, 12, 30), "天猫", 200, 18, 20, 3000],
        [date(2025, 12, 31), "抖音", 80, 5, 6, 900.5],
        ["合计", None, 430, 35, 41, 5400.5],
    ]
    made = project(tmp_path, {"渠道日报": rows})
    dataset, issues = intake(made, date(2026, 1, 8))
    assert issues == []
    measured = measure(made, dataset, issues, 2025, None, date(2026, 1, 8))
    ledger = measured.ledger
    yearly = [m for m in ledger.measurements if m.period == THIS and m.value is not None]
    assert [f"{m.id} = {m.value:.6f} {ledger.metrics[m.metric].unit}" for m in yearly] == snapshot
