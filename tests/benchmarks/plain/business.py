"""Chapters on last year's plan, the whole, the channels and the products."""

from __future__ import annotations

import math

import pandas as pd

from . import charts
from .ledger import amount
from .pages import Chapter
from .planning import MONTHS
from .tables import NONE, Ledger, Table, changed, listed, log_mean, said, split_table

QUARTERS = ["一季度", "二季度", "三季度", "四季度"]
Tables = dict[str, pd.DataFrame]


def sentence(ledger: Ledger, metric: str, scope: str = "全部", name: str = "") -> str:
    """A figure in words: 成交总额42,000.0万元，同比▲50.0%，完成目标的110.5%。"""
    row, unit = ledger.row(metric, scope), ledger.unit(metric)
    if row is None:
        return ""
    shown = said(row.value, unit) + ("万元" if unit == "元" and abs(row.value) >= 1e5 else unit if unit not in ("比率", "倍") else "")
    words = [f"{name or ledger.label(metric)}{shown}"]
    if pd.notna(row.prior):
        growth = changed(row.growth, row.points)
        words.append(f"上年为{said(row.prior, unit)}，同比{growth.replace('▲', '增长').replace('▼', '下降')}")
    if pd.notna(row.attainment):
        words.append(f"完成目标的{row.attainment:.1%}")
    return "，".join(words) + "。"


def summary(ledger: Ledger) -> Chapter:
    """The first page: six figures, what went well and what did not."""
    chapter = Chapter("0", "年度概要", is_new_page=True)
    chapter.text(sentence(ledger, "gmv"), sentence(ledger, "members"), sentence(ledger, "repeat_rate"))
    cards = [("gmv", "全部"), ("members", "全部"), ("repeat_rate", "全部"), ("high_value_share", "全部"), ("paid_roi", "渠道=主站"), ("inventory_days", "全部")]
    html = ""
    for metric, scope in cards:
        row = ledger.row(metric, scope)
        html += f'<div class="card">{ledger.label(metric)}<b>{said(row.value, ledger.unit(metric))}</b>同比{changed(row.growth, row.points)}</div>'
    chapter.parts.append(f'<div class="cards">{html}</div>')
    for metric in ("net_sales", "contribution", "conversion", "order_value", "organic_share", "live_gmv", "hit_rate", "delivery_days", "slow_moving_share", "complaint_rate"):
        chapter.text(sentence(ledger, metric))
    return chapter


def last_plan(ledger: Ledger, tables: Tables, ids: dict[str, str]) -> Chapter:
    """Last year's measures, each with what was promised and what was reached."""
    chapter = Chapter("1", "一、上年计划兑现", is_new_page=True)
    rows, missed = [], []
    for plan in tables["last_plan"].itertuples():
        metric = ids.get(plan.metric, "")
        actual = ledger.value(metric, plan.scope)
        is_done = pd.notna(actual) and _is_kept(plan.target, actual, metric, ledger)
        rows.append([plan.measure, plan.metric, plan.target, said(actual, ledger.unit(metric)) if metric else NONE, plan.owner, f"{plan.due:%-m月%-d日}", "完成" if is_done else "未完成"])
        if not is_done:
            missed.append(plan)
    chapter.text(f"上年定下重点举措{len(rows)}项，完成{len(rows) - len(missed)}项，未完成{len(missed)}项。")
    chapter.table(Table("2025年计划逐项兑现", pd.DataFrame(rows, columns=["举措", "指标", "承诺", "实际", "负责人", "完成时限", "结果"])))
    chapter.heading("（一）未完成的举措及原因")
    causes = tables["cause"].set_index("metric")["cause"].to_dict()
    for plan in missed:
        chapter.text(f"{plan.measure}：承诺{plan.target}。原因：{causes.get(plan.metric, '未填写')}。")
    return chapter


def _is_kept(text: str, actual: float, metric: str, ledger: Ledger) -> bool:
    """Whether a promise was kept."""
    is_down = metric and str(ledger.metrics.loc[metric, "better"]) == "down"
    return actual <= amount(text) if is_down else actual >= amount(text)


