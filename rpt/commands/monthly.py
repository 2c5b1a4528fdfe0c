"""``rpt monthly``: the two reports of a month."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``monthly`` and its Chinese name to the app."""
    app.command("monthly", cls=ChineseCommand)(monthly)
    app.command("月报", cls=ChineseCommand, hidden=True)(monthly)


def monthly(
    month: Annotated[str, typer.Argument(metavar="月份", help="月份，如 2025-11。")],
    project: options.Project = None,
    out: options.Out = None,
    formats: options.Formats = "pdf,xlsx,html,json",
    as_of: options.AsOf = None,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成一个月的渠道效率对比报告与用户行为分析报告。"""
    wanted = options.parse_month(month)
    chosen = options.parse_formats(formats)
    day = options.parse_day(as_of) if as_of else None
    from rpt.console import Console
    from rpt.flows.clock import today
    from rpt.flows.monthly import STEPS
    from rpt.flows.monthly import monthly as make
    from rpt.flows.steps import Request
    from rpt.project.find import find_project

    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose)
    request = Request(wanted.year, chosen, out.resolve() if out else None, day, allow_errors)
    with console.progress(STEPS) as progress:
        result = make(found, wanted, request, today(), progress)
    console.issues(result.issues)
    if result.measured is None or result.review is None:
        console.refused(result.issues)
        raise typer.Exit(1)
    console.month(result.review, result.measured.line.cut)
    console.files(result.artifacts)
