"""One command line from start to end: the lock that it holds, what the log tells of it, and what the owner is told."""

from __future__ import annotations

import contextlib
import os
import sys
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
INTERRUPTED = 130  # the exit code of a run that a person stopped
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
        self._command = ""
        self._sending: Project | None = None  # that of a run that is to send
        self._errors: list[Issue] = []

    def open(
        self, project: Project, *, writes: bool, sends: bool = False, alone: bool = False, acts: bool = False
    ) -> bool:
        """Begin the log of a run, and hold the project's lock for one that writes or is to be alone.

        Returns whether it is held as asked: not so where the state folder cannot be written, which stops no report.
        Raises UserError (exit 6) where another run holds the lock.
        """
        from rpt import __version__
        from rpt.state.atomic import sweep
        from rpt.state.lock import HELD, holding
        from rpt.state.log import Log, in_short
        from rpt.values.issue import UserError

        # who only looks leaves nothing in a project that never ran
        if writes or alone or acts or project.state.is_dir():
            self._log = Log(project.state)
            self._log.rotate()
        self._sending = project if sends else None
        self._command = command = in_short(self._arguments)
        number = os.environ.get(SCHEDULE, "")
        begun = {"command": command, "writes": writes, "pid": os.getpid(), "version": __version__}
        self._write("start", **begun, **({"schedule": int(number)} if number.isdecimal() else {}))
        if not (writes or alone):
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

    def beside(self) -> Session:
        """Another session of the same command line, for one of several projects that it works on."""
        other = Session(self._arguments)
        other.wait = self.wait
        return other

    def step(self, name: str) -> None:
        """The run is at another step; the one before is over."""
        self._end_step()
        self._step, self._stepped = name, time.monotonic()

    def came(self, issues: Sequence[Issue], artifacts: Iterable[Artifact] = ()) -> None:
        """What came of the run."""
        from rpt.state.log import counted, written
        from rpt.values.issue import Level

        self._end_step()
        self._errors += [issue for issue in issues if issue.level is Level.ERROR]
        if counts := counted(issues):
            self._write("issues", counts=counts)
        for artifact in artifacts:
            self._write("artifact", **written(artifact))

    def stopped(self, reason: Issue) -> None:
        """An error that ends the run. The log does not tell it, since it may say anything."""
        self._errors.append(reason)

    def end(self, code: int) -> None:
        """The command line is over: its last lines, and the lock is free."""
        with self._held:
            self._end_step()
            if self._sending is not None and code != INTERRUPTED:
                self._tell_owner(self._sending, code)
            self._write("end", code=code, seconds=round(time.monotonic() - self._started, 3))

    def _tell_owner(self, project: Project, code: int) -> None:
        """Have the owner know, unless a person at a terminal does already: letters that did not arrive are told to the
        owner even so."""
        from rpt.flows.notice import Ended, tell

        ended = Ended(self._command, code, tuple(self._errors))
        if code and sys.stderr.isatty() and not ended.undelivered:
            return
        told, issues = tell(project, ended)
        if told is not None:
            self._write("notice", outcome=told.value)
        if issues:
            from rpt.console import Console

            Console().issues(issues)

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
    with becoming(Session(arguments)) as session:
        yield session


@contextlib.contextmanager
def becoming(session: Session) -> Iterator[Session]:
    """A session as the one that ``current`` gives."""
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
