"""What the JSON's sections hold: the run's own values under the names of the contract, exact values as Decimals."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from rpt.values.decomposition import Decomposition
from rpt.values.document import Document
from rpt.values.edit import Edit
from rpt.values.finding import Finding
from rpt.values.issue import Issue
from rpt.values.ledger import Source, Target, measurement_id
from rpt.values.listing import Item, Listing
from rpt.values.plan import Action, Feasibility, Fulfilment, Lever, Plan, Rolldown
from rpt.values.run import Run

Json = Any  # a tree of mappings and sequences; its leaves may be Decimals, days and members of enums


def sections(run: Run) -> dict[str, Json]:
    """Every section but the numbers, which are told from each other by their ids."""
    told = run.told
    found = {
        "report": report(run),
        "findings": [finding(one) for one in told.findings],
        "drivers": [driver(one) for one in told.drivers],
        "lists": [listing(one) for one in told.lists],
        "issues": [issue(one) for one in told.issues],
        **told.sections,
    }
    return found if run.plan is None else {**found, "plan": plan(run.plan, told.edits)}


def report(run: Run) -> Json:
    """What the JSON says of the report as a whole."""
    document: Document = run.document
    month = {"month": run.told.month.key} if run.told.month else {}
    return {
        **_of(document, "title", "company"),
        **month,
        "year": run.cut.year,
        "cut": run.cut,
        "version": run.record.version,
        "inputs": [_of(sheet, "file", "sheet", "rows", "sha256") for sheet in run.origins],
        "missing": run.ledger.missing,
    }


def finding(one: Finding) -> Json:
    """One problem."""
    return {
        **_of(one, "code", "severity", "impact", "evidence", "cause"),
        "title": "".join(part if isinstance(part, str) else part.text for part in one.title),
        "driver": one.driver and _of(one.driver, "of", "label", "ref", "amount"),
        "actions": [action.measure for action in one.actions],
    }


def driver(one: Decomposition) -> Json:
    """One change taken apart."""
    parts = [{"id": one.ref_of(part), **_of(part, "label", "ref", "amount", "share", "pull")} for part in one.parts]
    return {**_of(one, "id", "label", "metric", "scope", "method", "unit", "start", "end"), "parts": parts}


def listing(one: Listing) -> Json:
    """One list."""
    columns = [_of(column, "key", "label", "unit") for column in one.columns]
    numeric = [column.unit is not None for column in one.columns]
    rows = [[_item(item, is_number) for item, is_number in zip(row, numeric, strict=True)] for row in one.rows]
    return {**_of(one, "id", "label", "size", "tables", "note"), "columns": columns, "rows": rows}


def _item(item: Item, is_number: bool) -> Item:
    """An item of a list; the archive has numbers as their digits."""
    if not is_number or not isinstance(item, str):
        return item
    try:
        return Decimal(item)
    except InvalidOperation:
        return item


def issue(one: Issue) -> Json:
    """One data problem."""
    return {**_of(one, "code", "level", "value", "message", "hint"), **_of(one.origin, "file", "sheet", "cell")}


def source(one: Source) -> Json:
    """Where a figure's rows stand."""
    return _of(one, "table", "file", "sheet", "rows", "first_row", "last_row")


def plan(one: Plan, edits: tuple[Edit, ...]) -> Json:
    """Next year's plan with leadership's edits to it."""
    bridge, levers = one.bridge, one.sensitivity
    counted = bridge.counted if bridge else (None,) * len(one.actions)
    return {
        "year": one.year,
        "targets": [_target(target) for target in one.targets],
        "feasibility": [_feasibility(found) for found in one.feasibility],
        "rolldown": one.rolldown and _rolldown(one.rolldown),
        "rolldowns": [_rolldown(found) for found in one.rolldowns],
        "paths": [{"id": _id(path.target), **_of(path, "start", "quarters")} for path in one.paths],
        "sensitivity": levers
        and {**_of(levers, "gap", "shares"), "levers": [_lever(found) for found in levers.levers]},
        "bridge": bridge
        and {
            **_of(bridge, "start", "overlap", "uncovered", "target"),
            "steps": [_of(step, "owner", "count", "amount") for step in bridge.steps],
        },
        "actions": [_action(action, value) for action, value in zip(one.actions, counted, strict=True)],
        "fulfilment": [_fulfilment(found) for found in one.fulfilment],
        "edits": [asdict(edit) for edit in edits],
    }


def _id(target: Target) -> str:
    return measurement_id(target.metric, target.period, target.scope)


def _target(target: Target) -> Json:
    return {"id": _id(target), **_of(target, "metric", "scope", "value", "parts", "text", "owner")}


def _feasibility(found: Feasibility) -> Json:
    own = _of(found, "actual", "needed", "best", "best_year", "monthly", "monthly_actual", "verdict")
    return {**own, "id": _id(found.target), "target": found.target.value}


def _rolldown(found: Rolldown) -> Json:
    return {
        **_of(found, "metric", "scope", "total", "years"),
        "dimension": found.dimension or None,
        "assumed_windows": found.assumed,
        "members": {name: sum(cells, Decimal(0)) for name, *cells in zip(found.members, *found.cells, strict=True)},
        "months": [
            {
                "period": f"{found.year}-{month:02d}",
                "total": sum(row, Decimal(0)),
                "cells": dict(zip(found.members, row, strict=True)),
            }
            for month, row in enumerate(found.cells, 1)
        ],
    }


def _lever(lever: Lever) -> Json:
    inputs = {name: _of(entered, "ref", "value") for name, entered in lever.inputs.items()}
    return {**_of(lever, "label", "ref", "value", "formula", "effects", "alone"), "inputs": inputs}


def _action(action: Action, counted: Decimal | None) -> Json:
    own = _of(action, "measure", "metric", "scope", "owner", "starts_on", "ends_on", "expected", "state")
    return {**own, "counted": counted}


def _fulfilment(found: Fulfilment) -> Json:
    item = _of(found.item, "measure", "metric", "scope", "owner", "due_on")
    return {**item, **_of(found, "target", "actual", "state"), "promised": found.item.target}


def _of(value: object, *names: str) -> dict[str, Json]:
    """A value's own fields under their own names."""
    return {name: getattr(value, name) for name in names}
