"""The chapter on the whole year."""

from __future__ import annotations

import math

import pandas as pd

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.planning import MONTHS
from tests.benchmarks.plain.tables import Ledger, Table, changed, log_mean, said, split_table
from tests.benchmarks.plain.wording import QUARTERS, sentence


def overall(ledger: Ledger) -> Chapter:
    """The whole: months, quarters, factors, profit, years, the calendar."""
    chapter = Chapter("2", "二、总体情况", is_new_page=True)
    year, prior = ledger.year, ledger.prior_year
    now, before = ledger.months("gmv", year), ledger.months("gmv", prior)
    chapter.text(sentence(ledger, "gmv"), sentence(ledger, "net_sales"), sentence(ledger, "contribution"))
    chapter.chart(
        "各月成交总额",
        charts.lines(MONTHS, {f"{prior}年": [v / 1e4 for v in before], f"{year}年": [v / 1e4 for v in now]}),
    )
    keys = [
        "gmv",
        "members",
        "repeat_rate",
        "high_value_share",
        "paid_roi@渠道=主站",
        "refund_rate",
        "conversion",
        "order_value",
        "organic_share@渠道=主站",
        "inventory_days",
        "slow_moving_share",
        "delivery_days",
        "complaint_rate",
    ]
    chapter.table(ledger.key_table("关键指标", keys))
    chapter.heading("（一）分季度完成情况")
    chapter.text(f"下半年{said(sum(now[6:]), '元')}万元，占全年的{sum(now[6:]) / sum(now):.1%}。")
    chapter.table(ledger.quarters("分季度成交总额（万元）", "gmv"))
    chapter.heading("（二）流量、转化与客单")
    chapter.text(sentence(ledger, "visitors"), sentence(ledger, "conversion"), sentence(ledger, "daily_aov"))
    chapter.table(
        ledger.key_table(
            "流量、转化与客单",
            ["visitors", "conversion", "daily_aov", "daily_buyers", "orders", "order_value", "visitor_value"],
            short=True,
        )
    )

    chapter.heading("（三）变化来自哪里")
    start, end = ledger.value("gmv", period=prior), ledger.value("gmv")
    weight = log_mean(end, start)
    factors = {}
    for metric in ("visitors", "conversion", "daily_aov"):
        share = ledger.value(metric) / ledger.value(metric, period=prior)
        factors[ledger.label(metric)] = weight * math.log(share)
    chapter.text(
        "按对数平均迪氏分解，", "，".join(f"{name}贡献{said(v, '元')}万元" for name, v in factors.items()), "。"
    )
    steps = [start, *factors.values(), end]
    chapter.chart(
        "成交总额变化的构成", charts.waterfall([f"{prior}年", *factors, f"{year}年"], [v / 1e4 for v in steps])
    )
    chapter.table(split_table("成交总额变化按因素拆分", factors, start))
    channels = {
        c: ledger.value("gmv", f"渠道={c}") - ledger.value("gmv", f"渠道={c}", prior)
        for c in ledger.members("渠道", "gmv")
    }
    chapter.table(split_table("成交总额变化按渠道拆分", channels, start))

    chapter.heading("（四）比率变化：占比还是自身")
    chapter.table(_rates(ledger))
    chapter.heading("（五）退款与利润")
    chapter.text(
        sentence(ledger, "refund_rate"), sentence(ledger, "gross_profit"), sentence(ledger, "contribution_margin")
    )
    profit = ["gmv", "refund_amount", "product_cost", "commission", "discount_amount", "ad_spend", "contribution"]
    amounts = [ledger.value(m) * (1 if m in ("gmv", "contribution") else -1) / 1e4 for m in profit]
    chapter.chart("从成交到贡献毛利", charts.waterfall([ledger.label(m) for m in profit], amounts))
    chapter.table(
        ledger.key_table(
            "退款、费用与利润",
            [
                "gmv",
                "refund_amount",
                "net_sales",
                "product_cost",
                "gross_profit",
                "commission",
                "discount_amount",
                "ad_spend",
                "contribution",
            ],
            short=True,
        )
    )
    chapter.heading("（六）历年规模")
    years = [str(int(year) - n) for n in (3, 2, 1, 0)]
    chapter.text(
        "历年成交总额：", "、".join(f"{y}年{said(ledger.value('gmv', period=y), '元')}万元" for y in years), "。"
    )
    chapter.chart(
        "历年成交总额",
        charts.columns([f"{y}年" for y in years], {"成交总额": [ledger.value("gmv", period=y) / 1e4 for y in years]}),
    )
    chapter.heading("（七）剔除日历影响")
    chapter.table(_comparable(ledger, now, before))
    return chapter


