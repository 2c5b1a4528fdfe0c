"""The steps that flows share: read the data, measure it, review it, plan from it, write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from rpt import __version__
from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.flows.engines import warehouse_of
from rpt.intake.load import load
from rpt.intake.schema import schemas
from rpt.intake.standing import moved
from rpt.metrics.catalogue import Catalogue, catalogue
from rpt.metrics.daily import daily_amounts
from rpt.metrics.derive import create_views
from rpt.metrics.gaps import lacking
from rpt.metrics.kept import KeptLedger
from rpt.metrics.listing import measure_lists
from rpt.metrics.measure import Measurer
from rpt.metrics.promises import PromiseReader
from rpt.metrics.reconcile import reconcile
from rpt.metrics.timeline import Timeline, create_time_tables, last_complete_year, timeline
from rpt.planning.plan import make_plan
from rpt.project.model import Project
from rpt.review.comparable import comparable_growth
from rpt.review.compare import compare_all
from rpt.review.drivers import find_drivers
from rpt.review.problems import find_problems
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.issue import Issue, UserError, has_errors
from rpt.values.ledger import Ledger
from rpt.values.listing import Listing
from rpt.values.plan import Plan, Promises
from rpt.values.review import Review
from rpt.writing.compose import compose
from rpt.writing.context import Edition, Facts

Progress = Callable[[str], None]
Reader = Callable[[Project, date], tuple[Dataset, list[Issue]]]  # a project and today → its typed tables and issues
FORMATS = ("pdf", "xlsx", "html", "json")


class Step(StrEnum):
    """What a flow is at, as its progress shows it, in the order of the run."""

    READ = "读取数据"
    MEASURE = "计算指标"
    REVIEW = "对比与查找问题"
    PLAN = "编制计划"
    WRITE = "撰写报告"
    RENDER = "生成文件"


@dataclass(frozen=True)
class Request:
    """What a flow is asked for: a year (None for the last complete one), formats, where to, the cut, how strict."""

    year: int | None = None
    formats: Sequence[str] = FORMATS
    out: Path | None = None
    as_of: date | None = None
    allow_errors: bool = False
    as_written: bool = False  # plans as the targets workbook has them, whatever leadership changed and had saved


@dataclass(frozen=True)
class Measured:
    """A project measured for one year, with every issue met on the way."""

    project: Project
    dataset: Dataset
    catalogue: Catalogue
    line: Timeline
    ledger: Ledger
    promises: Promises
    issues: tuple[Issue, ...]
    lists: Mapping[str, Listing] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what else the run rests on, for the reader


@dataclass(frozen=True)
class Outcome:
    """What came of a flow. ``measured`` and ``review`` are None where data errors stopped it: nothing is written."""

    measured: Measured | None
    review: Review | None
    artifacts: tuple[Artifact, ...]
    issues: tuple[Issue, ...]


def intake(project: Project, today: date) -> tuple[Dataset, list[Issue]]:
    """Read and type every source of the project, once its catalogue is known to be right."""
    catalogue(project, base_year=0)
    engine = Duck(project.resources)
    warehouse, said = warehouse_of(project, engine)
    dataset, issues = load(project, engine, today)
    engine.seal()
    if warehouse is not None:
        dataset, more = moved(dataset, warehouse, project)
        issues += [*said, *more]
    return dataset, issues


def read_and_measure(
    project: Project, request: Request, today: date, progress: Progress, reader: Reader = intake
) -> tuple[Measured | None, tuple[Issue, ...]]:
    """Read the sources, or what ``reader`` gives in their place, and measure the year asked for, with every issue met;
    None where data errors stop the run."""
    progress(Step.READ)
    dataset, issues = reader(project, today)
    if has_errors(issues) and not request.allow_errors:
        return None, tuple(issues)
    progress(Step.MEASURE)
    measured = measure(project, dataset, issues, request.year, request.as_of, today)
    return measured, measured.issues


def measure(
    project: Project, dataset: Dataset, issues: list[Issue], year: int | None, as_of: date | None, today: date
) -> Measured:
    """Measure a year and those before it; without one, the last complete. Raises UserError (exit 1) without data."""
    latest = last_complete_year(dataset, today)
    if latest is None:
        raise UserError(*_no_dates(project, dataset), exit_code=1)
    chosen = year or (as_of.year if as_of else latest)
    if as_of and as_of.year != chosen:
        raise UserError(f"--as-of {as_of} 不在 {chosen} 年内", f"请写成 {chosen} 年的某一天")
    entries = catalogue(project, base_year=chosen - 1)
    line, more = timeline(dataset, chosen, as_of)
    if line is None:
        raise UserError(f"没有 {chosen} 年的数据", f"现有数据：{_span(dataset)}", exit_code=1)
    issues = [*issues, *more]
    create_time_tables(dataset.engine, project, line)
    absent, more = create_views(dataset, project, entries, line)
    issues += more
    ledger = _ledger(dataset, project, entries, absent, line)
    promises, more = PromiseReader(dataset, project, entries, ledger, line).read()
    issues += more
    ledger = ledger.with_targets(promises.targets, promises.benchmarks)
    lists = measure_lists(dataset, entries, absent)
    return Measured(project, dataset, entries, line, ledger, promises, tuple(issues), lists)


def _ledger(
    dataset: Dataset, project: Project, entries: Catalogue, absent: Mapping[str, str], line: Timeline
) -> Ledger:
    """The ledger that an earlier run has measured over the same rows, or else measured now."""
    kept = KeptLedger(dataset, project, entries, line)
    found = kept.find()
    if found is None:
        found = Measurer(dataset, project, entries, absent, line).ledger()
        kept.keep(found)
    return found


def review(measured: Measured) -> Review:
    """Compare every figure, find the problems, and take the changes apart."""
    compared = Review(
        measured.line.year,
        measured.ledger,
        tuple(compare_all(measured.ledger)),
        promises=measured.promises,
        lists=measured.lists,
        lines=measured.project.lines,
        is_partial=measured.line.is_partial,
    )
    explained = replace(compared, drivers=find_drivers(compared), comparable=comparable_growth(compared))
    return replace(explained, findings=find_problems(explained))


def plan(measured: Measured, reviewed: Review) -> Plan:
    """Plan the year after: targets held against the past, rolled down and bridged."""
    windows = {
        name: {year: (window.start, window.end) for year, window in years.items()}
        for name, years in measured.project.settings.campaigns.items()
    }
    year = measured.line.year
    wanted = {"gmv"} | {target.metric for target in measured.ledger.targets if target.period.year == year + 1}
    daily = daily_amounts(measured.dataset, measured.catalogue, measured.ledger, sorted(wanted), year)
    return make_plan(reviewed, daily, windows)


def write(measured: Measured, reviewed: Review, planned: Plan, edition: Edition, today: date) -> Document:
    """Compose one document of a measured year."""
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
    return compose(measured.project, reviewed, facts, edition, planned)


def _no_dates(project: Project, dataset: Dataset) -> tuple[str, str]:
    """Message and hint where no row has a date: a project that was just made is told where to begin."""
    present = [name for name, table in dataset.tables.items() if table.is_present]
    if not present or any(dataset.tables[name].rows for name in present):
        return "来源文件里没有任何带日期的数据", "请检查工作表名与表头，或运行 rpt check"
    first = schemas(project)[present[0]]
    needed = "、".join(column.label for column in first.columns if column.required)
    file = dataset.tables[present[0]].origins[0].file
    hint = f"请先填 {file} 的“{first.label}”：{first.grain}，必填{needed}；填好后运行 rpt check 检查"
    return "表格都只有表头，还没有填数据", hint


def _span(dataset: Dataset) -> str:
    """From the first to the last day of any dated table."""
    dated = [(t.first, t.last) for t in dataset.tables.values() if t.first and t.last]
    return f"{min(first for first, _ in dated)}—{max(last for _, last in dated)}" if dated else "无"
