"""The JSON read back: every number of the ledger with what follows from it, every other section, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any

from rpt.assurance.proving.contract import sections, source
from rpt.assurance.proving.evidence import Evidence, broken, differs
from rpt.language.format import POINTS
from rpt.values.comparison import Comparison
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement

_KINDS = ("value", "prior", "growth", "points", "target", "gap", "attainment")
_SHOWN = 200  # characters of a value that a message shows
_MISSING = "没有"


def check_json(evidence: Evidence, path: Path) -> Iterator[Issue]:
    """Hold a JSON file against the run: its numbers, whole or of the metrics that the document tells, and the rest."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        numbers = {number["id"]: number for number in content["numbers"]}
    except (ValueError, KeyError, TypeError) as error:
        yield broken("json_unreadable", f"JSON 无法读取：{error}", path.name)
        return
    found = {name: section for name, section in content.items() if name != "numbers"}
    for where, expected, got in _differences("", sections(evidence.run), found):
        section = where.partition("[")[0].partition(".")[0]
        yield broken("json_text", differs(where, _said(expected), _said(got)), path.name, section)
    if len(numbers) != len(content["numbers"]):
        yield broken("json_number", "有编号出现两次", path.name, "numbers")
    told = evidence.run.document.metrics
    whole = any(id in numbers and m.metric not in told for id, m in evidence.measured.items())
    previous = _previous(evidence)
    for id, m in evidence.measured.items():
        if id in numbers:
            yield from _number(evidence, id, m, numbers.pop(id), previous, path.name)
        elif whole or m.metric in told:
            yield broken("json_number", f"缺少 {id}", path.name, "numbers")
    for id in numbers:
        yield broken("json_number", f"不认识的编号“{id}”", path.name, "numbers")


def _number(
    evidence: Evidence,
    id: str,
    m: Measurement,
    number: dict[str, Any],
    previous: Mapping[tuple[str, str, str], Comparison],
    file: str,
) -> Iterator[Issue]:
    metric = evidence.run.ledger.metrics[m.metric]
    rate = metric.is_rate or metric.unit == POINTS
    key, followed = m.period.key, evidence.following(m, id)
    wanted: dict[str, Any] = {
        **{kind: followed.get(kind) for kind in _KINDS},
        "id": id,
        "metric": m.metric,
        "label": metric.label,
        "period": key,
        "scope": m.scope,
        "unit": metric.unit,
        "reason": m.reason or evidence.run.told.reasons.get(id),
        "sources": [source(one) for one in m.sources],
    }
    wanted["growth" if rate else "points"] = None
    since = previous.get((m.metric, m.scope, key))
    if since is not None:
        wanted["previous"], wanted["growth_previous"] = since.prior, since.growth
        wanted["points_previous"], wanted["reason_previous"] = since.points, since.reason
    for name, expected in wanted.items():
        found = number.pop(name, _MISSING)
        if found != expected and not _agree(expected, found):
            yield broken("json_number", differs(f"{id} {name}", _said(expected), _said(found)), file, "numbers")
    for name in number:
        yield broken("json_number", f"{id} 多出“{name}”", file, "numbers")


def _previous(evidence: Evidence) -> dict[tuple[str, str, str], Comparison]:
    """What stands beside the figures of a monthly report's month, by metric, scope and period."""
    told = evidence.run.told
    month = told.month.key if told.month else ""
    return {(c.measurement.metric, c.measurement.scope, month): c for c in told.previous}


def _differences(where: str, expected: object, found: object) -> Iterator[tuple[str, object, object]]:
    """Every leaf in which two trees differ, by its path."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in dict.fromkeys((*expected, *found)):
            path = f"{where}.{name}" if where else str(name)
            yield from _differences(path, expected.get(name, _MISSING), found.get(name, _MISSING))
    elif _is_list(expected) and _is_list(found) and len(expected) == len(found):  # type: ignore[arg-type]
        for at, (one, other) in enumerate(zip(expected, found, strict=True), 1):  # type: ignore[call-overload]
            yield from _differences(f"{where}[{at}]", one, other)
    elif _is_list(expected) or not _agree(expected, found):
        yield where, expected, found


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _agree(expected: object, found: object) -> bool:
    """Whether the JSON says a value: exact ones as decimal strings, days and members of enums as theirs."""
    if isinstance(expected, Decimal):
        try:
            return isinstance(found, str) and expected == Decimal(found)
        except InvalidOperation:
            return False
    if isinstance(expected, Enum):
        return bool(found == expected.value)
    if expected is None or isinstance(expected, str | int):
        return type(found) is type(expected) and found == expected
    if isinstance(expected, date):
        return bool(found == expected.isoformat())
    return bool(found == expected) or (_is_list(expected) and next(_differences("", expected, found), None) is None)


def _said(value: object) -> str:
    return str(value)[:_SHOWN]
