"""Parquet files: their columns have types, so that they are handed over as they are, by the database."""

from __future__ import annotations

from pathlib import Path

from rpt.intake.raw import RawSheet
from rpt.values.limits import Limits


def read(path: Path, _: Limits) -> list[RawSheet]:
    """The file as one typed sheet named after it."""
    return [RawSheet(path.stem, path, typed=True)]
