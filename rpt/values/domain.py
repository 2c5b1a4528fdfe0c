"""The domains that can be looked at alone: which chapters of the annual report are theirs, and which figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Breakdown:
    """A table of a domain by the members of a dimension: the metric with its months, and others beside it."""

    title: str
    dimension: str
    metric: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """One domain. ``metrics`` are listed in this order, each at 全部 or at the only scope it has."""

    key: str
    label: str
    alias: str
    chapters: tuple[str, ...]
    metrics: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]


_CHANNEL = Domain(
    "channel",
    "渠道经营",
    "渠道",
    ("overall", "channel", "product", "campaign"),
    (
        "gmv",
        "net_sales",
        "refund_rate",
        "orders",
        "visitors",
        "conversion",
        "daily_aov",
        "visitor_value",
        "organic_share",
        "ad_spend",
        "ad_ratio",
        "paid_roi",
        "contribution_margin",
        "avg_plays",
        "hit_rate",
        "live_gmv",
    ),
    (
        Breakdown("各渠道", "渠道", "gmv", ("conversion", "ad_ratio", "paid_roi")),
        Breakdown("各平台", "平台", "gmv", ("conversion", "ad_ratio", "paid_roi")),
    ),
)
_MEMBER = Domain(
    "member",
    "会员经营",
    "会员",
    ("member",),
    (
        "members",
        "registrations",
        "first_buyers",
        "first_purchase_cvr",
        "repeat_rate",
        "high_value_share",
        "spend_per_buyer",
        "orders_per_buyer",
        "repurchase_cycle_days",
        "wakeup_rate_30d",
        "winback_rate",
    ),
    (Breakdown("会员分层（样本）", "分层", "spend_per_buyer", ("tier_share", "repurchase_cycle_days")),),
)
_SUPPLY = Domain(
    "supply",
    "供应链保障",
    "供应链",
    ("supply",),
    (
        "inventory_days",
        "stock_value",
        "slow_moving_value",
        "slow_moving_share",
        "active_products",
        "delivery_days",
        "delivery_p50",
        "delivery_p90",
        "next_day_coverage",
        "complaint_rate",
        "rush_replenish_hours",
        "rush_count",
    ),
    (
        Breakdown("各类目", "类目", "inventory_days", ("stock_value", "slow_moving_share")),
        Breakdown("各区域", "区域", "delivery_days", ("next_day_coverage", "complaint_rate")),
    ),
)
DOMAINS: Mapping[str, Domain] = {domain.key: domain for domain in (_CHANNEL, _MEMBER, _SUPPLY)}
