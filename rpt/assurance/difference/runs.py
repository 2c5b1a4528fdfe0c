"""Two runs of one report: every figure that changed, linked to the input rows that it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rpt.assurance.difference.rows import compare_rows
from rpt.language.figures import NOTHING
from rpt.language.format import POINTS, RATE, percent, period_text, points, quantity
from rpt.language.format import difference as difference_text
from rpt.language.kinds import kind_of
from rpt.language.naming import scoped_label
from rpt.language.typed import typed_text
from rpt.values.difference import Change, Difference, FigureChange, RowChange
from rpt.values.document import Document, Figure, FigureKind
from rpt.values.ledger import Ledger
from rpt.values.period import Period
from rpt.values.refs import Ref, parse_ref
from rpt.values.run import Basis, Run
from rpt.values.scope import ALL, UNMAPPED, member_label, members_of

LINKED = 20  # rows named beside a figure
_AHEAD = ("plan", "needed", "bridge")  # figures of a year to come, made from the year before it
_OF_PRIOR = frozenset({"prior", "change", "growth", "points"})


@dataclass
class _Seen:
    """All that a run says of one figure: its values and texts in the order printed, and the place of the first."""

    figures: list[Figure]
    title: str = ""


def compare(old: Run, new: Run) -> Difference:
    """What differs from ``old`` to ``new``; both are runs of one report."""
    rows, counts = compare_rows(old, new)
    before, after = _seen(old.document), _seen(new.document)
    figures = list(_printed(old, new, before, after))
    figures += _measured(old, new, known={*before, *after})
    linked = tuple(replace(f, rows=tuple(_behind(f, new, rows))) for f in figures)
    return Difference(old.record, new.record, linked, tuple(rows), counts, _files(old, new))


def _files(old: Run, new: Run) -> dict[str, Change]:
    before, after = old.record.inputs, new.record.inputs
    found = {}
    for file in dict.fromkeys([*after, *before]):
        if file not in before:
            found[file] = Change.ADDED
        elif file not in after:
            found[file] = Change.REMOVED
        elif before[file] != after[file]:
            found[file] = Change.CHANGED
    return found


def _seen(document: Document) -> dict[str, _Seen]:
    """Every figure of a document by its id: as printed first, then from the tables, which Excel shows whole."""
    seen: dict[str, _Seen] = {}
    for figure in document.figures:
        seen.setdefault(figure.ref, _Seen([])).figures.append(figure)
    for table in document.tables:
        for at, row in enumerate(table.rows, 1):
            head = next((cell for cell in row.cells.values() if isinstance(cell, str) and cell), f"第{at}行")
            for column in table.columns:
                cell = row.cells.get(column.key)
                if isinstance(cell, Figure):
                    known = seen.setdefault(cell.ref, _Seen([]))
                    known.figures.append(cell)
                    known.title = known.title or f"{table.title}：{head}·{column.title}"
    return seen


def _printed(old: Run, new: Run, before: Mapping[str, _Seen], after: Mapping[str, _Seen]) -> Iterator[FigureChange]:
    for ref in dict.fromkeys([*after, *before]):
        was, now = before.get(ref), after.get(ref)
        if _says(was) == _says(now):
            continue
        run, known = (new, now) if now else (old, was)
        assert known is not None
        texts = _telling(ref, run.ledger, was, now)
        exact = [seen.figures[0].value if seen else None for seen in (was, now)]
        reads = [{figure.text for figure in seen.figures} if seen else set() for seen in (was, now)]
        unit = known.figures[0].unit
        yield _figure(run, ref, texts, exact, unit, known.title, is_shown=reads[0] != reads[1])


def _says(seen: _Seen | None) -> set[Decimal | str]:
    """What a figure comes to: its values, or the reason there is none; a dash is nothing. The same value with other
    digits, since its column has others, says the same."""
    figures = seen.figures if seen else []
    return {figure.text if figure.value is None else figure.value for figure in figures} - {NOTHING}


def _telling(ref: str, ledger: Ledger, was: _Seen | None, now: _Seen | None) -> list[str]:
    """Old and new text, spelled alike with the unit in them; with all digits where they would read the same."""
    parts = parse_ref(ref)
    metric = ledger.metrics.get(parts.metric) if parts else None
    digits = metric.digits if metric and parts and not parts.suffix else None
    figures = [seen.figures[0] if seen else None for seen in (was, now)]
    texts = ["" if figure is None or figure.text == NOTHING else _text(figure, digits) for figure in figures]
    if texts[0] == texts[1]:
        return [_exact(figure) if figure else "" for figure in figures]
    return texts


def _text(figure: Figure, digits: int | None) -> str:
    """A figure in its own unit, whatever stands above its column, with a sign in place of an arrow."""
    if figure.value is None:
        return figure.text
    if figure.kind is FigureKind.POINTS:
        return points(figure.value)
    if figure.unit in ("", POINTS):
        return figure.text
    return quantity(figure.value, figure.unit, digits)


def _exact(figure: Figure) -> str:
    """All digits of a value, grouped, before its unit; a rate in percent."""
    if figure.value is None:
        return figure.text
    if figure.unit == RATE:
        return percent(figure.value, 6)
    return f"{typed_text(figure.value, grouped=True)}{figure.unit}"


def _measured(old: Run, new: Run, known: set[str]) -> Iterator[FigureChange]:
    """Figures of the ledger that the document does not print: Excel's 数据 and the JSON have them."""
    before, after = ({m.id: m for m in run.ledger.measurements} for run in (old, new))
    for ref in dict.fromkeys([*after, *before]):
        was, now = before.get(ref), after.get(ref)
        exact = [m.value if m else None for m in (was, now)]
        if ref in known or exact[0] == exact[1]:
            continue
        run = new if now else old
        metric = run.ledger.metrics[(now or was).metric]  # type: ignore[union-attr]
        texts = ["" if value is None else quantity(value, metric.unit, metric.digits) for value in exact]
        yield _figure(run, ref, texts, exact, metric.unit, "", is_shown=False)


