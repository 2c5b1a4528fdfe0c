"""Many reports at once on a terminal: a line as each ends, and all of them in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rpt.console import Console, fail
from rpt.values.artifact import Artifact


@dataclass(frozen=True)
class Line:
    """What is said of one report: its name, how it ended (exit code), its files, figures and problems, or why it is not
    there and what to do."""

    name: str
    code: int
    seconds: float = 0
    artifacts: tuple[Artifact, ...] = ()
    figures: tuple[str, ...] = ()
    findings: int = 0
    error: tuple[str, str] | None = None


def show_ended(console: Console, line: Line, place: str) -> None:
    """One report has ended, the nth of all as ``place`` says: its files, or on standard error why there are none."""
    if line.error is not None:
        fail(f"{line.name}：{line.error[0]}", line.error[1])
    if line.artifacts:
        files = "、".join(artifact.path.name for artifact in line.artifacts)
        console.line(f"{place} {line.name}　{files}（{line.seconds:.1f} 秒）")


def show_table(console: Console, lines: Sequence[Line]) -> None:
    """All reports in the order asked for, and how many there are."""
    rows = [
        (
            line.name,
            "完成" if line.code == 0 else f"{'有问题' if line.artifacts else '没有生成'}（退出码 {line.code}）",
            *(line.figures or ("—", "—")),
            f"{line.findings}" if line.artifacts else "—",
            f"{line.seconds:.1f}",
        )
        for line in lines
    ]
    heads = ("报告", "结果", "成交总额", "同比", "问题", "秒")
    done = sum(line.code == 0 for line in lines)
    title = f"{len(lines)}份报告，完成{done}份" + (f"，{len(lines) - done}份有问题" if done < len(lines) else "")
    console.table(title, heads, rows, right=(2, 3, 4, 5))
