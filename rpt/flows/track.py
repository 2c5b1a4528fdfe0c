"""A month against its year's plan: the plan from last year (or as saved), the year measured up to the month's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rpt.engine.dataset import Dataset
from rpt.flows.files import Finished, printer_for, write_files
from rpt.flows.plans import adopted
from rpt.flows.steps import Measured, Outcome, Progress, Request, Step, intake, measure, plan, review, write
from rpt.language.format import date_text, period_text
from rpt.planning.keeping import to_keep
from rpt.planning.tracking import track
from rpt.project.model import Project
from rpt.rendering.track_json import tracked
from rpt.state.plans import PlanStore
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue, UserError, has_errors
from rpt.values.ledger import Ledger
from rpt.values.period import Period
from rpt.values.plan import Plan
from rpt.values.saved_plan import SavedPlan
from rpt.values.tracking import Limits, Tracking
from rpt.writing.context import Edition
from rpt.writing.track_view import track_lists, track_words

STEPS = tuple(Step)


@dataclass(frozen=True)
class TrackOutcome(Outcome):
    """``tracking`` is None too where data errors stopped the run."""

    tracking: Tracking | None = None


@dataclass(frozen=True)
class _Planned:
    """A year's plan, the whole years before it with the team's targets, and where the plan comes from."""

    plan: SavedPlan
    before: Ledger
    source: str
    issues: tuple[Issue, ...] = ()


def follow(project: Project, month: Period, request: Request, today: date, progress: Progress) -> TrackOutcome:
    """Track a month. Raises UserError where it lies ahead, has no data or is not over, or has no plan."""
    if month.starts_on > today:
        raise UserError(f"{period_text(month)}还没有到", f"今天是{date_text(today)}，请写已经过完的月份")
    with printer_for(project, request) as printer:
        progress(Step.READ)
        dataset, issues = intake(project, today)
        if has_errors(issues) and not request.allow_errors:
            return TrackOutcome(None, None, (), tuple(issues))
        progress(Step.MEASURE)
        _check_month(
            month, [t.last for n, t in dataset.tables.items() if t.last and t.is_series and n != "monthly_target"]
        )
        year = month.year
        base = _year_before(project, dataset, issues, year, today)
        planned = _plan_of(base, project, month, today)
        now = measure(project, dataset, issues, year, month.ends_on, today)
        progress(Step.REVIEW)
        reviewed = review(now)
        progress(Step.PLAN)
        limits = Limits(project.settings.thresholds.track_green, project.settings.thresholds.track_yellow)
        whole_year = {id for id, entry in now.catalogue.metrics.items() if entry.full_year}
        found = track(month, now.ledger, planned.before, planned.plan, limits, planned.source, whole_year)
        if all(row.month.plan is None and row.to_date.plan is None for row in found.rows):
            hint = "请在目标文件的“年度目标”里填写成交总额，或填写“渠道月度目标”"
            raise UserError(f"没有{year}年的成交目标可以跟踪", hint, exit_code=1)
        artifacts: tuple[Artifact, ...] = ()
        issues = [*now.issues, *planned.issues]
        if request.formats:
            progress(Step.WRITE)
            document = write(now, reviewed, Plan(year + 1), edition(now, found, limits), today)
            progress(Step.RENDER)
            sections = {"track": tracked(found)}
            finished = Finished(f"track-{month.key}", document, now, reviewed, None, sections)
            artifacts, more = write_files(finished, request, today, printer)
            issues += more
        return TrackOutcome(now, reviewed, artifacts, tuple(issues), found)


def _year_before(project: Project, dataset: Dataset, issues: list[Issue], year: int, today: date) -> Measured:
    try:
        return measure(project, dataset, issues, year - 1, None, today)
    except UserError as error:
        hint = f"请补充{year - 1}年的数据，或跟踪有上年数据的年份"
        raise UserError(f"{year}年的计划要由{year - 1}年推算，而{error.message}", hint, exit_code=1) from error


def _check_month(month: Period, ends: Sequence[date]) -> None:
    """Refuse a month without data, or one that the data do not reach the end of."""
    last = max(ends, default=None)
    if last is None or last < month.starts_on:
        held = f"数据只到{date_text(last)}" if last else "来源文件里没有带日期的数据"
        raise UserError(f"没有{period_text(month)}的数据", f"{held}；请补充数据后重新运行", exit_code=1)
    if last < month.ends_on:
        message = f"{period_text(month)}的数据只到{date_text(last)}，未满一个月"
        raise UserError(message, "请补齐数据，或跟踪上一个月", exit_code=1)


def _plan_of(base: Measured, project: Project, month: Period, today: date) -> _Planned:
    """The plan of the year after ``base``: saved, else made from it as the annual report does. Its source names the
    team's own target for the month where there is one and nobody edited the year since."""
    year = base.line.year + 1
    saved, problems = PlanStore(project.state).load(year)
    if saved is not None and saved.edits:
        base = adopted(base, saved)
    stated = base.ledger.target("gmv", month) is not None and not (saved and saved.edits)
    own = "成交计划为团队填写的渠道月度目标；其他" if stated else ""
    if saved is not None and saved.rolldown is not None:
        words = f"{date_text(saved.saved_on)}保存的{year}年计划" + ("（含领导的修改）" if saved.edits else "")
        return _Planned(saved, base.ledger, f"{own}计划依据{words}", tuple(problems))
    made = to_keep(plan(base, review(base)), base.promises, today)
    return _Planned(made, base.ledger, f"{own}计划由{year - 1}年的实际与{year}年目标推算", tuple(problems))


def edition(now: Measured, found: Tracking, limits: Limits) -> Edition:
    """The tracking's titles, tables and words."""
    title = f"{period_text(found.month)}计划跟踪"
    lists = track_lists(now.ledger.metrics, found, limits)
    return Edition("track", title, "目标完成、举措进度与全年预计", lists, track_words(found))
