"""What was measured, as a table for people and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.candidates import Candidate
from tests.benchmarks.measuring import Memory, Run

MEMORY_MB = 800


@dataclass(frozen=True)
class Goal:
    """A ratio of medians of wall time, and the most it may be."""

    name: str
    of: str
    to: str
    most: float


GOALS = (
    Goal("改一格再运行 ÷ 底线", "warm", "floor", 1.3),
    Goal("冷运行 ÷ 底线", "cold", "floor", 1.8),
    Goal("冷运行 ÷ 脚本", "cold", "plain", 0.5),
    Goal("冷运行 ÷ 笔记本", "cold", "notebook", 0.45),
    Goal("rpt --help ÷ 空程序", "help", "empty", 1.5),
)


def summary(
    candidates: Sequence[Candidate], runs: Mapping[str, Sequence[Run]], memory: Mapping[str, Memory]
) -> dict[str, object]:
    """Medians, ratios and goals as plain values. Seconds, MB."""
    known = [candidate for candidate in candidates if runs.get(candidate.name)]
    walls = {c.name: median(run.wall for run in runs[c.name]) for c in known}
    cpus = {c.name: median(run.cpu for run in runs[c.name]) for c in known}
    goals: list[dict[str, object]] = []
    for goal in GOALS:
        if goal.of in walls and goal.to in walls:
            ratio = walls[goal.of] / walls[goal.to]
            goals.append(_told(goal.name, ratio, cpus[goal.of] / cpus[goal.to], goal.most))
    own = [memory[name].peak for name in ("cold", "warm") if name in memory]
    if own:
        goals.append(_told("各进程合计内存峰值（MB）", max(own), None, MEMORY_MB))
    return {
        "machine": machine(),
        "candidates": {
            c.name: {
                "says": c.says,
                "wall": round(walls[c.name], 3),
                "cpu": round(cpus[c.name], 3),
                "runs": [[round(run.wall, 3), round(run.cpu, 3)] for run in runs[c.name]],
                "memory": round(memory[c.name].peak, 1) if c.name in memory else None,
                "holders": {n: round(mb, 1) for n, mb in memory[c.name].holders.items()} if c.name in memory else {},
            }
            for c in known
        },
        "goals": goals,
    }


def printed(told: Mapping[str, object]) -> str:
    """The table."""
    candidates, goals = told["candidates"], told["goals"]
    assert isinstance(candidates, dict)
    assert isinstance(goals, list)
    lines = [f"{told['machine']}", "", "   墙钟秒  处理器秒  内存MB  做法"]
    for one in candidates.values():
        memory = f"{one['memory']:8.0f}" if one["memory"] is not None else "       —"
        lines.append(f"{one['wall']:9.2f} {one['cpu']:9.2f} {memory}  {one['says']}")
    lines += ["", "     实测  处理器比      目标  "]
    for goal in goals:
        cpu = f"{goal['cpu']:9.2f}" if goal["cpu"] is not None else "        —"
        lines.append(
            f"{goal['value']:9.2f} {cpu}  ≤ {goal['most']:6.2f}  {'达到' if goal['met'] else '未达到'}  {goal['name']}"
        )
    if (same := told["same_pdf"]) is not None:
        lines += ["", f"底线打印的 PDF 与 rpt 的{'逐字节相同' if same else '不同，底线不可比'}"]
    if isinstance(agreed := told["agreement"], dict):
        lines.append("rpt 的{values}个数值，脚本算出{covered}个；比较{figures}项，不同{differing}项".format(**agreed))
    missed = [goal["name"] for goal in goals if not goal["met"]]
    lines += ["", f"未达到的目标：{'、'.join(missed)}" if missed else "目标全部达到"]
    return "\n".join(lines)


def machine() -> str:
    """The machine in words: system, processor, cores, memory, Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{platform.system()} · {model} · {cores}核 · {memory:.0f} GiB · Python {platform.python_version()}"


def _told(name: str, value: float, cpu: float | None, most: float) -> dict[str, object]:
    ratio = round(cpu, 3) if cpu is not None else None
    return {"name": name, "value": round(value, 3), "cpu": ratio, "most": most, "met": value <= most}
