"""Findings as templates tell them: title, evidence as figures, cause, measures."""

from __future__ import annotations

from typing import Any

from rpt.language.figures import figure, free_figure
from rpt.language.format import POINTS, RATE, period_text
from rpt.language.naming import scoped_label
from rpt.language.span import span_text
from rpt.language.wording import Phrase
from rpt.values.document import FigureKind
from rpt.values.finding import SEVERITIES, Driver, Finding
from rpt.values.review import Review
from rpt.writing.brief import problem_line
from rpt.writing.printer import Printer


def finding_views(review: Review, printer: Printer) -> list[dict[str, Any]]:
    """Findings in order of weight, as plain values and HTML."""
    return [_view(review, printer, finding) for finding in review.findings]


def _view(review: Review, printer: Printer, finding: Finding) -> dict[str, Any]:
    compared = [c for id in finding.evidence if (c := review.by_id(id)) is not None and c.value is not None]
    impact = None if finding.impact is None else free_figure(f"{finding.evidence[0]}.impact", finding.impact, "元")
    return {
        "title": printer.phrase(finding.title),
        "headline": printer.phrase(finding.headline),
        "line": printer.phrase(problem_line(finding)),
        "severity": SEVERITIES[finding.severity],
        "impact": "" if impact is None else printer.figure(impact),
        "evidence": [
            {
                "label": scoped_label(c.metric, c.measurement.scope),
                "period": period_text(c.measurement.period),
                "figure": printer.figure(figure(c, FigureKind.VALUE)),
            }
            for c in compared
        ],
        "driver": printer.phrase(_pulled(review, finding, finding.driver)) if finding.driver else "",
        "cause": finding.cause,
        "actions": [
            {"measure": a.measure, "owner": a.owner, "span": span_text(a.starts_on, a.ends_on)} for a in finding.actions
        ],
    }


def _pulled(review: Review, finding: Finding, driver: Driver) -> Phrase:
    """访客数，使成交总额减少1200.0万元: the part that pulled most in the wrong direction."""
    moved = "增加" if driver.amount > 0 else "减少"
    size = abs(driver.amount)
    whole = next(found for found in review.drivers if found.id == driver.of)
    part = next(part for part in whole.parts if (part.ref, part.label) == (driver.ref, driver.label))
    amount = free_figure(whole.ref_of(part), size, POINTS if driver.unit == RATE else driver.unit)
    return (f"{driver.label}，使{review.ledger.metrics[finding.metric].label}{moved}", amount)
