"""Findings as templates tell them: title, evidence as figures, cause, measures."""

from __future__ import annotations

from typing import Any

from rpt.language.figures import figure, free_figure
from rpt.language.format import period_text
from rpt.values.document import FigureKind
from rpt.values.finding import Finding
from rpt.values.review import Review
from rpt.writing.plan_tables import SEVERITIES, span
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
        "severity": SEVERITIES[finding.severity],
        "impact": "" if impact is None else printer.figure(impact),
        "evidence": [
            {
                "label": c.metric.label,
                "period": period_text(c.measurement.period),
                "figure": printer.figure(figure(c, FigureKind.VALUE)),
            }
            for c in compared
        ],
        "cause": finding.cause,
        "actions": [
            {"measure": a.measure, "owner": a.owner, "span": span(a.starts_on, a.ends_on)} for a in finding.actions
        ],
    }
