"""Parquet files: the engine reads them where they are, so that only their frame is looked at here."""

from __future__ import annotations

from pathlib import Path

from rpt.intake.raw import RawSheet

_MAGIC = b"PAR1"


def read(path: Path) -> list[RawSheet]:
    """The file as one typed sheet named after it.

    Raises ValueError for a file that does not begin and end as a parquet file does, OSError for one that cannot be
    opened.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(path.stat().st_size - 4, 0))
        tail = file.read(4)
    if head != _MAGIC or tail != _MAGIC:
        raise ValueError("not a parquet file, or cut short")
    return [RawSheet(path.stem, path, typed=True)]
