"""The workbook read back: every sheet against the run, its formulas computed anew."""

from __future__ import annotations

from rpt.assurance.proving.excel import charts, checks, drawn, ledger, lists, plan, tables, unknown

# What is checked in a workbook; the last looks at what the others left.
WORKBOOK: tuple[checks.Check, ...] = (
    tables.tables,
    tables.heatmaps,
    charts.charts,
    drawn.drawn,
    plan.asides,
    plan.overview,
    ledger.ledger,
    lists.definitions,
    lists.issues,
    lists.trace,
    unknown.contents,
    checks.formulas,
    unknown.rest,
)
