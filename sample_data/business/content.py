"""Short videos and live sessions of the four content platforms."""

import datetime as dt

import numpy as np
import pandas as pd

from .apportion import Floats, Ints, evenly, jitter, spread, spread_money, stream
from .facts import HIT_PLAYS, LIVE, VIDEO, YEARS, LiveYear, VideoYear
from .seasons import DAYS, Window, campaign_lift, growth, improving, in_year, rhythm

_SCENES = {
    "场景化种草": ("小户型收纳这样做", "周末露营带什么", "新手养猫好物", "厨房十分钟快手菜", "换季被褥怎么收"),
    "产品实测": ("七天使用记录", "三款横向对比", "承重与耐磨实测", "拆开给你看做工", "洗五十次之后"),
    "福利活动": ("会员日福利预告", "直播间专属价", "满减凑单攻略", "新品首发有礼", "老客返场清单"),
}
_PREFIX = {"抖音": "DY", "视频号": "SPH", "小红书": "XHS", "快手": "KS"}
_MISSING = "-"


def _plays(rng: np.random.Generator, year: VideoYear, is_hit: Ints) -> Ints:
    """Plays per work: hits stand just above the line, the rest far below it, and both totals are the known ones."""
    hits, rest = np.flatnonzero(is_hit), np.flatnonzero(is_hit == 0)
    plays = np.zeros(len(is_hit), dtype=np.int64)
    floor = HIT_PLAYS + 1
    plays[hits] = floor + spread(year.hit_plays - floor * len(hits), rng.gamma(1.5, 1, len(hits)))
    plays[rest] = spread(year.plays - year.hit_plays, np.exp(rng.normal(0, 0.75, len(rest))))
    return plays


def _video_year(rng: np.random.Generator, year: int) -> pd.DataFrame:
    known = VIDEO[year]
    total = sum(known.works.values())
    platforms = rng.permutation(np.repeat(list(known.works), list(known.works.values())))
    types = np.repeat(list(known.types), [works for works, _ in known.types.values()])
    frame = pd.DataFrame({"platform": platforms, "content_type": types})
    frame = frame.sort_values(["content_type", "platform"], ignore_index=True)
    is_hit = np.zeros(total, dtype=np.int64)
    for kind, (works, hits) in known.types.items():
        # Evenly over the works sorted by platform: every platform's hit rate moves with the whole.
        rows = np.flatnonzero(frame["content_type"] == kind)
        is_hit[rows[evenly(rng, works, hits)]] = 1
    frame["plays"] = _plays(rng, known, is_hit)
    days = in_year(year)
    pace = (rhythm() ** 0.5 * growth(1.3))[days]
    dates = np.sort(rng.choice(days, total, p=pace / pace.sum()))
    of_hits = np.isin(np.arange(total), evenly(rng, total, int(is_hit.sum())))  # hits come all year round
    frame.loc[is_hit == 1, "date"] = DAYS[rng.permutation(dates[of_hits])]
    frame.loc[is_hit == 0, "date"] = DAYS[rng.permutation(dates[~of_hits])]
    frame["likes"] = np.round(frame["plays"] * rng.uniform(0.018, 0.055, total)).astype(int).astype(object)
    finished = rng.normal(31.5 if year == 2024 else 35.0, 6, total).clip(12, 62)
    frame["finish_rate"] = [f"{rate:.1f}%" for rate in finished]
    return frame


def videos(seed: int) -> pd.DataFrame:
    """All works of both years by date; a few figures the platform no longer shows are "-"."""
    rng = stream(seed, "video")
    frame = pd.concat([_video_year(rng, year) for year in YEARS])
    frame = frame.sort_values(["date", "platform", "plays"], ignore_index=True)
    serial = np.arange(1, len(frame) + 1)
    works = list(zip(frame["platform"], frame["date"], frame["content_type"], serial, strict=True))
    frame["video_id"] = [f"{_PREFIX[platform]}{day:%Y%m%d}{n:05d}" for platform, day, _, n in works]
    frame["title"] = [f"{_SCENES[kind][n % 5]}（{n}）" for _, _, kind, n in works]
    frame.loc[rng.choice(len(frame), 14, replace=False), "likes"] = _MISSING
    frame.loc[rng.choice(len(frame), 11, replace=False), "finish_rate"] = _MISSING
    return frame


def _sessions(rng: np.random.Generator, year: int, platform: str, known: LiveYear, demand: Floats) -> pd.DataFrame:
    """One platform's sessions of a year."""
    days = in_year(year)
    hosts = {"自播": (known.own_sessions, known.own_gmv), "达人": (known.guest_sessions, known.guest_gmv)}
    parts = []
    for kind, (count, gmv) in hosts.items():
        # Own sessions gain on the guests' all year; both keep to the same calendar.
        lean = improving(year) if kind == "自播" else 1 / improving(year)
        reached = np.cumsum(demand[days] ** 0.7)
        at = (np.arange(count) + rng.random(count)) / count * reached[-1]
        on = days[np.searchsorted(reached, at)]
        amount = spread_money(gmv, demand[on] ** 0.25 * lean[on - days[0]] * jitter(rng, count, 0.25))
        hour, minute = rng.choice([10, 14, 19, 20], count, p=[0.15, 0.2, 0.4, 0.25]), rng.choice([0, 30], count)
        starts = [
            DAYS[d] + dt.timedelta(hours=int(h), minutes=int(m)) for d, h, m in zip(on, hour, minute, strict=True)
        ]
        parts.append(pd.DataFrame({"started_at": starts, "host_type": kind, "amount": amount}))
    frame = pd.concat(parts, ignore_index=True)
    size = len(frame)
    orders = np.maximum(np.round(frame["amount"] / 265 * jitter(rng, size, 0.04)).astype(int), 1)
    frame["platform"] = platform
    frame["minutes"] = np.round(rng.normal(185, 35, size).clip(60, 330))
    frame["orders"] = orders
    frame["viewers"] = spread(round(orders.sum() / known.conversion), orders * jitter(rng, size, 0.12))
    watched = frame["viewers"] * jitter(rng, size, 0.08)
    frame["watch_minutes"] = spread(round(frame["viewers"].sum() * known.dwell / 6), watched) / 10
    own = frame["host_type"] == "自播"
    guests = [f"合作达人{n:02d}号" for n in rng.integers(1, 36, size)]
    frame["host"] = np.where(own, "品牌官方直播间", guests)
    return frame


def lives(seed: int, windows: list[Window]) -> pd.DataFrame:
    """All live sessions of both years by starting time."""
    rng = stream(seed, "live")
    demand = rhythm() * campaign_lift(windows) * growth(1.6)
    frame = pd.concat([_sessions(rng, year, platform, known, demand) for (year, platform), known in LIVE.items()])
    frame = frame.sort_values(["started_at", "platform", "amount"], ignore_index=True)
    frame["live_id"] = [f"L{start:%y%m%d}{n:04d}" for n, start in enumerate(frame["started_at"], 1)]
    frame.loc[rng.choice(len(frame), 9, replace=False), "host"] = _MISSING
    return frame
