"""The chapter on campaigns."""

from __future__ import annotations

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.tables import Ledger
from tests.benchmarks.plain.wording import sentence

CAMPAIGNS = ["年货节", "618", "99大促", "双11"]


def campaigns(ledger: Ledger) -> Chapter:
    """Campaigns: size, days, pull, buyers, service."""
    chapter = Chapter("5", "五、大促表现")
    year, prior = ledger.year, ledger.prior_year

    def table(title: str, *metrics: str) -> None:
        chapter.table(ledger.by_member(title, "活动", metrics, CAMPAIGNS, total=False))

    chapter.text(*(sentence(ledger, "gmv", f"活动={c}", f"{c}成交总额") for c in CAMPAIGNS))
    chapter.chart(
        "各场大促成交总额",
        charts.bars(
            CAMPAIGNS, {f"{y}年": [ledger.value("gmv", f"活动={c}", y) / 1e4 for c in CAMPAIGNS] for y in (prior, year)}
        ),
    )
    table("各场大促的规模与目标", "gmv+", "campaign_days", "campaign_gmv_per_day+")
    chapter.heading("（一）逐日走势")
    panels = {}
    for campaign in CAMPAIGNS:
        days = int(min(ledger.value("campaign_days", f"活动={campaign}", y) for y in (prior, year)))
        series = {
            f"{y}年": [
                ledger.value("campaign_day_gmv", f"场次={campaign}|活动日=第{n}天", y) / 1e4 for n in range(1, days + 1)
            ]
            for y in (prior, year)
        }
        panels[campaign] = ([f"第{n}天" for n in range(1, days + 1)], series)
    chapter.chart("各场大促逐日成交：上年与本年", charts.multiples(panels, 2))
    chapter.heading("（二）大促前后的虹吸")
    chapter.text(*(sentence(ledger, "campaign_net", f"活动={c}", f"{c}净增成交") for c in CAMPAIGNS))
    table(
        "大促前后各14天与平日相比",
        "campaign_lift",
        "campaign_before_pull",
        "campaign_after_pull",
        "campaign_surplus",
        "campaign_around",
        "campaign_net+",
    )
    table("大促前后各14天与上年同周相比", "campaign_before_same_weeks", "campaign_after_same_weeks")
    chapter.heading("（三）订单与买家")
    chapter.text(*(sentence(ledger, "orders", f"活动={c}", f"{c}支付订单数") for c in CAMPAIGNS))
    table("各场大促的订单与转化", "orders+", "order_value+", "visitors+", "conversion+")
    table("各场大促的客单、预售与专属日（会员样本）", "aov+", "presale_order_share+", "member_day_gmv_share")
    table(
        "各场大促的新客与复购买家（会员样本）",
        "campaign_buyers+",
        "repeat_buyer_share+",
        "campaign_first_buyers+",
        "campaign_new_members+",
    )
    chapter.heading("（四）履约与服务")
    chapter.text(*(sentence(ledger, "service_inquiries", f"活动={c}", f"{c}客服咨询量") for c in CAMPAIGNS))
    table("各场大促的履约与服务", "delivery_days+", "service_inquiries+", "cs_inquiry_surge+")
    return chapter
