"""``rpt channel``, ``rpt member`` and ``rpt supply``: one domain of a year."""

from __future__ import annotations

from collections.abc import Callable

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told, written
from rpt.values.domain import DOMAINS, Domain


def register(app: typer.Typer) -> None:
    """Add a command for every domain, with its Chinese name."""
    for domain in DOMAINS.values():
        command = _command(domain)
        app.command(domain.key, cls=ChineseCommand)(command)
        app.command(domain.alias, cls=ChineseCommand, hidden=True)(command)


def _command(domain: Domain) -> Callable[..., None]:
    def show(
        year: options.Year = None,
        project: options.Project = None,
        out: options.Out = None,
        formats: options.AlsoFormats = None,
        as_of: options.AsOf = None,
        allow_errors: options.AllowErrors = False,
        quiet: options.Quiet = False,
        verbose: options.Verbose = False,
    ) -> None:
        request = requested(year, formats, out, as_of, allow_errors=allow_errors)
        from rpt.flows.clock import today
        from rpt.flows.domain import domain as make
        from rpt.flows.domain import steps

        found, console = opened(project, quiet=quiet, verbose=verbose, writes=bool(request.formats))
        with console.progress(steps(request)) as progress:
            result = make(found, domain, request, today(), progress)
        measured, review = told(console, result)
        console.domain(review, domain, measured.line.cut)
        written(console, result)

    show.__doc__ = f"在终端列出一年的{domain.label}；加 --format 同时生成文件。"
    return show
