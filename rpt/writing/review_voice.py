"""What templates may call beyond single figures: campaign curves day by day, the peak of one, members by rank."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from rpt.values.review import Review
from rpt.writing.campaign_curves import curves_chart, peak
from rpt.writing.placing import Placer
from rpt.writing.printer import Printer
from rpt.writing.ranking import ranked_members, ranked_table


class ReviewVoice:
    """The part of a document's voice that speaks of rankings and of campaigns by day."""

    def __init__(self, review: Review, printer: Printer, placer: Placer) -> None:
        self._review, self._printer, self._placer = review, printer, placer

    def names(self) -> dict[str, object]:
        """Everything a template can call, by the name it calls it."""
        offered = (self.campaign_curves, self.campaign_peak, self.ranked, self.rank_table)
        return {function.__name__: function for function in offered}

    def campaign_curves(self, id: str, title: str) -> Markup:
        """Turnover by day of every campaign's window, last year's beside this year's; empty without."""
        return self._placer.chart(id, title, partial(curves_chart, self._review))

    def campaign_peak(self, scope: str) -> Markup:
        """第31天最高，为512万元: the best day of a campaign (``活动=618``); empty without days."""
        return self._printer.phrase(peak(self._review, scope))

    def ranked(self, metric: str, dimension: str) -> list[str]:
        """Scopes of a dimension, best first as the metric's direction has it; those without a value are left out."""
        return ranked_members(self._review, metric, dimension)

    def rank_table(
        self, id: str, title: str, metric: str, dimension: str, columns: Sequence[str], note: str = ""
    ) -> Markup:
        """Members of a dimension by rank on ``metric``, with the rank as the first column."""
        make = partial(ranked_table, self._review, metric=metric, dimension=dimension, columns=columns)
        return self._placer.table(id, title, make, note)
