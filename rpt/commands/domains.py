"""``rpt channel``, ``rpt member`` and ``rpt supply``: one domain of a year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.values.domain import DOMAINS, Domain


def register(app: typer.Typer) -> None:
    """Add a command for every domain, with its Chinese name."""
    for domain in DOMAINS.values():
        command = _command(domain)
        app.command(domain.key, cls=ChineseCommand)(command)
        app.command(domain.alias, cls=ChineseCommand, hidden=True)(command)


def _command(domain: Domain) -> Callable[..., None]:
    def show(
        year: Annotated[
            int | None, typer.Argument(metavar="年份", help="年份；不写则取最近一个完整年度。", min=1990, max=2100)
        ] = None,
        project: options.Project = None,
        out: options.Out = None,
        formats: Annotated[
            str | None,
            typer.Option("--format", "-f", metavar="格式", help="同时生成的文件格式，逗号分隔；不写则只在终端列出。"),
        ] = None,
        as_of: options.AsOf = None,
        allow_errors: options.AllowErrors = False,
        quiet: options.Quiet = False,
        verbose: options.Verbose = False,
    ) -> None:
        chosen = options.parse_formats(formats) if formats else []
        day = options.parse_day(as_of) if as_of else None
        from rpt.console import Console
        from rpt.flows.clock import today
        from rpt.flows.domain import domain as make
        from rpt.flows.domain import steps
        from rpt.flows.steps import Request
        from rpt.project.find import find_project

        found = find_project(project)
        console = Console(quiet=quiet, verbose=verbose)
        request = Request(year, chosen, out.resolve() if out else None, day, allow_errors)
        with console.progress(steps(request)) as progress:
            result = make(found, domain, request, today(), progress)
        console.issues(result.issues)
        if result.measured is None or result.review is None:
            console.refused(result.issues)
            raise typer.Exit(1)
        console.domain(result.review, domain, result.measured.line.cut)
        console.files(result.artifacts)

    show.__doc__ = f"在终端列出一年的{domain.label}；加 --format 同时生成文件。"
    return show
