"""One document's voice: everything a template may call, gathered from phrases, exhibits and lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from markupsafe import Markup

from rpt.values.document import Chart, Table
from rpt.values.review import Review
from rpt.writing.comparable_view import comparable_table
from rpt.writing.exhibits import Exhibits
from rpt.writing.list_voice import ListVoice
from rpt.writing.phrases import Phrases
from rpt.writing.placing import ChartMaker, Placer, TableMaker
from rpt.writing.plan_tables import actions_table, findings_table, targets_table
from rpt.writing.printer import Printer
from rpt.writing.review_voice import ReviewVoice


class Voice:
    """Speaks of one review. What it printed and placed is collected for the document."""

    def __init__(
        self,
        review: Review,
        render_table: Callable[[Table, Printer], Markup],
        small: Decimal,
        lists: Mapping[str, TableMaker],
        charts: Mapping[str, ChartMaker],
    ) -> None:
        self.printer = Printer()
        self._placer = Placer(render_table, self.printer)
        known: dict[str, TableMaker] = {
            "targets": partial(targets_table, review),
            "actions": partial(actions_table, review),
            "findings": partial(findings_table, review),
            "comparable": partial(comparable_table, review),
            **lists,
        }
        self.phrases = Phrases(review, self.printer, small)
        self.exhibits = Exhibits(review, self.printer, self._placer, known, charts)
        self._of_lists = ListVoice(review, self.printer, self._placer)
        self._of_review = ReviewVoice(review, self.printer, self._placer)

    def enter(self, chapter: str, prefix: str) -> None:
        """Start a chapter: its key, and the prefix of its table and chart numbers (``2`` or ``附``)."""
        self._placer.enter(chapter, prefix)

    @property
    def tables(self) -> list[Table]:
        """The tables placed, in the order of the document."""
        return self._placer.tables

    @property
    def charts(self) -> list[Chart]:
        """The charts placed, in the order of the document."""
        return self._placer.charts

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        return self.phrases.names() | self.exhibits.names() | self._of_lists.names() | self._of_review.names()
