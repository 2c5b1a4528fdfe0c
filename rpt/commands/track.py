"""``rpt track``: a month against the plan of its year."""

from __future__ import annotations

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told, written
from rpt.commands.sending import check_sending, send_files


def register(app: typer.Typer) -> None:
    """Add ``track`` and its Chinese name to the app."""
    app.command("track", cls=ChineseCommand)(track)
    app.command("跟踪", cls=ChineseCommand, hidden=True)(track)


def track(
    month: options.Month,
    project: options.Project = None,
    out: options.Out = None,
    formats: options.AlsoFormats = None,
    allow_errors: options.AllowErrors = False,
    send: options.Send = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """按月跟踪计划：红黄绿、到期举措与全年预计。"""
    wanted = options.parse_month(month)
    request = requested(None, formats or ("pdf,xlsx" if send else None), out, None, allow_errors=allow_errors)
    from rpt.console.track import show_tracking
    from rpt.flows.clock import today
    from rpt.flows.track import STEPS, follow

    found, console = opened(project, quiet=quiet, verbose=verbose, writes=bool(request.formats), sends=send)
    if send:
        check_sending(found)
    with console.progress(STEPS if request.formats else STEPS[:4]) as progress:
        result = follow(found, wanted, request, today(), progress)
    measured, _ = told(console, result, "跟踪结果")
    if result.tracking is not None:
        show_tracking(console, measured.ledger.metrics, result.tracking)
    written(console, result)
    if send:
        send_files(found, console, [artifact.path for artifact in result.artifacts])