def _rates(ledger: Ledger) -> Table:
    """The change of rates split into mix and own change, by channel and by platform."""
    rows = []
    weights = {
        "refund_rate": "gmv",
        "conversion": "visitors",
        "paid_roi": "ad_spend",
        "organic_share": "visitors",
        "contribution_margin": "net_sales",
        "ctr": "impressions",
        "order_value": "orders",
    }
    for metric, weight in weights.items():
        for dimension in ("渠道", "平台"):
            mix = own = 0.0
            largest, most = "", 0.0
            shares = {}
            for period in (ledger.prior_year, ledger.year):
                shares[period] = {
                    m: ledger.value(weight, f"{dimension}={m}", period) / ledger.value(weight, period=period)
                    for m in ledger.members(dimension, "gmv")
                    if "+" not in m
                }
            mean = (ledger.value(metric) + ledger.value(metric, period=ledger.prior_year)) / 2
            for member, w1 in shares[ledger.year].items():
                w0, scope = shares[ledger.prior_year][member], f"{dimension}={member}"
                r1, r0 = ledger.value(metric, scope), ledger.value(metric, scope, ledger.prior_year)
                effect = (w1 - w0) * ((r1 + r0) / 2 - mean), (w1 + w0) / 2 * (r1 - r0)
                mix, own = mix + effect[0], own + effect[1]
                if abs(sum(effect)) > abs(most):
                    largest, most = member, sum(effect)
            by = 100 if ledger.unit(metric) == "比率" else 1
            rows.append(
                [
                    ledger.label(metric),
                    "百分点" if by == 100 else ledger.unit(metric),
                    dimension,
                    *(f"{v * by:+.2f}" for v in (mix + own, mix, own)),
                    largest,
                    f"{most * by:+.2f}",
                ]
            )
    return Table(
        "比率变化拆成占比与自身",
        pd.DataFrame(
            rows, columns=["指标", "单位", "拆分维度", "变化", "占比变化", "自身变化", "影响最大的部分", "其影响"]
        ),
    )


def _comparable(ledger: Ledger, now: list[float], before: list[float]) -> Table:
    spans = {"全年": range(12), "1—2月": range(2), **{name: range(3 * n, 3 * n + 3) for n, name in enumerate(QUARTERS)}}
    rows = []
    for name, months in spans.items():
        days = [
            sum(pd.Period(f"{y}-{m + 1:02}").days_in_month for m in months) for y in (ledger.year, ledger.prior_year)
        ]
        amounts = sum(now[m] for m in months), sum(before[m] for m in months)
        raw, comparable = amounts[0] / amounts[1] - 1, amounts[0] / days[0] / (amounts[1] / days[1]) - 1
        effect = amounts[1] / days[1] * (days[0] - days[1]) / 1e4
        rows.append(
            [
                name,
                *map(str, days),
                *(f"{a / 1e4:,.0f}" for a in amounts),
                changed(raw, float("nan")),
                changed(comparable, float("nan")),
                f"{effect:+,.0f}",
            ]
        )
    heads = [
        "时段",
        f"{ledger.year}年天数",
        f"{ledger.prior_year}年天数",
        f"{ledger.year}年（万元）",
        f"{ledger.prior_year}年（万元）",
        "原始同比",
        "可比同比（日均）",
        "天数影响（万元）",
    ]
    return Table("原始同比与可比同比", pd.DataFrame(rows, columns=heads))
