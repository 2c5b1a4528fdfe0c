"""What is said of a new project, and of the machine it runs on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rpt.console import Console
from rpt.values.checkup import Check, State

_WORDS = {State.FAILED: "要修复", State.WARNING: "请留意"}
_MARKS = {State.FINE: ("✓", "green"), State.WARNING: ("！", "yellow"), State.FAILED: ("✗", "red")}


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


def written(console: Console, files: Sequence[tuple[Path, int | None]], year: int) -> None:
    """The files of an example project, with the rows of the large ones, and the step that follows."""
    for path, rows in files:
        size = path.stat().st_size / 1024**2
        console.line(f"已写出 {path}（{f'{rows:,} 行，' if rows is not None else ''}{size:,.1f} MB）")
    console.line(f"接下来：输入 rpt annual {year} --project {shlex.quote(str(files[0][0].parent))} 生成报告")


def checkup(console: Console, checks: Sequence[Check]) -> None:
    """Every check in a line with its mark, and under it how to mend what is not fine; then the sum of it."""
    for check in checks:
        if console.quiet and check.state is State.FINE:
            continue
        console.marked(*_MARKS[check.state], f"{check.name}　{check.message}", check.hint)
    bad = {state: sum(check.state is state for check in checks) for state in (State.FAILED, State.WARNING)}
    told = [f"{count}项{word}" for state, word in _WORDS.items() if (count := bad[state])]
    console.line(f"共检查{len(checks)}项，{'，'.join(told) or '全部正常'}")
