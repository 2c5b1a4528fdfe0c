"""What is known of the company: yearly totals and rates. Everything else in this package gives them a shape."""

from dataclasses import dataclass
from typing import Final

from .apportion import counterpart

YEARS: Final = (2024, 2025)
PLATFORMS: Final = ("天猫", "京东", "抖音", "视频号", "小红书", "快手", "小程序")
MAIN: Final = ("天猫", "京东")
NEW: Final = ("小红书", "快手")
REGIONS: Final = {"长三角": 0.30, "珠三角": 0.22, "京津冀": 0.16, "成渝": 0.11, "其他": 0.21}
PANEL_RATIO: Final = 100
HIGH_VALUE_SPEND: Final = 5000
BASKETS_PER_BUYER: Final = 1.04  # orders per daily buyer
CLICKS_PER_VISIT: Final = 1.12


@dataclass(frozen=True)
class Profile:
    """A platform's year. Money in yuan; every other field is a rate: of paid amount, or of what its name says."""

    gmv: float
    order_value: float
    conversion: float
    click_rate: float
    organic: float
    ad_ratio: float
    roi: float
    refund: float
    cost: float
    commission: float
    discount: float

    @property
    def orders(self) -> int:
        """Paid orders."""
        return round(self.gmv / self.order_value)

    @property
    def buyers(self) -> int:
        """Buyers, counted anew every day."""
        return round(self.orders / BASKETS_PER_BUYER)

    @property
    def visitors(self) -> int:
        """Visitors, counted anew every day."""
        return round(self.buyers / self.conversion)

    @property
    def clicks(self) -> int:
        """Clicks on what was shown."""
        return round(self.visitors * CLICKS_PER_VISIT)

    @property
    def ad_spend(self) -> float:
        """Advertising, in whole hundreds of yuan."""
        return round(self.gmv * self.ad_ratio, -2)


# Order of the figures as in Profile. A rate that is None follows from its pair's rate below.
_YEARS: Final[dict[int, dict[str, tuple[float | None, ...]]]] = {
    2024: {
        "天猫": (130e6, 308, 0.036, 0.0425, 0.460, 0.115, 2.85, 0.076, 0.452, 0.050, 0.040),
        "京东": (72e6, 326, 0.039, None, None, 0.118, None, 0.070, 0.455, 0.055, 0.042),
        "抖音": (38.5e6, 272, 0.022, 0.031, 0.38, 0.165, 2.1, 0.094, 0.446, 0.050, 0.050),
        "视频号": (7.1e6, 268, 0.026, 0.033, 0.44, 0.135, 2.0, 0.086, 0.446, 0.045, 0.048),
        "小红书": (2.6e6, 248, 0.015, 0.026, 0.33, 0.330, 1.55, 0.092, 0.450, 0.050, 0.050),
        "快手": (1.8e6, 232, 0.016, 0.024, 0.30, 0.340, None, 0.096, 0.450, 0.050, 0.052),
        "小程序": (28e6, 318, 0.046, 0.058, 0.72, 0.055, 3.0, 0.052, 0.448, 0.010, 0.046),
    },
    2025: {
        "天猫": (171e6, 314, 0.039, 0.0505, 0.530, 0.104, 3.55, 0.070, 0.447, 0.050, 0.039),
        "京东": (102e6, 333, 0.042, None, None, 0.107, None, 0.065, 0.450, 0.055, 0.041),
        "抖音": (60.8e6, 281, 0.026, 0.036, 0.42, 0.145, 2.5, 0.085, 0.443, 0.050, 0.048),
        "视频号": (18e6, 279, 0.032, 0.039, 0.49, 0.122, 2.6, 0.077, 0.443, 0.045, 0.046),
        "小红书": (8.1e6, 259, 0.019, 0.031, 0.37, 0.295, 1.85, 0.084, 0.447, 0.050, 0.048),
        "快手": (5.1e6, 243, 0.020, 0.028, 0.34, 0.300, None, 0.088, 0.447, 0.050, 0.050),
        "小程序": (55e6, 329, 0.051, 0.064, 0.76, 0.050, 3.7, 0.047, 0.444, 0.010, 0.044),
    },
}
MAIN_CLICK_RATE: Final = {2024: 0.042, 2025: 0.05}
MAIN_ORGANIC: Final = {2024: 0.45, 2025: 0.52}
MAIN_ROI: Final = {2024: 2.8, 2025: 3.5}
NEW_ROI: Final = {2024: 1.5, 2025: 1.8}


