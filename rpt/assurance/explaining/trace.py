"""The trace: what a figure is, the formula it follows from with its numbers put in, and the sheets behind it.

Values only: a ledger, a document and what stands beside them. What is derived is computed here anew, with 28 digits,
and held against what the document prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from rpt.assurance.explaining.formulas import derived
from rpt.assurance.explaining.formulas.arithmetic import Derived, moved, plain
from rpt.assurance.explaining.formulas.asked import Asked
from rpt.assurance.explaining.formulas.planned import rolldown_value
from rpt.assurance.explaining.known import Known
from rpt.assurance.explaining.named import Named, Names
from rpt.language.format import difference, percent, period_text, quantity
from rpt.language.kinds import MOVES, PARTS, SHARES, kind_of
from rpt.language.naming import scoped_label
from rpt.values.document import Figure, FigureKind
from rpt.values.explanation import Calculation, Explanation, Extract, Operand
from rpt.values.ledger import Benchmark, Measurement, Source, Target
from rpt.values.refs import Ref, parse_ref
from rpt.values.scope import ALL

_SAME = Decimal("1e-20")  # of the value: what 28 digits leave
_MEASURED = ("", "prior", "previous")
_DEEPEST = 6  # a share of a plan of a target: no figure follows from others through more


class Tracer:
    """Explains the figures of one run by their ids."""

    def __init__(self, known: Known) -> None:
        self.known, self.ledger = known, known.ledger
        self._measured = {m.id: m for m in known.ledger.measurements}
        self._names = Names(known)
        self._figures: dict[str, Figure] = {}
        for one in self._names.figures:
            self._figures.setdefault(one.ref, one)
        self._sheets = {(sheet.file, sheet.sheet): sheet for sheet in known.sheets}
        self._formulas: dict[str, Derived | None] = {}
        self._rests: dict[str, tuple[Extract, ...]] = {}

    @property
    def refs(self) -> Iterable[str]:
        """Every id that can be explained: the measured and the printed."""
        return dict.fromkeys([*self._measured, *self._figures])

    def figure(self, ref: str) -> Figure | None:
        """The figure printed under an id, the first of them."""
        return self._figures.get(ref)

    def explain(self, ref: str, depth: int = 1) -> Explanation | None:
        """One figure, and the figures it follows from ``depth`` levels deep; None for an id that nothing answers to."""
        found = self._metric_ref(ref)
        made, printed = self._derived(ref), self._figures.get(ref)
        value, unit = self._stated(ref)
        if value is None and printed is None and made is None and ref not in self._measured:
            return None
        shown = made.value if made is not None and value is None else value
        measurement = self._measurement(found) if found and found.suffix in _MEASURED else None
        named = None if found else self._names.of(ref)
        return Explanation(
            ref,
            self.label_of(ref),
            found.period if found else "",
            found.scope if found else "",
            shown,
            unit,
            self._shown(ref, found, shown, unit, printed),
            definition=self.ledger.metrics[found.metric].definition if found else "",
            reason=self._reason(shown, measurement, printed),
            calculation=self._calculation(ref, made, measurement, named),
            notes=(*self._notes(found, made, value), *(named.notes if named else ())),
            sources=self.sources(ref),
            operands=self._operands(made, depth),
        )

    def value(self, ref: str) -> tuple[Decimal | None, str]:
        """The exact value that an id answers to and its base unit: as measured, promised, printed or else computed."""
        value, unit = self._stated(ref)
        if value is None and ref not in self._measured:
            made = self._derived(ref)
            return (made.value if made else None), unit
        return value, unit

    def sources(self, ref: str, left: int = _DEEPEST) -> tuple[Extract, ...]:
        """The cells that an id rests on, through all it follows from."""
        if ref not in self._rests and left:
            made = self._derived(ref)
            own = self._own_sources(ref)
            behind = (operand.ref for operand in made.calculation.operands if operand.ref) if made and not own else ()
            merged = (extract for other in behind for extract in self.sources(other, left - 1))
            self._rests[ref] = own or tuple(dict.fromkeys(merged))
        return self._rests.get(ref, ())

    def follows(self, ref: str) -> Iterator[str]:
        """The ids that a figure follows from, those of its formula first, then those of theirs."""
        level, seen = [ref], {ref}
        for _ in range(_DEEPEST):
            made = [self._derived(one) for one in level]
            level = [o.ref for one in made if one for o in one.calculation.operands if o.ref and o.ref not in seen]
            level = list(dict.fromkeys(level))
            seen |= set(level)
            yield from level

    def label(self, found: Ref) -> str:
        """2025年短视频成交总额：同比."""
        metric, period = self.ledger.metrics[found.metric], found.at
        name = self._names.step(found.suffix) or kind_of(found.suffix).name
        return f"{period_text(period)}{scoped_label(metric.over(period), found.scope)}" + (f"：{name}" if name else "")

    def label_of(self, ref: str) -> str:
        """What a reader calls the figure of any id."""
        found = self._metric_ref(ref)
        return self.label(found) if found else self._names.of(ref).label

    def promise(self, ref: str) -> Target | Benchmark | None:
        """The target or benchmark that an id answers to."""
        found = self._metric_ref(ref)
        if found is None or found.suffix not in ("target", "benchmark", "whole_target"):
            return None
        kind = self.ledger.benchmark if found.suffix == "benchmark" else self.ledger.target
        return kind(found.metric, found.at, found.scope)

    def cells_of(self, ref: str) -> tuple[Source, ...]:
        """The cells of the targets workbook that an id was read from, none for what is measured or derived."""
        promise = self.promise(ref)
        return promise.sources if promise is not None else self._names.of(ref).sources

    def _metric_ref(self, ref: str) -> Ref | None:
        found = parse_ref(ref)
        return found if found is not None and found.metric in self.ledger.metrics else None

    def _derived(self, ref: str) -> Derived | None:
        if ref not in self._formulas:
            self._formulas[ref] = None  # an id that would follow from itself follows from nothing
            base, _, suffix = ref.rpartition(".")
            found = self._metric_ref(ref) or Ref(base, "", ALL, suffix)
            printed = self._figures.get(ref)
            asked = Asked(ref, found, self.known, self.value, printed.value if printed else None)
            self._formulas[ref] = derived(asked)
        return self._formulas[ref]

    def _stated(self, ref: str) -> tuple[Decimal | None, str]:
        """The value and unit of what is measured, promised or printed."""
        found, printed = self._metric_ref(ref), self._figures.get(ref)
        unit = printed.unit if printed else ""
        if found is None:
            return (printed.value if printed else None), unit
        own = self.ledger.metrics[found.metric].unit
        if found.suffix == "previous" and printed is not None:
            return printed.value, own  # of a month that is not over, the same days of the one before
        if found.suffix in _MEASURED and (m := self._measurement(found)) is not None:
            return m.value, own
        promise = self.promise(ref)
        if promise is not None and found.suffix != "whole_target":  # the ledger of a month has its target to date
            return promise.value, own
        if found.suffix == "plan":
            planned = rolldown_value(self.known.plan, found.metric, found.at, found.scope)
            if planned is not None:
                return planned, own
        return (printed.value, unit) if printed else (None, self._unit(found, own))

    def _unit(self, found: Ref, own: str) -> str:
        """The unit of a figure that no page prints."""
        return "比率" if found.suffix in SHARES else own

    def _own_sources(self, ref: str) -> tuple[Extract, ...]:
        found = self._metric_ref(ref)
        if found is not None and found.suffix in _MEASURED:
            m = self._measurement(found)
            return self._extracts(m.sources) if m else ()
        cells = self.cells_of(ref)
        return self._extracts(cells) if cells or found else self._tables(self._names.of(ref).tables)

    def _shown(self, ref: str, found: Ref | None, value: Decimal | None, unit: str, printed: Figure | None) -> str:
        """The value with its unit; as printed where it has no unit of its own, or there is a reason in its place."""
        if printed is not None and (value is None or not unit):
            return printed.text
        if (
            value is not None
            and ref.rpartition(".")[2] in PARTS
            and printed is not None
            and printed.kind is FigureKind.NUMBER
        ):
            return moved(value, unit)
        if found is None or (printed is not None and printed.kind is FigureKind.NUMBER and found.suffix not in SHARES):
            return "—" if value is None else quantity(value, unit)
        return _text(value, unit, found, self.ledger.metrics[found.metric].digits)

    def _measurement(self, found: Ref) -> Measurement | None:
        at = {"prior": found.at.year_ago, "previous": found.at.previous}.get(found.suffix, found.at)
        return self.ledger.get(found.metric, at, found.scope)

    def _calculation(
        self, ref: str, made: Derived | None, measurement: Measurement | None, named: Named | None
    ) -> Calculation | None:
        if made is not None:
            return made.calculation
        if measurement is not None:
            return self._counted(measurement)
        found = self._metric_ref(ref)
        words = named.words if named else kind_of(found.suffix if found else "").words
        return Calculation(words) if words else None

    def _counted(self, measurement: Measurement) -> Calculation | None:
        """A measured value from its parts: 支付买家数合计 ÷ 访客数合计."""
        parts: Mapping[str, str] = self.known.parts.get(measurement.metric, {})
        if not parts:
            return None
        above = " × ".join(parts[role] for role in ("numerator", "times") if role in parts)
        below = " × ".join(parts[role] for role in ("denominator", "over") if role in parts)
        metric = self.ledger.metrics[measurement.metric]
        result = "—" if measurement.value is None else quantity(measurement.value, metric.unit, metric.digits)
        if not below:
            return Calculation(above, "" if measurement.value is None else f"{plain(measurement.value)}（{result}）")
        above, below = _inside(above, "−+"), _inside(below, "×÷−+")
        values = (measurement.numerator, measurement.denominator)
        if None in values or measurement.value is None:
            return Calculation(f"{above} ÷ {below}")
        numbers = f"{plain(values[0])} ÷ {plain(values[1])} = {result}"
        operands = (Operand(above, "", values[0], ""), Operand(below, "", values[1], ""))
        return Calculation(f"{above} ÷ {below}", numbers, operands)

    def _operands(self, made: Derived | None, depth: int) -> tuple[Explanation, ...]:
        if made is None or depth < 1:
            return ()
        refs = dict.fromkeys(operand.ref for operand in made.calculation.operands if operand.ref)
        explained = (self.explain(ref, depth - 1) for ref in refs)
        return tuple(one for one in explained if one is not None)

    def _reason(self, value: Decimal | None, measurement: Measurement | None, printed: Figure | None) -> str:
        if value is not None:
            return ""
        said = [measurement.reason if measurement else None, printed.text if printed else None]
        return "；".join(text for text in dict.fromkeys(said) if text and text != "—") or "没有可以印出的数"

    def _notes(self, found: Ref | None, made: Derived | None, value: Decimal | None) -> Iterable[str]:
        if made is not None and value is not None and made.value is not None:
            apart = abs(abs(made.value) - abs(value))
            if apart > made.within + _SAME * max(Decimal(1), abs(value)):
                yield f"按公式重算得 {plain(made.value)}，与印出的值不同"
        promise = self.promise(_spelled(found)) if found else None
        if isinstance(promise, Target):
            told = (("原文", promise.text), ("来源", promise.origin), ("负责人", promise.owner), ("备注", promise.note))
            yield from (f"{name}：{text}" for name, text in told if text)
        elif promise is not None and promise.source:
            yield f"来源：{promise.source}"

    def _extracts(self, sources: Iterable[Source]) -> tuple[Extract, ...]:
        found = []
        for source in sources:
            sheet = self._sheets.get((source.file, source.sheet))
            cells = sheet.cells(source.first_row, source.last_row, source.column) if sheet else ""
            name = self.known.tables.get(source.table, source.table)
            sha = sheet.sha256 if sheet else ""
            place = (source.file, source.sheet, sha, source.rows, source.first_row, source.last_row, cells)
            found.append(Extract(name, *place))
        return tuple(found)

    def _tables(self, names: Iterable[str]) -> tuple[Extract, ...]:
        """All rows of tables, by their Chinese names: what a list was drawn up from."""
        wanted = set(names)
        return tuple(
            Extract(
                s.table, s.file, s.sheet, s.sha256, s.rows, s.first_row, s.last_row, s.cells(s.first_row, s.last_row)
            )
            for s in self.known.sheets
            if s.table in wanted
        )


def _inside(words: str, signs: str) -> str:
    """A side of a division: in brackets where one of the signs stands in it, outside of all brackets."""
    depth = 0
    for sign in words:
        depth += {"（": 1, "）": -1}.get(sign, 0)
        if not depth and sign in signs:
            return f"（{words}）"
    return words


def _spelled(found: Ref) -> str:
    return f"{found.base}.{found.suffix}"


def _text(value: Decimal | None, unit: str, found: Ref, digits: int | None) -> str:
    if value is None:
        return "—"
    if found.suffix in SHARES and unit != "百分点":
        return percent(value)
    if found.suffix in MOVES:
        return difference(value, unit, digits)
    return quantity(value, unit, digits) if unit else plain(value)
