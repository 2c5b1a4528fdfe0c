"""``rpt annual``: the annual report."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``annual`` and its Chinese name to the app."""
    app.command("annual", cls=ChineseCommand)(annual)
    app.command("年报", cls=ChineseCommand, hidden=True)(annual)


def annual(
    year: Annotated[
        int | None, typer.Argument(metavar="年份", help="报告年份；不写则取最近一个完整年度。", min=1990, max=2100)
    ] = None,
    project: options.Project = None,
    out: options.Out = None,
    formats: options.Formats = "pdf,xlsx,html,json",
    as_of: options.AsOf = None,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成年度报告（PDF、Excel、HTML、JSON）。"""
    chosen = options.parse_formats(formats)
    day = options.parse_day(as_of) if as_of else None
    from rpt.console import Console
    from rpt.flows.annual import STEPS
    from rpt.flows.annual import annual as make
    from rpt.flows.clock import today
    from rpt.flows.steps import Request
    from rpt.project.find import find_project

    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose)
    request = Request(year, chosen, out.resolve() if out else None, day, allow_errors)
    with console.progress(STEPS) as progress:
        result = make(found, request, today(), progress)
    console.issues(result.issues)
    if result.measured is None or result.review is None:
        console.refused(result.issues)
        raise typer.Exit(1)
    console.summary(result.review, result.measured.line.cut)
    console.files(result.artifacts)
