"""``rpt metrics``: the catalogue, and one metric explained."""

from __future__ import annotations

from typing import Annotated

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``metrics`` and its Chinese name to the app."""
    app.command("metrics", cls=ChineseCommand)(metrics)
    app.command("指标", cls=ChineseCommand, hidden=True)(metrics)


def metrics(
    name: Annotated[
        str | None,
        typer.Argument(metavar="指标", help="指标编号或中文名，如 repeat_rate 或 复购率；不写则列出全部。"),
    ] = None,
    project: options.Project = None,
) -> None:
    """列出指标目录，或说明一个指标的口径。"""
    from rpt.console import Console
    from rpt.flows.catalogue import explain_metric, list_metrics

    console = Console()
    if name is None:
        console.catalogue(list_metrics(project))
    else:
        console.metric(explain_metric(project, name))
