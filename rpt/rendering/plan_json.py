"""The plan in the JSON: money in 元, rates as fractions, exact values as decimal strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rpt.values.edit import Edit
from rpt.values.ledger import Target, measurement_id
from rpt.values.plan import Action, Feasibility, Fulfilment, Plan, PlanBridge, Rolldown, Sensitivity


def planned(plan: Plan, edits: Sequence[Edit] = ()) -> dict[str, Any]:
    """Next year's plan with leadership's edits to it; what could not be made is null."""
    bridge = plan.bridge
    counted = bridge.counted if bridge else (None,) * len(plan.actions)
    return {
        "year": plan.year,
        "targets": [target(t) for t in plan.targets],
        "feasibility": [feasibility(f) for f in plan.feasibility],
        "rolldown": rolldown(plan.rolldown) if plan.rolldown else None,
        "rolldowns": [rolldown(found) for found in plan.rolldowns],
        "paths": [
            {"id": target_id(p.target), "start": exact(p.start), "quarters": [exact(value) for value in p.quarters]}
            for p in plan.paths
        ],
        "sensitivity": sensitivity(plan.sensitivity) if plan.sensitivity else None,
        "bridge": spans(bridge) if bridge else None,
        "actions": [action(a, value) for a, value in zip(plan.actions, counted, strict=True)],
        "fulfilment": [fulfilment(f) for f in plan.fulfilment],
        "edits": [asdict(edit) | {"made_on": edit.made_on.isoformat()} for edit in edits],
    }


def target_id(t: Target) -> str:
    """The id of the figure that a target is set for."""
    return measurement_id(t.metric, t.period, t.scope)


def target(t: Target) -> dict[str, Any]:
    """One target."""
    named = {"id": target_id(t), "metric": t.metric, "scope": t.scope}
    return named | {
        "value": exact(t.value),
        "parts": [exact(part) for part in t.parts],
        "text": t.text,
        "owner": t.owner,
    }


def feasibility(f: Feasibility) -> dict[str, Any]:
    """One target against the past."""
    return {
        "id": target_id(f.target),
        "actual": exact(f.actual),
        "target": exact(f.target.value),
        "needed": exact(f.needed),
        "best": exact(f.best),
        "best_year": f.best_year,
        "monthly": exact(f.monthly),
        "monthly_actual": exact(f.monthly_actual),
        "verdict": f.verdict,
    }


def rolldown(found: Rolldown) -> dict[str, Any]:
    """Month × channel, with both margins; months alone have one member, the target's own scope."""
    return {
        "metric": found.metric,
        "scope": found.scope,
        "dimension": found.dimension or None,
        "total": exact(found.total),
        "years": list(found.years),
        "assumed_windows": list(found.assumed),
        "members": {name: exact(found.member(at)) for at, name in enumerate(found.members)},
        "months": [
            {
                "period": f"{found.year}-{at + 1:02d}",
                "total": exact(found.month(at)),
                "cells": {name: exact(value) for name, value in zip(found.members, row, strict=True)},
            }
            for at, row in enumerate(found.cells)
        ],
    }


def sensitivity(found: Sensitivity) -> dict[str, Any]:
    """The levers; ``effects`` stand in the order of ``shares``."""
    return {
        "gap": exact(found.gap),
        "shares": [exact(share) for share in found.shares],
        "levers": [
            {
                "label": lever.label,
                "ref": lever.ref,
                "value": exact(lever.value),
                "formula": lever.formula,
                "inputs": {name: {"ref": i.ref, "value": exact(i.value)} for name, i in lever.inputs.items()},
                "effects": [exact(effect) for effect in lever.effects],
                "alone": exact(lever.alone),
            }
            for lever in found.levers
        ],
    }


def spans(bridge: PlanBridge) -> dict[str, Any]:
    """The bridge: start + steps + overlap + uncovered = target."""
    return {
        "start": exact(bridge.start),
        "steps": [{"owner": s.owner, "count": s.count, "amount": exact(s.amount)} for s in bridge.steps],
        "overlap": exact(bridge.overlap),
        "uncovered": exact(bridge.uncovered),
        "target": exact(bridge.target),
    }


def action(a: Action, counted: Decimal | None) -> dict[str, Any]:
    """One measure, and what of it the bridge counts."""
    return {
        "measure": a.measure,
        "metric": a.metric,
        "scope": a.scope,
        "owner": a.owner,
        "starts_on": a.starts_on.isoformat() if a.starts_on else None,
        "ends_on": a.ends_on.isoformat() if a.ends_on else None,
        "expected": exact(a.expected),
        "counted": exact(counted),
        "state": a.state,
    }


def fulfilment(f: Fulfilment) -> dict[str, Any]:
    """One item of last year's plan."""
    return {
        "measure": f.item.measure,
        "metric": f.item.metric,
        "scope": f.item.scope,
        "promised": f.item.target,
        "target": exact(f.target),
        "actual": exact(f.actual),
        "owner": f.item.owner,
        "due_on": f.item.due_on.isoformat() if f.item.due_on else None,
        "state": f.state,
    }


def exact(value: Decimal | None) -> str | None:
    """A decimal string without exponent or idle zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
