"""What an engine cannot express is named before the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from rpt.metrics.catalogue import catalogue
from rpt.metrics.expressible import refuse_inexpressible
from rpt.values.issue import UserError
from tests.projects import SETTINGS, project

OWN = """
[metrics.typical]
label = "典型支付金额"
unit = "元"
better = "up"
aggregation = "median"
chapter = "渠道"
table = "channel_daily"
numerator = "quantile_cont(paid_amount, 0.5)"
definition = "支付金额的中位数"
"""


def test_metric_place_and_reason_are_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    entries = catalogue(project(tmp_path, settings=f'metrics = "own.toml"\n{SETTINGS}'), 2024)
    refuse_inexpressible(entries, lambda sql: "", "PostgreSQL")
    with pytest.raises(UserError) as refused:
        refuse_inexpressible(entries, lambda sql: "没有这个函数" if "quantile_cont" in sql else "", "PostgreSQL")
    assert refused.value.message == "PostgreSQL 不能计算：\nown.toml 第 2 行：指标 typical：没有这个函数"


def test_many_refusals_are_cut(tmp_path: Path) -> None:
    entries = catalogue(project(tmp_path, settings=SETTINGS), 2024)
    with pytest.raises(UserError, match=r"……共 \d{3} 处$"):
        refuse_inexpressible(entries, lambda sql: "没有", "Trino")