def overall(ledger: Ledger) -> Chapter:
    """The whole: months, quarters, factors, profit, years, the calendar."""
    chapter = Chapter("2", "二、总体情况", is_new_page=True)
    year, prior = ledger.year, ledger.prior_year
    now, before = ledger.months("gmv", year), ledger.months("gmv", prior)
    chapter.text(sentence(ledger, "gmv"), sentence(ledger, "net_sales"), sentence(ledger, "contribution"))
    chapter.chart("各月成交总额", charts.lines(MONTHS, {f"{prior}年": [v / 1e4 for v in before], f"{year}年": [v / 1e4 for v in now]}))
    keys = ["gmv", "members", "repeat_rate", "high_value_share", "paid_roi@渠道=主站", "refund_rate", "conversion", "order_value", "organic_share@渠道=主站", "inventory_days", "slow_moving_share", "delivery_days", "complaint_rate"]
    chapter.table(ledger.key_table("关键指标", keys))
    chapter.heading("（一）分季度完成情况")
    chapter.text(f"下半年{said(sum(now[6:]), '元')}万元，占全年的{sum(now[6:]) / sum(now):.1%}。")
    chapter.table(ledger.quarters("分季度成交总额（万元）", "gmv"))
    chapter.heading("（二）流量、转化与客单")
    chapter.text(sentence(ledger, "visitors"), sentence(ledger, "conversion"), sentence(ledger, "daily_aov"))
    chapter.table(ledger.key_table("流量、转化与客单", ["visitors", "conversion", "daily_aov", "daily_buyers", "orders", "order_value", "visitor_value"], short=True))

    chapter.heading("（三）变化来自哪里")
    start, end = ledger.value("gmv", period=prior), ledger.value("gmv")
    weight = log_mean(end, start)
    factors = {}
    for metric in ("visitors", "conversion", "daily_aov"):
        share = ledger.value(metric) / ledger.value(metric, period=prior)
        factors[ledger.label(metric)] = weight * math.log(share)
    chapter.text("按对数平均迪氏分解，", "，".join(f"{name}贡献{said(v, '元')}万元" for name, v in factors.items()), "。")
    steps = [start, *factors.values(), end]
    chapter.chart("成交总额变化的构成", charts.waterfall([f"{prior}年", *factors, f"{year}年"], [v / 1e4 for v in steps]))
    chapter.table(split_table("成交总额变化按因素拆分", factors, start))
    channels = {c: ledger.value("gmv", f"渠道={c}") - ledger.value("gmv", f"渠道={c}", prior) for c in ledger.members("渠道", "gmv")}
    chapter.table(split_table("成交总额变化按渠道拆分", channels, start))

    chapter.heading("（四）比率变化：占比还是自身")
    chapter.table(_rates(ledger))
    chapter.heading("（五）退款与利润")
    chapter.text(sentence(ledger, "refund_rate"), sentence(ledger, "gross_profit"), sentence(ledger, "contribution_margin"))
    profit = ["gmv", "refund_amount", "product_cost", "commission", "discount_amount", "ad_spend", "contribution"]
    amounts = [ledger.value(m) * (1 if m in ("gmv", "contribution") else -1) / 1e4 for m in profit]
    chapter.chart("从成交到贡献毛利", charts.waterfall([ledger.label(m) for m in profit], amounts))
    chapter.table(ledger.key_table("退款、费用与利润", ["gmv", "refund_amount", "net_sales", "product_cost", "gross_profit", "commission", "discount_amount", "ad_spend", "contribution"], short=True))
    chapter.heading("（六）历年规模")
    years = [str(int(year) - n) for n in (3, 2, 1, 0)]
    chapter.text("历年成交总额：", "、".join(f"{y}年{said(ledger.value('gmv', period=y), '元')}万元" for y in years), "。")
    chapter.chart("历年成交总额", charts.columns([f"{y}年" for y in years], {"成交总额": [ledger.value("gmv", period=y) / 1e4 for y in years]}))
    chapter.heading("（七）剔除日历影响")
    chapter.table(_comparable(ledger, now, before))
    return chapter


