"""Campaigns day by day: small multiples of every window, last year's behind this year's, and the best day of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from rpt.language.figures import figure, free_figure
from rpt.language.format import column_unit
from rpt.language.wording import Phrase
from rpt.values.comparison import Comparison
from rpt.values.document import Chart, FigureKind, Series
from rpt.values.ledger import Measurement, measurement_id
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import members_of
from rpt.writing.charts import describe

METRIC, CAMPAIGN, DAY = "campaign_day_gmv", "场次", "活动日"
_NTH = re.compile(r"\d+")


def curves_chart(review: Review, id: str, number: str, title: str, chapter: str) -> Chart | None:
    """One panel per campaign, over the days of its longer window; a year without data has no line."""
    year = Period(review.year)
    found = {at: _days(review, at) for at in (year.year_ago, year)}
    campaigns = list(dict.fromkeys(campaign for days in found.values() for campaign in days))
    order = [members_of(s)["活动"] for s in (m.scope for m in review.ledger.of("gmv", "活动", year))]
    campaigns.sort(key=lambda campaign: order.index(campaign) if campaign in order else len(order))
    longest = max((nth for days in found.values() for byday in days.values() for nth in byday), default=0)
    if longest < 2:
        return None
    series = []
    for campaign in campaigns:
        for at, days in found.items():
            byday: Mapping[int, Measurement] = days.get(campaign, {})
            if byday:
                nths = range(1, max(byday) + 1)
                cells = tuple(m.value if (m := byday.get(nth)) else None for nth in nths)
                refs = tuple(measurement_id(METRIC, at, _scope(campaign, nth)) for nth in nths)
                series.append(Series(f"{at.year}年", cells, refs, campaign))
    known = review.ledger.metrics[METRIC]
    display = column_unit([v for s in series for v in s.values if v is not None], known.unit, known.digits)
    heads = tuple(f"第{nth}天" for nth in range(1, longest + 1))
    alt = describe("multiples", title, heads, series, known)
    return Chart(id, number, title, chapter, "multiples", heads, tuple(series), display.unit, display.scale, 0, alt=alt)


def peak(review: Review, scope: str) -> Phrase:
    """The best day of a campaign, what it brought and its share of the window; empty where no day is known."""
    year = Period(review.year)
    days = _days(review, year).get(members_of(scope).get("活动", ""), {})
    known: list[tuple[Decimal, int, Comparison]] = []
    for nth, m in days.items():
        c = review.by_id(m.id)
        if c is not None and m.value is not None:
            known.append((m.value, -nth, c))
    if not known:
        return ()
    value, nth, c = max(known, key=lambda found: found[:2])
    said: Phrase = ("第", free_figure(f"{c.measurement.id}.nth", -nth), "天成交最高，为", figure(c, FigureKind.VALUE))
    whole = review.ledger.get("gmv", year, scope)
    if whole is None or not whole.value:
        return said
    return (*said, "，占全场的", free_figure(f"{c.measurement.id}.share", value / whole.value, "比率"))


def _days(review: Review, period: Period) -> dict[str, dict[int, Measurement]]:
    """Campaign → day of its window, counted from 1 → what was measured."""
    found: dict[str, dict[int, Measurement]] = {}
    if METRIC not in review.ledger.metrics:
        return found
    for m in review.ledger.of(METRIC, period=period):
        members = members_of(m.scope)
        nth = _NTH.search(members[DAY])
        if nth:
            found.setdefault(members[CAMPAIGN], {})[int(nth.group())] = m
    return found


def _scope(campaign: str, nth: int) -> str:
    return f"{CAMPAIGN}={campaign}|{DAY}=第{nth}天"
