"""What a figure is called: its metric with the members of its scope, unless the name holds them already."""

from __future__ import annotations

from rpt.values.ledger import Metric
from rpt.values.scope import ALL, member_label


def scoped_label(metric: Metric, scope: str) -> str:
    """主站付费推广ROI; 小程序GMV占比 (not 小程序小程序GMV占比)."""
    where = "" if scope == ALL else member_label(scope)
    return metric.label if not where or where in metric.label else f"{where}{metric.label}"
