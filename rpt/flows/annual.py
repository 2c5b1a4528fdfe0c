"""The annual report: intake → metrics → review → writing → rendering."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from rpt import __version__
from rpt.flows.steps import Measured, Progress, intake, measure
from rpt.metrics.reconcile import reconcile
from rpt.project.model import Project
from rpt.rendering.html import page
from rpt.rendering.json import write_json
from rpt.rendering.pdf import write_pdf
from rpt.rendering.xlsx import write_xlsx
from rpt.state.atomic import replacing, sweep
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.issue import Issue, has_errors
from rpt.writing.compose import Composer, Facts

FORMATS = ("pdf", "xlsx", "html", "json")
STEPS = ("读取数据", "计算指标", "对比与查找问题", "撰写报告", "生成文件")


@dataclass(frozen=True)
class AnnualRequest:
    """What was asked for: a year (None for the last complete one), formats, where to, the cut, and how strict."""

    year: int | None = None
    formats: Sequence[str] = FORMATS
    out: Path | None = None
    as_of: date | None = None
    allow_errors: bool = False


@dataclass(frozen=True)
class AnnualResult:
    """What came of it. ``measured`` is None where data errors stopped the run; nothing was written then."""

    measured: Measured | None
    artifacts: tuple[Artifact, ...]
    issues: tuple[Issue, ...]


def annual(project: Project, request: AnnualRequest, today: date, progress: Progress) -> AnnualResult:
    """Make the report. Raises UserError for what the user can mend."""
    progress(STEPS[0])
    dataset, issues = intake(project)
    if has_errors(issues) and not request.allow_errors:
        return AnnualResult(None, (), tuple(issues))
    progress(STEPS[1])
    measured = measure(project, dataset, issues, request.year, request.as_of, today)
    progress(STEPS[2])
    progress(STEPS[3])
    document = write(measured, today)
    progress(STEPS[4])
    artifacts = render(measured, document, request, today)
    return AnnualResult(measured, artifacts, measured.issues)


def write(measured: Measured, today: date) -> Document:
    """The document of a measured year."""
    facts = Facts(
        cut=measured.line.cut,
        made_on=today,
        version=__version__,
        origins=measured.dataset.origins(),
        issues=measured.issues,
        is_partial=measured.line.is_partial,
        panel=reconcile(measured.dataset, measured.project.settings.thresholds.panel_ratio),
    )
    return Composer(measured.project, measured.review, facts).compose()


def render(measured: Measured, document: Document, request: AnnualRequest, today: date) -> tuple[Artifact, ...]:
    """Write the files asked for into the output folder, each whole or not at all."""
    out = request.out or measured.project.out
    sweep(out)
    review, theme = measured.review, measured.project.theme
    html = page(document, theme) if {"pdf", "html"} & set(request.formats) else ""
    artifacts = []
    for form in request.formats:
        path = out / f"annual-{review.year}.{form}"
        with replacing(path) as temporary:
            if form == "pdf":
                write_pdf(temporary, html)
            elif form == "html":
                temporary.write_text(html, encoding="utf-8")
            elif form == "xlsx":
                created = datetime.combine(today, time())
                write_xlsx(
                    temporary, document, review.ledger, review.comparisons, measured.issues, theme, created=created
                )
            else:
                write_json(temporary, _report(measured, document), review.comparisons, review.findings, measured.issues)
        content = path.read_bytes()
        artifacts.append(Artifact(form, path, len(content), hashlib.sha256(content).hexdigest()))
    return tuple(artifacts)


def _report(measured: Measured, document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "company": document.company,
        "year": measured.review.year,
        "cut": measured.line.cut.isoformat(),
        "version": __version__,
        "inputs": [
            {"file": o.file, "sheet": o.sheet, "rows": o.rows, "sha256": o.sha256} for o in measured.dataset.origins()
        ],
        "missing": dict(measured.review.ledger.missing),
    }
