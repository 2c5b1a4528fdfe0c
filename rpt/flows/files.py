"""Writing a document's files: all of them are made before the first old one is replaced."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from rpt import __version__
from rpt.flows.archive import archiving, artifact, thin_out
from rpt.flows.cache import cache_of
from rpt.flows.proof import proving
from rpt.flows.steps import Measured, Request
from rpt.flows.tracing import traced, tracer_of
from rpt.metrics.listing import whole_list
from rpt.processes.memory import give_back
from rpt.project.model import Project
from rpt.rendering.charts.kept import remembering
from rpt.rendering.csv import write_csv
from rpt.rendering.html import drawn_texts, page
from rpt.rendering.json import write_json
from rpt.rendering.links import linked
from rpt.rendering.printing import Printer, printing
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


def printer_for(project: Project, request: Request) -> AbstractContextManager[Printer]:
    """What draws and prints for a run: it loads what the formats need while data are read."""
    return printing(project.limits, ahead=request.formats)


def write_files(
    finished: Finished, request: Request, today: date, printer: Printer
) -> tuple[tuple[Artifact, ...], list[Issue]]:
    """Write the formats asked for into the output folder; the PDF is printed beside the others."""
    measured, reviewed = finished.measured, finished.review
    if not finished.is_whole:
        reviewed = reviewed.about(finished.document.metrics)
    out = request.out or measured.project.out
    sweep(out, finished.stem)
    theme = measured.project.theme
    draw = remembering(cache_of(measured.project), printer.draw)
    html = page(finished.document, theme, draw) if {"pdf", "html"} & set(request.formats) else ""
    paths = {form: out / f"{finished.stem}.{form}" for form in sorted(request.formats, key=_RENAMED.index)}
    lists = _long_lists(finished, out)
    files = [*lists.values(), *paths.values()]
    _spare_sources(measured, files)
    printed = printer.begin(linked(html)) if "pdf" in paths else None
    tracer = tracer_of(measured, finished.review, finished.document, finished.plan)
    told: Sequence[Explanation] = ()
    if {"html", "xlsx"} & set(request.formats):
        told = traced(tracer, finished.document)
    missing = ""
    with contextlib.ExitStack() as held:
        prover = held.enter_context(proving())
        with replacing_all(files) as temporaries:
            targets = dict(zip(paths, temporaries[len(lists) :], strict=True))
            _write_others(targets, finished, reviewed, html, told, today)
            for temporary, listing in zip(temporaries, lists, strict=False):
                rows = whole_list(measured.dataset, measured.catalogue, listing)
                write_csv(temporary, reviewed.lists[listing].columns, rows)
            beside = _told(finished, told, drawn_texts(html))
            kept = (finished.document, finished.plan, tracer.known.parts, beside, request.as_of)
            archive = held.enter_context(archiving(finished.stem, measured, finished.review, *kept))
            prover.start(targets)
            if printed is not None:
                if archive.run is not None:
                    by_now = zip(temporaries, files, strict=True)
                    ready = {temporary: path.name for temporary, path in by_now if path.suffix != ".pdf"}
                    prover.ahead(archive.run, archive.content, ready)
                give_back()  # the printer needs most while this waits
                missing = printed.copied(targets["pdf"])
        issues = [_missing_glyphs(missing, f"{finished.stem}.pdf")] if missing else []
        written = [*(paths[form] for form in request.formats), *lists.values()]
        artifacts = tuple(artifact(path.suffix[1:], path) for path in written)
        issues += archive.keep(artifacts)
        issues += prover.prove(measured.project, finished.stem, artifacts)
    issues += thin_out(measured.project, finished.stem)
    return artifacts, issues


def _long_lists(finished: Finished, out: Path) -> dict[str, Path]:
    """The lists that the document shows and no sheet can hold, each with the file that it has for itself."""
    shown = dict.fromkeys(table.listing for table in finished.document.tables if table.listing)
    found = (finished.review.lists[id] for id in shown)
    return {listing.id: out / listing.file(finished.stem) for listing in found if listing.is_long}


def _write_others(
    targets: Mapping[str, Path],
    finished: Finished,
    reviewed: Review,
    html: str,
    told: Sequence[Explanation],
    today: date,
) -> None:
    """Write what is asked for but the PDF."""
    measured, document = finished.measured, finished.document
    theme = measured.project.theme
    if "html" in targets:
        screen = on_screen(html, document.charts, theme, facts(told, reviewed.ledger.metrics))
        targets["html"].write_text(screen, encoding="utf-8", newline="\n")
    if "xlsx" in targets:
        write_xlsx(
            targets["xlsx"],
            *(document, reviewed.ledger, reviewed.comparisons, measured.issues, theme),
            created=datetime.combine(today, time()),
            plan=finished.plan,
            findings=reviewed.findings if finished.has_problems else None,
            traced=told,
        )
    if "json" in targets:
        write_json(targets["json"], _heading(finished), reviewed, measured.issues, finished.plan, finished.sections)


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
