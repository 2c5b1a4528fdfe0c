"""``rpt explain``: one figure down to the rows it was computed from."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened, requested


def register(app: typer.Typer) -> None:
    """Add ``explain`` and its Chinese name to the app."""
    app.command("explain", cls=ChineseCommand)(explain)
    app.command("溯源", cls=ChineseCommand, hidden=True)(explain)


def explain(
    report: Annotated[
        str, typer.Argument(metavar="年份", help="报告的年份 2025；或一份已存档的报告，如 monthly-2025-11-channel。")
    ],
    figure: Annotated[
        str, typer.Argument(metavar="数", help="编号 gmv@2025.growth、指标名 成交总额，或印出的数 4.20亿元。")
    ],
    project: options.Project = None,
    out: options.Out = None,
    as_of: options.AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON，供程序读取。")] = False,
    allow_errors: options.AllowErrors = False,
    quiet: options.Quiet = False,
) -> None:
    """说明一个数：口径、算式、取哪些行、来自哪些单元格、印在哪里；有几个可能时列出编号，退出码为 2。"""
    year = options.parse_year(report) if report.isdigit() else None
    request = requested(year, None, out, as_of, allow_errors=allow_errors)
    from rpt.console import Console
    from rpt.flows.clock import today
    from rpt.flows.explain import STEPS, explain_report
    from rpt.flows.explain import explain as trace

    found, console = opened(project, quiet=quiet or as_json, verbose=False)
    with console.progress(STEPS) as progress:
        if year is None:
            result = explain_report(found, request, report, figure)
        else:
            result = trace(found, request, figure, today(), progress)
    if result.explanation is None:
        console.issues(result.issues)
        console.refused(result.issues, "说明", allowable=True)
        raise typer.Exit(1)
    for note in result.notes:
        console.note(note)
    if as_json:
        from rpt.rendering.explain_json import explanation_text

        typer.echo(explanation_text(result.explanation))
    else:
        from rpt.console.explain import show

        show(Console(), result.explanation)  # the answer is said even where progress is not
