"""The chapter on members."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.benchmarks.plain import charts
from tests.benchmarks.plain.pages import Chapter
from tests.benchmarks.plain.planning import MONTHS
from tests.benchmarks.plain.tables import Ledger, Table
from tests.benchmarks.plain.wording import QUARTERS, sentence


def members(ledger: Ledger) -> Chapter:
    """Members: number, repurchase, tiers, moves, cohorts, wake-up."""
    chapter = Chapter("6", "六、会员经营", is_new_page=True)
    year, prior = ledger.year, ledger.prior_year
    chapter.text(sentence(ledger, "members"), sentence(ledger, "repeat_rate"), sentence(ledger, "high_value_share"))
    chapter.chart(
        "各月末会员数",
        charts.lines(
            MONTHS, {f"{y}年": [v / 1e4 for v in ledger.months("members", y)] for y in (prior, year)}, "{:,.1f}"
        ),
    )
    chapter.table(
        ledger.key_table(
            "会员关键指标",
            [
                "members",
                "registrations",
                "first_buyers",
                "first_purchase_cvr",
                "repeat_rate",
                "high_value_share",
                "spend_per_buyer",
            ],
        )
    )
    chapter.heading("（一）复购")
    chapter.text(
        sentence(ledger, "repeat_rate"), sentence(ledger, "repurchase_cycle_days"), sentence(ledger, "repurchase_30d")
    )
    rates = {
        f"{y}年": [ledger.value("repeat_rate", period=f"{y}Q{n}") * 100 for n in range(1, 5)] for y in (prior, year)
    }
    chapter.chart("分季度复购率", charts.columns(QUARTERS, rates, "{:.1f}%"))
    chapter.table(ledger.quarters("分季度复购率", "repeat_rate"))
    chapter.heading("（二）会员分层")
    tiers = ["高价值", "潜力", "沉睡", "流失"]
    chapter.text(*(sentence(ledger, "tier_share", f"分层={t}", f"{t}会员占比") for t in tiers))
    chapter.chart(
        "各层会员占比",
        charts.bars(
            tiers,
            {f"{y}年": [ledger.value("tier_share", f"分层={t}", y) * 100 for t in tiers] for y in (prior, year)},
            "{:.1f}%",
        ),
    )
    chapter.table(
        ledger.by_member(
            "会员分层（会员样本）",
            "分层",
            ["tier_members", "tier_share+", "repurchase_cycle_days+", "repurchase_30d+"],
            tiers,
        )
    )
    chapter.heading("（三）分层迁移")
    moves = []
    for before in [*tiers, "新买家"]:
        counts = [np.nan_to_num(ledger.value("tier_moves", f"上年分层={before}|分层={t}")) for t in tiers]
        moves.append([before, *(f"{c:,.0f}" for c in counts), f"{sum(counts):,.0f}"])
    chapter.table(
        Table("上年末分层（行）到本年末分层（列）", pd.DataFrame(moves, columns=["上年分层", *tiers, "合计"]))
    )
    chapter.heading("（四）首购留存")
    cohorts = sorted(ledger.members("首购季", "cohort_size"))
    since = [f"第{n}季" for n in range(1, len(cohorts))]
    grid = np.array([[ledger.value("cohort_retention", f"首购季={c}|首购以来={s}") for s in since] for c in cohorts])
    chapter.chart("各季首购买家在其后各季的购买比重", charts.heatmap(cohorts, since, grid))
    chapter.heading("（五）唤醒与挽回")
    chapter.table(ledger.key_table("唤醒与挽回", ["wakeup_rate_30d@分层=沉睡", "winback_rate@分层=流失"], short=True))
    chapter.table(
        ledger.by_member(
            "上年各层会员的本年回购（会员样本）",
            "上年分层",
            ["tier_moves", "tier_kept_rate", "tier_return_rate"],
            tiers,
            total=False,
        )
    )
    return chapter
