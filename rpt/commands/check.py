"""``rpt check``: read the data and list what is wrong with it."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``check`` and its Chinese name to the app."""
    app.command("check", cls=ChineseCommand)(check)
    app.command("检查", cls=ChineseCommand, hidden=True)(check)


Mark = Annotated[bool, typer.Option("--mark", help="另存标记副本：坏单元格着色、加批注，首页是问题清单。")]


def check(
    project: options.Project = None,
    mark: Mark = False,
    out: options.Out = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = True,
) -> None:
    """检查来源数据，列出每个有问题的单元格；有错误时退出码为 1。"""
    from rpt.console import Console
    from rpt.flows.check import check as run
    from rpt.flows.check import reconciliations
    from rpt.flows.clock import today
    from rpt.project.find import find_project
    from rpt.values.issue import has_errors

    found = find_project(project)
    console = Console(quiet=quiet, verbose=verbose)
    with console.progress(("读取数据", "核对")) as progress:
        dataset, issues = run(found, today(), progress)
    console.tables(dataset)
    console.reconciliations(reconciliations(found, dataset))
    console.issues(issues)
    if mark:
        from rpt.flows.marks import mark as write_marked

        copies, skipped = write_marked(found, issues, out)
        console.files(copies)
        console.issues(skipped)
        if not (copies or skipped):
            console.note("没有要标记的文件")
    if has_errors(issues):
        raise typer.Exit(1)
