"""The annual report: intake → metrics → review → planning → writing → rendering."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from rpt import __version__
from rpt.flows.steps import Measured, Progress, intake, measure, plan, review
from rpt.metrics.gaps import lacking
from rpt.metrics.reconcile import reconcile
from rpt.project.model import Project
from rpt.rendering.html import page
from rpt.rendering.json import write_json
from rpt.rendering.pdf import write_pdf
from rpt.rendering.screen import on_screen
from rpt.rendering.xlsx import write_xlsx
from rpt.state.atomic import replacing, sweep
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.issue import Issue, Level, Origin, has_errors
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.compose import Composer, Facts

FORMATS = ("pdf", "xlsx", "html", "json")
STEPS = ("读取数据", "计算指标", "对比与查找问题", "编制计划", "撰写报告", "生成文件")


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
    """What came of it. ``measured`` and ``review`` are None where data errors stopped the run; nothing
    was written then."""

    measured: Measured | None
    review: Review | None
    artifacts: tuple[Artifact, ...]
    issues: tuple[Issue, ...]


def annual(project: Project, request: AnnualRequest, today: date, progress: Progress) -> AnnualResult:
    """Make the report. Raises UserError for what the user can mend."""
    progress(STEPS[0])
    dataset, issues = intake(project)
    if has_errors(issues) and not request.allow_errors:
        return AnnualResult(None, None, (), tuple(issues))
    progress(STEPS[1])
    measured = measure(project, dataset, issues, request.year, request.as_of, today)
    progress(STEPS[2])
    reviewed = review(measured)
    progress(STEPS[3])
    planned = plan(measured, reviewed)
    progress(STEPS[4])
    document = write(measured, reviewed, planned, today)
    progress(STEPS[5])
    artifacts, more = render(measured, reviewed, planned, document, request, today)
    return AnnualResult(measured, reviewed, artifacts, (*measured.issues, *more))


def write(measured: Measured, reviewed: Review, planned: Plan, today: date) -> Document:
    """The document of a measured year."""
    facts = Facts(
        cut=measured.line.cut,
        made_on=today,
        version=__version__,
        origins=measured.dataset.origins(),
        issues=measured.issues,
        is_partial=measured.line.is_partial,
        panel=reconcile(measured.dataset, measured.project.settings.thresholds.panel_ratio),
        lacking=lacking(measured.dataset, measured.catalogue, measured.ledger),
    )
    return Composer(measured.project, reviewed, facts, plan=planned).compose()


def render(
    measured: Measured, reviewed: Review, planned: Plan, document: Document, request: AnnualRequest, today: date
) -> tuple[tuple[Artifact, ...], list[Issue]]:
    """Write the files asked for into the output folder; all of them are made before the first old one is replaced."""
    out = request.out or measured.project.out
    sweep(out)
    theme = measured.project.theme
    html = page(document, theme) if {"pdf", "html"} & set(request.formats) else ""
    paths = {form: out / f"annual-{reviewed.year}.{form}" for form in request.formats}
    missing = ""
    with ExitStack() as stack:
        for form, path in paths.items():
            temporary = stack.enter_context(replacing(path))
            if form == "pdf":
                missing = write_pdf(temporary, html)
            elif form == "html":
                temporary.write_text(on_screen(html, document.charts, theme), encoding="utf-8", newline="\n")
            elif form == "xlsx":
                created = datetime.combine(today, time())
                ledger, comparisons = reviewed.ledger, reviewed.comparisons
                write_xlsx(temporary, document, ledger, comparisons, measured.issues, theme, created=created)
            else:
                report = _report(measured, document)
                write_json(temporary, report, reviewed, measured.issues, planned)
    issues: list[Issue] = []
    if missing:
        message = f"系统字体里没有这些字，PDF 里印作〓：{' '.join(missing)}"
        issues.append(
            Issue(
                "glyph_missing",
                Level.WARNING,
                message,
                Origin(f"annual-{reviewed.year}.pdf"),
                "请在来源数据里换用其他写法",
            )
        )
    return tuple(_artifact(form, path) for form, path in paths.items()), issues


def _artifact(form: str, path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(form, path, len(content), hashlib.sha256(content).hexdigest())


def _report(measured: Measured, document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "company": document.company,
        "year": measured.line.year,
        "cut": measured.line.cut.isoformat(),
        "version": __version__,
        "inputs": [
            {"file": o.file, "sheet": o.sheet, "rows": o.rows, "sha256": o.sha256} for o in measured.dataset.origins()
        ],
        "missing": dict(measured.ledger.missing),
    }
