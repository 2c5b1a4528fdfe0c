"""What many reports at once are made of, and what comes of each, as it passes between processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rpt.flows.steps import Request
from rpt.processes import serving
from rpt.project.model import Project
from rpt.values.artifact import Artifact
from rpt.values.issue import Issue


@dataclass(frozen=True, kw_only=True)
class Job(serving.Job):
    """A report to make: ``work`` is the file of a pickled ``Work``, ``answer`` that of the ``Made`` to be left."""

    work: str
    answer: str


@dataclass(frozen=True)
class Work:
    """What a report is made of: a project, and where it is ``only`` a member's the folder of the rows of all."""

    project: Project
    request: Request
    today: date
    rows: Path | None = None


@dataclass(frozen=True)
class Made:
    """What came of a report: the exit code that it would end with alone, what is to be said, and the files."""

    code: int
    issues: tuple[Issue, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    year: int | None = None
    error: tuple[str, str] | None = None  # why there is none, and what to do
    figures: tuple[str, ...] = ()  # 成交总额 and its growth, as printed
    findings: int = 0


@dataclass(frozen=True)
class Share:
    """One of the reports wanted: what people call it, and what it is made of."""

    name: str
    work: Work

    @property
    def folder(self) -> Path:
        """Where its files go."""
        return self.work.request.out or self.work.project.out


@dataclass(frozen=True)
class Ready:
    """A report that has been made, or has failed, and the seconds that it took."""

    share: Share
    made: Made
    seconds: float
