"""``rpt plan``: a year's plan alone, and leadership's edits read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested, told, written
from rpt.commands.sending import check_sending, send_files


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
    send: options.Send = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """生成下一年的计划；--from 读回领导改过的 Excel 并重算。"""
    if edited is not None and reset:
        raise typer.BadParameter("--from 与 --reset 不能同时使用")
    reported = year - 1 if year else None
    request = requested(reported, formats, out, as_of, allow_errors=allow_errors)
    from rpt.console.plans import show_edits, show_plan
    from rpt.flows.clock import today
    from rpt.flows.plan import STEPS, make

    found, console = opened(project, quiet=quiet, verbose=verbose, writes=True, sends=send)
    if send:
        check_sending(found)
    with console.progress(STEPS) as progress:
        result = make(found, replace(request, as_written=reset), today(), progress, edited)
    _, review = told(console, result, "计划")
    if result.edits is not None:
        show_edits(console, result.edits)
    if result.plan is not None:
        show_plan(console, review, result.plan)
    written(console, result)
    if send:
        send_files(found, console, [artifact.path for artifact in result.artifacts])
