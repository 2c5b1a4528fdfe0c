"""A dataset handed to another process of the same run: rows as parquet files, what is known of them beside."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

from rpt.engine import Engine, literal
from rpt.engine.dataset import Dataset
from rpt.values.issue import Issue

_KNOWN = "dataset.pickle"  # ours alone: the folder is the run's own


def hand(dataset: Dataset, issues: list[Issue], folder: Path) -> None:
    """Leave a dataset and the issues of its intake in a folder. Raises EngineError or OSError."""
    for name, table in dataset.tables.items():
        dataset.engine.export(table.name, folder / f"{name}.parquet")
    (folder / _KNOWN).write_bytes(pickle.dumps((dict(dataset.tables), issues)))


def taken(folder: Path, engine: Engine) -> tuple[Dataset, list[Issue]]:
    """What ``hand`` left, its rows as views ``handed_<table>`` over the files. Raises EngineError or OSError."""
    tables, issues = pickle.loads((folder / _KNOWN).read_bytes())
    for name in tables:
        engine.view(f"handed_{name}", f"select * from read_parquet({literal(str(folder / f'{name}.parquet'))})")
    return Dataset(engine, {name: replace(table, name=f"handed_{name}") for name, table in tables.items()}), issues
