"""Keeping a run: what its files were made from goes into the project's archive beside their hashes."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rpt import __version__
from rpt.delivery.outbox import Outbox
from rpt.engine import EngineError
from rpt.engine.dataset import Dataset
from rpt.flows.clock import now
from rpt.flows.settings import settings_of
from rpt.flows.steps import Measured
from rpt.metrics.basis import bases
from rpt.metrics.derive import views
from rpt.project.model import Project
from rpt.state.plans import PlanStore
from rpt.state.runs import RunStore, packed
from rpt.state.scratch import scratch
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.plan import Plan
from rpt.values.review import Review
from rpt.values.run import KeptFile, KeptTable, Run, RunRecord, SourceSheet, Trail
from rpt.values.told import Told

_STEM = re.compile(r"(?P<command>[a-z]+)-(?P<period>\d{4}(?:-\d\d)?)")


@contextlib.contextmanager
def archiving(
    stem: str,
    measured: Measured,
    reviewed: Review,
    document: Document,
    plan: Plan | None,
    parts: Mapping[str, Mapping[str, str]],
    told: Told,
    until: date | None = None,
) -> Iterator[Archive]:
    """Make ready what is kept of a run, so that little is left to do when its files are there. It is named after
    ``stem`` (``annual-2025``) and cut at ``until`` where that was asked; ``parts`` are its metrics' in words."""
    project, dataset = measured.project, measured.dataset
    with scratch() as folder:
        archive = Archive(project)
        try:
            run = Run(
                _record(stem, project, dataset),
                reviewed.ledger,
                document,
                plan,
                measured.line.cut,
                tuple(
                    SourceSheet(o.id, o.file, o.sheet, o.sha256, o.rows, o.first_row, o.last_row, dict(o.columns))
                    for o in dataset.origins()
                ),
                {
                    name: KeptTable(
                        table.label, table.key, table.all_columns, table.date_column, tuple(o.id for o in table.origins)
                    )
                    for name, table in dataset.tables.items()
                    if table.is_present
                },
                bases(measured.catalogue),
                _rows(dataset, folder),
                views(dataset, project, measured.catalogue, measured.line),
                _trail(measured, reviewed, parts, until),
                told,
            )
            archive.content, archive.run = packed(run), run
        except (UserError, EngineError, OSError) as error:
            archive.failed = error
        yield archive


@dataclass
class Archive:
    """A run that is ready to be kept, or what stands in the way of that."""

    project: Project
    run: Run | None = None
    content: bytes = b""
    failed: Exception | None = None

    def keep(self, artifacts: Sequence[Artifact]) -> list[Issue]:
        """Keep the run that made ``artifacts``. An archive that can't be written is a warning: the files are there all
        the same."""
        if self.run is not None and self.failed is None:
            record = replace(
                self.run.record, artifacts=kept_files(artifacts), made_at=now().isoformat(timespec="microseconds")
            )
            try:
                RunStore(self.project.state).keep(replace(self.run, record=record), self.content)
            except (UserError, OSError) as error:
                self.failed = error
        if self.failed is None:
            return []
        hint = "这次的文件不能追溯、核对或对比；请检查项目文件夹的写权限与磁盘空间，然后重新生成"
        return [Issue("run_unkept", Level.WARNING, f"本次运行没有存档：{self.failed}", Origin(), hint)]


def artifact(form: str, path: Path) -> Artifact:
    """A finished file as it is on the disk."""
    content = path.read_bytes()
    return Artifact(form, path, len(content), hashlib.sha256(content).hexdigest())


def kept_files(artifacts: Sequence[Artifact]) -> tuple[KeptFile, ...]:
    """What the archive holds of finished files."""
    return tuple(KeptFile(a.format, a.path.name, a.sha256, a.size) for a in artifacts)


def thin_out(project: Project, report: str) -> list[Issue]:
    """Remove old runs of a report as ``[archive] keep`` has it. What stops that is a warning."""
    keep = project.settings.archive.keep
    try:
        gone = RunStore(project.state).prune(keep, delivered(project), report=report) if keep else ()
    except (UserError, OSError) as error:
        hint = "不影响本次的文件；请检查项目文件夹的写权限，或用 rpt runs --prune 手动清理"
        return [Issue("runs_unpruned", Level.WARNING, f"较早的存档没有清理：{error}", Origin(), hint)]
    said = f"{report} 的存档只留最近{keep}次与发送过的，已清理{len(gone)}次（[archive] keep）"
    return [Issue("runs_pruned", Level.INFO, said)] if gone else []


def delivered(project: Project) -> frozenset[str]:
    """The SHA-256 of every file that the outbox tells of: what was sent may have to be explained or corrected, and what
    is still to be sent, or in doubt, can only be sent by its run. Raises UserError where the outbox cannot be read."""
    outbox = Outbox(project.state, now)
    with contextlib.closing(outbox):
        return frozenset(digest for entry in outbox.entries() for digest in entry.files)


def _trail(measured: Measured, reviewed: Review, parts: Mapping[str, Mapping[str, str]], until: date | None) -> Trail:
    return Trail(
        parts,
        measured.line.first,
        until,
        reviewed.comparable,
        PlanStore(measured.project.memory).digest(measured.line.year),
    )


def _record(stem: str, project: Project, dataset: Dataset) -> RunRecord:
    """All that is known of a run before its files are there."""
    named = _STEM.match(stem)
    return RunRecord(
        id="",
        command=named["command"] if named else stem,
        report=stem,
        period=named["period"] if named else "",
        made_at="",
        version=__version__,
        inputs={origin.file: origin.sha256 for origin in dataset.origins()} | settings_of(project),
        artifacts=(),
        only=project.only.scope if project.only else "",
    )


def _rows(dataset: Dataset, folder: Path) -> dict[str, Path]:
    """The typed rows of every table that was read here, as parquet files in ``folder``; a warehouse's stay there."""
    rows = {}
    for name, table in dataset.tables.items():
        if table.is_present and not table.is_standing:
            rows[name] = folder / f"{name}.parquet"
            dataset.engine.export(table.name, rows[name])
    return rows
