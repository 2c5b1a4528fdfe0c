"""Checking: intake, then the checks that need the project's own terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rpt.engine.dataset import Dataset
from rpt.flows.steps import Progress, intake, measure
from rpt.metrics.reconcile import reconcile
from rpt.project.model import Project
from rpt.values.issue import Issue, UserError
from rpt.values.reconciliation import Reconciliation


def check(project: Project, today: date, progress: Progress) -> tuple[Dataset, list[Issue]]:
    """Read everything and measure the last complete year, so that names and ranges are checked too."""
    progress("读取数据")
    dataset, issues = intake(project, today)
    progress("核对")
    try:
        return dataset, list(measure(project, dataset, issues, None, None, today).issues)
    except UserError as error:
        if error.exit_code != 1:
            raise
        return dataset, issues  # no dated rows: the intake issues say why


def reconciliations(project: Project, dataset: Dataset) -> list[Reconciliation]:
    """How the panel times its ratio compares with the daily totals, by year."""
    return reconcile(dataset, Decimal(project.settings.thresholds.panel_ratio))
