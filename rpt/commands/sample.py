"""``rpt sample``: the example company at its real size, or at any other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rpt.commands import options
from rpt.commands.chinese import ChineseCommand


def register(app: typer.Typer) -> None:
    """Add ``sample`` and its Chinese name to the app."""
    app.command("sample", cls=ChineseCommand)(sample)
    app.command("示例", cls=ChineseCommand, hidden=True)(sample)


def sample(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="写到哪个文件夹；没有会新建，必须是空的。")],
    scale: Annotated[
        float,
        typer.Option(
            "--scale", metavar="倍数", help="1 为真实规模：200万会员；可写 0.001 至 1000。", min=0.001, max=1000
        ),
    ] = 1,
    form: Annotated[
        Literal["parquet", "csv"], typer.Option("--format", "-f", metavar="格式", help="明细表的格式：parquet 或 csv。")
    ] = "parquet",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="随机种子；相同则写出相同的数据。", min=0)] = 2025,
    quiet: options.Quiet = False,
) -> None:
    """写出示例公司的完整项目：会员、订单、触达、发货逐行写全，供试用与压力测试。"""
    from decimal import Decimal

    from rpt.console import Console
    from rpt.console.setup import written
    from rpt.flows.sample import YEAR
    from rpt.flows.sample import sample as make

    files = make(folder, Decimal(str(scale)), form, seed)
    written(Console(quiet=quiet), [(file.path, file.rows) for file in files], YEAR)
