"""What templates may call about lists and matrices."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from markupsafe import Markup

from rpt.language.figures import free_figure
from rpt.values.issue import UserError
from rpt.values.listing import Listing
from rpt.values.review import Review
from rpt.writing.list_tables import cell_figure, listing_table
from rpt.writing.matrix import MatrixBuilder
from rpt.writing.placing import Placer
from rpt.writing.printer import Printer


class ListVoice:
    """The part of a document's voice that speaks of lists; its tables and charts stand among the document's."""

    def __init__(self, review: Review, printer: Printer, placer: Placer) -> None:
        self._lists, self._matrix = review.lists, MatrixBuilder(review)
        self._printer, self._placer = printer, placer

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        offered = (
            self.has_list,
            self.list_size,
            self.list_rows,
            self.list_cell,
            self.listing_table,
            self.matrix_table,
            self.matrix_chart,
        )
        return {function.__name__: function for function in offered}

    def has_list(self, of: str) -> bool:
        """Whether a list of the catalogue (``slow_movers``) has a row."""
        return of in self._lists

    def list_size(self, of: str, unit: str = "个") -> Markup:
        """How many rows a list has: 24个."""
        return self._printer.figure(free_figure(f"list.{of}.size", self._need(of).size, unit))

    def list_rows(self, of: str) -> int:
        """How many rows a list has, to address its last one."""
        return len(self._need(of).rows)

    def list_cell(self, of: str, column: str, row: int = 1) -> Markup:
        """One cell of a list, a number with its unit: the first row's by default; — where it is empty or not there."""
        listing = self._need(of)
        try:
            item = listing.column(column)[row - 1]
        except (KeyError, IndexError):
            return Markup("—")
        if not isinstance(item, Decimal):
            return Markup("{}").format(item or "—")
        return self._printer.figure(cell_figure(listing, row, column, item))

    def _need(self, of: str) -> Listing:
        if of not in self._lists:
            raise UserError(f"模板用到没有的清单：{of}", "先用 has_list(清单) 判断")
        return self._lists[of]

    def listing_table(self, id: str, title: str, of: str, limit: int | None = 10, note: str = "") -> Markup:
        """A list of the catalogue as a table: pages show the first ``limit`` rows (None: as of any
        table, see ``Placer``), Excel all; empty without."""
        found = self._lists.get(of)
        if found is None:
            return Markup("")
        return self._placer.table(id, title, partial(listing_table, found, limit=limit), note)

    def matrix_table(
        self, id: str, title: str, metric: str, rows: str, columns: str, by_name: bool = False, note: str = ""
    ) -> Markup:
        """A metric by two dimensions, with sums on both sides where it adds up."""
        make = partial(self._matrix.table, metric=metric, rows=rows, columns=columns, by_name=by_name)
        return self._placer.table(id, title, make, note)

    def matrix_chart(self, id: str, title: str, metric: str, rows: str, columns: str, by_name: bool = False) -> Markup:
        """A metric by two dimensions as a heat map; members in the ledger's order, or ``by_name``."""
        make = partial(self._matrix.chart, metric=metric, rows=rows, columns=columns, by_name=by_name)
        return self._placer.chart(id, title, make)
