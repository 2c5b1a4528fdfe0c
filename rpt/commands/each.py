"""``rpt annual --each``: one report per member of a dimension, or one per project."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rpt.commands.running import opened
from rpt.commands.sending import check_sending, sent
from rpt.commands.session import INTERRUPTED, Session, becoming, current
from rpt.console.each import Line
from rpt.values.issue import Issue, Level, UserError

if TYPE_CHECKING:
    from rpt.console import Console
    from rpt.flows.shares import Ready, Share
    from rpt.flows.steps import Request


def each(wanted: str, project: Path | None, request: Request, *, send: bool, quiet: bool, verbose: bool) -> None:
    """Make the reports that ``--each`` means, and end with the highest of their exit codes."""
    from rpt.project.listed import names_projects

    if names_projects(wanted):
        if project is not None:
            raise typer.BadParameter("--each 写的是项目，不能再写 --project")
        code = _each_project(wanted, request, send=send, quiet=quiet, verbose=verbose)
    else:
        code = _each_member(wanted, project, request, send=send, quiet=quiet, verbose=verbose)
    if code:
        raise typer.Exit(code)


def _each_member(text: str, project: Path | None, request: Request, *, send: bool, quiet: bool, verbose: bool) -> int:
    from rpt.flows.clock import today
    from rpt.flows.each import STEPS, shares_of
    from rpt.project.listed import listed_members

    dimension, names = listed_members(text)
    found, console = opened(project, quiet=quiet, verbose=verbose, writes=True, sends=send)
    if send:
        check_sending(found)
    with contextlib.ExitStack() as stack:
        with console.progress(STEPS) as progress:
            shares, issues = stack.enter_context(shares_of(found, request, dimension, today(), progress, names))
        console.issues(issues)
        if not shares:
            current().came(issues)
            console.refused(issues)
            return 1
        runs = _Runs(console, {share.name: current() for share in shares}, said=frozenset(issues))
        return runs.make(shares, send=send)


def _each_project(text: str, request: Request, *, send: bool, quiet: bool, verbose: bool) -> int:
    from rpt.console import Console
    from rpt.flows.clock import today
    from rpt.flows.each import projects_of
    from rpt.project.listed import listed_projects

    runs = _Runs(Console(quiet=quiet, verbose=verbose), {})
    shares = []
    code = INTERRUPTED
    try:
        for share in projects_of(listed_projects(text), request, today()):
            session = runs.sessions[share.name] = current().beside()
            try:
                if send:
                    check_sending(share.work.project)
                session.open(share.work.project, writes=True, sends=send)
            except UserError as error:  # another run is at it, or its letters cannot go: the other projects are made
                runs.refuse(share, error)
                continue
            shares.append(share)
        code = runs.make(shares, send=send)
    finally:
        for name, session in runs.sessions.items():
            session.end(runs.codes.get(name, code))
    return code


class _Runs:
    """The reports of a command line: what is said of each, and the session that its log and lock are of. What was
    ``said`` of all of them before is not said of each again."""

    def __init__(self, console: Console, sessions: dict[str, Session], said: frozenset[Issue] = frozenset()) -> None:
        self.console, self.sessions, self.said = console, sessions, said
        self.lines: dict[str, Line] = {}

    @property
    def codes(self) -> dict[str, int]:
        """The exit code that each report would end with alone."""
        return {name: line.code for name, line in self.lines.items()}

    def make(self, shares: Sequence[Share], *, send: bool) -> int:
        """Make the reports, say how each ended, send them; the highest of the exit codes."""
        from rpt.console.each import show_table
        from rpt.flows.each import making

        with making(shares) as ready:
            for nth, one in enumerate(ready, 1):
                self._end(one, f"[{nth}/{len(shares)}]")
        order = list(self.sessions)
        show_table(self.console, sorted(self.lines.values(), key=lambda line: order.index(line.name)))
        for share in shares if send else ():
            if self.codes[share.name] == 0:
                self._send(share)
        return max(self.codes.values())

    def refuse(self, share: Share, error: UserError) -> None:
        """A report that is not begun."""
        self._say(Line(share.name, error.exit_code, error=(error.message, error.hint)))

    def _end(self, ready: Ready, place: str) -> None:
        made, name = ready.made, ready.share.name
        self.sessions[name].came(made.issues, made.artifacts)
        fresh = [issue for issue in made.issues if issue not in self.said]
        if any(issue.level is not Level.INFO for issue in fresh) or (fresh and self.console.verbose):
            self.console.line(f"{name}：")
            self.console.issues(fresh)
        line = Line(name, made.code, ready.seconds, made.artifacts, made.figures, made.findings, made.error)
        self._say(line, place)

    def _say(self, line: Line, place: str = "") -> None:
        from rpt.console.each import show_ended

        self.lines[line.name] = line
        if line.error is not None:
            self.sessions[line.name].stopped(Issue("stopped", Level.ERROR, line.error[0], hint=line.error[1]))
        show_ended(self.console, line, place)

    def _send(self, share: Share) -> None:
        """One report to the group of mail that bears its name, else to those of [mail] ``to``."""
        project, line = share.work.project, self.lines[share.name]
        groups = project.settings.mail.groups if project.settings.mail else {}
        wanted = [share.name] if share.name in groups else []
        try:
            with becoming(self.sessions[share.name]):
                code = sent(project, self.console, [artifact.path for artifact in line.artifacts], wanted)
        except UserError as error:
            self._say(replace(line, code=error.exit_code, artifacts=(), error=(error.message, error.hint)))
        else:
            self.lines[share.name] = replace(line, code=code)
