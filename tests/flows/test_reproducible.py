"""The same inputs make the same bytes: in another process, another folder, with another seed of Python's hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.projects import SETTINGS, daily, write_workbook

ROOT = Path(__file__).parents[2]
EPOCH = "1768435200"  # 15 January 2026
FORMATS = ("pdf", "xlsx", "html", "json")
MEMBERS = [
    ["会员ID", "注册日期", "注册渠道"],
    *([f"M{at}", date(2024 + at % 2, 1 + at % 12, 1 + at % 28), ("天猫", "抖音")[at % 2]] for at in range(60)),
]
ORDERS = [
    ["订单ID", "会员ID", "支付时间", "平台", "支付金额", "商品ID"],
    *(
        [
            f"D{at}",
            f"M{at % 60}",
            date(2024 + at % 2, 1 + at % 12, 1 + at % 28),
            ("天猫", "抖音")[at % 2],
            100,
            f"P{at % 5}",
        ]
        for at in range(240)
    ),
]
TARGETS = [["年份", "指标", "目标值", "负责人"], [2025, "成交总额", 800000, "张三"], [2026, "成交总额", 900000, "李四"]]


def inputs(folder: Path) -> None:
    """Two years of a small business."""
    folder.mkdir(parents=True)
    sheets = {
        "渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=400, 快手=90),
        "会员": MEMBERS,
        "订单": ORDERS,
        "年度目标": TARGETS,
    }
    write_workbook(folder / "data.xlsx", sheets)
    (folder / "rpt.toml").write_text(SETTINGS, encoding="utf-8")


def files(out: Path) -> dict[str, bytes]:
    return {form: (out / f"annual-2025.{form}").read_bytes() for form in FORMATS}


def made(folder: Path, out: Path, seed: str) -> dict[str, bytes]:
    """The annual report's files as a process of its own writes them."""
    clean = {name: value for name, value in os.environ.items() if name not in ("RPT_PROJECT", "TZ")}
    environment = clean | {
        "PYTHONHASHSEED": seed,
        "SOURCE_DATE_EPOCH": EPOCH,
        "PYTHONPATH": str(ROOT),
        "TZ": "America/New_York",
    }
    command = [sys.executable, "-m", "rpt", "annual", "2025", "--project", str(folder), "--out", str(out)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return files(out)


@pytest.mark.early
def test_the_same_inputs_make_the_same_bytes(
    rpt: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs(tmp_path / "one")
    other = tmp_path / "elsewhere" / "另一个文件夹"
    other.mkdir(parents=True)
    for name in ("data.xlsx", "rpt.toml"):
        (other / name).write_bytes((tmp_path / "one" / name).read_bytes())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    said = rpt("annual", "2025", "--project", tmp_path / "one", "--out", tmp_path / "one" / "out")
    assert said.code == 0, said
    first = files(tmp_path / "one" / "out")
    second = made(other, tmp_path / "out-2", "77")
    assert [form for form in FORMATS if first[form] != second[form]] == []
    digest = sha256((other / "data.xlsx").read_bytes()).hexdigest()
    assert digest.encode() in first["json"]
    assert digest[:16].encode() in first["html"]
