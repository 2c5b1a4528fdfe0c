"""What is said of a new project, and of the machine it runs on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rpt.console import Console


def created(console: Console, paths: Sequence[Path], year: int, *, named: bool) -> None:
    """The files of a new project and the steps that follow; ``named`` where the company's name is known."""
    folder = paths[0].parent
    for path in paths:
        console.line(f"已新建 {path}")
    steps = [
        f"在 rpt.toml 里{'' if named else '填写公司名称，'}核对平台归属渠道与大促窗口",
        "按各工作簿的“说明”填写表格，先填 channel.xlsx 的“渠道日报”",
        f"输入 rpt check --project {shlex.quote(str(folder))} 检查数据",
        f"输入 rpt annual {year} --project {shlex.quote(str(folder))} 生成报告",
    ]
    console.line("接下来：")
    for number, step in enumerate(steps, 1):
        console.line(f"  {number}. {step}")
