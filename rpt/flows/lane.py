"""A lane: ``python -m rpt.flows.lane SCRATCH`` makes one annual report after the other, as another process asks.

What it loads and the children that it has started, the printer and the verifier, serve all its reports.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.engine.handing import taken
from rpt.flows.annual import annual
from rpt.flows.proof import UNPROVEN
from rpt.flows.shares import Job, Made, Work
from rpt.flows.steps import Outcome, Reader, intake
from rpt.language.figures import figure
from rpt.metrics.catalogue import catalogue
from rpt.metrics.part import narrowed
from rpt.processes import serving, warm
from rpt.processes.memory import collect_rarely
from rpt.project.model import Project
from rpt.values.document import FigureKind
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.period import Period
from rpt.values.review import Review
from rpt.values.scope import ALL

_DATA_ERRORS, _UNVERIFIED = 1, 4  # exit codes


def main() -> None:
    """Make the reports of standard input until whoever asks is gone."""
    os.environ["TMPDIR"] = sys.argv[1]  # all that is begun here goes with the lane, however that ends
    tempfile.tempdir = None
    collect_rarely()
    with warm.kept():
        serving.serve_here(Job, do)


def do(job: Job) -> int:
    """Make one report and leave what came of it."""
    Path(job.answer).write_bytes(pickle.dumps(_made(pickle.loads(Path(job.work).read_bytes()))))
    return serving.DONE


def _made(work: Work) -> Made:
    try:
        reader = _slice(work.rows) if work.rows else intake
        outcome = annual(work.project, work.request, work.today, lambda step: None, reader)
    except UserError as error:
        return Made(error.exit_code, error=(error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - one report's end is not that of the others
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = Origin(Path(frame.filename).name, cell=f"{frame.name} {frame.lineno}")
        why = f"程序出错（{type(error).__name__}，{where}）", "请把日志交给维护 rpt 的人"
        return Made(1, (Issue("crashed", Level.ERROR, why[0], where, why[1]),), error=why)
    return _told(outcome)


def _slice(rows: Path) -> Reader:
    """What reads a member's rows out of those that were handed over."""

    def read(project: Project, today: date) -> tuple[Dataset, list[Issue]]:
        assert project.only is not None
        engine = Duck()
        whole, issues = taken(rows, engine)
        dataset, more = narrowed(whole, project, catalogue(project, base_year=0), project.only)
        engine.seal()
        return dataset, [*issues, *more]

    return read


def _told(outcome: Outcome) -> Made:
    if outcome.measured is None or outcome.review is None:
        errors = sum(issue.level is Level.ERROR for issue in outcome.issues)
        why = f"数据有{errors}处错误，没有生成报告", "改正后重新运行；确需先出报告，可加 --allow-errors"
        return Made(_DATA_ERRORS, outcome.issues, error=why)
    unproven: Sequence[Issue] = [issue for issue in outcome.issues if issue.code == UNPROVEN]
    return Made(
        _UNVERIFIED if unproven else 0,
        outcome.issues,
        outcome.artifacts,
        outcome.review.year,
        (unproven[0].message, unproven[0].hint) if unproven else None,
        _figures(outcome.review),
        len(outcome.review.findings),
    )


def _figures(review: Review) -> tuple[str, ...]:
    found = review.get("gmv", Period(review.year), ALL)
    if found is None or found.value is None:
        return ("—", "—")
    change = figure(found, FigureKind.GROWTH)
    return figure(found, FigureKind.VALUE).text, f"{change.arrow}{change.text.lstrip('−-')}"


if __name__ == "__main__":
    main()
