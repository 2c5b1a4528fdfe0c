"""The chapter on channels."""

from __future__ import annotations

import pandas as pd

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.planning import MONTHS
from tests.benchmarks.plain.tables import Ledger, Table, Tables, listed, said
from tests.benchmarks.plain.wording import sentence


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
    panels = {
        p: (MONTHS, {f"{y}年": [v / 1e4 for v in ledger.months("gmv", y, f"平台={p}")] for y in (prior, year)})
        for p in single
    }
    chapter.chart("各平台逐月成交总额", charts.multiples(panels, 4))
    chapter.heading("（二）流量与推广效率")
    chapter.text(*(sentence(ledger, "paid_roi", f"渠道={c}", f"{c}付费推广ROI") for c in names))
    chapter.chart("各渠道付费推广ROI", charts.columns(names, both("paid_roi", "渠道", names), "{:.1f}"))
    efficiency = ["paid_roi+", "ad_ratio", "visitor_value", "conversion", "organic_share", "ad_spend", "ad_amount"]
    chapter.table(
        ledger.by_member(
            "各平台流量与推广效率排名",
            "平台",
            efficiency,
            sorted(platforms, key=lambda p: -ledger.value("paid_roi", f"平台={p}")),
        )
    )
    chapter.table(ledger.by_member("各渠道流量与推广效率排名", "渠道", efficiency))
    chapter.heading("（三）短视频与直播")
    chapter.text(sentence(ledger, "content_count"), sentence(ledger, "hit_rate"), sentence(ledger, "live_gmv"))
    chapter.table(
        ledger.key_table(
            "短视频与直播关键指标",
            [
                "content_count",
                "posts_per_day",
                "plays",
                "avg_plays",
                "hit_rate",
                "live_sessions",
                "live_gmv",
                "self_live_share",
            ],
            "渠道=短视频",
        )
    )
    contents = ledger.members("内容类型", "content_count")
    chapter.chart("各类内容爆款率", charts.columns(contents, both("hit_rate", "内容类型", contents, 0.01), "{:.1f}%"))
    chapter.table(
        ledger.by_member("各类内容的发布与播放", "内容类型", ["content_count", "plays", "avg_plays+", "hit_rate+"])
    )
    chapter.table(_bands(tables["video"]))
    chapter.table(ledger.by_member("自播与达人直播", "直播类型", ["live_sessions+", "live_gmv+", "live_gmv_share+"]))
    chapter.table(
        ledger.by_member(
            "各平台直播",
            "平台",
            ["live_sessions", "live_gmv+", "self_live_share", "live_session_gmv", "live_dwell_seconds", "live_cvr"],
            ledger.members("平台", "live_gmv"),
        )
    )
    chapter.heading("（四）私域")
    chapter.text(sentence(ledger, "wecom_users", "渠道=私域"), sentence(ledger, "group_mau_rate", "渠道=私域"))
    chapter.table(
        ledger.key_table(
            "私域关键指标", ["wecom_users", "groups", "group_mau_rate", "group_gmv_monthly", "gmv"], "渠道=私域"
        )
    )
    ranked = _groups(tables["community"], int(year))
    columns = {
        "group": ("社群", ""),
        "group_type": ("类型", ""),
        "amount": ("成交金额", "元"),
        "monthly": ("月均成交（元）", "元"),
        "rate": ("月活率", "比率"),
        "members": ("期末成员", "人"),
    }
    chapter.table(listed("社群排名（按成交金额）", ranked.sort_values("amount", ascending=False), columns, 8))
    chapter.table(listed("月活率最低的社群", ranked.sort_values("rate"), columns, 5))
    return chapter


def _bands(video: pd.DataFrame) -> Table:
    names = ["不足1万", "1万—10万", "10万—100万", "100万及以上"]
    bands = pd.cut(video["plays"], [0, 1e4, 1e5, 1e6, float("inf")], right=False, labels=names)
    counts = video.groupby([video["date"].dt.year, bands], observed=False)["plays"].agg(["count", "sum"])
    now, before = counts.loc[2025], counts.loc[2024]
    parts = {
        "播放量": names,
        "作品数": now["count"].to_numpy(),
        "占比": _shares(now["count"]),
        "上年作品数": before["count"].to_numpy(),
        "上年占比": _shares(before["count"]),
        "播放量合计": [said(v, "次") for v in now["sum"]],
        "播放量占比": _shares(now["sum"]),
    }
    return Table("作品播放量分布", pd.DataFrame(parts))


def _shares(parts: pd.Series) -> list[str]:
    return [f"{share:.1%}" for share in parts / parts.sum()]


def _groups(community: pd.DataFrame, year: int) -> pd.DataFrame:
    own = community[community["month"].dt.year == year].sort_values("month")
    ranked = (
        own.groupby("group")
        .agg(
            group_type=("group_type", "last"),
            amount=("amount", "sum"),
            months=("month", "count"),
            active=("active", "sum"),
            all=("members", "sum"),
            members=("members", "last"),
        )
        .reset_index()
    )
    return ranked.assign(monthly=ranked["amount"] / ranked["months"], rate=ranked["active"] / ranked["all"])
