"""How far the plain way's ledger is the same as rpt's."""

from __future__ import annotations

import json
from pathlib import Path

FIELDS = ("value", "prior", "growth", "points", "target", "gap", "attainment")
_NEAR = 1e-9


def agreement(plain: Path, own: Path) -> dict[str, int]:
    """Counts: values of rpt's ledger, those that the plain way has too, figures compared, figures that differ."""
    rows = json.loads(plain.read_text(encoding="utf-8"))
    known = {(row["metric"], row["period"], row["scope"]): row for row in rows}
    numbers = [row for row in json.loads(own.read_text(encoding="utf-8"))["numbers"] if row["value"] is not None]
    pairs = [(row, known[key]) for row in numbers if (key := (row["metric"], row["period"], row["scope"])) in known]
    figures = [(float(row[name]), other[name]) for row, other in pairs for name in FIELDS if row[name] is not None]
    differing = sum(b is None or abs(a - b) > _NEAR * max(1, abs(a)) for a, b in figures)
    return {"values": len(numbers), "covered": len(pairs), "figures": len(figures), "differing": differing}
