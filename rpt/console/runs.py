"""The archive of runs on a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rpt.console import Console
from rpt.values.run import RunRecord

_OUTCOMES = {"written": "已生成", "verified": "已核对", "failed": "核对不符"}


def show_runs(console: Console, records: Sequence[RunRecord]) -> None:
    """A line a run, newest first."""
    if not records:
        console.line("还没有存档的运行；生成报告时会自动存档")
        return
    rows = [
        (
            record.id,
            record.made_at[:16].replace("T", " "),
            record.report,
            "、".join(file.format for file in record.artifacts),
            f"{len(record.inputs)}",
            _OUTCOMES.get(record.outcome, record.outcome),
        )
        for record in records
    ]
    heads = ("运行", "时间", "报告", "文件", "输入文件数", "结果")
    console.table(f"存档的运行{len(records)}次", heads, rows, right=(4,))


def runs_text(records: Sequence[RunRecord]) -> str:
    """All records as JSON."""
    return json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1)
