"""What the page's scripts say of a figure: tables of metrics, kinds, lists and sheets; of each figure itself only the
numbers of its formula, and what sets it apart from its metric and kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rpt.language.kinds import KINDS, kind_of
from rpt.values.explanation import Explanation, Extract
from rpt.values.ledger import Metric
from rpt.values.refs import parse_ref

_SHA = 16  # characters of a file's SHA-256 that tell it from others


def facts(traced: Sequence[Explanation], metrics: Mapping[str, Metric]) -> dict[str, object]:
    """``metrics``: id → name, unit, definition, formula in words, sheets by number; ``kinds``: suffix → name, formula;
    ``lists``: id → how it was drawn up; ``sheets``: names with the file's SHA-256; ``figures``: id → the formula with
    its numbers put in, its words where they are the figure's own, its sheets where they are not its metric's."""
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
            entry[4] = _numbered(one.sources, sheets)
    figures = {one.ref: own for one in traced if (own := _own(one, told, sheets))}
    kinds = {suffix: [kind.name, kind.words] for suffix, kind in KINDS.items() if suffix and suffix in used}
    return {"metrics": told, "kinds": kinds, "lists": lists, "sheets": list(sheets), "figures": figures}


def _own(one: Explanation, told: Mapping[str, list[object]], sheets: dict[str, int]) -> list[object]:
    """What is to be said of one figure alone: numbers, words, sheets; without those at the end that are nothing."""
    ref, made = parse_ref(one.ref), one.calculation
    entry = told.get(ref.metric) if ref else None
    known = [kind_of(ref.suffix if ref else one.ref.rpartition(".")[2]).words, entry[3] if entry else ""]
    own: list[object] = [made.numbers, "" if made.words in known else made.words] if made else ["", ""]
    rests = _numbered(one.sources, sheets)
    own.append(rests if rests and (entry is None or rests != entry[4]) else "")
    while own and not own[-1]:
        own.pop()
    return own


def _numbered(extracts: Iterable[Extract], sheets: dict[str, int]) -> list[int]:
    return list(dict.fromkeys(sheets.setdefault(_sheet(one), len(sheets)) for one in extracts))


def _sheet(extract: Extract) -> str:
    where = " › ".join(part for part in (extract.file, extract.sheet) if part) or extract.table
    return f"{where}（SHA-256 {extract.sha256[:_SHA]}）" if extract.sha256 else where