def _rates(ledger: Ledger) -> Table:
    """The change of rates split into mix and own change, by channel and by platform."""
    rows = []
    weights = {"refund_rate": "gmv", "conversion": "visitors", "paid_roi": "ad_spend", "organic_share": "visitors", "contribution_margin": "net_sales", "ctr": "impressions", "order_value": "orders"}
    for metric, weight in weights.items():
        for dimension in ("渠道", "平台"):
            mix = own = 0.0
            largest, most = "", 0.0
            shares = {}
            for period in (ledger.prior_year, ledger.year):
                shares[period] = {m: ledger.value(weight, f"{dimension}={m}", period) / ledger.value(weight, period=period) for m in ledger.members(dimension, "gmv") if "+" not in m}
            mean = (ledger.value(metric) + ledger.value(metric, period=ledger.prior_year)) / 2
            for member, w1 in shares[ledger.year].items():
                w0, scope = shares[ledger.prior_year][member], f"{dimension}={member}"
                r1, r0 = ledger.value(metric, scope), ledger.value(metric, scope, ledger.prior_year)
                effect = (w1 - w0) * ((r1 + r0) / 2 - mean), (w1 + w0) / 2 * (r1 - r0)
                mix, own = mix + effect[0], own + effect[1]
                if abs(sum(effect)) > abs(most):
                    largest, most = member, sum(effect)
            by = 100 if ledger.unit(metric) == "比率" else 1
            rows.append([ledger.label(metric), "百分点" if by == 100 else ledger.unit(metric), dimension, *(f"{v * by:+.2f}" for v in (mix + own, mix, own)), largest, f"{most * by:+.2f}"])
    return Table("比率变化拆成占比与自身", pd.DataFrame(rows, columns=["指标", "单位", "拆分维度", "变化", "占比变化", "自身变化", "影响最大的部分", "其影响"]))


def _comparable(ledger: Ledger, now: list[float], before: list[float]) -> Table:
    spans = {"全年": range(12), "1—2月": range(2), **{name: range(3 * n, 3 * n + 3) for n, name in enumerate(QUARTERS)}}
    rows = []
    for name, months in spans.items():
        days = [sum(pd.Period(f"{y}-{m + 1:02}").days_in_month for m in months) for y in (ledger.year, ledger.prior_year)]
        amounts = sum(now[m] for m in months), sum(before[m] for m in months)
        raw, comparable = amounts[0] / amounts[1] - 1, amounts[0] / days[0] / (amounts[1] / days[1]) - 1
        effect = amounts[1] / days[1] * (days[0] - days[1]) / 1e4
        rows.append([name, *map(str, days), *(f"{a / 1e4:,.0f}" for a in amounts), changed(raw, float("nan")), changed(comparable, float("nan")), f"{effect:+,.0f}"])
    heads = ["时段", f"{ledger.year}年天数", f"{ledger.prior_year}年天数", f"{ledger.year}年（万元）", f"{ledger.prior_year}年（万元）", "原始同比", "可比同比（日均）", "天数影响（万元）"]
    return Table("原始同比与可比同比", pd.DataFrame(rows, columns=heads))


