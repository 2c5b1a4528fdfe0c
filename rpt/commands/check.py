"""``rpt check``: read the data and list what is wrong with it; propose what unknown columns may be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened
from rpt.commands.session import current

if TYPE_CHECKING:
    from rpt.console import Console
    from rpt.project.model import Project


def register(app: typer.Typer) -> None:
    """Add ``check`` and its Chinese name to the app."""
    app.command("check", cls=ChineseCommand)(check)
    app.command("检查", cls=ChineseCommand, hidden=True)(check)


Mark = Annotated[bool, typer.Option("--mark", help="另存标记副本：坏单元格着色、加批注，首页是问题清单。")]
Map = Annotated[bool, typer.Option("--map", help="为没有认出的工作表和列提出对应关系，同意后写入 rpt.toml。")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="与 --map 合用：不再询问，直接写入。")]


def check(
    project: options.Project = None,
    mark: Mark = False,
    propose: Map = False,
    yes: Yes = False,
    out: options.Out = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = True,
) -> None:
    """检查来源数据，列出每个有问题的单元格；有错误时退出码为 1。"""
    from rpt.flows.check import check as run
    from rpt.flows.check import reconciliations
    from rpt.flows.clock import today
    from rpt.values.issue import has_errors

    if yes and not propose:
        raise typer.BadParameter("要与 --map 合用", param_hint="--yes")
    if mark and propose:
        raise typer.BadParameter("不能与 --map 合用：先写好对应关系，再标记", param_hint="--mark")
    found, console = opened(project, quiet=quiet, verbose=verbose, acts=mark)
    if propose:
        _map(found, console, agreed=yes)
        return
    with console.progress(("读取数据", "核对")) as progress:
        dataset, issues = run(found, today(), progress)
    current().came(issues)
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


def _map(project: Project, console: Console, *, agreed: bool) -> None:
    """Show the proposals; write them where somebody says so. Nobody at the terminal is a no."""
    from rpt.console.proposals import show
    from rpt.flows.mapping import accept, proposals
    from rpt.values.mapping import is_writable

    found = proposals(project)
    show(console, found)
    writable = [one for one in found if is_writable(one)]
    if not writable:
        return
    if not agreed and sys.stdin.isatty() and sys.stdout.isatty():
        agreed = typer.confirm(f"把其中 {len(writable)} 项写入 {project.file.name}？", default=False)
    if not agreed:
        typer.echo(f"没有写入 {project.file.name}；要写入请加 --yes")
        return
    backup = accept(project, writable)
    typer.echo(f"已写入 {project.file}（{len(writable)} 项），原文件备份为 {backup.name}；请再运行 rpt check 核对")
