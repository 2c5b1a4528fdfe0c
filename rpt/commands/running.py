"""What the commands that make something share: the project found, the console, and what is said when a flow ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rpt.commands import options
from rpt.commands.session import current

UNVERIFIED = 4  # exit code: a finished file does not agree with what was computed

if TYPE_CHECKING:
    from rpt.console import Console
    from rpt.flows.steps import Measured, Outcome, Request
    from rpt.project.model import Project
    from rpt.values.review import Review


def opened(
    project: Path | None,
    *,
    quiet: bool,
    verbose: bool,
    writes: bool = False,
    sends: bool = False,
    alone: bool = False,
    acts: bool = False,
) -> tuple[Project, Console]:
    """The project in a folder or above it, and the console of the run, which the log tells of from here on.

    A run that ``writes`` (reports) or is to be ``alone`` holds the project's lock to its end; raises UserError (exit 6)
    where another one holds it. The owner is told how a run that ``sends`` ended. One that ``acts`` otherwise
    (a schedule, marked copies) is in the log too, as is any in a project that has a state folder.
    """
    from rpt.console import Console
    from rpt.project.find import find_project

    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose, heard=current().step)
    if not current().open(found, writes=writes, sends=sends, alone=alone, acts=acts):
        console.note(f"{found.state} 不可写，无法防止两次运行同时进行")
    return found, console


def requested(
    year: int | None, formats: str | None, out: Path | None, as_of: str | None, *, allow_errors: bool
) -> Request:
    """What the options ask of a flow; raises BadParameter in Chinese."""
    from rpt.flows.steps import Request

    chosen = options.parse_formats(formats) if formats else []
    day = options.parse_day(as_of) if as_of else None
    return Request(year, chosen, out.resolve() if out else None, day, allow_errors)


def told(
    console: Console, outcome: Outcome, what: str = "报告", *, says_issues: bool = True
) -> tuple[Measured, Review]:
    """Say the issues and notes of a run; one that data errors stopped says them and ends with exit code 1."""
    current().came(outcome.issues, outcome.artifacts)
    stopped = outcome.measured is None or outcome.review is None
    if says_issues or stopped:
        console.issues(outcome.issues)
    if outcome.measured is None or outcome.review is None:
        console.refused(outcome.issues, what, allowable=outcome.measured is None)
        raise typer.Exit(1)
    for note in outcome.measured.notes:
        console.note(note)
    return outcome.measured, outcome.review


def written(console: Console, outcome: Outcome) -> None:
    """Name the files written; where they do not agree with what was computed, say so and end with exit code 4."""
    from rpt.console import fail
    from rpt.flows.proof import UNPROVEN

    console.files(outcome.artifacts)
    unproven = [issue for issue in outcome.issues if issue.code == UNPROVEN]
    for issue in unproven:
        fail(f"{issue.origin}：{issue.message}", issue.hint)
    if unproven:
        raise typer.Exit(UNVERIFIED)
