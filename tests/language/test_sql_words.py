"""SQL as a reader of spreadsheets says it."""

from __future__ import annotations

import pytest

from rpt.language.sql_words import condition_words, said

LABELS = {
    "paid_amount": "支付金额",
    "plays": "播放量",
    "paid_at": "支付时间",
    "signed_at": "签收时间",
    "host_type": "主播",
    "side": "时段",
    "'after'": "活动后",
}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("sum(paid_amount)", "支付金额合计"),
        ("sum(paid_amount) - sum(refund)", "支付金额合计 − refund合计"),
        ("count(*) filter (where plays > 100000)", "行数（只计播放量 > 100000）"),
        ("coalesce(sum(paid_amount) filter (where host_type = '自播'), 0)", "支付金额合计（只计主播 = “自播”）"),
        (
            "count(*) filter (where date_diff('day', paid_at, signed_at) <= 1)",
            "行数（只计支付时间到签收时间的天数 ≤ 1）",
        ),
        ("count(distinct paid_at)", "去重支付时间数"),
        ("sum(date_diff('second', paid_at, signed_at))", "支付时间到签收时间的秒数合计"),
        ("sum(paid_amount * 12 - plays)", "（支付金额 × 12 − 播放量）合计"),
        ("quantile_disc(plays, 0.5)", "播放量中位数"),
        ("quantile_disc(plays, 0.9)", "播放量的90分位数"),
        ("sum(plays) filter (where side = 'after')", "播放量合计（只计时段 = “活动后”）"),
        ("max(12)", "12"),
    ],
)
def test_aggregates(sql: str, words: str) -> None:
    assert said(sql, LABELS) == words


def test_a_literal_is_not_translated() -> None:
    assert condition_words("count(*) filter (where host_type = 'plays')", LABELS) == ("主播 = “plays”",)
