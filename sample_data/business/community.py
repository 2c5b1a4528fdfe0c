"""WeChat groups by month and customer service inquiries by day."""

import numpy as np
import pandas as pd

from .apportion import jitter, spread, spread_money, stream
from .facts import GROUP_ACTIVE, GROUP_GMV, INQUIRIES_PER_DAY, INQUIRY_SURGE, YEARS
from .seasons import DAYS, MONTHS, WEEK, YEAR_OF, Window, in_year

_HEADQUARTERS = "总部会员群"
_THEMES = (
    "收纳整理", "厨房好物", "烘焙爱好", "家居焕新", "床品家纺", "个护清洁", "母婴育儿",
    "辅食交流", "零食分享", "轻食健康", "露营装备", "跑步健身", "瑜伽塑形", "养猫交流",
    "养狗交流", "新品试用", "职场通勤", "宿舍生活", "爸妈优选", "节日礼赠",
)  # fmt: skip
_GROUPS = (_HEADQUARTERS, *(f"{theme}群" for theme in _THEMES))
_FIRST_GROUPS = 12  # running when 2024 begins; six join during that year, three with January 2025
_JOINING = (2, 3, 5, 6, 8, 9, 12, 12, 12)  # months after January 2024
_MONTH_MOOD = (0.94, 0.86, 0.96, 0.95, 1.02, 1.12, 0.95, 0.97, 1.01, 1.06, 1.16, 1.00)

_MIX = {"商品咨询": 0.34, "物流查询": 0.24, "退换售后": 0.20, "会员权益": 0.08, "活动规则": 0.07, "发票与支付": 0.07}
_CAUSE = "活动规则"
_CAUSE_SHARE = 0.85  # of the campaign surge
_OUTSIDE_GROUP = {2024: 0.14, 2025: 0.12}  # surge of campaigns that are not in the group 大促
_MAJOR = ("年货节", "618", "双11")


def communities(seed: int) -> pd.DataFrame:
    """A row per group and month, from the month the group was opened."""
    rng = stream(seed, "community")
    opened = dict(zip(_GROUPS, (0,) * _FIRST_GROUPS + _JOINING, strict=True))
    appeal = dict(zip(_GROUPS, np.concatenate([[1.9], jitter(rng, len(_GROUPS) - 1, 0.22)]), strict=True))
    liveliness = dict(zip(_GROUPS, jitter(rng, len(_GROUPS), 0.05), strict=True))
    rows = [(n, name) for n in range(len(MONTHS)) for name in _GROUPS if opened[name] <= n]
    frame = pd.DataFrame(rows, columns=["nth", "group_name"])
    age = frame["nth"] - frame["group_name"].map(opened)
    full = np.where(frame["group_name"] == _HEADQUARTERS, 492, 455)
    frame["members"] = np.round(full * (1 - 0.62 * np.exp(-(age + 2) / 7)) * jitter(rng, len(frame), 0.015)).astype(int)
    frame["members"] = frame["members"].clip(upper=500)
    frame["group_type"] = np.where(frame["group_name"] == _HEADQUARTERS, "总部", "垂类")
    mood = np.array(_MONTH_MOOD)[frame["nth"] % 12]
    better = 1 + 0.012 * (frame["nth"] % 12 - 5.5)
    for year in YEARS:
        at = frame.index[frame["nth"] // 12 == year - 2024]
        weights = frame["group_name"].map(appeal)[at] * mood[at] * better[at] * jitter(rng, len(at), 0.08)
        frame.loc[at, "amount"] = spread_money(GROUP_GMV[year] * len(at), weights)
        active = frame.loc[at, "members"] * frame["group_name"].map(liveliness)[at] * better[at] ** 0.3
        total = round(frame.loc[at, "members"].sum() * GROUP_ACTIVE[year])
        frame.loc[at, "active_members"] = spread(total, active * jitter(rng, len(at), 0.02))
    frame["active_members"] = frame["active_members"].astype(int)
    frame["messages"] = np.round(frame["active_members"] * rng.uniform(9, 19, len(frame))).astype(int).astype(object)
    frame.loc[rng.choice(len(frame), 6, replace=False), "messages"] = "-"
    frame["month"] = [f"{MONTHS[n].year}年{MONTHS[n].month}月" for n in frame["nth"]]
    return frame


def _surges(windows: list[Window]) -> dict[tuple[int, str], float]:
    """Each campaign's surge over its own 28 days before; the major ones share the known one."""
    return {
        (w.year, w.campaign): INQUIRY_SURGE[w.year] if w.campaign in _MAJOR else _OUTSIDE_GROUP[w.year]
        for w in windows
        if w.year in YEARS
    }


def service_daily(seed: int, windows: list[Window]) -> pd.DataFrame:
    """Inquiries per day and reason; in a campaign most of the surplus asks about its rules."""
    rng = stream(seed, "service")
    level = np.array([INQUIRIES_PER_DAY[year] for year in YEAR_OF])
    easing = np.concatenate([np.linspace(1.035, 0.965, len(in_year(year))) for year in YEARS])
    totals = np.round(level * easing * np.array(WEEK)[DAYS.dayofweek] ** 0.6 * jitter(rng, len(DAYS), 0.03))
    surges = _surges(windows)
    lift = np.zeros(len(DAYS))
    for window in windows:
        days, surge = window.days, surges[window.year, window.campaign]
        # The first days of 2024 have no 28 days before them: the year's level stands in.
        before = totals[days[0] - 28 : days[0]].mean() if days[0] >= 28 else totals[: days[0]].mean()
        shape = np.full(len(days), 1.0)
        shape[[0, 1]], shape[-3:] = (1.12, 1.06), (1.10, 1.16, 1.25)
        totals[days] = spread(round(before * (1 + surge) * len(days)), shape * jitter(rng, len(days), 0.03))
        lift[days] = surge
    mix = np.array(list(_MIX.values()))
    is_cause = np.array([reason == _CAUSE for reason in _MIX])
    rows = []
    for day, total, surge in zip(DAYS, totals.astype(int), lift, strict=True):
        weights = mix * (1 + surge * (1 - _CAUSE_SHARE)) + is_cause * surge * _CAUSE_SHARE
        counts = spread(int(total), weights * jitter(rng, len(mix), 0.03))
        rows += [(day, reason, int(count)) for reason, count in zip(_MIX, counts, strict=True)]
    return pd.DataFrame(rows, columns=["date", "reason", "inquiries"])
