"""How a project stands: the runs that its log tells of, who holds its lock, what its schedules missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rpt.values.delivery import State
from rpt.values.schedule import Planned


@dataclass(frozen=True)
class Holder:
    """Who holds a project's lock: process, since when (ISO 8601), the command in short."""

    pid: int
    since: str
    command: str


@dataclass(frozen=True)
class Logged:
    """A run as the log tells it. ``code`` and ``seconds`` are None where it has not ended, or was killed."""

    id: str
    at: datetime
    command: str
    pid: int = 0
    writes: bool = False
    schedule: int | None = None
    code: int | None = None
    seconds: float | None = None
    step: str = ""  # the last one that it finished
    issues: Mapping[str, int] = field(default_factory=dict)  # level -> how many
    files: tuple[str, ...] = ()

    def is_running(self, holder: Holder | None) -> bool:
        """Whether it has not ended because it holds the lock still."""
        return self.code is None and holder is not None and holder.pid == self.pid


@dataclass(frozen=True)
class Due:
    """A schedule, its last run, and the times since then that passed without one."""

    planned: Planned
    last: Logged | None
    missed: tuple[datetime, ...]


@dataclass(frozen=True)
class Status:
    """How a project stands. ``runs`` has the latest first; ``trouble`` says what needs a person; ``outbox`` how many
    letters are in each state."""

    holder: Holder | None
    runs: tuple[Logged, ...]
    schedules: tuple[Due, ...]
    outbox: Mapping[State, int]
    trouble: tuple[str, ...]
    notes: tuple[str, ...]
    exit_code: int
