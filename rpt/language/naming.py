"""What a figure is called: its metric with the members of its scope, unless the name holds them already."""

from __future__ import annotations

from rpt.values.ledger import Metric
from rpt.values.scope import ALL, member_label


def scoped_label(metric: Metric, scope: str) -> str:
    """主站付费推广ROI; 小程序GMV占比, not 小程序小程序GMV占比; 920品牌日新增用户, not 920品牌日品牌日新增用户."""
    where, label = "" if scope == ALL else member_label(scope), metric.label
    if not where or where in label:
        return label
    shared = next((n for n in range(len(label), 1, -1) if where.endswith(label[:n])), 0)
    return f"{where}{label[shared:]}"
