"""Table specs from addresses: which metrics, cut how, and which of their figures stand in which column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rpt.language.figures import figure
from rpt.language.format import Display, cell_text, column_unit, excel_format, number, percent
from rpt.language.naming import scoped_label
from rpt.values.comparison import Comparison
from rpt.values.document import Cell, Column, Figure, FigureKind, Formula, Row, Table
from rpt.values.ledger import Metric
from rpt.values.period import Period, PeriodKind
from rpt.values.review import Review
from rpt.values.scope import ALL, member_label, scope_of
from rpt.writing.lens import Lens

LEVELS = (FigureKind.VALUE, FigureKind.PRIOR, FigureKind.TARGET, FigureKind.BENCHMARK)
DIFFERENCES = (FigureKind.CHANGE, FigureKind.GAP)
POINT = Decimal("0.01")


@dataclass(frozen=True)
class Address:
    """A metric and which of its figures: ``gmv`` is its value, ``gmv.growth`` its growth, ``gmv.yoy`` either way."""

    metric: str
    kind: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``gmv.growth``; without a kind it is the value."""
        metric, _, kind = text.partition(".")
        return cls(metric, kind or FigureKind.VALUE.value)

    @property
    def key(self) -> str:
        """The column key."""
        return f"{self.metric}.{self.kind}"


