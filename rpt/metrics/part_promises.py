"""What is promised of one member of a dimension: targets, benchmarks, causes and measures whose range is the member."""

from __future__ import annotations

from rpt.engine import quote, relation
from rpt.engine.dataset import Dataset, TypedTable
from rpt.metrics.catalogue import Catalogue
from rpt.project.model import Project
from rpt.values.scope import ALL, Member

PROMISED = ("annual_target", "benchmark", "cause", "action", "last_plan")  # tables with a metric and a range each row


def promises_of(
    dataset: Dataset, project: Project, catalogue: Catalogue, table: TypedTable, member: Member
) -> str | None:
    """The query of the rows of a table of promises that are the member's own, with their range as seen from inside:
    what is set for 渠道=主站 is set for the whole of 主站's report. None where there are no such rows."""
    source = quote(table.name)
    kept = []
    for metric, scope in dataset.engine.rows(f"select distinct metric, scope from {source}"):
        inside = _inside(scope or "", _pinned(catalogue, metric), project, member)
        if inside is not None:
            kept.append((metric, scope, inside))
    if not kept:
        return None
    ranges = relation({"metric": "varchar", "scope": "varchar", "inside": "varchar"}, kept)
    return f"""select t.* replace (nullif(r.inside, '') as scope) from {source} t join ({ranges}) r
        on r.metric is not distinct from t.metric and r.scope is not distinct from t.scope
        order by t._src, t._row"""


def _pinned(catalogue: Catalogue, metric: str | None) -> str:
    """The one scope that a metric is of, whatever is written; empty for any other metric."""
    id = catalogue.find(metric) if metric else None
    only = catalogue.metrics[id].only if id else None
    return only[0] if only and len(only) == 1 and only[0] != ALL else ""


def _inside(scope: str, pinned: str, project: Project, member: Member) -> str | None:
    """A range as the member's report has it; None where it is not, or not only, the member's."""
    parts = [part.strip() for part in (scope.strip() or pinned).split("|")]
    rest = [part for part in parts if part not in (member.name, member.scope)]
    if len(rest) < len(parts):
        return "|".join(rest) if scope.strip() else ""
    within = project.settings.channels.get(member.name, ()) if member.dimension == "渠道" else ()
    is_within = any(part.removeprefix("平台=") in within for part in parts)
    return scope if is_within else None
