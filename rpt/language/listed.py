"""What the codes of metrics and issues are called in lists."""

from __future__ import annotations

from rpt.values.issue import Level

LEVELS = {Level.ERROR: "错误", Level.WARNING: "警告", Level.INFO: "提示"}
DIRECTIONS = {"up": "越高越好", "down": "越低越好", "none": "—"}
AGGREGATIONS = {
    "sum": "求和",
    "count": "计数",
    "ratio": "比率（分子合计÷分母合计）",
    "share": "占比（部分÷整体）",
    "distinct": "去重计数（不可跨期相加）",
    "period_end": "期末值",
    "median": "中位数",
    "quantile": "分位数",
    "plan": "计划值",
}
