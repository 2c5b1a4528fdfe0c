"""The document: semantic HTML, and the tables and charts in it as typed specs that every rendering draws from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class FigureKind(StrEnum):
    """What a printed figure is of its measurement."""

    VALUE = "value"
    PRIOR = "prior"
    CHANGE = "change"
    GROWTH = "growth"
    POINTS = "points"
    TARGET = "target"
    GAP = "gap"
    ATTAINMENT = "attainment"
    BENCHMARK = "benchmark"
    NUMBER = "number"  # a figure that is not of the ledger: a count of problems, a day


@dataclass(frozen=True)
class Formula:
    """How a cell follows from others of its row, for Excel: an operation over column keys.

    growth(value, prior) = value / prior − 1; points and gap and change(a, b) = a − b (points is stored in
    percentage points × 1/100 like every rate); attainment(value, target) = value / target;
    attainment_down(value, target) = target / value; share(part, whole-row's column) is not used across rows.
    """

    op: Literal["growth", "change", "points", "gap", "attainment", "attainment_down"]
    operands: tuple[str, str]


@dataclass(frozen=True)
class Figure:
    """One printed number: the id it answers to, its exact value in base units, and the text a reader sees.

    ``ref`` is the measurement's id, with the kind behind a dot where it is not the value (``gmv@2025.growth``).
    ``unit`` is the metric's unit (比率 for growth, attainment and points). ``good`` colours it: True good, False bad,
    None neither; ``arrow`` is ▲, ▼ or empty. ``value`` is None where ``text`` says a reason (新增业务, —).
    """

    ref: str
    kind: FigureKind
    value: Decimal | None
    unit: str
    text: str
    good: bool | None = None
    arrow: str = ""
    formula: Formula | None = None


Cell = Figure | str | None


@dataclass(frozen=True)
class Column:
    """A table column. ``scale`` divides the base value for display (10000 for 万元), ``unit`` is the shown unit, and
    ``number_format`` is the Excel format of the scaled number (``#,##0.00``, ``0.0%``); None is a text column. A column
    that is not ``printed`` stands in Excel alone, where the page has told it in prose."""

    key: str
    title: str
    unit: str = ""
    scale: Decimal = Decimal(1)
    number_format: str | None = None
    printed: bool = True


@dataclass(frozen=True)
class Row:
    """One table row: cells by column key. A row may have its own number format and scale where rows mix units."""

    cells: Mapping[str, Cell]
    emphasis: bool = False  # a total row
    number_format: str | None = None
    scale: Decimal | None = None


@dataclass(frozen=True)
class Table:
    """A numbered table: its title stands above, its unit at top right, its notes below. Pages show the first
    ``page_rows`` rows (None for all) and the total below them, Excel every one. ``listing`` is a list shown, by id."""

    id: str
    number: str  # 表2-1
    title: str
    chapter: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    notes: tuple[str, ...] = ()
    page_rows: int | None = None
    listing: str = ""

    @property
    def page(self) -> tuple[Row, ...]:
        """The rows that pages show."""
        if self.page_rows is None:
            return self.rows
        cut = self.rows[self.page_rows :]
        return (*self.rows[: self.page_rows], *(row for row in cut[-1:] if row.emphasis))


ChartKind = Literal["bar", "column", "line", "stacked", "bullet", "heatmap", "waterfall", "multiples"]


@dataclass(frozen=True)
class Series:
    """One line or one colour of bars: values in base units aligned with the chart's categories; refs likewise.

    A series may end before the categories do. In small multiples, series of the same ``panel`` share one small chart,
    which is named so; a series without one has a chart to itself, under its own name.
    """

    name: str
    values: tuple[Decimal | None, ...]
    refs: tuple[str, ...] = ()
    panel: str = ""

    @property
    def title(self) -> str:
        """The name that tells the series from all others of its chart: 年货节（2025年）."""
        return f"{self.panel}（{self.name}）" if self.panel else self.name


@dataclass(frozen=True)
class Chart:
    """A numbered chart: what it shows as data, and in words (``alt``) for those who cannot see it.

    kinds: bar (horizontal, one series or two), column (vertical, grouped), line, stacked (vertical), bullet (series
    are actual and target per category), heatmap (series are rows, categories are columns), waterfall (one series of
    steps; first and last are totals), multiples (a small line chart per panel, or per series
    where none is named).
    ``scale`` divides the base values, ``unit`` is the shown unit, ``digits`` the decimals of labels,
    ``percent`` says that values are fractions shown in percent.
    """

    id: str
    number: str  # 图2-1
    title: str
    chapter: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    scale: Decimal = Decimal(1)
    digits: int = 0
    percent: bool = False
    alt: str = ""


@dataclass(frozen=True)
class Section:
    """A heading inside a chapter: its title as printed and its id."""

    title: str
    anchor: str


@dataclass(frozen=True)
class Chapter:
    """One chapter: key, title as printed (一、总体情况), the id of its heading, and its sections."""

    key: str
    title: str
    anchor: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Document:
    """One report: the HTML every rendering prints, and the typed tables and charts that stand in it, in order."""

    title: str
    subtitle: str
    company: str
    language: str
    html: str  # a complete HTML document; charts are inline SVG, styles inline
    chapters: tuple[Chapter, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    figures: tuple[Figure, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # cover facts: 数据截至, 生成时间, 数据问题

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics whose figures stand in it: printed, in its tables, or drawn."""
        refs = [figure.ref for figure in self.figures]
        refs += [ref for chart in self.charts for series in chart.series for ref in series.refs]
        refs += [
            cell.ref
            for table in self.tables
            for row in table.rows
            for cell in row.cells.values()
            if isinstance(cell, Figure)
        ]
        return frozenset(ref.partition("@")[0] for ref in refs if "@" in ref)
