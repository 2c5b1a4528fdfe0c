"""The trace: what a figure is, the formula it follows from with its numbers put in, and the sheets behind it.

Values only: a ledger, a document and what stands beside them. What is derived is computed here anew, with 28 digits,
and held against what the document prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rpt.assurance.formulas import Derived, derived, plain
from rpt.assurance.named import cell_names, figures_of, listed_name
from rpt.language.format import difference, percent, period_text, quantity
from rpt.language.kinds import kind_of
from rpt.language.naming import scoped_label
from rpt.values.decomposition import Decomposition
from rpt.values.document import Document, Figure, FigureKind
from rpt.values.explanation import Calculation, Explanation, Extract, Operand
from rpt.values.ledger import Ledger, Measurement, Source
from rpt.values.listing import Listing
from rpt.values.period import Period
from rpt.values.refs import Ref, parse_ref

_SAME = Decimal("1e-20")  # of the value: what 28 digits leave


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read: its file's SHA-256, and the letters its first and last used column stand under."""

    file: str
    sheet: str
    sha256: str
    letters: tuple[str, ...] = ()

    def cells(self, first: int, last: int) -> str:
        """``A5:M2562``, empty for a file without cells."""
        if not self.letters or not first:
            return ""
        ordered = sorted(self.letters, key=lambda letters: (len(letters), letters))
        return f"{ordered[0]}{first}:{ordered[-1]}{last}"


@dataclass(frozen=True)
class Known:
    """What the trace knows of a run. ``parts`` are a metric's parts in words by role (numerator → 支付金额合计),
    ``tables`` the Chinese names of source tables."""

    ledger: Ledger
    document: Document
    sheets: Sequence[Sheet] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    parts: Callable[[str], Mapping[str, str]] = lambda metric: {}
    lists: Mapping[str, Listing] = field(default_factory=dict)
    drivers: Sequence[Decomposition] = ()