def channels(ledger: Ledger, tables: Tables) -> Chapter:
    """Channels: structure, efficiency, video and live, groups of buyers."""
    chapter = Chapter("3", "三、渠道经营")
    year, prior = ledger.year, ledger.prior_year
    names, platforms = ledger.members("渠道", "gmv"), ledger.members("平台", "gmv")
    single = [p for p in platforms if "+" not in p]

    def both(metric: str, dimension: str, members: list[str], by: float = 1) -> dict[str, list[float]]:
        return {f"{y}年": [ledger.value(metric, f"{dimension}={m}", y) / by for m in members] for y in (prior, year)}

    chapter.heading("（一）渠道与平台结构")
    chapter.text(*(sentence(ledger, "gmv", f"渠道={c}", f"{c}成交总额") for c in names))
    chapter.chart("各渠道成交总额", charts.columns(names, both("gmv", "渠道", names, 1e4)))
    chapter.table(ledger.by_member("各渠道成交总额", "渠道", ["gmv+", "gmv_share+", "net_sales+"]))
    chapter.text(*(sentence(ledger, "gmv", f"平台={p}", f"{p}成交总额") for p in single[:3]))
    chapter.chart("各平台成交总额与目标", charts.bars(single, both("gmv", "平台", single, 1e4)))
    chapter.table(ledger.by_member("各平台成交总额（万元）", "平台", ["gmv+", "gmv_share+", "net_sales+"], platforms))
    panels = {p: (MONTHS, {f"{y}年": [v / 1e4 for v in ledger.months("gmv", y, f"平台={p}")] for y in (prior, year)}) for p in single}
    chapter.chart("各平台逐月成交总额", charts.multiples(panels, 4))
    chapter.heading("（二）流量与推广效率")
    chapter.text(*(sentence(ledger, "paid_roi", f"渠道={c}", f"{c}付费推广ROI") for c in names))
    chapter.chart("各渠道付费推广ROI", charts.columns(names, both("paid_roi", "渠道", names), "{:.1f}"))
    efficiency = ["paid_roi+", "ad_ratio", "visitor_value", "conversion", "organic_share", "ad_spend", "ad_amount"]
    chapter.table(ledger.by_member("各平台流量与推广效率排名", "平台", efficiency, sorted(platforms, key=lambda p: -ledger.value("paid_roi", f"平台={p}"))))
    chapter.table(ledger.by_member("各渠道流量与推广效率排名", "渠道", efficiency))
    chapter.heading("（三）短视频与直播")
    chapter.text(sentence(ledger, "content_count"), sentence(ledger, "hit_rate"), sentence(ledger, "live_gmv"))
    chapter.table(ledger.key_table("短视频与直播关键指标", ["content_count", "posts_per_day", "plays", "avg_plays", "hit_rate", "live_sessions", "live_gmv", "self_live_share"], "渠道=短视频"))
    contents = ledger.members("内容类型", "content_count")
    chapter.chart("各类内容爆款率", charts.columns(contents, both("hit_rate", "内容类型", contents, 0.01), "{:.1f}%"))
    chapter.table(ledger.by_member("各类内容的发布与播放", "内容类型", ["content_count", "plays", "avg_plays+", "hit_rate+"]))
    chapter.table(_bands(tables["video"]))
    chapter.table(ledger.by_member("自播与达人直播", "直播类型", ["live_sessions+", "live_gmv+", "live_gmv_share+"]))
    chapter.table(ledger.by_member("各平台直播", "平台", ["live_sessions", "live_gmv+", "self_live_share", "live_session_gmv", "live_dwell_seconds", "live_cvr"], ledger.members("平台", "live_gmv")))
    chapter.heading("（四）私域")
    chapter.text(sentence(ledger, "wecom_users", "渠道=私域"), sentence(ledger, "group_mau_rate", "渠道=私域"))
    chapter.table(ledger.key_table("私域关键指标", ["wecom_users", "groups", "group_mau_rate", "group_gmv_monthly", "gmv"], "渠道=私域"))
    ranked = _groups(tables["community"], int(year))
    columns = {"group": ("社群", ""), "group_type": ("类型", ""), "amount": ("成交金额", "元"), "monthly": ("月均成交（元）", "元"), "rate": ("月活率", "比率"), "members": ("期末成员", "人")}
    chapter.table(listed("社群排名（按成交金额）", ranked.sort_values("amount", ascending=False), columns, 8))
    chapter.table(listed("月活率最低的社群", ranked.sort_values("rate"), columns, 5))
    return chapter


def _bands(video: pd.DataFrame) -> Table:
    names = ["不足1万", "1万—10万", "10万—100万", "100万及以上"]
    bands = pd.cut(video["plays"], [0, 1e4, 1e5, 1e6, float("inf")], right=False, labels=names)
    counts = video.groupby([video["date"].dt.year, bands], observed=False)["plays"].agg(["count", "sum"])
    now, before = counts.loc[2025], counts.loc[2024]
    frame = pd.DataFrame({
        "播放量": names, "作品数": now["count"].to_numpy(), "占比": [f"{v:.1%}" for v in now["count"] / now["count"].sum()],
        "上年作品数": before["count"].to_numpy(), "上年占比": [f"{v:.1%}" for v in before["count"] / before["count"].sum()],
        "播放量合计": [said(v, "次") for v in now["sum"]], "播放量占比": [f"{v:.1%}" for v in now["sum"] / now["sum"].sum()],
    })  # fmt: skip
    return Table("作品播放量分布", frame)


def _groups(community: pd.DataFrame, year: int) -> pd.DataFrame:
    own = community[community["month"].dt.year == year].sort_values("month")
    ranked = own.groupby("group").agg(group_type=("group_type", "last"), amount=("amount", "sum"), months=("month", "count"), active=("active", "sum"), all=("members", "sum"), members=("members", "last")).reset_index()
    return ranked.assign(monthly=ranked["amount"] / ranked["months"], rate=ranked["active"] / ranked["all"])


