"""The chapter on supply."""

from __future__ import annotations

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.tables import Ledger, Tables, listed
from tests.benchmarks.plain.wording import sentence


def supply(ledger: Ledger, tables: Tables, made: Tables) -> Chapter:
    """Supply: stock, delivery, rush orders."""
    chapter = Chapter("7", "七、供应链保障")
    year, prior = ledger.year, ledger.prior_year
    categories, regions = ledger.members("类目", "inventory_days"), ledger.members("区域", "delivery_days")

    def both(metric: str, dimension: str, names: list[str]) -> dict[str, list[float]]:
        return {f"{y}年": [ledger.value(metric, f"{dimension}={n}", y) for n in names] for y in (prior, year)}

    chapter.text(
        sentence(ledger, "inventory_days"), sentence(ledger, "slow_moving_share"), sentence(ledger, "delivery_days")
    )
    chapter.chart("各类目库存周转天数", charts.bars(categories, both("inventory_days", "类目", categories)))
    keys = [
        "inventory_days",
        "stock_value",
        "slow_moving_value",
        "slow_moving_share",
        "cost_of_sales",
        "active_products",
        "delivery_days",
        "delivery_p50",
        "delivery_p90",
        "next_day_coverage",
        "complaint_rate",
        "rush_replenish_hours",
        "rush_count",
        "core_suppliers",
    ]
    chapter.table(ledger.key_table("供应链关键指标", keys))
    chapter.heading("（一）库存")
    chapter.table(
        ledger.by_member(
            "各类目库存", "类目", ["inventory_days+", "stock_value", "slow_moving_value", "slow_moving_share+"]
        )
    )
    last = made["stock_position"]
    slow = last[last["slow"] & (last["month"] == last["month"].max())].sort_values("value", ascending=False)
    slow = slow.assign(cover=(slow["stock"] * 90 / slow["recent"]).where(slow["recent"] > 0))
    made["slow_movers"] = slow
    shown = {
        "name": ("商品", ""),
        "product": ("商品编码", ""),
        "category": ("类目", ""),
        "supplier": ("供应商", ""),
        "value": ("库存金额", "元"),
        "stock": ("库存数量", "件"),
        "recent": ("近三月销量", "件"),
        "cover": ("可售天数", "天"),
    }
    chapter.table(
        listed(
            "滞销商品（按库存金额）",
            slow,
            shown,
            10,
            "期末可售天数大于90天或近三个月无销售的商品，上市不满90天者除外。",
        )
    )
    chapter.heading("（二）配送与投诉")
    chapter.text(
        sentence(ledger, "delivery_days"), sentence(ledger, "next_day_coverage"), sentence(ledger, "complaint_rate")
    )
    chapter.chart("各区域配送时效", charts.columns(regions, both("delivery_days", "区域", regions), "{:.1f}"))
    chapter.table(
        ledger.by_member(
            "各区域配送与投诉（包裹样本）",
            "区域",
            ["delivery_days+", "delivery_p50", "delivery_p90", "next_day_coverage+", "complaint_rate+"],
        )
    )
    chapter.table(
        ledger.by_member(
            "各承运商配送与投诉（包裹样本）",
            "承运商",
            ["delivery_days+", "delivery_p50", "delivery_p90+", "complaint_rate+"],
        )
    )
    chapter.heading("（三）紧急补货与供应商")
    chapter.text(
        sentence(ledger, "rush_count"), sentence(ledger, "rush_replenish_hours"), sentence(ledger, "core_suppliers")
    )
    rush = tables["rush"].merge(tables["product"][["product", "unit_cost"]], on="product", how="left")
    rush = rush[rush["requested"].dt.year == int(year)]
    rush = rush.assign(
        cost=rush["units"] * rush["unit_cost"], hours=(rush["arrived"] - rush["requested"]).dt.total_seconds() / 3600
    )
    ranked = (
        rush.groupby("supplier")
        .agg(count=("rush", "count"), units=("units", "sum"), cost=("cost", "sum"), hours=("hours", "mean"))
        .reset_index()
    )
    ranked = ranked.sort_values(["count", "cost"], ascending=False)
    made["rush_suppliers"] = ranked
    shown = {
        "supplier": ("供应商", ""),
        "count": ("紧急补货次数", "次"),
        "units": ("补货数量", "件"),
        "cost": ("补货金额", "元"),
        "hours": ("平均响应时间（小时）", "小时"),
    }
    chapter.table(listed("紧急补货较多的供应商", ranked, shown, 10))
    return chapter
