"""The list of what is lacking: tables, columns, metrics and chapters."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from rpt.flows.steps import review
from rpt.metrics.gaps import lacking
from rpt.writing.fact_tables import gaps_table
from tests.projects import daily, measured


def test_a_missing_metric_names_the_tables_and_columns_it_lacks(tmp_path: Path) -> None:
    run = measured(tmp_path, {"渠道日报": daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1000)})
    found = lacking(run.dataset, run.catalogue, run.ledger)
    assert set(found) == set(run.ledger.missing)
    assert found["refund_rate"] == {"渠道日报": ("退款金额",)}
    assert found["paid_roi"] == {"渠道日报": ("推广花费", "推广成交金额")}
    assert "播放量" in found["hit_rate"]["短视频作品"]
    assert "订单明细" in found["repeat_rate"]  # through the derived table
    build = partial(gaps_table, review(run), found)
    table = build("gaps", "表1", "缺数", "gaps")
    rows = [row.cells for row in table.rows]
    told = [label for row in rows for label in str(row["metrics"]).split("、")]
    assert len(told) == len(found)
    (refund,) = [row for row in rows if "退款率" in str(row["metrics"]).split("、")]
    assert (refund["table"], refund["chapter"]) == ("表“渠道日报”缺少列“退款金额”", "总体")
