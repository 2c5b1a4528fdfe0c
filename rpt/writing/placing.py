"""Placing tables and charts in a document: numbered by chapter, collected, and left out where they are empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from rpt.values.document import Chart, Table
from rpt.writing.printer import Printer

MOST_ON_PAGE = 100  # rows that a reader of a page still reads, unless a template says how many; Excel has all

TableMaker = Callable[[str, str, str, str], Table]  # id, number, title, chapter
ChartMaker = Callable[[str, str, str, str], Chart | None]


class Placer:
    """Gives tables and charts their numbers (表2-1, 图2-1) and remembers them in the order of the document."""

    def __init__(self, render_table: Callable[[Table, Printer], Markup], printer: Printer) -> None:
        self._render_table, self._printer = render_table, printer
        self.tables: list[Table] = []
        self.charts: list[Chart] = []
        self._chapter, self._prefix = "", ""
        self._numbers = {"表": 0, "图": 0}

    def enter(self, chapter: str, prefix: str) -> None:
        """Start a chapter: its key, and the prefix of its table and chart numbers (``2`` or ``附``)."""
        self._chapter, self._prefix = chapter, prefix
        self._numbers = {"表": 0, "图": 0}

    def table(self, id: str, title: str, make: TableMaker, note: str = "") -> Markup:
        """Place a table; empty and without a number where it has no row, or nothing beside its first column."""
        table = make(id, self._next("表"), title, self._chapter)
        if not table.rows or len(table.columns) < 2:
            return Markup("")
        self._numbers["表"] += 1
        if table.page_rows is None and len(table.rows) > MOST_ON_PAGE:
            table = replace(table, page_rows=MOST_ON_PAGE)
        if note:
            table = replace(table, notes=(*table.notes, note))
        self.tables.append(table)
        return self._render_table(table, self._printer)

    def chart(self, id: str, title: str, make: ChartMaker) -> Markup:
        """Place a slot for a chart, which the renderer fills; empty and without a number where there is none."""
        chart = make(id, self._next("图"), title, self._chapter)
        if chart is None:
            return Markup("")
        self._numbers["图"] += 1
        self.charts.append(chart)
        slot = (
            '<figure class="chart" id="figure-{}"><div data-chart="{}"></div>'
            '<figcaption><span class="number">{}</span>{}</figcaption></figure>'
        )
        return Markup(slot).format(chart.id, chart.id, chart.number, chart.title)

    def _next(self, sign: str) -> str:
        return f"{sign}{self._prefix}-{self._numbers[sign] + 1}"
