"""``rpt plan``: a year's plan alone, and leadership's edits read back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``plan`` and its Chinese name to the app."""
    app.command("plan", cls=ChineseCommand)(plan)
    app.command("计划", cls=ChineseCommand, hidden=True)(plan)


def plan(
    year: Annotated[
        int | None,
        typer.Argument(metavar="年份", help="计划年份；不写则取最近一个完整年度的下一年。", min=1991, max=2100),
    ] = None,
    edited: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="文件", help="读回领导在 Excel 里改过的计划（rpt 生成的 annual 或 plan 工作簿）。"
        ),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="放弃以前读回的修改，恢复为目标文件里的计划。")] = False,
    project: options.Project = None,
    out: options.Out = None,
    formats: options.Formats = "pdf,xlsx,html,json",
    as_of: options.AsOf = None,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成下一年的计划；--from 读回领导改过的 Excel 并重算。"""
    chosen = options.parse_formats(formats)
    day = options.parse_day(as_of) if as_of else None
    from rpt.console import Console
    from rpt.console.plans import show_edits, show_plan
    from rpt.flows.clock import today
    from rpt.flows.plan import STEPS, make
    from rpt.flows.steps import Request
    from rpt.project.find import find_project

    if edited is not None and reset:
        raise typer.BadParameter("--from 与 --reset 不能同时使用")
    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose)
    reported = year - 1 if year else None
    request = Request(reported, chosen, out.resolve() if out else None, day, allow_errors, as_written=reset)
    with console.progress(STEPS) as progress:
        result = make(found, request, today(), progress, edited)
    console.issues(result.issues)
    if result.measured is None or result.review is None or result.plan is None:
        console.refused(result.issues, "计划", allowable=result.measured is None)
        raise typer.Exit(1)
    for note in result.measured.notes:
        console.note(note)
    if result.edits is not None:
        show_edits(console, result.edits)
    show_plan(console, result.review, result.plan)
    console.files(result.artifacts)
