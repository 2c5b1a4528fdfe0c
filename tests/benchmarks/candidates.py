"""What is timed against what, each as a whole process over a copy of the sample project of its own."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data"
YEAR = "2025"
_SHEET = "xl/worksheets/sheet1.xml"  # 渠道日报, the first sheet of channel.xlsx
_AMOUNT = re.compile(rb'(<c r="I3"[^>]*><v>)([\d.]+)(</v>)')  # 支付金额 of its first day


@dataclass(frozen=True)
class Candidate:
    """A command, and what is done before each of its runs."""

    name: str
    says: str
    command: Sequence[str]
    folder: Path
    prepare: Callable[[], None] = field(default=lambda: None)
    is_weighed: bool = True


def candidates(scratch: Path, page: Path, other: str) -> list[Candidate]:
    """All of them; ``page`` is what rpt hands to its printer, ``other`` the Python that has what the other ways need:
    rpt itself runs without it, for libraries that are there are loaded by others, and take memory."""
    cold, warm = copied(scratch / "cold"), copied(scratch / "warm")
    plain, notebook = copied(scratch / "plain"), copied(scratch / "notebook")
    out = scratch / "out"
    out.mkdir()
    floor = [*script("floor"), str(page)]
    return [
        Candidate("cold", "rpt annual 2025，无缓存，四种格式与核对", annual(cold), cold, lambda: forget(cold)),
        Candidate("warm", "同上，上次运行后改了一个单元格", annual(warm), warm, lambda: change(warm)),
        Candidate("floor", "WeasyPrint 打印同一页面", [*floor, str(out / "floor.pdf")], scratch),
        Candidate("floor_no_gc", "同上，停用垃圾回收", [*floor, str(out / "no-gc.pdf"), "--no-gc"], scratch),
        Candidate("plain", "脚本：pandas、openpyxl、Matplotlib、WeasyPrint", module(other, "plain", plain), plain),
        Candidate("notebook", "papermill、nbconvert、Chromium 打印", module(other, "notebook", notebook), notebook),
        Candidate("help", "rpt --help", [sys.executable, "-m", "rpt", "--help"], scratch, is_weighed=False),
        Candidate("empty", "空的 Typer 程序 --help", [*script("empty_typer"), "--help"], scratch, is_weighed=False),
    ]


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """What every candidate starts with."""
    return {**base, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", "MPLBACKEND": "svg"}


def copied(folder: Path) -> Path:
    """The sample project, without what a run of it has left."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".rpt", "out", "business", "__pycache__"))
    return folder


def annual(project: Path) -> list[str]:
    """The command of the annual report."""
    return [sys.executable, "-m", "rpt", "annual", YEAR, "--project", str(project), "--out", str(project / "out")]


def script(name: str) -> list[str]:
    """The command of a script beside this module."""
    return [sys.executable, str(Path(__file__).with_name(f"{name}.py"))]


def module(python: str, name: str, project: Path) -> list[str]:
    """The command of one of the other ways."""
    return [python, "-m", f"tests.benchmarks.{name}", str(project), str(project / "out")]


def forget(project: Path) -> None:
    """Leave nothing of earlier runs."""
    for name in (".rpt", "out"):
        shutil.rmtree(project / name, ignore_errors=True)


def change(project: Path) -> None:
    """Type another amount into one cell of channel.xlsx: a fen more than before."""
    workbook = project / "channel.xlsx"
    changed = workbook.with_suffix(".new")
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _SHEET:
                content, count = _AMOUNT.subn(
                    lambda cell: cell[1] + b"%.2f" % (float(cell[2]) + 0.01) + cell[3], content
                )
                if count != 1:
                    raise ValueError("the cell to change is not where it was")
            new.writestr(entry, content)
    changed.replace(workbook)
