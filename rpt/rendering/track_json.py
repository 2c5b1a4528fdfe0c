"""A month's tracking in the JSON: exact values as decimal strings in base units."""

from __future__ import annotations

from typing import Any

from rpt.rendering.plan_json import exact
from rpt.values.tracking import Held, Tracking


def tracked(found: Tracking) -> dict[str, Any]:
    """Month and year to date by channel, standings, overdue measures and the landing."""
    landing = found.landing
    return {
        "month": found.month.key,
        "source": found.source,
        "rows": [
            {"metric": r.metric, "scope": r.scope, "month": _held(r.month), "to_date": _held(r.to_date)}
            for r in found.rows
        ],
        "standings": [
            {"metric": s.metric, "scope": s.scope, "owner": s.owner, **_held(s.held)} for s in found.standings
        ],
        "overdue": [
            {"measure": a.measure, "owner": a.owner, "ends_on": str(a.ends_on), "state": a.state} for a in found.overdue
        ],
        "landing": None
        if landing is None
        else {
            "to_date": exact(landing.to_date),
            "share": exact(landing.share),
            "forecast": exact(landing.forecast),
            "target": exact(landing.target),
            "attainment": exact(landing.attainment),
            "light": landing.light,
            "basis": landing.basis,
            "error": exact(landing.error),
            "tried": list(landing.tried),
        },
        "untracked": list(found.untracked),
    }


def _held(h: Held) -> dict[str, Any]:
    return {
        "id": h.ref,
        "plan": exact(h.plan),
        "actual": exact(h.actual),
        "attainment": exact(h.attainment),
        "light": h.light,
    }
