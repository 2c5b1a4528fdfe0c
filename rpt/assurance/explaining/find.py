"""Finding the figure a person means: by its id, by a metric's name, or by the text that is printed."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from rpt.assurance.explaining.named import figures_of
from rpt.assurance.explaining.trace import Tracer
from rpt.language.kinds import KINDS
from rpt.language.naming import scoped_label
from rpt.values.issue import UserError
from rpt.values.period import Period
from rpt.values.refs import parse_ref

_LISTED = 20
_SPOKEN = {kind.name: suffix for suffix, kind in KINDS.items() if kind.name} | {
    "完成率": "attainment",
    "增长率": "growth",
}


class NotFoundError(UserError):
    """Nothing in the report is meant by a query."""


def find(tracer: Tracer, period: Period, query: str) -> str:
    """The one id that a query means. Raises UserError (exit 2) with the candidates where there are several, and
    NotFoundError with the nearest names where there is none."""
    wanted = _folded(query)
    if not wanted:
        raise UserError("没有写要说明的数", "写编号（gmv@2025）、指标名（成交总额）或印出的数（4.20亿元）")
    exact = _by_id(tracer, period, wanted)
    if exact:
        return exact
    named = _by_name(tracer, period, wanted)
    found = list(dict.fromkeys([*named, *_by_text(tracer, wanted)]))
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"“{query}”可以是{len(found)}个数，请写明编号", _listed(tracer, found))
    near = _near(tracer, period, wanted)
    hint = f"是不是：\n{_listed(tracer, near)}" if near else "编号见 JSON、Excel 的“溯源”表，指标名见 rpt metrics"
    raise NotFoundError(f"报告里没有“{query}”", hint)


def _folded(text: str) -> str:
    """Without white space, in half width, brackets as ids have them."""
    narrow = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]")
    return "".join(narrow.split()).lstrip("▲▼↑↓")


def _by_id(tracer: Tracer, period: Period, wanted: str) -> str | None:
    """An id as it is, or one whose period was left out (gmv, gmv[渠道=主站].growth): then the report's."""
    folded = {_folded(ref).casefold(): ref for ref in tracer.refs}
    if (known := folded.get(wanted.casefold())) is not None:
        return known
    metric = next((id for id in tracer.ledger.metrics if wanted == id or wanted.startswith((f"{id}[", f"{id}."))), None)
    full = f"{metric}@{period.key}{wanted[len(metric) :]}" if metric else wanted
    if full.casefold() in folded:
        return folded[full.casefold()]
    ref = parse_ref(full)
    if ref is None or not ref.suffix or ref.suffix not in KINDS:
        return None
    derived = tracer.explain(full, 0) if ref.metric in tracer.ledger.metrics else None
    return full if derived is not None and derived.value is not None else None


def _by_name(tracer: Tracer, period: Period, wanted: str) -> Iterator[str]:
    """Measurements of the report's period called so: 成交总额, 短视频成交总额, 复购率同比."""
    stem, suffix = wanted, ""
    for name, key in sorted(_SPOKEN.items(), key=lambda pair: -len(pair[0])):
        if wanted.endswith(name) and wanted != name:
            stem, suffix = wanted[: -len(name)], key
            break
    for name, key in dict.fromkeys([(wanted, ""), (stem, suffix)]):
        found = [ref for ref, names in _names(tracer, period) if name.casefold() in names]
        refs = [f"{ref}.{key}" if key else ref for ref in found]
        known = [ref for ref in refs if tracer.explain(ref, 0) is not None]
        if known:
            yield from known
            return


def _names(tracer: Tracer, period: Period) -> Iterator[tuple[str, set[str]]]:
    """The ids of a period with everything each is called: its label, its aliases and, where measured as a whole alone,
    the metric's id."""
    for m in tracer.ledger.measurements:
        if m.period != period:
            continue
        metric = tracer.ledger.metrics[m.metric].over(period)
        names = {_folded(scoped_label(metric, m.scope)).casefold()}
        if m.scope == "全部":
            names |= {_folded(name).casefold() for name in (metric.id, *metric.aliases)}
        yield m.id, names


def _by_text(tracer: Tracer, wanted: str) -> Iterator[str]:
    """Ids printed as this text, or holding exactly this number."""
    number = _number(wanted)
    for figure in figures_of(tracer.known.document):
        is_text = _folded(figure.text) == wanted
        if is_text or (number is not None and figure.value == number):
            yield figure.ref


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _near(tracer: Tracer, period: Period, wanted: str) -> list[str]:
    """Ids whose spelling or name comes nearest."""
    names: dict[str, str] = {}
    for ref, called in _names(tracer, period):
        for name in called:
            names.setdefault(name, ref)
    for ref in tracer.refs:
        names.setdefault(_folded(ref).casefold(), ref)
    close = difflib.get_close_matches(wanted.casefold(), names, n=5, cutoff=0.55)
    inside = [name for name in names if wanted.casefold() in name][:5]
    return list(dict.fromkeys(names[name] for name in [*close, *inside]))[:6]


def _listed(tracer: Tracer, refs: Iterable[str]) -> str:
    """A line per id with what it is called."""
    chosen = list(refs)
    width = max(len(ref) for ref in chosen[:_LISTED])
    lines = [f"{ref.ljust(width)}　{_told(tracer, ref)}" for ref in chosen[:_LISTED]]
    more = len(chosen) - _LISTED
    return "\n".join([*lines, *([f"……另有{more}个"] if more > 0 else [])])


def _told(tracer: Tracer, ref: str) -> str:
    figure = tracer.figure(ref)
    return f"{tracer.label_of(ref)}　{figure.text}" if figure else tracer.label_of(ref)
