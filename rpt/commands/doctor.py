"""``rpt doctor``: whether this machine and this project can make a report, and how to mend what is missing."""

from __future__ import annotations

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``doctor`` and its Chinese name to the app."""
    app.command("doctor", cls=ChineseCommand)(doctor)
    app.command("体检", cls=ChineseCommand, hidden=True)(doctor)


def doctor(project: options.Project = None, quiet: options.Quiet = False) -> None:
    """检查运行环境与项目设置，说明每项怎么修复；缺系统组件时退出码为 3，设置有误时为 2。"""
    from rpt.console import Console
    from rpt.console.setup import checkup
    from rpt.flows.doctor import doctor as look
    from rpt.values.checkup import exit_code

    checks = look(project)
    checkup(Console(quiet=quiet), checks)
    raise typer.Exit(exit_code(checks))