class Tracer:
    """Explains the figures of one run by their ids."""

    def __init__(self, known: Known) -> None:
        self.known, self.ledger = known, known.ledger
        self._measured = {m.id: m for m in known.ledger.measurements}
        self._figures: dict[str, Figure] = {}
        for one in figures_of(known.document):
            self._figures.setdefault(one.ref, one)
        self._sheets = {(sheet.file, sheet.sheet): sheet for sheet in known.sheets}
        self._cells = dict(cell_names(known.document))
        self._amounts = {f"{part.ref}.driver": (part, whole) for whole in known.drivers for part in whole.parts}

    @property
    def refs(self) -> Iterable[str]:
        """Every id that can be explained: the measured and the printed."""
        return dict.fromkeys([*self._measured, *self._figures])

    def figure(self, ref: str) -> Figure | None:
        """The figure printed under an id, the first of them."""
        return self._figures.get(ref)

    def explain(self, ref: str, depth: int = 1) -> Explanation | None:
        """One figure, and the figures it follows from ``depth`` levels deep; None for an id that nothing answers to."""
        found = parse_ref(ref)
        if found is None or (found.metric not in self.ledger.metrics):
            return self._other(ref)
        made = derived(self.value, self._measured, self.ledger, self._amounts, found)
        value, unit = self.value(ref)
        printed = self._figures.get(ref)
        if value is None and printed is None and made is None and ref not in self._measured:
            return None
        shown = made.value if made is not None and value is None else value
        measurement = self._measurement(found)
        operands = self._operands(made, depth)
        explained = Explanation(
            ref,
            self.label(found),
            found.period,
            found.scope,
            shown,
            unit,
            self._shown(found, shown, unit, printed),
            definition=self.ledger.metrics[found.metric].definition,
            reason=self._reason(ref, shown, measurement),
            calculation=self._calculation(found, made, measurement, unit, printed),
            notes=tuple(self._notes(found, made, value, shown)),
            operands=operands,
        )
        own = self._extracts(measurement.sources) if measurement and found.suffix in ("", "prior", "previous") else ()
        merged = [one for operand in operands for one in operand.sources]
        return replace(explained, sources=own or tuple(dict.fromkeys(merged)))

    def _shown(self, found: Ref, value: Decimal | None, unit: str, printed: Figure | None) -> str:
        """The value with its unit; as printed where it has no unit of its own, or there is a reason in its place."""
        if printed is not None and (value is None or printed.kind is FigureKind.NUMBER):
            return printed.text
        return _text(value, unit, found, self.ledger.metrics[found.metric].digits)

    def value(self, ref: str) -> tuple[Decimal | None, str]:
        """The exact value that an id answers to and its base unit, as measured, promised or else as printed."""
        found = parse_ref(ref)
        metric = self.ledger.metrics.get(found.metric) if found else None
        if found and metric:
            period = Period.parse(found.period)
            match found.suffix:
                case "" | "prior" | "previous":
                    m = self._measurement(found)
                    if m is not None:
                        return m.value, metric.unit
                case "target":
                    target = self.ledger.target(found.metric, period, found.scope)
                    if target is not None:
                        return target.value, metric.unit
                case "benchmark":
                    benchmark = self.ledger.benchmark(found.metric, period, found.scope)
                    if benchmark is not None:
                        return benchmark.value, metric.unit
        printed = self._figures.get(ref)
        return (None, metric.unit if metric else "") if printed is None else (printed.value, printed.unit)

    def label(self, found: Ref) -> str:
        """2025年短视频成交总额：同比."""
        metric, period = self.ledger.metrics[found.metric], Period.parse(found.period)
        name = kind_of(found.suffix).name
        return f"{period_text(period)}{scoped_label(metric.over(period), found.scope)}" + (f"：{name}" if name else "")

    def label_of(self, ref: str) -> str:
        """What a reader calls the figure of any id."""
        found = parse_ref(ref)
        if found and found.metric in self.ledger.metrics:
            return self.label(found)
        other = self._other(ref)
        return other.label if other else ref

    def _measurement(self, found: Ref) -> Measurement | None:
        period = Period.parse(found.period)
        at = {"prior": period.year_ago, "previous": period.previous}.get(found.suffix, period)
        return self.ledger.get(found.metric, at, found.scope)

    def _calculation(
        self, found: Ref, made: Derived | None, measurement: Measurement | None, unit: str, printed: Figure | None
    ) -> Calculation | None:
        if made is not None:
            return made.calculation
        if found.suffix not in ("", "prior", "previous") or measurement is None:
            words = kind_of(found.suffix).words
            return Calculation(words) if words else None
        parts = self.known.parts(found.metric)
        if not parts:
            return None
        above = " × ".join(parts[role] for role in ("numerator", "times") if role in parts)
        below = " × ".join(parts[role] for role in ("denominator", "over") if role in parts)
        result = _text(measurement.value, unit, found, self.ledger.metrics[found.metric].digits)
        if not below:
            return Calculation(above, "" if measurement.value is None else f"{plain(measurement.value)}（{result}）")
        below = f"（{below}）" if "over" in parts else below
        values = (measurement.numerator, measurement.denominator)
        if None in values or measurement.value is None:
            return Calculation(f"{above} ÷ {below}")
        numbers = f"{plain(values[0])} ÷ {plain(values[1])} = {result}"
        operands = (Operand(above, "", values[0], ""), Operand(below, "", values[1], ""))
        return Calculation(f"{above} ÷ {below}", numbers, operands)

    def _operands(self, made: Derived | None, depth: int) -> tuple[Explanation, ...]:
        if made is None or depth < 1:
            return ()
        explained = (self.explain(operand.ref, depth - 1) for operand in made.calculation.operands if operand.ref)
        return tuple(one for one in explained if one is not None)

    def _reason(self, ref: str, value: Decimal | None, measurement: Measurement | None) -> str:
        if value is not None:
            return ""
        printed = self._figures.get(ref)
        said = [measurement.reason if measurement else None, printed.text if printed else None]
        return "；".join(text for text in dict.fromkeys(said) if text and text != "—") or "没有可以印出的数"

    def _notes(self, found: Ref, made: Derived | None, value: Decimal | None, shown: Decimal | None) -> Iterable[str]:
        if made is not None and value is not None and made.value is not None:
            apart = abs(abs(made.value) - abs(value))
            if apart > _SAME * max(Decimal(1), abs(value)):
                yield f"按公式重算得 {plain(made.value)}，与印出的值不同"
        period = Period.parse(found.period)
        if found.suffix == "target" and (target := self.ledger.target(found.metric, period, found.scope)):
            yield from (
                f"{name}：{text}"
                for name, text in (
                    ("原文", target.text), ("来源", target.origin), ("负责人", target.owner), ("备注", target.note),
                )
                if text
            )  # fmt: skip
        if found.suffix == "benchmark" and (other := self.ledger.benchmark(found.metric, period, found.scope)):
            yield from (f"来源：{text}" for text in (other.source,) if text)

    def _other(self, ref: str) -> Explanation | None:
        """A figure that belongs to no metric of the ledger: a list's cell, a count, a part of a change."""
        printed = self._figures.get(ref)
        if printed is None:
            return None
        label, note = ref, ""
        tables: tuple[str, ...] = ()
        pieces = ref.split(".")
        listing = self.known.lists.get(pieces[1]) if pieces[0] == "list" and len(pieces) > 2 else None
        if listing is not None:
            label, tables, note = listed_name(listing, pieces), listing.tables, listing.note
        elif ref in self._cells:
            label = self._cells[ref]
        words = kind_of(pieces[-1]).words if listing is None else ""
        notes = [note] if note else []
        notes += [f"来自表：{'、'.join(tables)}"] if tables else []
        calculation = Calculation(words) if words else None
        return Explanation(
            ref, label, "", "", printed.value, printed.unit, printed.text, calculation=calculation, notes=tuple(notes)
        )

    def _extracts(self, sources: Sequence[Source]) -> tuple[Extract, ...]:
        found = []
        for source in sources:
            sheet = self._sheets.get((source.file, source.sheet))
            cells = sheet.cells(source.first_row, source.last_row) if sheet else ""
            name = self.known.tables.get(source.table, source.table)
            sha = sheet.sha256 if sheet else ""
            place = (source.file, source.sheet, sha, source.rows, source.first_row, source.last_row, cells)
            found.append(Extract(name, *place))
        return tuple(found)


def _text(value: Decimal | None, unit: str, found: Ref, digits: int | None) -> str:
    if value is None:
        return "—"
    if found.suffix in ("growth", "attainment", "growth_previous", "needed", "contribution", "plan_share"):
        return percent(value)
    if found.suffix in ("points", "change", "gap", "points_previous", "change_previous", "benchmark_gap"):
        return difference(value, unit, digits)
    return quantity(value, unit, digits) if unit else plain(value)
