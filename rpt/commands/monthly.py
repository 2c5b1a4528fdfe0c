"""``rpt monthly``: the two reports of a month."""

from __future__ import annotations

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told, written
from rpt.commands.sending import check_sending, send_files


def register(app: typer.Typer) -> None:
    """Add ``monthly`` and its Chinese name to the app."""
    app.command("monthly", cls=ChineseCommand)(monthly)
    app.command("月报", cls=ChineseCommand, hidden=True)(monthly)


def monthly(
    month: options.Month,
    project: options.Project = None,
    out: options.Out = None,
    formats: options.Formats = "pdf,xlsx,html,json",
    as_of: options.AsOf = None,
    allow_errors: options.AllowErrors = False,
    send: options.Send = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成一个月的渠道效率对比报告与用户行为分析报告。"""
    wanted = options.parse_month(month)
    request = requested(wanted.year, formats, out, as_of, allow_errors=allow_errors)
    from rpt.flows.clock import today
    from rpt.flows.monthly import STEPS
    from rpt.flows.monthly import monthly as make

    found, console = opened(project, quiet=quiet, verbose=verbose, writes=True, sends=send)
    if send:
        check_sending(found)
    with console.progress(STEPS) as progress:
        result = make(found, wanted, request, today(), progress)
    measured, review = told(console, result)
    console.month(review, measured.line.cut)
    written(console, result)
    if send:
        send_files(found, console, [artifact.path for artifact in result.artifacts])