def products(ledger: Ledger, made: Tables) -> Chapter:
    """Products: what moved sales, classes, new ones, categories, ranks."""
    chapter = Chapter("4", "四、商品表现")
    year, prior = ledger.year, ledger.prior_year
    yearly = made["product_year"]
    wide = yearly[yearly["period_y"] == year].merge(yearly[yearly["period_y"] == prior][["product", "amount", "units"]], on="product", how="outer", suffixes=("", "_prior"))
    wide = wide.fillna({"amount": 0, "amount_prior": 0, "units": 0, "units_prior": 0})
    wide["change"] = wide["amount"] - wide["amount_prior"]
    start, end = wide["amount_prior"].sum(), wide["amount"].sum()
    volume = (wide["units"].sum() / wide["units_prior"].sum() - 1) * start
    same = wide[(wide["units"] > 0) & (wide["units_prior"] > 0)]
    price = float((same["units"] * (same["amount"] / same["units"] - same["amount_prior"] / same["units_prior"])).sum())
    parts = {"销量": volume, "结构": end - start - volume - price, "价格": price}
    chapter.text(sentence(ledger, "product_sales"), sentence(ledger, "product_margin_rate"), sentence(ledger, "sell_through"))
    chapter.chart("商品销售额增减的构成", charts.waterfall([f"{prior}年", *parts, f"{year}年"], [v / 1e4 for v in (start, *parts.values(), end)]))
    chapter.table(ledger.key_table("商品关键指标", ["product_sales", "product_units", "product_price", "product_margin", "product_margin_rate", "product_count", "sell_through"], short=True))
    chapter.heading("（一）销售额为何变动")
    chapter.table(split_table("商品销售额增减：销量、结构与价格", parts, start))
    shown = {"name": ("商品", ""), "product": ("商品编码", ""), "category": ("类目", ""), "amount": ("本年销售额", "元"), "amount_prior": ("上年销售额", "元"), "change": ("增减", "元"), "units": ("本年销量", "件"), "units_prior": ("上年销量", "件")}
    chapter.table(listed("销售额增减最大的商品", wide.sort_values("change", key=abs, ascending=False), shown, 10))
    chapter.heading("（二）ABC结构")
    classes = ["A类", "B类", "C类"]
    chapter.text(*(sentence(ledger, "product_sales", f"ABC分类={c}", f"{c}商品销售额") for c in classes))
    chapter.table(ledger.by_member("按销售额的ABC分类", "ABC分类", ["product_count", "product_sales", "product_sales_share+", "product_margin_rate"], classes))
    chapter.table(ledger.by_member("按毛利的ABC分类", "毛利ABC分类", ["product_count", "product_margin+", "product_margin_rate+"], classes))
    chapter.heading("（三）新品与老品")
    chapter.table(ledger.by_member("新品与老品", "新老", ["product_count", "product_sales+", "product_sales_share", "product_margin_rate", "sell_through"]))
    chapter.heading("（四）类目与动销")
    categories = ledger.members("类目", "product_sales")
    chapter.chart("各类目商品销售额", charts.bars(categories, {f"{y}年": [ledger.value("product_sales", f"类目={c}", y) / 1e4 for c in categories] for y in (prior, year)}))
    chapter.table(ledger.by_member("各类目商品表现", "类目", ["product_count", "product_sales+", "product_sales_share", "product_margin_rate", "sell_through+"]))
    chapter.heading("（五）商品排行")
    wide["rate"], wide["growth"] = wide["margin"] / wide["amount"], (wide["amount"] / wide["amount_prior"] - 1).where(wide["amount_prior"] > 0)
    ranks = {k: shown[k] for k in ("name", "product", "category", "amount")} | {"growth": ("同比", "比率"), "units": ("销量", "件"), "rate": ("毛利率", "比率")}
    chapter.table(listed("销售额最高的商品", wide.sort_values("amount", ascending=False), ranks, 20))
    old = wide[(wide["age"] != "新品") & wide["name"].notna()]
    chapter.table(listed("销售额最低的商品", old.sort_values("amount"), ranks, 20, "年内上市的新品不列入。"))
    made["product_change"] = wide
    return chapter
