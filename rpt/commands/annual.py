"""``rpt annual``: the annual report."""

from __future__ import annotations

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told, written
from rpt.commands.sending import check_sending, send_files


def register(app: typer.Typer) -> None:
    """Add ``annual`` and its Chinese name to the app."""
    app.command("annual", cls=ChineseCommand)(annual)
    app.command("年报", cls=ChineseCommand, hidden=True)(annual)


def annual(
    year: options.Year = None,
    project: options.Project = None,
    out: options.Out = None,
    formats: options.Formats = "pdf,xlsx,html,json",
    as_of: options.AsOf = None,
    allow_errors: options.AllowErrors = False,
    each: options.Each = None,
    send: options.Send = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成年度报告（PDF、Excel、HTML、JSON）。"""
    request = requested(year, formats, out, as_of, allow_errors=allow_errors)
    if each is not None:
        from rpt.commands.each import each as make_each

        make_each(each, project, request, send=send, quiet=quiet, verbose=verbose)
        return
    from rpt.flows.annual import STEPS
    from rpt.flows.annual import annual as make
    from rpt.flows.clock import today

    found, console = opened(project, quiet=quiet, verbose=verbose, writes=True, sends=send)
    if send:
        check_sending(found)
    with console.progress(STEPS) as progress:
        result = make(found, request, today(), progress)
    measured, review = told(console, result)
    console.summary(review, measured.line.cut)
    written(console, result)
    if send:
        send_files(found, console, [artifact.path for artifact in result.artifacts])
