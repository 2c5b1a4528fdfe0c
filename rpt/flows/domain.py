"""One domain of a year: 渠道, 会员 or 供应链, on the terminal, and as files where formats are asked for."""

from __future__ import annotations

from datetime import date

from rpt.flows.files import Finished, printer_for, write_files
from rpt.flows.steps import Outcome, Progress, Request, Step, read_and_measure, review, write
from rpt.project.model import Project
from rpt.values.domain import Domain
from rpt.values.issue import UserError
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.context import Edition


def steps(request: Request) -> tuple[str, ...]:
    """The steps of a run: writing and rendering only where files are wanted."""
    measured = (Step.READ, Step.MEASURE, Step.REVIEW)
    return (*measured, Step.WRITE, Step.RENDER) if request.formats else measured


def domain(project: Project, wanted: Domain, request: Request, today: date, progress: Progress) -> Outcome:
    """Review a domain of a year. Raises UserError (exit 1) where none of its metrics could be measured."""
    with printer_for(project, request) as printer:
        measured, issues = read_and_measure(project, request, today, progress)
        if measured is None:
            return Outcome(None, None, (), issues)
        progress(Step.REVIEW)
        reviewed = review(measured)
        _need_data(reviewed, wanted)
        if not request.formats:
            return Outcome(measured, reviewed, (), issues)
        progress(Step.WRITE)
        edition = Edition(
            "domain",
            f"{reviewed.year}年{wanted.label}报告",
            f"{reviewed.year}年度经营回顾·{wanted.label}",
            borrowed="annual",
            parts=(*wanted.chapters, "definitions", "sources"),
            brief=True,
        )
        document = write(measured, reviewed, Plan(reviewed.year + 1), edition, today)
        progress(Step.RENDER)
        finished = Finished(f"{wanted.key}-{reviewed.year}", document, measured, reviewed)
        artifacts, more = write_files(finished, request, today, printer)
        return Outcome(measured, reviewed, artifacts, (*issues, *more))


def _need_data(reviewed: Review, wanted: Domain) -> None:
    ledger, year = reviewed.ledger, Period(reviewed.year)
    metrics = [id for id in wanted.metrics if id in ledger.metrics]
    if any(m.value is not None for id in metrics for m in ledger.of(id, period=year)):
        return
    reasons = dict.fromkeys(one for id in metrics for one in ledger.missing.get(id, "").split("；") if one)
    hint = "；".join(reasons) or f"{reviewed.year}年没有相关数据"
    raise UserError(
        f"没有{wanted.label}的数据，无法列出", f"{hint}。补齐后重新运行，或用 rpt check 查看已读到的表", exit_code=1
    )