def profiles(year: int) -> dict[str, Profile]:
    """Each platform's year, with the second of a pair set so that the pair meets the known rate of both together."""
    rows = {name: dict(zip(Profile.__dataclass_fields__, row, strict=True)) for name, row in _YEARS[year].items()}
    draft = {name: Profile(**{key: value or 0.0 for key, value in row.items()}) for name, row in rows.items()}
    first, second = (draft[name] for name in MAIN)
    # Impressions are clicks ÷ rate, so the pair's rate is a harmonic mean: complete it on impressions per click.
    per_click = counterpart(1 / MAIN_CLICK_RATE[year], 1 / first.click_rate, first.clicks, second.clicks)
    rows["京东"]["click_rate"] = 1 / per_click
    rows["京东"]["organic"] = counterpart(MAIN_ORGANIC[year], first.organic, first.visitors, second.visitors)
    rows["京东"]["roi"] = counterpart(MAIN_ROI[year], first.roi, first.ad_spend, second.ad_spend)
    first, second = (draft[name] for name in NEW)
    rows["快手"]["roi"] = counterpart(NEW_ROI[year], first.roi, first.ad_spend, second.ad_spend)
    return {name: Profile(**{key: float(value or 0) for key, value in row.items()}) for name, row in rows.items()}


def total_gmv(year: int) -> float:
    """The year's paid amount over all platforms."""
    return sum(profile.gmv for profile in profiles(year).values())


@dataclass(frozen=True)
class LiveYear:
    """A platform's live selling in a year: sessions and paid amount (yuan) by host, conversion, seconds watched."""

    own_sessions: int
    own_gmv: float
    guest_sessions: int
    guest_gmv: float
    conversion: float
    dwell: float


LIVE: Final = {
    (2024, "抖音"): LiveYear(190, 6.40e6, 200, 15.40e6, 0.036, 95),
    (2024, "视频号"): LiveYear(45, 1.40e6, 45, 2.60e6, 0.065, 166),
    (2024, "小红书"): LiveYear(13, 0.25e6, 20, 0.65e6, 0.024, 80),
    (2024, "快手"): LiveYear(12, 0.20e6, 18, 0.60e6, 0.026, 88),
    (2025, "抖音"): LiveYear(380, 19.90e6, 210, 17.70e6, 0.043, 118),
    (2025, "视频号"): LiveYear(155, 8.00e6, 60, 4.60e6, 0.082, 196),
    (2025, "小红书"): LiveYear(40, 1.40e6, 35, 1.50e6, 0.029, 98),
    (2025, "快手"): LiveYear(30, 0.95e6, 25, 0.95e6, 0.031, 105),
}


@dataclass(frozen=True)
class VideoYear:
    """A year's short videos: works by platform, (works, hits) by content type, plays over all and over the hits."""

    works: dict[str, int]
    types: dict[str, tuple[int, int]]
    plays: int
    hit_plays: int


HIT_PLAYS: Final = 100_000
VIDEO: Final = {
    2024: VideoYear(
        {"抖音": 430, "视频号": 200, "小红书": 170, "快手": 100},
        {"场景化种草": (400, 16), "产品实测": (300, 7), "福利活动": (200, 4)},
        900 * 5_000,
        27 * 105_000,
    ),
    2025: VideoYear(
        {"抖音": 510, "视频号": 290, "小红书": 260, "快手": 140},
        {"场景化种草": (620, 62), "产品实测": (360, 24), "福利活动": (220, 10)},
        1_200 * 12_000,
        96 * 108_000,
    ),
}

# Members: at the end of 2023, 2024 and 2025; gross registrations; share of them who buy for the first time.
MEMBERS: Final = {2023: 700_000, 2024: 1_200_000, 2025: 2_000_000}
REGISTRATIONS: Final = {2024: 520_000, 2025: 825_000}
FIRST_BUYERS: Final = {2024: 84_500, 2025: 148_500}
WECOM: Final = {2023: 160_000, 2024: 350_000, 2025: 600_000}

# Community groups, service and supply chain.
GROUP_GMV: Final = {2024: 8_000, 2025: 15_000}
GROUP_ACTIVE: Final = {2024: 0.56, 2025: 0.65}
INQUIRIES_PER_DAY: Final = {2024: 2_150, 2025: 1_980}
INQUIRY_SURGE: Final = {2024: 0.18, 2025: 0.30}
INVENTORY_DAYS: Final = {2024: 45, 2025: 32}
SLOW_SHARE: Final = {2023: 0.18, 2024: 0.15, 2025: 0.08}
PARCELS: Final = {2024: 9_000, 2025: 13_500}
COMPLAINTS: Final = {2024: 90, 2025: 81}
RUSH: Final = {2024: (48, 72), 2025: (40, 24)}  # requests, mean hours

HISTORY: Final = (
    # year, paid amount, orders, visitors, members
    (2022, 155_000_000, 531_000, 15_900_000, 420_000),
    (2023, 210_000_000, 702_000, 20_800_000, 700_000),
)
