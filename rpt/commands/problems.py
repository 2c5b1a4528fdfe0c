"""``rpt problems``: what is wrong with a year, on the terminal or as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told


def register(app: typer.Typer) -> None:
    """Add ``problems`` and its Chinese name to the app."""
    app.command("problems", cls=ChineseCommand)(problems)
    app.command("问题", cls=ChineseCommand, hidden=True)(problems)


def problems(
    year: options.Year = None,
    project: options.Project = None,
    as_of: options.AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON，供程序读取。")] = False,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """列出一年的问题：程度、影响金额、依据、原因与举措。"""
    request = requested(year, None, None, as_of, allow_errors=allow_errors)
    from rpt.flows.clock import today
    from rpt.flows.problems import STEPS
    from rpt.flows.problems import problems as find

    found, console = opened(project, quiet=quiet or as_json, verbose=verbose)
    with console.progress(STEPS) as progress:
        result = find(found, request, today(), progress)
    measured, review = told(console, result, says_issues=not as_json)
    if as_json:
        from rpt.rendering.json import findings_text

        typer.echo(findings_text(review, measured.line.cut))
    else:
        console.findings(review, measured.line.cut)
