"""Chapters on campaigns, members, supply, problems and next year, and the appendices."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from . import charts
from .business import QUARTERS, Tables, sentence
from .pages import Chapter
from .planning import MONTHS, path_table, rolled_down, sensitivity, target_table
from .tables import Ledger, Table, listed, said

CAMPAIGNS = ["年货节", "618", "99大促", "双11"]


def campaigns(ledger: Ledger) -> Chapter:
    """Campaigns: size, days, pull, buyers, service."""
    chapter = Chapter("5", "五、大促表现")
    year, prior = ledger.year, ledger.prior_year

    def table(title: str, *metrics: str) -> None:
        chapter.table(ledger.by_member(title, "活动", metrics, CAMPAIGNS, total=False))

    chapter.text(*(sentence(ledger, "gmv", f"活动={c}", f"{c}成交总额") for c in CAMPAIGNS))
    chapter.chart("各场大促成交总额", charts.bars(CAMPAIGNS, {f"{y}年": [ledger.value("gmv", f"活动={c}", y) / 1e4 for c in CAMPAIGNS] for y in (prior, year)}))
    table("各场大促的规模与目标", "gmv+", "campaign_days", "campaign_gmv_per_day+")
    chapter.heading("（一）逐日走势")
    panels = {}
    for campaign in CAMPAIGNS:
        days = int(min(ledger.value("campaign_days", f"活动={campaign}", y) for y in (prior, year)))
        series = {f"{y}年": [ledger.value("campaign_day_gmv", f"场次={campaign}|活动日=第{n}天", y) / 1e4 for n in range(1, days + 1)] for y in (prior, year)}
        panels[campaign] = ([f"第{n}天" for n in range(1, days + 1)], series)
    chapter.chart("各场大促逐日成交：上年与本年", charts.multiples(panels, 2))
    chapter.heading("（二）大促前后的虹吸")
    chapter.text(*(sentence(ledger, "campaign_net", f"活动={c}", f"{c}净增成交") for c in CAMPAIGNS))
    table("大促前后各14天与平日相比", "campaign_lift", "campaign_before_pull", "campaign_after_pull", "campaign_surplus", "campaign_around", "campaign_net+")
    table("大促前后各14天与上年同周相比", "campaign_before_same_weeks", "campaign_after_same_weeks")
    chapter.heading("（三）订单与买家")
    chapter.text(*(sentence(ledger, "orders", f"活动={c}", f"{c}支付订单数") for c in CAMPAIGNS))
    table("各场大促的订单与转化", "orders+", "order_value+", "visitors+", "conversion+")
    table("各场大促的客单、预售与专属日（会员样本）", "aov+", "presale_order_share+", "member_day_gmv_share")
    table("各场大促的新客与复购买家（会员样本）", "campaign_buyers+", "repeat_buyer_share+", "campaign_first_buyers+", "campaign_new_members+")
    chapter.heading("（四）履约与服务")
    chapter.text(*(sentence(ledger, "service_inquiries", f"活动={c}", f"{c}客服咨询量") for c in CAMPAIGNS))
    table("各场大促的履约与服务", "delivery_days+", "service_inquiries+", "cs_inquiry_surge+")
    return chapter


def members(ledger: Ledger) -> Chapter:
    """Members: number, repurchase, tiers, moves, cohorts, wake-up."""
    chapter = Chapter("6", "六、会员经营", is_new_page=True)
    year, prior = ledger.year, ledger.prior_year
    chapter.text(sentence(ledger, "members"), sentence(ledger, "repeat_rate"), sentence(ledger, "high_value_share"))
    chapter.chart("各月末会员数", charts.lines(MONTHS, {f"{y}年": [v / 1e4 for v in ledger.months("members", y)] for y in (prior, year)}, "{:,.1f}"))
    chapter.table(ledger.key_table("会员关键指标", ["members", "registrations", "first_buyers", "first_purchase_cvr", "repeat_rate", "high_value_share", "spend_per_buyer"]))
    chapter.heading("（一）复购")
    chapter.text(sentence(ledger, "repeat_rate"), sentence(ledger, "repurchase_cycle_days"), sentence(ledger, "repurchase_30d"))
    rates = {f"{y}年": [ledger.value("repeat_rate", period=f"{y}Q{n}") * 100 for n in range(1, 5)] for y in (prior, year)}
    chapter.chart("分季度复购率", charts.columns(QUARTERS, rates, "{:.1f}%"))
    chapter.table(ledger.quarters("分季度复购率", "repeat_rate"))
    chapter.heading("（二）会员分层")
    tiers = ["高价值", "潜力", "沉睡", "流失"]
    chapter.text(*(sentence(ledger, "tier_share", f"分层={t}", f"{t}会员占比") for t in tiers))
    chapter.chart("各层会员占比", charts.bars(tiers, {f"{y}年": [ledger.value("tier_share", f"分层={t}", y) * 100 for t in tiers] for y in (prior, year)}, "{:.1f}%"))
    chapter.table(ledger.by_member("会员分层（会员样本）", "分层", ["tier_members", "tier_share+", "repurchase_cycle_days+", "repurchase_30d+"], tiers))
    chapter.heading("（三）分层迁移")
    moves = []
    for before in [*tiers, "新买家"]:
        counts = [np.nan_to_num(ledger.value("tier_moves", f"上年分层={before}|分层={t}")) for t in tiers]
        moves.append([before, *(f"{c:,.0f}" for c in counts), f"{sum(counts):,.0f}"])
    chapter.table(Table("上年末分层（行）到本年末分层（列）", pd.DataFrame(moves, columns=["上年分层", *tiers, "合计"])))
    chapter.heading("（四）首购留存")
    cohorts = sorted(ledger.members("首购季", "cohort_size"))
    since = [f"第{n}季" for n in range(1, len(cohorts))]
    grid = np.array([[ledger.value("cohort_retention", f"首购季={c}|首购以来={s}") for s in since] for c in cohorts])
    chapter.chart("各季首购买家在其后各季的购买比重", charts.heatmap(cohorts, since, grid))
    chapter.heading("（五）唤醒与挽回")
    chapter.table(ledger.key_table("唤醒与挽回", ["wakeup_rate_30d@分层=沉睡", "winback_rate@分层=流失"], short=True))
    chapter.table(ledger.by_member("上年各层会员的本年回购（会员样本）", "上年分层", ["tier_moves", "tier_kept_rate", "tier_return_rate"], tiers, total=False))
    return chapter


def supply(ledger: Ledger, tables: Tables, made: Tables) -> Chapter:
    """Supply: stock, delivery, rush orders."""
    chapter = Chapter("7", "七、供应链保障")
    year, prior = ledger.year, ledger.prior_year
    categories, regions = ledger.members("类目", "inventory_days"), ledger.members("区域", "delivery_days")

    def both(metric: str, dimension: str, names: list[str]) -> dict[str, list[float]]:
        return {f"{y}年": [ledger.value(metric, f"{dimension}={n}", y) for n in names] for y in (prior, year)}

    chapter.text(sentence(ledger, "inventory_days"), sentence(ledger, "slow_moving_share"), sentence(ledger, "delivery_days"))
    chapter.chart("各类目库存周转天数", charts.bars(categories, both("inventory_days", "类目", categories)))
    keys = ["inventory_days", "stock_value", "slow_moving_value", "slow_moving_share", "cost_of_sales", "active_products", "delivery_days", "delivery_p50", "delivery_p90", "next_day_coverage", "complaint_rate", "rush_replenish_hours", "rush_count", "core_suppliers"]
    chapter.table(ledger.key_table("供应链关键指标", keys))
    chapter.heading("（一）库存")
    chapter.table(ledger.by_member("各类目库存", "类目", ["inventory_days+", "stock_value", "slow_moving_value", "slow_moving_share+"]))
    last = made["stock_position"]
    slow = last[last["slow"] & (last["month"] == last["month"].max())].sort_values("value", ascending=False)
    slow = slow.assign(cover=(slow["stock"] * 90 / slow["recent"]).where(slow["recent"] > 0))
    made["slow_movers"] = slow
    shown = {"name": ("商品", ""), "product": ("商品编码", ""), "category": ("类目", ""), "supplier": ("供应商", ""), "value": ("库存金额", "元"), "stock": ("库存数量", "件"), "recent": ("近三月销量", "件"), "cover": ("可售天数", "天")}
    chapter.table(listed("滞销商品（按库存金额）", slow, shown, 10, "期末可售天数大于90天或近三个月无销售的商品，上市不满90天者除外。"))
    chapter.heading("（二）配送与投诉")
    chapter.text(sentence(ledger, "delivery_days"), sentence(ledger, "next_day_coverage"), sentence(ledger, "complaint_rate"))
    chapter.chart("各区域配送时效", charts.columns(regions, both("delivery_days", "区域", regions), "{:.1f}"))
    chapter.table(ledger.by_member("各区域配送与投诉（包裹样本）", "区域", ["delivery_days+", "delivery_p50", "delivery_p90", "next_day_coverage+", "complaint_rate+"]))
    chapter.table(ledger.by_member("各承运商配送与投诉（包裹样本）", "承运商", ["delivery_days+", "delivery_p50", "delivery_p90+", "complaint_rate+"]))
    chapter.heading("（三）紧急补货与供应商")
    chapter.text(sentence(ledger, "rush_count"), sentence(ledger, "rush_replenish_hours"), sentence(ledger, "core_suppliers"))
    rush = tables["rush"].merge(tables["product"][["product", "unit_cost"]], on="product", how="left")
    rush = rush[rush["requested"].dt.year == int(year)]
    rush = rush.assign(cost=rush["units"] * rush["unit_cost"], hours=(rush["arrived"] - rush["requested"]).dt.total_seconds() / 3600)
    ranked = rush.groupby("supplier").agg(count=("rush", "count"), units=("units", "sum"), cost=("cost", "sum"), hours=("hours", "mean")).reset_index()
    ranked = ranked.sort_values(["count", "cost"], ascending=False)
    made["rush_suppliers"] = ranked
    shown = {"supplier": ("供应商", ""), "count": ("紧急补货次数", "次"), "units": ("补货数量", "件"), "cost": ("补货金额", "元"), "hours": ("平均响应时间（小时）", "小时")}
    chapter.table(listed("紧急补货较多的供应商", ranked, shown, 10))
    return chapter


def problems(ledger: Ledger, tables: Tables) -> Chapter:
    """What fell short of its target or of the industry, with the team's causes."""
    chapter = Chapter("8", "八、存在问题及原因")
    causes = tables["cause"].set_index("metric")["cause"].to_dict()
    own = ledger.frame[(ledger.frame["period"] == ledger.year) & ledger.frame["attainment"].notna() & (ledger.frame["attainment"] < 0.95)]
    own = own.sort_values("attainment").head(4)
    rows = [[str(n), "重大" if r.attainment < 0.8 else "一般", r.label, said(r.value, r.unit), said(r.target, r.unit), said(r.gap, r.unit)] for n, r in enumerate(own.itertuples(), 1)]
    chapter.text(f"共发现问题{len(rows)}项。")
    chapter.table(Table("问题清单", pd.DataFrame(rows, columns=["序号", "程度", "指标", "实际", "目标或基准", "差距"])))
    for row in own.itertuples():
        chapter.text(f"{row.label}（{row.scope}）目标{said(row.target, row.unit)}，实际{said(row.value, row.unit)}，完成目标的{row.attainment:.1%}。")
        chapter.text(f"原因：{causes.get(row.label, '未填写')}。对应举措见下一章。")
    return chapter


