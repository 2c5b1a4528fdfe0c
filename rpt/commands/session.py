"""One command line from start to end: the lock that it holds and what the log tells of it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rpt.project.model import Project
    from rpt.state.log import Log
    from rpt.values.artifact import Artifact
    from rpt.values.issue import Issue

SCHEDULE = "RPT_SCHEDULE"  # the number of the schedule that started this run, in its environment
_BEIJING = ZoneInfo("Asia/Shanghai")


class Session:
    """A command line. Its log begins where its project is known, and ends with its exit code."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self.wait: float = 0
        self._id = f"{_now():%Y%m%dT%H%M%S}-{token_hex(3)}"
        self._log: Log | None = None
        self._held = contextlib.ExitStack()
        self._started = self._stepped = time.monotonic()
        self._step = ""

    def open(self, project: Project, *, writes: bool) -> bool:
        """Begin the log of a run, and hold the project's lock for one that writes.

        Returns whether it is held as asked: not so where the state folder cannot be written, which stops no report.
        Raises UserError (exit 6) where another run holds the lock.
        """
        from rpt import __version__
        from rpt.state.atomic import sweep
        from rpt.state.lock import HELD, holding
        from rpt.state.log import Log, in_short
        from rpt.values.issue import UserError

        self._log = Log(project.state)
        self._log.rotate()
        number = os.environ.get(SCHEDULE, "")
        command = in_short(self._arguments)
        begun = {"command": command, "writes": writes, "pid": os.getpid(), "version": __version__}
        self._write("start", **begun, **({"schedule": int(number)} if number.isdecimal() else {}))
        if not writes:
            return True
        try:
            self._held.enter_context(holding(project.state, command, _now(), self.wait))
        except UserError as error:
            if error.exit_code == HELD:
                raise
            return False
        for folder in (project.state, project.state / "plans"):
            sweep(folder)
        return True

    def step(self, name: str) -> None:
        """The run is at another step; the one before is over."""
        self._end_step()
        self._step, self._stepped = name, time.monotonic()

    def came(self, issues: Iterable[Issue], artifacts: Iterable[Artifact]) -> None:
        """What came of the run."""
        from rpt.state.log import counted, written

        self._end_step()
        if counts := counted(issues):
            self._write("issues", counts=counts)
        for artifact in artifacts:
            self._write("artifact", **written(artifact))

    def end(self, code: int) -> None:
        """The command line is over: its last lines, and the lock is free."""
        self._end_step()
        self._write("end", code=code, seconds=round(time.monotonic() - self._started, 3))
        self._held.close()

    def _end_step(self) -> None:
        if self._step:
            self._write("step", name=self._step, seconds=round(time.monotonic() - self._stepped, 3))
        self._step = ""

    def _write(self, event: str, **more: object) -> None:
        if self._log is not None:
            self._log.write(self._id, _now(), event, **more)


_CURRENT: ContextVar[Session | None] = ContextVar("session", default=None)


@contextlib.contextmanager
def beginning(arguments: Sequence[str]) -> Iterator[Session]:
    """A command line as the one that ``current`` gives."""
    session = Session(arguments)
    token = _CURRENT.set(session)
    try:
        yield session
    finally:
        _CURRENT.reset(token)


def current() -> Session:
    """The command line that is being run; one of its own outside of any."""
    return _CURRENT.get() or Session(())


def _now() -> datetime:
    return datetime.now(UTC).astimezone(_BEIJING)
