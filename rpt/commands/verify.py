"""``rpt verify``: finished files held against the runs that wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import UNVERIFIED, opened


def register(app: typer.Typer) -> None:
    """Add ``verify`` and its Chinese name to the app."""
    app.command("verify", cls=ChineseCommand)(verify)
    app.command("核对", cls=ChineseCommand, hidden=True)(verify)


def verify(
    files: Annotated[list[Path], typer.Argument(metavar="文件", help="生成的报告文件，可写多个。")],
    project: options.Project = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """核对成品：文件里的每个数与存档的运行一致。"""
    from rpt.flows.proof import verify_files

    found, console = opened(project, quiet=quiet, verbose=verbose)
    results = verify_files(found, files)
    for result in results:
        console.issues(result.issues)
        names = "、".join(path.name for path in result.files)
        if result.run is not None and not result.issues:
            console.line(f"核对一致　{names}（运行 {result.run.id}）")
        elif result.run is not None:
            console.line(f"核对不符，共{len(result.issues)}处　{names}（运行 {result.run.id}）")
    if any(result.issues for result in results):
        raise typer.Exit(UNVERIFIED)
