"""What ``rpt send`` and ``--send`` share: send finished files, say what became of them, end with the right code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rpt.commands.session import current

if TYPE_CHECKING:
    from rpt.console import Console
    from rpt.project.model import Project


def check_sending(project: Project) -> None:
    """Stop a run that is to send by settings that cannot (UserError), before it has made anything."""
    from rpt.flows.send import check_settings

    check_settings(project)


def send_files(project: Project, console: Console, files: Sequence[Path], wanted: Sequence[str] = ()) -> None:
    """Send, and end with exit code 5 where somebody was not reached for sure. Raises UserError as the flow does."""
    if code := sent(project, console, files, wanted):
        raise typer.Exit(code)


def sent(project: Project, console: Console, files: Sequence[Path], wanted: Sequence[str] = ()) -> int:
    """Send and say what became of it; the exit code, 5 where somebody was not reached for sure. Raises UserError as the
    flow does."""
    from rpt.console.delivery import show_failed, show_sent
    from rpt.flows.notice import undelivered
    from rpt.flows.send import send

    sending = send(project, files, wanted, console.note)
    current().came(undelivered((*sending.failed, *sending.doubtful)))
    console.issues(sending.issues)
    show_sent(console, sending.entries, sending.unchanged)
    if sending.doubtful:
        console.note("以前的发送里还有存疑的：")
        show_failed(console, sending.doubtful)
    return sending.exit_code
