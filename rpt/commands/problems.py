"""``rpt problems``: what is wrong with a year, on the terminal or as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``problems`` and its Chinese name to the app."""
    app.command("problems", cls=ChineseCommand)(problems)
    app.command("问题", cls=ChineseCommand, hidden=True)(problems)


def problems(
    year: Annotated[
        int | None, typer.Argument(metavar="年份", help="年份；不写则取最近一个完整年度。", min=1990, max=2100)
    ] = None,
    project: options.Project = None,
    as_of: options.AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON，供程序读取。")] = False,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """列出一年的问题：程度、影响金额、依据、原因与举措。"""
    day = options.parse_day(as_of) if as_of else None
    from rpt.console import Console
    from rpt.flows.clock import today
    from rpt.flows.problems import STEPS
    from rpt.flows.problems import problems as find
    from rpt.flows.steps import Request
    from rpt.project.find import find_project

    found = find_project(project)
    console = Console(quiet=quiet or as_json, verbose=verbose)
    with console.progress(STEPS) as progress:
        result = find(found, Request(year, as_of=day, allow_errors=allow_errors), today(), progress)
    if not as_json or result.review is None:
        console.issues(result.issues)
    if result.measured is None or result.review is None:
        console.refused(result.issues)
        raise typer.Exit(1)
    if as_json:
        from rpt.rendering.json import findings_text

        typer.echo(findings_text(result.review, result.measured.line.cut))
    else:
        console.findings(result.review, result.measured.line.cut)
