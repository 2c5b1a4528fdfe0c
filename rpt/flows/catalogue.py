"""The catalogue as the metrics command shows it; a project's own metrics are in it where there is a project."""

from __future__ import annotations

import difflib
from pathlib import Path

from rpt.flows.clock import today
from rpt.metrics.catalogue import Catalogue, catalogue
from rpt.project.find import find_project
from rpt.project.model import Project, ProjectFile
from rpt.project.report import Report
from rpt.values.issue import UserError
from rpt.values.ledger import Metric


def _catalogue(explicit: Path | None) -> Catalogue:
    year = today().year - 1
    try:
        project = find_project(explicit)
    except UserError:
        if explicit is not None:
            raise
        # outside a project the shipped metrics can be read all the same
        here = Path.cwd()
        project = Project(folder=here, file=here / "rpt.toml", settings=ProjectFile(report=Report(company="")))
    return catalogue(project, year)


def list_metrics(explicit: Path | None) -> list[Metric]:
    """All metrics in the catalogue's order."""
    return list(_catalogue(explicit).nouns().values())


def explain_metric(explicit: Path | None, name: str) -> Metric:
    """One metric by id, label or alias; raises UserError with the nearest names."""
    found = _catalogue(explicit)
    id = found.find(name)
    if id is not None:
        return found.nouns()[id]
    names = [n for i, entry in found.metrics.items() for n in (i, entry.label, *entry.aliases)]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or [n for n in names if name in n][:3]
    raise UserError(
        f"没有名为“{name}”的指标", f"是不是：{'、'.join(near)}" if near else "输入 rpt metrics 查看全部指标"
    )