def plan(ledger: Ledger, tables: Tables, coming: pd.DataFrame) -> Chapter:
    """Next year: targets, by month and channel, paths, bridge, sensitivity, measures."""
    chapter = Chapter("9", "九、下一年目标与举措")
    names, start = ledger.members("渠道", "gmv"), ledger.value("gmv")
    grid = rolled_down(ledger, coming, names)
    total = float(grid.to_numpy().sum())
    chapter.heading("（一）目标与可行性")
    chapter.text(f"{int(ledger.year) + 1}年成交总额目标{said(total, '元')}万元，较本年增加{said(total - start, '元')}万元。")
    for t in coming.head(15).itertuples():
        chapter.text(f"{t.metric}（{t.scope}）：目标{t.target}，负责人{t.owner}。")
    chapter.table(target_table(ledger, coming))
    chapter.heading("（二）分解到月与渠道")
    months = grid.sum(axis=1)
    chapter.chart(f"{int(ledger.year) + 1}年各月成交总额目标", charts.lines(MONTHS, {"上年实际": [v / 1e4 for v in ledger.months("gmv", ledger.year)], "目标": list(months / 1e4)}))
    rows = [[m, *(f"{v / 1e4:,.2f}" for v in grid.loc[m]), f"{months[m] / 1e4:,.2f}", f"{months[m] / total:.1%}"] for m in MONTHS]
    rows.append(["全年", *(f"{v / 1e4:,.2f}" for v in grid.sum()), f"{total / 1e4:,.2f}", "100.0%"])
    chapter.table(Table("成交总额目标分解到月与渠道（万元）", pd.DataFrame(rows, columns=["月份", *names, "合计", "占全年"])))
    chapter.table(path_table(ledger, coming))
    chapter.heading("（三）从本年到目标")
    actions = tables["action"]
    steps = actions.dropna(subset=["expected"]).groupby("metric")["expected"].agg(["count", "sum"]).sort_values("sum", ascending=False).head(9)
    rest = total - start - float(steps["sum"].sum())
    labels = [*(name[:5] for name in steps.index), "未落实"]
    chapter.chart("从本年成交到目标", charts.waterfall(["本年", *labels, "目标"], [v / 1e4 for v in (start, *steps["sum"], rest, total)]))
    rows = [[name, str(int(s["count"])), f"{s['sum'] / 1e4:,.0f}", f"{s['sum'] / (total - start):.1%}"] for name, s in steps.iterrows()]
    rows.append(["未落实", "", f"{rest / 1e4:,.0f}", f"{rest / (total - start):.1%}"])
    chapter.table(Table("从本年到目标（万元）", pd.DataFrame(rows, columns=["步骤", "举措数", "金额", "占缺口"])))
    chapter.heading("（四）哪个因素能补多少缺口")
    chapter.table(sensitivity(ledger, total - start))
    chapter.heading("（五）举措、责任人与时限")
    rows = [[a.measure, a.metric, a.owner, f"{a.starts:%-m月%-d日}—{a.ends:%-m月%-d日}", f"{a.expected / 1e4:,.0f}", a.state] for a in actions.itertuples()]
    chapter.table(Table("举措（万元）", pd.DataFrame(rows, columns=["举措", "支撑指标", "负责人", "时限", "预期增量", "状态"])))
    return chapter


