"""Runs of the archive that still hold: made of exactly the files and settings that the project has now."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from rpt import __version__
from rpt.engine import EngineError
from rpt.engine.dataset import Dataset, Origin
from rpt.engine.duck import Duck
from rpt.flows.settings import settings_of
from rpt.intake.recalled import recall
from rpt.intake.schema import schemas
from rpt.intake.sources import find_files
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.issue import UserError
from rpt.values.run import Run, RunRecord


def records_of_today(project: Project) -> list[RunRecord]:
    """The runs whose inputs and version are today's, newest first; none where the sources cannot be told."""
    store = RunStore(project.state)
    files, _ = find_files(project, schemas(project))
    try:
        now = {file.shown: _sha256(file.path) for file in files} | settings_of(project)
    except OSError:
        return []
    only = project.only.scope if project.only else ""
    runs = [run for run in store.list() if run.only == only and run.version == __version__]
    return [run for run in runs if dict(run.inputs) == now]


def archived(project: Project) -> tuple[Dataset, str] | None:
    """The dataset of the newest run of today's files, with the run's id; None where there is none, or it cannot be
    read: then the files are."""
    record = next(iter(records_of_today(project)), None)
    if record is None:
        return None
    try:
        return rows_of(project, RunStore(project.state).load(record.id)), record.id
    except (EngineError, KeyError, OSError, UserError):
        return None


def rows_of(project: Project, run: Run, tables: Collection[str] | None = None) -> Dataset:
    """The typed rows that a run kept, of all tables or of some. Raises EngineError, KeyError or OSError."""
    engine = Duck()
    origins = [
        Origin(o.id, o.file, o.sheet, o.sha256, o.rows, o.first_row, o.last_row, tuple(o.columns.items()))
        for o in run.origins
    ]
    rows = {name: path for name, path in run.rows.items() if tables is None or name in tables}
    dataset = recall(engine, schemas(project), rows, origins)
    engine.seal()
    return dataset


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
