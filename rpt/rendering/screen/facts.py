"""What the page's scripts say of a figure: one table of metrics, kinds, lists and sheets, not one entry per figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rpt.language.kinds import KINDS
from rpt.values.explanation import Explanation, Extract
from rpt.values.ledger import Metric
from rpt.values.refs import parse_ref

_SHA = 16  # characters of a file's SHA-256 that tell it from others


def facts(traced: Iterable[Explanation], metrics: Mapping[str, Metric]) -> dict[str, object]:
    """``metrics``: id → name, unit, definition, formula in words, sheets by number; ``kinds``: suffix → name, formula;
    ``lists``: id → how it was drawn up; ``sheets``: names with the file's SHA-256."""
    told: dict[str, list[object]] = {}
    lists: dict[str, str] = {}
    sheets: dict[str, int] = {}
    used: set[str] = set()
    for one in traced:
        ref = parse_ref(one.ref)
        if ref is None or ref.metric not in metrics:
            used.add(one.ref.rpartition(".")[2])
            if one.ref.startswith("list."):
                lists.setdefault(one.ref.split(".")[1], "；".join(one.notes))
            continue
        used |= {ref.suffix, ref.suffix.rpartition(".")[2]}
        metric = metrics[ref.metric]
        entry = told.setdefault(ref.metric, [metric.label, metric.unit, metric.definition, "", []])
        if not ref.suffix and one.calculation and not entry[3]:
            entry[3] = one.calculation.words
            entry[4] = list(dict.fromkeys(sheets.setdefault(_sheet(e), len(sheets)) for e in one.sources))
    kinds = {suffix: [kind.name, kind.words] for suffix, kind in KINDS.items() if suffix and suffix in used}
    return {"metrics": told, "kinds": kinds, "lists": lists, "sheets": list(sheets)}


def _sheet(extract: Extract) -> str:
    where = " › ".join(part for part in (extract.file, extract.sheet) if part) or extract.table
    return f"{where}（SHA-256 {extract.sha256[:_SHA]}）" if extract.sha256 else where
