"""Channel daily figures: each platform's known year, spread over its days."""

import numpy as np
import pandas as pd

from .apportion import Floats, jitter, spread, spread_money, stream
from .facts import CLICKS_PER_VISIT, HISTORY, PLATFORMS, YEARS, Profile, profiles
from .seasons import DAYS, Window, campaign_lift, growth, improving, in_year, rhythm

# How strongly a platform answers to campaigns (exponent on the common lift).
_CAMPAIGN_PULL = {"天猫": 1.1, "京东": 1.1, "抖音": 0.9, "视频号": 0.7, "小红书": 0.7, "快手": 0.8, "小程序": 0.8}


def _demand(rng: np.random.Generator, platform: str, ratio: float, lift: Floats) -> Floats:
    """A platform's weight per day over both years, with noise that lingers for a few days as real demand does."""
    noise = pd.Series(rng.normal(0, 0.09, len(DAYS))).ewm(span=4).mean().to_numpy()
    return rhythm() * growth(ratio) * lift ** _CAMPAIGN_PULL[platform] * np.exp(noise)


def _year(rng: np.random.Generator, year: int, profile: Profile, demand: Floats, lift: Floats) -> pd.DataFrame:
    """One platform's year, a row per day."""
    days = in_year(year)
    size = len(days)
    better = improving(year)
    busy = np.where(lift[days] > 1, 1.12, 1.0)
    paid = spread_money(profile.gmv, demand[days])
    orders = np.maximum(spread(profile.orders, paid * jitter(rng, size, 0.03)), 1)
    buyers = np.maximum(np.minimum(spread(profile.buyers, orders * jitter(rng, size, 0.005)), orders), 1)
    visitors = spread(profile.visitors, buyers / (better * busy * jitter(rng, size, 0.03)))
    organic = spread(round(visitors.sum() * profile.organic), visitors * better * jitter(rng, size, 0.02))
    clicks = spread(round(visitors.sum() * CLICKS_PER_VISIT), visitors * jitter(rng, size, 0.02))
    impressions = spread(round(clicks.sum() / profile.click_rate), clicks / (better * jitter(rng, size, 0.03)))
    # Refunds are booked some days after the payment they undo.
    returning = pd.Series(demand).rolling(9, min_periods=1).mean().to_numpy()[days]
    spend = spread_money(profile.ad_spend, paid / better * jitter(rng, size, 0.05))
    return pd.DataFrame(
        {
            "date": DAYS[days],
            "impressions": impressions,
            "clicks": clicks,
            "visitors": visitors,
            "organic_visitors": organic,
            "buyers": buyers,
            "orders": orders,
            "paid_amount": paid,
            "refund_amount": spread_money(profile.gmv * profile.refund, returning / better * jitter(rng, size, 0.05)),
            "discount_amount": spread_money(profile.gmv * profile.discount, paid * busy**3),
            "product_cost": spread_money(profile.gmv * profile.cost, paid * jitter(rng, size, 0.01)),
            "commission": spread_money(profile.gmv * profile.commission, paid),
            "ad_spend": spend,
            "ad_amount": spread_money(profile.ad_spend * profile.roi, spend * better * jitter(rng, size, 0.05)),
        }
    )


def channel_daily(seed: int, windows: list[Window]) -> pd.DataFrame:
    """Seven platforms by 731 days, as the teams keep it: a day's platforms stand together."""
    rng = stream(seed, "channel")
    lift = campaign_lift(windows)
    by_year = {year: profiles(year) for year in YEARS}
    frames = []
    for platform in PLATFORMS:
        demand = _demand(rng, platform, by_year[2025][platform].gmv / by_year[2024][platform].gmv, lift)
        for year in YEARS:
            frame = _year(rng, year, by_year[year][platform], demand, lift)
            frame.insert(1, "platform", platform)
            frames.append(frame)
    daily = pd.concat(frames)
    daily["platform"] = pd.Categorical(daily["platform"], PLATFORMS)
    daily = daily.sort_values(["date", "platform"], ignore_index=True)
    return daily.astype({"platform": object})


def history() -> pd.DataFrame:
    """The years before the daily figures begin."""
    return pd.DataFrame(HISTORY, columns=["year", "gmv", "orders", "visitors", "members"])
