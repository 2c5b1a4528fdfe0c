"""Writing a document's files: all of them are made before the first old one is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from rpt import __version__
from rpt.flows.archive import archive
from rpt.flows.proof import prove
from rpt.flows.steps import Measured, Request
from rpt.flows.tracing import traced, tracer_of
from rpt.rendering.html import drawn_texts, page
from rpt.rendering.json import write_json
from rpt.rendering.links import linked
from rpt.rendering.pdf import write_pdf
from rpt.rendering.screen import on_screen
from rpt.rendering.screen.facts import facts
from rpt.rendering.xlsx import write_xlsx
from rpt.state.atomic import replacing_all, sweep
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.explanation import Explanation
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.values.told import Told

# JSON last: whoever reads a new one knows that the other files are as new, though the run was killed at its renames.
_RENAMED = ("pdf", "xlsx", "html", "json")


@dataclass(frozen=True)
class Finished:
    """What a document's files are made of; ``stem`` names them (``annual-2025``)."""

    stem: str
    document: Document
    measured: Measured
    review: Review
    plan: Plan | None = None
    sections: Mapping[str, object] = field(default_factory=dict)  # what else the JSON holds, by name
    has_problems: bool = True  # whether the workbook's first sheet lists the year's problems
    is_whole: bool = (
        False  # whether workbook and JSON hold the whole ledger, or only the metrics that the document tells
    )


def write_files(finished: Finished, request: Request, today: date) -> tuple[tuple[Artifact, ...], list[Issue]]:
    """Write the formats asked for into the output folder."""
    measured, reviewed = finished.measured, finished.review
    if not finished.is_whole:
        reviewed = reviewed.about(finished.document.metrics)
    out = request.out or measured.project.out
    sweep(out)
    theme = measured.project.theme
    html = page(finished.document, theme) if {"pdf", "html"} & set(request.formats) else ""
    paths = {form: out / f"{finished.stem}.{form}" for form in request.formats}
    _spare_sources(measured, paths.values())
    told: Sequence[Explanation] = ()
    if {"html", "xlsx"} & set(request.formats):
        told = traced(tracer_of(measured, finished.review, finished.document), finished.document)
    missing = ""
    with replacing_all([paths[form] for form in sorted(paths, key=_RENAMED.index)]) as temporaries:
        for temporary in temporaries:
            form = temporary.suffix[1:]
            if form == "pdf":
                missing = write_pdf(temporary, linked(html))
            elif form == "html":
                screen = on_screen(html, finished.document.charts, theme, facts(told, reviewed.ledger.metrics))
                temporary.write_text(screen, encoding="utf-8", newline="\n")
            elif form == "xlsx":
                created = datetime.combine(today, time())
                findings = reviewed.findings if finished.has_problems else None
                about = (finished.document, reviewed.ledger, reviewed.comparisons, measured.issues, theme)
                write_xlsx(
                    temporary,
                    *about,
                    created=created,
                    plan=finished.plan,
                    findings=findings,
                    traced=told,
                )
            else:
                write_json(temporary, _heading(finished), reviewed, measured.issues, finished.plan, finished.sections)
    issues = [_missing_glyphs(missing, f"{finished.stem}.pdf")] if missing else []
    artifacts = tuple(_artifact(form, path) for form, path in paths.items())
    ledger = finished.review.ledger
    beside = _told(finished, told, drawn_texts(html))
    issues += archive(finished.stem, measured, ledger, finished.document, finished.plan, artifacts, beside)
    issues += prove(measured.project, finished.stem, artifacts)
    return artifacts, issues


def _told(finished: Finished, traced: Sequence[Explanation], drawings: Mapping[str, tuple[str, ...]]) -> Told:
    """What workbook and JSON say beside the document, ledger and plan, for the archive."""
    review, focus = finished.review, finished.review.focus
    return Told(
        review.findings,
        finished.has_problems,
        review.drivers,
        tuple(review.lists.values()),
        finished.measured.issues,
        review.promises.edits,
        {c.measurement.id: c.reason.value for c in review.comparisons if c.reason},
        focus.month if focus else None,
        focus.previous if focus else (),
        finished.sections,
        tuple(traced),
        drawings,
    )


def _spare_sources(measured: Measured, paths: Iterable[Path]) -> None:
    """Refuse to write over a file that the run has read. Raises UserError."""
    folder = measured.project.folder
    sources = {(folder / origin.file).resolve() for origin in measured.dataset.origins()}
    for path in paths:
        if path.resolve() in sources:
            raise UserError(f"输出文件会覆盖来源文件：{path}", "请用 --out 换一个输出文件夹，或给来源文件改名")


def _missing_glyphs(missing: str, file: str) -> Issue:
    message = f"系统字体里没有这些字，PDF 里印作〓：{' '.join(missing)}"
    return Issue("glyph_missing", Level.WARNING, message, Origin(file), "请在来源数据里换用其他写法")


def _artifact(form: str, path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(form, path, len(content), hashlib.sha256(content).hexdigest())


def _heading(finished: Finished) -> dict[str, object]:
    """What the JSON says of the report as a whole."""
    measured, document = finished.measured, finished.document
    return {
        "title": document.title,
        "company": document.company,
        "year": measured.line.year,
        **({"month": finished.review.focus.month.key} if finished.review.focus else {}),
        "cut": measured.line.cut.isoformat(),
        "version": __version__,
        "inputs": [
            {"file": o.file, "sheet": o.sheet, "rows": o.rows, "sha256": o.sha256} for o in measured.dataset.origins()
        ],
        "missing": dict(measured.ledger.missing),
    }
