"""The chapter on products."""

from __future__ import annotations

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.tables import Ledger, Tables, listed, split_table
from tests.benchmarks.plain.wording import sentence


def products(ledger: Ledger, made: Tables) -> Chapter:
    """Products: what moved sales, classes, new ones, categories, ranks."""
    chapter = Chapter("4", "四、商品表现")
    year, prior = ledger.year, ledger.prior_year
    yearly = made["product_year"]
    wide = yearly[yearly["period_y"] == year].merge(
        yearly[yearly["period_y"] == prior][["product", "amount", "units"]],
        on="product",
        how="outer",
        suffixes=("", "_prior"),
    )
    wide = wide.fillna({"amount": 0, "amount_prior": 0, "units": 0, "units_prior": 0})
    wide["change"] = wide["amount"] - wide["amount_prior"]
    start, end = wide["amount_prior"].sum(), wide["amount"].sum()
    volume = (wide["units"].sum() / wide["units_prior"].sum() - 1) * start
    same = wide[(wide["units"] > 0) & (wide["units_prior"] > 0)]
    price = float((same["units"] * (same["amount"] / same["units"] - same["amount_prior"] / same["units_prior"])).sum())
    parts = {"销量": volume, "结构": end - start - volume - price, "价格": price}
    chapter.text(
        sentence(ledger, "product_sales"), sentence(ledger, "product_margin_rate"), sentence(ledger, "sell_through")
    )
    chapter.chart(
        "商品销售额增减的构成",
        charts.waterfall([f"{prior}年", *parts, f"{year}年"], [v / 1e4 for v in (start, *parts.values(), end)]),
    )
    chapter.table(
        ledger.key_table(
            "商品关键指标",
            [
                "product_sales",
                "product_units",
                "product_price",
                "product_margin",
                "product_margin_rate",
                "product_count",
                "sell_through",
            ],
            short=True,
        )
    )
    chapter.heading("（一）销售额为何变动")
    chapter.table(split_table("商品销售额增减：销量、结构与价格", parts, start))
    shown = {
        "name": ("商品", ""),
        "product": ("商品编码", ""),
        "category": ("类目", ""),
        "amount": ("本年销售额", "元"),
        "amount_prior": ("上年销售额", "元"),
        "change": ("增减", "元"),
        "units": ("本年销量", "件"),
        "units_prior": ("上年销量", "件"),
    }
    chapter.table(listed("销售额增减最大的商品", wide.sort_values("change", key=abs, ascending=False), shown, 10))
    chapter.heading("（二）ABC结构")
    classes = ["A类", "B类", "C类"]
    chapter.text(*(sentence(ledger, "product_sales", f"ABC分类={c}", f"{c}商品销售额") for c in classes))
    chapter.table(
        ledger.by_member(
            "按销售额的ABC分类",
            "ABC分类",
            ["product_count", "product_sales", "product_sales_share+", "product_margin_rate"],
            classes,
        )
    )
    chapter.table(
        ledger.by_member(
            "按毛利的ABC分类", "毛利ABC分类", ["product_count", "product_margin+", "product_margin_rate+"], classes
        )
    )
    chapter.heading("（三）新品与老品")
    chapter.table(
        ledger.by_member(
            "新品与老品",
            "新老",
            ["product_count", "product_sales+", "product_sales_share", "product_margin_rate", "sell_through"],
        )
    )
    chapter.heading("（四）类目与动销")
    categories = ledger.members("类目", "product_sales")
    chapter.chart(
        "各类目商品销售额",
        charts.bars(
            categories,
            {
                f"{y}年": [ledger.value("product_sales", f"类目={c}", y) / 1e4 for c in categories]
                for y in (prior, year)
            },
        ),
    )
    chapter.table(
        ledger.by_member(
            "各类目商品表现",
            "类目",
            ["product_count", "product_sales+", "product_sales_share", "product_margin_rate", "sell_through+"],
        )
    )
    chapter.heading("（五）商品排行")
    wide["rate"], wide["growth"] = (
        wide["margin"] / wide["amount"],
        (wide["amount"] / wide["amount_prior"] - 1).where(wide["amount_prior"] > 0),
    )
    ranks = {k: shown[k] for k in ("name", "product", "category", "amount")} | {
        "growth": ("同比", "比率"),
        "units": ("销量", "件"),
        "rate": ("毛利率", "比率"),
    }
    chapter.table(listed("销售额最高的商品", wide.sort_values("amount", ascending=False), ranks, 20))
    old = wide[(wide["age"] != "新品") & wide["name"].notna()]
    chapter.table(listed("销售额最低的商品", old.sort_values("amount"), ranks, 20, "年内上市的新品不列入。"))
    made["product_change"] = wide
    return chapter
