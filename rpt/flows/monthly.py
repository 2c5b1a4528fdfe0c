"""The two monthly reports: 渠道效率对比 and 用户行为分析, of one month inside its year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rpt.flows.files import Finished, printer_for, write_files
from rpt.flows.steps import Measured, Outcome, Progress, Request, Step, intake, measure, write
from rpt.flows.steps import review as compare_and_find
from rpt.language.format import date_text, period_text
from rpt.metrics.promises import PromiseReader
from rpt.metrics.timeline import Timeline
from rpt.project.model import Project
from rpt.review.month import focus_on, targets_to_date
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue, UserError, has_errors
from rpt.values.ledger import Ledger, Target
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.writing.context import Edition

STEPS = (Step.READ, Step.MEASURE, Step.REVIEW, Step.WRITE, Step.RENDER)
REPORTS = {"channel": "渠道效率对比报告", "member": "用户行为分析报告"}


def monthly(project: Project, month: Period, request: Request, today: date, progress: Progress) -> Outcome:
    """Make both reports of a month. Raises UserError for a month to come, one without data, or a cut outside it."""
    cut = _cut(month, request.as_of, today)
    with printer_for(project, request) as printer:
        progress(Step.READ)
        dataset, issues = intake(project, today)
        if has_errors(issues) and not request.allow_errors:
            return Outcome(None, None, (), tuple(issues))
        progress(Step.MEASURE)
        measured = measure(project, dataset, issues, month.year, cut, today)
        _need_data(measured, month)
        earlier = measured.ledger
        if measured.line.cut < month.ends_on:
            # the same days of the month before; the engine's tables then stand at that day: the month is measured again
            earlier = _same_days(measured, issues, month, today) or earlier
            measured = measure(project, dataset, issues, month.year, cut, today)
        progress(Step.REVIEW)
        whole_year = _whole_year(measured)
        measured = replace(measured, ledger=targets_to_date(measured.ledger, whole_year, measured.line.cut))
        reviewed = focus_on(compare_and_find(measured), month, measured.line.cut, earlier, whole_year)
        progress(Step.WRITE)
        made = []
        for key, title in REPORTS.items():
            edition = Edition(f"monthly_{key}", f"{period_text(month)}{title}", _subtitle(reviewed), brief=True)
            made.append((key, write(measured, reviewed, Plan(month.year + 1), edition, today)))
        progress(Step.RENDER)
        artifacts: list[Artifact] = []
        more = list(measured.issues)
        for key, document in made:
            if not document.chapters:
                continue
            finished = Finished(f"monthly-{month.key}-{key}", document, measured, reviewed, has_problems=False)
            written, found = write_files(finished, request, today, printer)
            artifacts += written
            more += found
        return Outcome(measured, reviewed, tuple(artifacts), tuple(more))


def _cut(month: Period, as_of: date | None, today: date) -> date:
    if month.starts_on > today:
        raise UserError(f"{period_text(month)}还没有到", f"今天是 {today}，请写已经开始的月份")
    if as_of is not None and not month.starts_on <= as_of <= month.ends_on:
        raise UserError(f"--as-of {as_of} 不在{period_text(month)}内", f"请写成 {month.key} 的某一天")
    return as_of or month.ends_on


def _need_data(measured: Measured, month: Period) -> None:
    """A month that data only begin after, or end before, has nothing to report."""
    if not any(m.sources and m.value is not None for m in measured.ledger.measurements if m.period == month):
        line = measured.line
        hint = f"现有数据：{date_text(line.first)}—{date_text(line.cut)}"
        raise UserError(f"没有{period_text(month)}的数据", hint, exit_code=1)


def _same_days(measured: Measured, issues: list[Issue], month: Period, today: date) -> Ledger | None:
    """The month before up to the same day, or to its end where it is shorter; None before the data begin."""
    before = month.previous
    day = min(measured.line.cut.day, before.ends_on.day)
    last = before.starts_on.replace(day=day)
    if last < measured.line.first:
        return None
    return measure(measured.project, measured.dataset, issues, before.year, last, today).ledger


def _whole_year(measured: Measured) -> tuple[Target, ...]:
    """The targets as they stand for the year to its end."""
    year = measured.line.year
    whole = Timeline(year, measured.line.first, date(year, 12, 31))
    reader = PromiseReader(measured.dataset, measured.project, measured.catalogue, measured.ledger, whole)
    targets = reader.read()[0].targets
    return tuple(t for t in targets if t.period == Period(year))


def _subtitle(reviewed: Review) -> str:
    """What the month is held against."""
    focus = reviewed.focus
    if focus is None or not focus.is_partial:
        return "本月与上月、上年同月比较，本年累计与目标比较"
    until = f"{focus.month.part}月1日—{focus.last_day.day}日"
    return f"本月未满，{until}与上月、上年同月的相同天数比较"
