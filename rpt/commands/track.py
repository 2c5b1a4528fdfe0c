"""``rpt track``: a month against the plan of its year."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``track`` and its Chinese name to the app."""
    app.command("track", cls=ChineseCommand)(track)
    app.command("跟踪", cls=ChineseCommand, hidden=True)(track)


def track(
    month: Annotated[str, typer.Argument(metavar="月份", help="跟踪的月份，如 2026-03。")],
    project: options.Project = None,
    out: options.Out = None,
    formats: Annotated[
        str, typer.Option("--format", "-f", metavar="格式", help="同时生成文件，逗号分隔；不写则只在终端显示。")
    ] = "",
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """按月跟踪计划：红黄绿、到期举措与全年预计。"""
    chosen = options.parse_formats(formats) if formats else []
    wanted = options.parse_month(month)
    from rpt.console import Console
    from rpt.console.track import show_tracking
    from rpt.flows.clock import today
    from rpt.flows.steps import Request
    from rpt.flows.track import STEPS, follow
    from rpt.project.find import find_project

    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose)
    request = Request(None, chosen, out.resolve() if out else None, None, allow_errors)
    with console.progress(STEPS if chosen else STEPS[:4]) as progress:
        result = follow(found, wanted, request, today(), progress)
    console.issues(result.issues)
    if result.measured is None or result.tracking is None:
        console.refused(result.issues, "跟踪结果")
        raise typer.Exit(1)
    show_tracking(console, result.measured.ledger.metrics, result.tracking)
    console.files(result.artifacts)
