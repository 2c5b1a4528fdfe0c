"""What finished files are held against: the run as archived, and what follows from its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property

from rpt.assurance.proving.reading import Page, read_page
from rpt.values.document import Figure, Table
from rpt.values.issue import Issue, Level, Origin
from rpt.values.ledger import Measurement
from rpt.values.run import Run

_CONTEXT = Context(prec=28)
_NEAR = Decimal("1e-20")  # of a figure's size: divisions carry 28 digits


def broken(code: str, message: str, file: str, place: str = "", cell: str = "", value: str | None = None) -> Issue:
    """Something in a finished file that does not agree: where it is (page and chapter, or sheet and cell)."""
    return Issue(code, Level.ERROR, message, Origin(file, place or None, cell or None), "", value)


def differs(what: str, expected: object, found: object) -> str:
    """How a break is said: which figure, what should stand there, and what does."""
    return f"{what}：应为“{expected}”，实为“{found}”"


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two exact values are one figure, whichever way its divisions were made."""
    return one == other or abs(one - other) <= _NEAR * max(abs(one), abs(other))


@dataclass
class Evidence:
    """A run, its document as a reader meets it, and its measurements by id."""

    run: Run

    @cached_property
    def page(self) -> Page:
        """The run's document, read."""
        return read_page(self.run.document.html)

    @cached_property
    def measured(self) -> dict[str, Measurement]:
        """The ledger's measurements by id."""
        return {m.id: m for m in self.run.ledger.measurements}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The document's tables by id."""
        return {table.id: table for table in self.run.document.tables}

    def figures(self) -> Iterator[tuple[Table, Figure]]:
        """Every figure of every table that is a number."""
        for table in self.run.document.tables:
            for row in table.rows:
                for cell in row.cells.values():
                    if isinstance(cell, Figure) and cell.value is not None:
                        yield table, cell

    def known(self, ref: str) -> bool:
        """Whether the ledger itself has a say on a figure: a measurement's value, or what follows from it."""
        return self._of(ref) is not None

    def expected(self, ref: str) -> Decimal | None:
        """What the ledger makes of a figure's id: ``gmv@2025``, ``gmv@2025.growth``; None where it has no number."""
        of = self._of(ref)
        return None if of is None else self.follows(*of)

    def _of(self, ref: str) -> tuple[Measurement, str, str] | None:
        if ref in self.measured:
            return self.measured[ref], ref, "value"
        id, _, kind = ref.rpartition(".")
        return (self.measured[id], id, kind) if id in self.measured and kind in FOLLOWING else None

    def follows(self, m: Measurement, id: str, kind: str) -> Decimal | None:
        """A number that follows from a measurement: value, prior, change, points, growth, target, gap, attainment,
        benchmark. None where a part of it is unknown, or it says nothing."""
        if kind == "benchmark":
            found = self.run.ledger.benchmark(m.metric, m.period, m.scope)
            return found.value if found else None
        return self.following(m, id).get(kind)

    def following(self, m: Measurement, id: str) -> Mapping[str, Decimal]:
        """All but the benchmark that follows from a measurement, its value included, by kind."""
        if id not in self._followed:
            self._followed[id] = self._following(m, id)
        return self._followed[id]

    @cached_property
    def _followed(self) -> dict[str, dict[str, Decimal]]:
        return {}

    @cached_property
    def _promised(self) -> frozenset[str]:
        return frozenset(target.metric for target in self.run.ledger.targets)

    def _following(self, m: Measurement, id: str) -> dict[str, Decimal]:
        """All that follows from a measurement, by kind. Divisions carry 28 digits."""
        found: dict[str, Decimal] = {} if m.value is None else {"value": m.value}
        year = len(m.metric) + 1  # an id's year stands behind the metric and its @
        before = self.measured.get(f"{id[:year]}{m.period.year - 1}{id[year + 4 :]}")
        if before is not None and before.value is not None:
            found["prior"] = before.value
            if m.value is not None:
                found["change"] = found["points"] = _CONTEXT.subtract(m.value, before.value)
                if m.value > 0 and before.value > 0:
                    found["growth"] = _CONTEXT.divide(found["change"], before.value)
        promised = self.run.ledger.target(m.metric, m.period, m.scope) if m.metric in self._promised else None
        if promised is not None and promised.value is not None:
            found["target"] = promised.value
            if m.value is not None:
                found["gap"] = _CONTEXT.subtract(m.value, promised.value)
                attained = self._attained(m, m.value, promised.value)
                if attained is not None:
                    found["attainment"] = attained
        return found

    def _attained(self, m: Measurement, value: Decimal, target: Decimal) -> Decimal | None:
        better = self.run.ledger.metrics[m.metric].better
        if better == "none" or target <= 0 or value < 0:
            return None
        if better == "up":
            return _CONTEXT.divide(value, target)
        return _CONTEXT.divide(target, value) if value else None


FOLLOWING = ("prior", "change", "points", "growth", "target", "gap", "attainment", "benchmark")
