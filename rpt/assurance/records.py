"""The JSON read back: every number of the ledger with what follows from it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from rpt.assurance.evidence import Evidence, broken, differs
from rpt.language.format import POINTS
from rpt.values.issue import Issue
from rpt.values.ledger import Measurement

_KINDS = ("value", "prior", "growth", "points", "target", "gap", "attainment")


def check_json(evidence: Evidence, path: Path) -> Iterator[Issue]:
    """Hold a JSON file against the run's ledger: whole, or the metrics that the document tells."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        numbers = {number["id"]: number for number in content["numbers"]}
    except (ValueError, KeyError, TypeError) as error:
        yield broken("json_unreadable", f"JSON 无法读取：{error}", path.name)
        return
    told = evidence.run.document.metrics
    whole = any(id in numbers and m.metric not in told for id, m in evidence.measured.items())
    for id, m in evidence.measured.items():
        if id in numbers:
            yield from _number(evidence, m, numbers.pop(id), path.name)
        elif whole or m.metric in told:
            yield broken("json_number", f"缺少 {id}", path.name, "numbers")
    for id in numbers:
        yield broken("json_number", f"不认识的编号“{id}”", path.name, "numbers")


def _number(evidence: Evidence, m: Measurement, number: Mapping[str, Any], file: str) -> Iterator[Issue]:
    metric = evidence.run.ledger.metrics[m.metric]
    rate = metric.is_rate or metric.unit == POINTS
    for kind in _KINDS:
        nothing = (kind == "growth" and rate) or (kind == "points" and not rate)
        expected = None if nothing else evidence.follows(m, kind)
        found = number.get(kind)
        if not _agree(expected, found):
            yield broken("json_number", differs(f"{m.id} {kind}", expected, found), file, "numbers")
    for key, text in (("metric", m.metric), ("label", metric.label), ("period", m.period.key), ("scope", m.scope),
                      ("unit", metric.unit)):  # fmt: skip
        if number.get(key) != text:
            yield broken("json_number", differs(f"{m.id} {key}", text, number.get(key)), file, "numbers")


def _agree(expected: Decimal | None, found: object) -> bool:
    if expected is None or not isinstance(found, str):
        return expected is None and found is None
    try:
        return expected == Decimal(found)
    except InvalidOperation:
        return False
