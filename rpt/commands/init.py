"""``rpt init``: a new project to fill in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``init`` and its Chinese name to the app."""
    app.command("init", cls=ChineseCommand)(init)
    app.command("新建", cls=ChineseCommand, hidden=True)(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="新项目的文件夹；没有会新建，. 为当前文件夹。")],
    company: Annotated[str | None, typer.Option("--company", metavar="名称", help="公司名称，印在封面上。")] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="年份", help="要做哪一年的报告；默认上一年。", min=1990, max=2100),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """新建项目：写出带说明的 rpt.toml 和待填的 Excel 表格，不覆盖任何文件。"""
    from rpt.console import Console
    from rpt.console.setup import created
    from rpt.flows.clock import today
    from rpt.flows.init import init as make

    if company is None and sys.stdin.isatty() and sys.stdout.isatty():
        company = typer.prompt("公司名称（可直接回车，以后写在 rpt.toml 里）", default="", show_default=False)
    chosen = year or today().year - 1
    name = (company or "").strip()
    paths = make(folder, name, chosen)
    created(Console(quiet=quiet), paths, chosen, named=bool(name))
