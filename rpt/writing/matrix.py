"""A metric cut by two dimensions at once, as a table with its margins and as a heat map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from rpt.language.figures import figure
from rpt.language.format import Display, column_unit, excel_format
from rpt.values.document import Cell, Chart, Column, FigureKind, Row, Series, Table
from rpt.values.ledger import measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL, members_of, scope_of
from rpt.writing.charts import describe

_DIGITS = re.compile(r"(\d+)")


class MatrixBuilder:
    """Builds matrices of one report year. Members stand in the ledger's order, or by name (第2季 before 第10季)."""

    def __init__(self, review: Review) -> None:
        self.review, self.year = review, Period(review.year)

    def sides(self, metric: str, rows: str, columns: str, *, by_name: bool = False) -> tuple[list[str], list[str]]:
        """The members of both dimensions at which there is a value."""
        found: tuple[list[str], list[str]] = ([], [])
        for m in self.review.ledger.of(metric, period=self.year):
            members = members_of(m.scope)
            if m.value is not None and tuple(members) == (rows, columns):
                for side, dimension in zip(found, (rows, columns), strict=True):
                    if members[dimension] not in side:
                        side.append(members[dimension])
        if by_name:
            return sorted(found[0], key=_natural), sorted(found[1], key=_natural)
        known = [self.review.ledger.members(metric, dimension, self.year) for dimension in (rows, columns)]
        left, right = (
            [m for m in order if m in side] + [m for m in side if m not in order]
            for order, side in zip(known, found, strict=True)
        )
        return left, right

    def table(
        self, id: str, number: str, title: str, chapter: str, metric: str, rows: str, columns: str, by_name: bool
    ) -> Table:
        """One row per member of ``rows``, one column per member of ``columns``, with sums where the metric adds up."""
        names, heads = self.sides(metric, rows, columns, by_name=by_name)
        known = self.review.ledger.metrics[metric]
        wholes = known.is_additive
        scopes = [self._scope(rows, name, columns, head) for name in names for head in heads]
        values = [c.value for s in scopes if (c := self.review.get(metric, self.year, s)) and c.value is not None]
        display = column_unit(values, known.unit, known.digits)
        form = excel_format(display.unit, display.digits)
        unit = "" if known.is_rate else display.unit
        specs = [Column("label", rows)] + [Column(head, head, unit, display.scale, form) for head in heads]
        if wholes:
            specs.append(Column("sum", "合计", unit, display.scale, form))
        built = [self._row(metric, name, rows, name, columns, heads, wholes, display) for name in names]
        if wholes and names:
            built.append(self._row(metric, "合计", rows, "", columns, heads, wholes, display))
        return Table(id, number, title, chapter, tuple(specs), tuple(built), unit=unit)

    def chart(
        self, id: str, number: str, title: str, chapter: str, metric: str, rows: str, columns: str, by_name: bool
    ) -> Chart | None:
        """A heat map: rows are series, columns categories."""
        names, heads = self.sides(metric, rows, columns, by_name=by_name)
        if not names or len(heads) < 2:
            return None
        known = self.review.ledger.metrics[metric]
        series = []
        for name in names:
            scopes = [self._scope(rows, name, columns, head) for head in heads]
            found = [self.review.get(metric, self.year, scope) for scope in scopes]
            refs = tuple(measurement_id(metric, self.year, scope) for scope in scopes)
            series.append(Series(name, tuple(c.value if c else None for c in found), refs))
        display = column_unit([v for s in series for v in s.values if v is not None], known.unit, known.digits)
        return Chart(
            id,
            number,
            title,
            chapter,
            "heatmap",
            tuple(heads),
            tuple(series),
            unit="" if known.is_rate else display.unit,
            scale=display.scale,
            digits=display.digits,
            percent=known.is_rate,
            alt=describe("heatmap", title, heads, series, known),
        )

    def _row(
        self,
        metric: str,
        label: str,
        rows: str,
        name: str,
        columns: str,
        heads: Sequence[str],
        wholes: bool,
        display: Display,
    ) -> Row:
        """A member's row; without a name it is the row of sums."""
        cells: dict[str, Cell] = {"label": label}
        for head in heads:
            cells[head] = self._cell(metric, self._scope(rows, name, columns, head), display)
        if wholes:
            cells["sum"] = self._cell(metric, self._scope(rows, name, columns, ""), display)
        return Row(cells, emphasis=not name)

    @staticmethod
    def _scope(rows: str, name: str, columns: str, head: str) -> str:
        members = {dimension: member for dimension, member in ((rows, name), (columns, head)) if member}
        return scope_of(members) if members else ALL

    def _cell(self, metric: str, scope: str, display: Display) -> Cell:
        c = self.review.get(metric, self.year, scope)
        if c is None or c.value is None:
            return "—"
        return figure(c, FigureKind.VALUE, display=display)


def _natural(name: str) -> list[tuple[int, Decimal, str]]:
    return [
        (0, Decimal(part), "") if part.isdecimal() else (1, Decimal(0), part) for part in _DIGITS.split(name) if part
    ]
