"""Keeping a run: what its files were made from goes into the project's archive beside their hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from rpt import __version__
from rpt.engine import EngineError
from rpt.engine.dataset import Dataset
from rpt.flows.clock import now
from rpt.flows.steps import Measured
from rpt.metrics.basis import bases
from rpt.metrics.derive import views
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.state.scratch import scratch
from rpt.values.artifact import Artifact
from rpt.values.document import Document
from rpt.values.issue import Issue, Level, Origin, UserError
from rpt.values.ledger import Ledger
from rpt.values.plan import Plan
from rpt.values.run import KeptFile, KeptTable, Run, RunRecord, SourceSheet
from rpt.values.told import Told

_STEM = re.compile(r"(?P<command>[a-z]+)-(?P<period>\d{4}(?:-\d\d)?)")


def archive(
    stem: str,
    measured: Measured,
    ledger: Ledger,
    document: Document,
    plan: Plan | None,
    artifacts: Sequence[Artifact],
    told: Told,
) -> list[Issue]:
    """Keep the run that made ``artifacts``, named after ``stem`` (``annual-2025``). An archive that can't be written is
    a warning: the files are there all the same."""
    project, dataset = measured.project, measured.dataset
    try:
        with scratch() as folder:
            run = Run(
                _record(stem, project, dataset, artifacts),
                ledger,
                document,
                plan,
                measured.line.cut,
                tuple(
                    SourceSheet(o.id, o.file, o.sheet, o.sha256, o.rows, o.first_row, o.last_row, dict(o.columns))
                    for o in dataset.origins()
                ),
                {
                    name: KeptTable(table.label, table.key, table.all_columns, table.date_column)
                    for name, table in dataset.tables.items()
                    if table.is_present
                },
                bases(measured.catalogue),
                _rows(dataset, folder),
                views(dataset, project, measured.catalogue, measured.line),
                told,
            )
            RunStore(project.state).keep(run)
    except (UserError, EngineError, OSError) as error:
        hint = "这次的文件不能追溯、核对或对比；请检查项目文件夹的写权限与磁盘空间，然后重新生成"
        return [Issue("run_unkept", Level.WARNING, f"本次运行没有存档：{error}", Origin(), hint)]
    return []


def settings_of(project: Project) -> dict[str, str]:
    """The project's own settings and metrics: they make the figures as the rows do."""
    names = {project.file.name: project.file} | {name: project.folder / name for name in project.settings.metrics}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items()}


def _record(stem: str, project: Project, dataset: Dataset, artifacts: Sequence[Artifact]) -> RunRecord:
    named = _STEM.match(stem)
    return RunRecord(
        id="",
        command=named["command"] if named else stem,
        report=stem,
        period=named["period"] if named else "",
        made_at=now().isoformat(timespec="microseconds"),
        version=__version__,
        inputs={origin.file: origin.sha256 for origin in dataset.origins()} | settings_of(project),
        artifacts=tuple(KeptFile(a.format, a.path.name, a.sha256, a.size) for a in artifacts),
    )


def _rows(dataset: Dataset, folder: Path) -> dict[str, Path]:
    """The typed rows of every table that is there, as parquet files in ``folder``."""
    rows = {}
    for name, table in dataset.tables.items():
        if table.is_present:
            rows[name] = folder / f"{name}.parquet"
            dataset.engine.export(table.name, rows[name])
    return rows