def _figure(
    run: Run,
    ref: str,
    texts: Sequence[str],
    exact: Sequence[Decimal | None],
    unit: str,
    title: str,
    *,
    is_shown: bool,
) -> FigureChange:
    old, new = exact
    moved = ""
    if old is not None and new is not None:
        moved = difference_text(new - old, unit)
        moved = f"+{moved}" if new > old else moved
    change = Change.ADDED if not texts[0] else Change.REMOVED if not texts[1] else Change.CHANGED
    parts = parse_ref(ref)
    metric = run.ledger.metrics.get(parts.metric) if parts else None
    if parts is None or metric is None:
        name, period, scope = title or ref, "", ""
    else:
        when = Period.parse(parts.period)
        period, scope = period_text(when), member_label(parts.scope)
        name = scoped_label(metric.over(when), parts.scope) + kind_of(parts.suffix).name
    is_own = parts is not None and parts.period == run.record.period
    return FigureChange(
        change,
        ref,
        name,
        period,
        scope,
        texts[0],
        texts[1],
        unit,
        old,
        new,
        moved,
        is_shown,
        is_own,
        metric is not None,
    )


def _behind(figure: FigureChange, run: Run, rows: Sequence[RowChange]) -> Iterator[int]:
    """The rows that a figure was computed from, as far as period and platform tell; the first few."""
    ref = parse_ref(figure.ref)
    basis = run.bases.get(ref.metric) if ref else None
    if ref is None or basis is None:
        return
    periods = list(_periods(ref))
    holds = _holding(ref.scope, basis, run.ledger)
    found = 0
    for at, row in enumerate(rows):
        if row.table not in basis.tables:
            continue
        in_time = not row.days or any(p.starts_on <= day <= p.ends_on for p in periods for day in row.days)
        if in_time and (not row.platforms or any(map(holds, row.platforms))):
            yield at
            found += 1
            if found == LINKED:
                return


def _periods(ref: Ref) -> Iterator[Period]:
    """The periods whose rows count for a figure: its own, and what it is compared with."""
    period = Period.parse(ref.period)
    if ref.suffix != "prior":
        yield period
    if ref.suffix in _OF_PRIOR:
        yield period.year_ago
    if ref.suffix.startswith(_AHEAD):
        yield Period(period.year - 1)
    if ref.suffix.endswith("previous"):
        yield period.previous


def _holding(scope: str, basis: Basis, ledger: Ledger) -> Callable[[str], bool]:
    """Whether rows of a platform count for a scope, as far as its channel or platform tells; all do where a part of the
    metric counts whatever the scope."""
    members = {} if scope == ALL or any(part.scope for part in basis.parts) else members_of(scope)
    dimension = next((name for name in ("平台", "渠道") if name in members), None)
    if dimension is None:
        return lambda platform: True
    if members[dimension] == UNMAPPED:
        mapped = {platform for platforms in ledger.parts.values() for platform in platforms}
        return lambda platform: f"平台={platform}" not in mapped
    one = f"{dimension}={members[dimension]}"
    held = {part for member in ledger.groups.get(one, (one,)) for part in ledger.parts.get(member, (member,))}
    return lambda platform: f"平台={platform}" in held
