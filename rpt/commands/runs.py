"""``rpt runs`` and ``rpt diff``: the archive of runs, and what changed between two of them."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened

_Json = Annotated[bool, typer.Option("--json", help="只输出 JSON，供程序读取。")]


def register(app: typer.Typer) -> None:
    """Add ``runs`` and ``diff`` and their Chinese names to the app."""
    app.command("runs", cls=ChineseCommand)(runs)
    app.command("存档", cls=ChineseCommand, hidden=True)(runs)
    app.command("diff", cls=ChineseCommand)(diff)
    app.command("差异", cls=ChineseCommand, hidden=True)(diff)


def runs(
    prune: Annotated[
        int | None,
        typer.Option(
            "--prune", metavar="次数", help="每份报告只保留最近几次运行，其余从存档删去；发送过的不删。", min=1
        ),
    ] = None,
    as_json: _Json = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """列出存档的运行；--prune 清理较早的。"""
    from rpt.console.runs import runs_text, show_runs
    from rpt.flows.runs import listed, pruned

    found, console = opened(project, quiet=quiet or as_json, verbose=False, alone=prune is not None)
    if prune is not None:
        gone = pruned(found, prune)
        console.note(f"已清理{len(gone)}次运行" + (f"：{'、'.join(record.id for record in gone)}" if gone else ""))
    records, issues = listed(found)
    if as_json:
        typer.echo(runs_text(records))
    else:
        console.issues(issues)
        show_runs(console, records)


def diff(
    old: Annotated[
        str, typer.Argument(metavar="旧", help="运行编号、latest、previous，或生成的文件；默认为上一次。")
    ] = "previous",
    new: Annotated[
        str, typer.Argument(metavar="新", help="运行编号、latest，或生成的文件；默认为最近一次。")
    ] = "latest",
    as_json: _Json = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """比较同一份报告的两次运行：变了哪些数，由哪些来源行引起。"""
    from rpt.console.difference import difference_text, show_difference
    from rpt.flows.runs import diff as compare

    found, console = opened(project, quiet=quiet or as_json, verbose=verbose)
    result = compare(found, old, new)
    if as_json:
        typer.echo(difference_text(result))
    else:
        show_difference(console, result)