def definitions(ledger: Ledger) -> Chapter:
    """The definition of every metric."""
    chapter = Chapter("10", "附录一　统计口径", is_new_page=True)
    entries = "".join(f"<div><b>{escape(str(m['label']))}</b>（{escape(str(m['unit']))}）<br>{escape(str(m['definition']))}<br>编号：{escape(str(i))}；章：{escape(str(m['chapter']))}</div>" for i, m in ledger.metrics.iterrows())
    chapter.parts.append(f'<div class="definitions">{entries}</div>')
    return chapter


def sources(ledger: Ledger, tables: Tables, made: Tables, files: list[Path]) -> Chapter:
    """Files and their sheets, windows of campaigns, and the panel against the daily sheet."""
    chapter = Chapter("11", "附录二　数据来源")
    sums = "；".join(f"{file.name}：{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}" for file in files)
    rows = [[name, str(len(frame))] for name, frame in tables.items()]
    chapter.table(Table("来源工作表", pd.DataFrame(rows, columns=["工作表", "行数"]), f"文件校验值（SHA-256前16位）：{sums}。"))
    rows = [[f"{w.period}年{w.campaign}", f"{w.start:%Y年%-m月%-d日}", f"{w.end:%Y年%-m月%-d日}", str((w.end - w.start).days + 1)] for w in made["windows"].itertuples()]
    chapter.table(Table("大促窗口", pd.DataFrame(rows, columns=["活动", "开始", "结束", "天数"])))
    panel = tables["orders"].groupby(tables["orders"]["paid_at"].dt.year)["paid"].sum() * 100
    rows = [[f"{y}年", f"{panel[y] / 1e4:,.2f}", f"{ledger.value('gmv', period=str(y)) / 1e4:,.2f}", f"{panel[y] / ledger.value('gmv', period=str(y)) - 1:+.2%}"] for y in (2024, 2025)]
    chapter.table(Table("订单样本与渠道日报的核对（万元）", pd.DataFrame(rows, columns=["年度", "订单样本×100", "渠道日报", "相差"])))
    return chapter
