"""Which of several files is the later one: what it says counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rpt.intake.file_period import latest_day

NAME, MODIFIED, ORDER = "文件名中的日期", "文件的修改时间", "rpt.toml 中的先后次序"


@dataclass(frozen=True)
class Ranking:
    """Files, as messages name them, from the earliest to the latest."""

    files: Sequence[str]
    dates: Mapping[str, date]
    modified: Mapping[str, int]

    def reason(self, one: str, other: str) -> str:
        """What says which of the two is later."""
        if self.dates and self.dates[one] != self.dates[other]:
            return NAME
        return MODIFIED if self.modified[one] != self.modified[other] else ORDER


def rank(files: Sequence[str], paths: Mapping[str, Path]) -> Ranking:
    """By the date in the name where every one of them has one, then by when it was written (to the second: an archive
    keeps no more), then as the project lists them."""
    dated = {file: day for file in files if (day := latest_day(file))}
    dates = dated if len(dated) == len(files) else {}
    modified = {file: int(paths[file].stat().st_mtime) for file in files}
    order = {file: at for at, file in enumerate(files)}
    ranked = sorted(files, key=lambda file: (dates.get(file, date.min), modified[file], order[file]))
    return Ranking(ranked, dates, modified)
