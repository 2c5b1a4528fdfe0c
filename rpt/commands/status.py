"""``rpt status``: how a project stands."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``status`` and its Chinese name to the app."""
    app.command("status", cls=ChineseCommand)(status)
    app.command("状态", cls=ChineseCommand, hidden=True)(status)


def status(
    project: options.Project = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON，供程序读取。")] = False,
    quiet: options.Quiet = False,
) -> None:
    """查看最近的运行、定时与错过的、发件箱；有事要处理时退出码为 1，发件箱的为 5。"""
    from rpt.console import Console
    from rpt.console.status import show_status, status_text
    from rpt.flows.status import status as look
    from rpt.project.find import find_project

    found = look(find_project(project))
    if as_json:
        typer.echo(status_text(found))
    else:
        show_status(Console(quiet=quiet), found)
    if found.exit_code:
        raise typer.Exit(found.exit_code)
