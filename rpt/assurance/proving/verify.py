"""Every check by what it looks at: the document as archived, and each finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from rpt.assurance.proving.document import DOCUMENT
from rpt.assurance.proving.evidence import Evidence, broken
from rpt.assurance.proving.excel import WORKBOOK
from rpt.assurance.proving.excel.checks import check_xlsx
from rpt.assurance.proving.lists import check_csv
from rpt.assurance.proving.pdf import check_pdf
from rpt.assurance.proving.records import check_json
from rpt.assurance.proving.screen import check_html
from rpt.values.issue import Issue
from rpt.values.run import Run

FILES: dict[str, Callable[[Evidence, Path], Iterator[Issue]]] = {
    "pdf": check_pdf,
    "xlsx": lambda evidence, path: check_xlsx(evidence, path, WORKBOOK),
    "html": check_html,
    "json": check_json,
    "csv": check_csv,
}
MOST = 200  # breaks of one file that are told; a file of another run breaks everywhere


@dataclass(frozen=True)
class Finished:
    """A finished file to verify, and its format."""

    path: Path
    format: str


def verify(run: Run, files: Sequence[Finished], *, document: bool = True) -> list[Issue]:
    """Everything in which the files, or the ``document`` they were made of, do not agree with the run; empty where all
    does. A file's SHA-256 is the run's first of all: what no check reads (colours, pictures) is seen by it."""
    evidence = Evidence(run)
    found = _most(issue for check in DOCUMENT for issue in check(evidence)) if document else []
    for file in files:
        found += _most(check_file(evidence, file))
    return found


def check_file(evidence: Evidence, file: Finished) -> Iterator[Issue]:
    """Everything in which one file does not agree with the run."""
    try:
        with file.path.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
    except OSError as error:
        yield broken("file_unreadable", f"文件无法读取：{error.strerror}", file.path.name)
        return
    if digest not in (kept.sha256 for kept in evidence.run.record.artifacts if kept.format == file.format):
        yield broken("file_changed", "文件不是这次运行写出的那一份（SHA-256 不符）", file.path.name)
    yield from FILES[file.format](evidence, file.path)


def _most(issues: Iterator[Issue]) -> list[Issue]:
    found: list[Issue] = []
    for issue in issues:
        if len(found) == MOST:
            break
        found.append(issue)
    return found
