"""``rpt cache``: what runs keep for the next one, to look at and to clear."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand
from rpt.commands.running import opened


def register(app: typer.Typer) -> None:
    """Add ``cache`` and its Chinese name to the app."""
    app.command("cache", cls=ChineseCommand)(cache)
    app.command("缓存", cls=ChineseCommand, hidden=True)(cache)


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="清空缓存；下次运行重新读取全部来源，结果不变。")] = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
) -> None:
    """查看缓存：没有改动的来源文件不再读取；--clear 清空，只影响快慢。"""
    from rpt.console.cache import show_cache, show_cleared
    from rpt.flows.cache import cache_of

    found, console = opened(project, quiet=quiet, verbose=False, alone=clear)
    if clear:
        show_cleared(console, cache_of(found).clear())
    else:
        show_cache(console, cache_of(found))