class TableBuilder:
    """Builds the tables of one report: of its year, or of its month."""

    def __init__(self, review: Review) -> None:
        self.review, self.year, self.lens = review, Period(review.year), Lens(review)
        self.period = review.period

    def by_metric(
        self, id: str, number: str, title: str, chapter: str, rows: Sequence[str], kinds: Sequence[str]
    ) -> Table:
        """One row per metric: label, unit, and its figures in columns. Rows whose metric was not measured are left out.

        A row is written ``gmv`` or ``gmv[渠道=主站]``.
        """
        columns = [Column("label", "指标"), Column("unit", "单位")]
        columns += [Column(kind, self.lens.title(kind), number_format="General") for kind in kinds]
        built = []
        for row in rows:
            name, _, rest = row.partition("[")
            scope = rest.removesuffix("]") or ALL
            found = {kind: self.lens.pick(name, kind, self.period, scope) for kind in kinds}
            if all(c is None for c in found.values()):
                continue
            metric = self.review.ledger.metrics[name]
            display = self._display(metric, found)
            cells: dict[str, Cell] = {
                "label": scoped_label(metric.over(self.period), scope),
                "unit": shown_unit(metric, display),
            }
            for kind, c in found.items():
                cells[kind] = "—" if c is None else self._cell(c, Address(name, kind), display, set(kinds), bare=True)
            built.append(Row(cells, number_format=excel_format(display.unit, display.digits), scale=display.scale))
        kept = self._filled(columns, built)
        return Table(id, number, title, chapter, kept, tuple(built))

    def by_member(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        dimension: str,
        columns: Sequence[str],
        members: Sequence[str] | None,
        total: bool,
    ) -> Table:
        """One row per member of a dimension, addresses in columns; 全部 as the last row where ``total``."""
        lead = Address.parse(columns[0]).metric
        ledger = self.review.ledger
        found = list(
            members or ledger.members(lead, dimension, self.period) or ledger.members(lead, dimension, self.year)
        )
        scopes = [scope_of({dimension: member}) for member in found]
        rows = [(member_label(scope), scope, self.period) for scope in scopes]
        if total:
            # some members, or figures that do not add up, have a whole but no sum
            whole = "合计" if self.review.ledger.metrics[lead].is_additive and not members else ALL
            rows.append((whole, ALL, self.period))
        return self._grid(id, number, title, chapter, dimension, rows, columns)

    def by_period(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        by: PeriodKind,
        columns: Sequence[str],
        scope: str,
        total: bool,
    ) -> Table:
        """One row per month or quarter of the year, addresses in columns."""
        periods = self.year.months() if by is PeriodKind.MONTH else self.year.quarters()
        rows = [(period_label(p), scope, p) for p in periods]
        if total:
            rows.append(("全年", scope, self.year))
        return self._grid(id, number, title, chapter, "月份" if by is PeriodKind.MONTH else "季度", rows, columns)

    def _grid(
        self,
        id: str,
        number: str,
        title: str,
        chapter: str,
        head: str,
        rows: Iterable[tuple[str, str, Period]],
        columns: Sequence[str],
    ) -> Table:
        addresses = [Address.parse(text) for text in columns]
        grid: list[tuple[str, dict[str, Comparison | None]]] = []
        for label, scope, period in rows:
            found = {a.key: self.lens.pick(a.metric, a.kind, period, scope) for a in addresses}
            if any(c is not None and c.value is not None for c in found.values()):
                grid.append((label, found))
        displays = {
            a.metric: self._column_display(
                a.metric, [found[b.key] for _, found in grid for b in addresses if b.metric == a.metric]
            )
            for a in addresses
        }
        keys = {a.key for a in addresses}
        several = len({a.metric for a in addresses}) > 1
        specs = [Column("label", head)]
        for a in addresses:
            metric = self.review.ledger.metrics[a.metric]
            specs.append(self._column(a, metric, displays[a.metric], several=several))
        built = []
        for label, found in grid:
            cells: dict[str, Cell] = {"label": label}
            for a in addresses:
                c = found[a.key]
                cells[a.key] = "—" if c is None else self._cell(c, a, displays[a.metric], keys, bare=False)
            built.append(Row(cells, emphasis=label in ("合计", "全年", ALL)))
        kept = self._filled(specs, built)
        units = {column.unit for column in kept if column.number_format and "%" not in column.number_format}
        shared = units.pop() if len(units) == 1 and "" not in units else ""
        return Table(id, number, title, chapter, kept, tuple(built), unit=shared)

    def _display(self, metric: Metric, found: Mapping[str, Comparison | None]) -> Display:
        shown = [(c, self.lens.figure_kind(kind, metric)) for kind, c in found.items() if c is not None]
        levels = [(c, kind) for c, kind in shown if kind in (*LEVELS, *DIFFERENCES)]
        values = [figure(c, kind, benchmark=self._benchmark(c)).value for c, kind in levels]
        return column_unit([v for v in values if v is not None], metric.unit, metric.digits)

    def _column_display(self, metric: str, comparisons: Sequence[Comparison | None]) -> Display:
        known = self.review.ledger.metrics[metric]
        values = [v for c in comparisons if c is not None for v in (c.value, c.prior, c.target) if v is not None]
        return column_unit(values, known.unit, known.digits)

    def _column(self, a: Address, metric: Metric, display: Display, *, several: bool) -> Column:
        kind = self.lens.figure_kind(a.kind, metric)
        title = self.lens.title(a.kind, short=several)
        if several and kind is FigureKind.VALUE:
            title = ("" if a.kind == FigureKind.VALUE else "本年") + metric.over(self.period).label
        if kind in (FigureKind.GROWTH, FigureKind.ATTAINMENT):
            return Column(a.key, title, "%", Decimal(1), "0.0%")
        if kind is FigureKind.POINTS or (kind in DIFFERENCES and metric.is_rate):
            return Column(a.key, title, "百分点", POINT, excel_format("", metric.digits or 1))
        unit = "" if display.unit == "比率" else display.unit
        return Column(a.key, title, unit, display.scale, excel_format(display.unit, display.digits))

    def _cell(self, c: Comparison, a: Address, display: Display, keys: set[str], *, bare: bool) -> Figure:
        """The figure with the text its column wants, and its formula where both operands stand in the row."""
        kind = self.lens.figure_kind(a.kind, c.metric)
        found = figure(c, kind, benchmark=self._benchmark(c))
        formula = self._formula(found.formula, a, keys, bare=bare)
        if found.value is None:
            return replace(found, formula=None)
        if kind in LEVELS:
            text = cell_text(found.value, display)
        elif kind is FigureKind.POINTS:
            size = number(abs(found.value) / POINT, c.metric.digits or 1)
            text = f"{found.arrow}{size}" + ("个百分点" if bare else "")
        elif kind is FigureKind.GROWTH:
            text = f"{found.arrow}{percent(abs(found.value))}"
        elif kind in DIFFERENCES:
            text = signed(number(found.value / POINT, 1) if c.metric.is_rate else cell_text(found.value, display))
        else:
            text = found.text
        return replace(found, text=text, formula=formula)

    def _benchmark(self, c: Comparison) -> Decimal | None:
        m = c.measurement
        found = self.review.ledger.benchmark(m.metric, m.period, m.scope)
        return found.value if found else None

    def _formula(self, formula: Formula | None, a: Address, keys: set[str], *, bare: bool) -> Formula | None:
        if formula is None:
            return None
        named = [self.lens.operand(a.kind, operand) for operand in formula.operands]
        left, right = (operand if bare else f"{a.metric}.{operand}" for operand in named)
        return Formula(formula.op, (left, right)) if left in keys and right in keys else None

    @staticmethod
    def _filled(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
        """Columns in which at least one row says something: no column of dashes."""

        def says(cell: Cell) -> bool:
            return cell not in (None, "", "—") if not isinstance(cell, Figure) else cell.value is not None

        return tuple(
            c for c in columns if c.key in ("label", "unit") or any(says(row.cells.get(c.key)) for row in rows)
        )


def signed(text: str) -> str:
    """A plus sign before what grew, unless it rounds to nothing."""
    return text if text[:1] in "−-" or not any(d in "123456789" for d in text) else f"+{text}"


def shown_unit(metric: Metric, display: Display) -> str:
    """The unit a reader sees: % for rates, none for ratios, which are written 3.5∶1."""
    return {"比率": "%", "倍": "—"}.get(display.unit, display.unit)


def period_label(period: Period) -> str:
    """1月, 一季度, 2025年."""
    match period.kind:
        case PeriodKind.MONTH:
            return f"{period.part}月"
        case PeriodKind.QUARTER:
            return f"{'一二三四'[period.part - 1]}季度"
        case PeriodKind.YEAR:
            return f"{period.year}年"
