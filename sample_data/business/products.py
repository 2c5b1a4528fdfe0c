"""Products, their suppliers, and what each sold per month."""

from typing import Final

import numpy as np
import pandas as pd

from .apportion import jitter, spread, spread_money, stream
from .seasons import MONTHS

# Category: (what is sold, price level in yuan).
CATEGORIES: Final = {
    "家居收纳": (("收纳箱", "置物架", "抽屉分隔盒", "真空压缩袋"), 128),
    "厨房用品": (("不粘炒锅", "保鲜盒", "刀具套装", "玻璃水壶"), 168),
    "床品家纺": (("四件套", "夏凉被", "乳胶枕", "珊瑚绒毯"), 329),
    "个护清洁": (("电动牙刷", "洗衣凝珠", "沐浴套装", "香氛"), 119),
    "母婴用品": (("婴儿湿巾", "辅食碗", "儿童水杯", "防撞条"), 139),
    "休闲食品": (("坚果礼盒", "冻干水果", "牛肉干", "燕麦脆"), 98),
    "运动户外": (("露营椅", "瑜伽垫", "速干衣", "徒步背包"), 239),
    "宠物用品": (("猫砂", "自动喂食器", "宠物窝", "牵引绳"), 149),
}
_SUPPLIERS_PER_CATEGORY: Final = 3
_PLACES: Final = ("宁波", "杭州", "苏州", "佛山", "东莞", "义乌", "青岛", "南通")
_WORDS: Final = ("恒发", "嘉禾", "启明", "盛源", "安达", "美辰", "华茂", "顺成")
_STYLES: Final = ("经典款", "升级款", "大号", "小号", "礼盒装", "家庭装", "便携款", "联名款")
_PRODUCTS: Final = 304
_LAUNCHED: Final = {2024: 64, 2025: 40}  # the rest were on sale before 2024
_SHARING: Final = 10
REALISED: Final = 0.85  # of the list price
COST_RATIO: Final = 0.449  # of the realised price, as in the channel figures


def suppliers(seed: int) -> pd.DataFrame:
    """24 suppliers, three to a category; ten of them share their stock and production data."""
    rng = stream(seed, "suppliers")
    rows = []
    for n, category in enumerate(CATEGORIES):
        for k in range(_SUPPLIERS_PER_CATEGORY):
            place = _PLACES[(n + 3 * k) % len(_PLACES)]
            name = f"{place}{_WORDS[(n * 3 + k * 5) % len(_WORDS)]}{category[:2]}有限公司"
            rows.append((name, category))
    frame = pd.DataFrame(rows, columns=["supplier", "category"])
    assert frame["supplier"].is_unique
    sharing = np.sort(rng.choice(len(frame), _SHARING, replace=False))
    frame["shares_data"] = False
    frame.loc[sharing, "shares_data"] = True
    joined = pd.to_datetime("2025-02-10") + pd.to_timedelta(rng.permutation(_SHARING) * 29, unit="D")
    frame.loc[sharing, "joined_on"] = joined
    return frame


def products(seed: int, partners: pd.DataFrame) -> pd.DataFrame:
    """The product list. `appeal` is a product's weight in sales, `slow` the year until which it piles up in store."""
    rng = stream(seed, "products")
    rows = []
    for n in range(_PRODUCTS):
        partner = partners.iloc[n % len(partners)]
        goods, level = CATEGORIES[partner["category"]]
        kind = goods[(n // len(partners)) % len(goods)]
        rows.append((partner["supplier"], partner["category"], f"{kind}{_STYLES[n // 24 % 8]}{n // 192 + 1}代", level))
    frame = pd.DataFrame(rows, columns=["supplier", "category", "product_name", "level"])
    late = np.concatenate([np.repeat(year, count) for year, count in _LAUNCHED.items()])
    year = np.concatenate([np.full(_PRODUCTS - len(late), 2022), late])
    day = rng.integers(0, np.where(year == 2022, 730, 300))
    frame["launched_on"] = pd.to_datetime(pd.Series(year).astype(str) + "-01-01") + pd.to_timedelta(day, unit="D")
    frame["list_price"] = np.round(frame["level"] * jitter(rng, _PRODUCTS, 0.35)) + 0.9
    ratio = REALISED * COST_RATIO * jitter(rng, _PRODUCTS, 0.05)
    frame["unit_cost"] = (frame["list_price"] * ratio).round(2)
    frame["appeal"] = jitter(rng, _PRODUCTS, 0.55)
    # Two slow products per supplier in 2024 and one of them still in 2025; the other was sold off.
    nth = frame.groupby("supplier").cumcount()
    frame["slow"] = np.select([nth == 2, nth == 4], [2025, 2024], 0)
    frame.loc[frame["slow"] > 0, "appeal"] = 0.05
    frame["product_id"] = [f"{n:08d}" for n in 10020001 + np.arange(_PRODUCTS) * 13]
    return frame


def product_monthly(seed: int, goods: pd.DataFrame, daily: pd.DataFrame) -> pd.DataFrame:
    """Sales by product and month; a month's amounts add up to the channels' paid amount to the cent."""
    rng = stream(seed, "product sales")
    paid = daily.groupby(daily["date"].dt.to_period("M"))["paid_amount"].sum()
    ended = MONTHS + pd.offsets.MonthEnd(0)
    frames = []
    for n, month in enumerate(MONTHS):
        age = (ended[n] - goods["launched_on"]).dt.days
        ramp = (age / 60).clip(0, 1)
        on_sale = goods.index[age > 0]
        weights = (goods["appeal"] * ramp)[on_sale] * jitter(rng, len(on_sale), 0.12)
        amount = spread_money(round(float(paid.iloc[n]), 2), weights)
        price = goods["list_price"][on_sale].to_numpy() * REALISED
        units = np.maximum(spread(round((amount / price).sum()), amount / price), 1)
        frames.append(
            pd.DataFrame(
                {
                    "month": month,
                    "product_id": goods["product_id"][on_sale].to_numpy(),
                    "units": units,
                    "amount": amount,
                    "cost": np.round(units * goods["unit_cost"][on_sale].to_numpy(), 2),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
