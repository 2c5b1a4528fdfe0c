"""Projects of several files for tests: csv files written from the tables that stand in the test."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rpt.engine.dataset import Dataset
from rpt.engine.duck import Duck
from rpt.intake.load import load
from rpt.values.issue import Issue
from tests.projects import SETTINGS, project

Rows = Sequence[Sequence[Any]]
EVERY_CSV = SETTINGS.replace('"*.xlsx"', '"**/*.csv"')


def read_files(
    folder: Path, files: Mapping[str, Rows], settings: str = EVERY_CSV, today: date | None = None
) -> tuple[Dataset, list[Issue]]:
    """Intake of a folder of csv files, all written at the same second."""
    for name, rows in files.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        os.utime(path, (1_750_000_000, 1_750_000_000))
    return load(project(folder, settings=settings), Duck(), today)


def rows(dataset: Dataset, columns: str = "date, platform, paid_amount", table: str = "channel_daily") -> list[Any]:
    """Typed rows in the order read."""
    return dataset.engine.rows(f"select {columns} from typed_{table} order by _src, _row")
