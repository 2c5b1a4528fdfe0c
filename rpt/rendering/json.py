"""The JSON of a report: every figure with its comparison and its sources, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rpt.rendering.plan_json import exact, planned
from rpt.values.comparison import Comparison
from rpt.values.decomposition import Decomposition
from rpt.values.finding import Finding
from rpt.values.issue import Issue
from rpt.values.ledger import Source
from rpt.values.listing import Listing
from rpt.values.plan import Plan
from rpt.values.review import Review


def write_json(
    path: Path,
    report: Mapping[str, Any],
    review: Review,
    issues: Sequence[Issue],
    plan: Plan | None = None,
    sections: Mapping[str, object] | None = None,
) -> None:
    """Write report, numbers, findings, drivers, lists, plan and issues, then ``sections`` of the report's own; exact
    values are strings in base units."""
    parts = {
        "report": [json.dumps(report, ensure_ascii=False)],
        "numbers": [json.dumps(number(c) | since_previous(review, c), ensure_ascii=False) for c in review.comparisons],
        "findings": [json.dumps(finding(f), ensure_ascii=False) for f in review.findings],
        "drivers": [json.dumps(driver(d), ensure_ascii=False) for d in review.drivers],
        "lists": [json.dumps(listing(x), ensure_ascii=False) for x in review.lists.values()],
        "issues": [json.dumps(issue(i), ensure_ascii=False) for i in issues],
    }
    if plan is not None:
        parts["plan"] = [json.dumps(planned(plan, review.promises.edits), ensure_ascii=False)]
    own = {name: [json.dumps(section, ensure_ascii=False)] for name, section in (sections or {}).items()}
    parts |= own
    # one record a line: a diff of two reports names the figures that changed
    single = ("report", "plan", *own)
    lists = {name: lines[0] if name in single else "[\n" + ",\n".join(lines) + "\n]" for name, lines in parts.items()}
    body = ",\n".join(f'"{name}": {text}' for name, text in lists.items())
    path.write_text("{" + body + "}\n", encoding="utf-8", newline="\n")


def number(c: Comparison) -> dict[str, Any]:
    """One figure as the contract spells it."""
    m = c.measurement
    return {
        "id": m.id,
        "metric": m.metric,
        "label": c.metric.label,
        "period": m.period.key,
        "scope": m.scope,
        "value": exact(m.value),
        "unit": c.metric.unit,
        "prior": exact(c.prior),
        "growth": exact(c.growth),
        "points": exact(c.points),
        "target": exact(c.target),
        "gap": exact(c.gap),
        "attainment": exact(c.attainment),
        "reason": m.reason or (c.reason.value if c.reason else None),
        "sources": [source(s) for s in m.sources],
    }


def since_previous(review: Review, c: Comparison) -> dict[str, Any]:
    """The month before, beside the figures of a monthly report's month."""
    m = c.measurement
    if review.focus is None or m.period != review.focus.month:
        return {}
    found = review.focus.since(m.metric, m.scope)
    if found is None:
        return {}
    return {
        "previous": exact(found.prior),
        "growth_previous": exact(found.growth),
        "points_previous": exact(found.points),
        "reason_previous": found.reason.value if found.reason else None,
    }


def findings_text(review: Review, cut: date) -> str:
    """The problems of a year alone."""
    found = [finding(f) for f in review.findings]
    return json.dumps({"year": review.year, "cut": cut.isoformat(), "findings": found}, ensure_ascii=False, indent=2)


def finding(f: Finding) -> dict[str, Any]:
    """One problem."""
    return {
        "code": f.code,
        "severity": f.severity.value,
        "title": f.text,
        "impact": exact(f.impact),
        "evidence": list(f.evidence),
        "driver": None
        if f.driver is None
        else {"of": f.driver.of, "label": f.driver.label, "ref": f.driver.ref, "amount": exact(f.driver.amount)},
        "cause": f.cause,
        "actions": [action.measure for action in f.actions],
    }


def driver(d: Decomposition) -> dict[str, Any]:
    """One change taken apart: start + the parts' amounts = end. A part's amount is printed under its ``id``; ``ref`` is
    the measurement that it is of."""
    return {
        "id": d.id,
        "label": d.label,
        "metric": d.metric,
        "scope": d.scope,
        "method": d.method,
        "unit": d.unit,
        "start": exact(d.start),
        "end": exact(d.end),
        "parts": [
            {
                "id": d.ref_of(p),
                "label": p.label,
                "ref": p.ref,
                "amount": exact(p.amount),
                "share": exact(p.share),
                "pull": exact(p.pull),
            }
            for p in d.parts
        ],
    }


def listing(x: Listing) -> dict[str, Any]:
    """One list; the cell of row 1 and column ``amount`` is printed under the ref ``list.ID.1.amount``."""
    return {
        "id": x.id,
        "label": x.label,
        "columns": [{"key": c.key, "label": c.label, "unit": c.unit} for c in x.columns],
        "size": x.size,
        "rows": [[exact(item) if isinstance(item, Decimal) else item for item in row] for row in x.rows],
        "tables": list(x.tables),
        "note": x.note,
    }


def issue(i: Issue) -> dict[str, Any]:
    """One data problem."""
    return {
        "code": i.code,
        "level": i.level.value,
        "file": i.origin.file,
        "sheet": i.origin.sheet,
        "cell": i.origin.cell,
        "value": i.value,
        "message": i.message,
        "hint": i.hint,
    }


def source(s: Source) -> dict[str, Any]:
    """Where a figure's rows stand."""
    return {
        "table": s.table,
        "file": s.file,
        "sheet": s.sheet,
        "rows": s.rows,
        "first_row": s.first_row,
        "last_row": s.last_row,
    }
