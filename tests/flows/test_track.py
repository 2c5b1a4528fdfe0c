"""rpt track on a small project: against monthly targets, the saved plan, or one made from last year."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import Said
from tests.projects import daily, project

Run = Callable[..., Said]
TARGETS = [["年度", "指标", "范围", "目标值", "负责人"], [2026, "成交总额", "全部", "7.3万", "甲"]]
ACTIONS = [["年度", "举措", "责任人", "结束日期", "状态"], [2026, "投放", "乙", date(2026, 2, 28), "进行中"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776000000")  # 12 April 2026
    (tmp_path / "p").mkdir()
    rows = daily(date(2025, 1, 1), date(2026, 3, 31), 天猫=150, 抖音=50)
    project(tmp_path / "p", {"渠道日报": rows, "年度目标": TARGETS, "行动计划": ACTIONS})
    return tmp_path / "p"


def test_a_month_against_the_plan(rpt: Run, folder: Path) -> None:
    out = folder.parent / "out"
    said = rpt("track", "2026-03", "-p", folder, "-o", out, "-f", "json,html,xlsx")
    assert said.code == 0, said.err
    assert "计划由2025年的实际与2026年目标推算" in said.out
    assert "投放" in said.out
    found = json.loads((out / "track-2026-03.json").read_text(encoding="utf-8"))["track"]
    assert [row["scope"] for row in found["rows"]] == ["全部", "渠道=主站", "渠道=短视频"]
    assert found["rows"][0]["month"]["actual"] == "6200"
    assert found["rows"][0]["to_date"]["light"] in ("绿", "黄")
    assert found["overdue"][0]["owner"] == "乙"
    page = (out / "track-2026-03.html").read_text(encoding="utf-8")
    assert all(word in page for word in ("跟踪结论", "到期未完成的举措", "算法与口径"))


def test_without_format_nothing_is_written(rpt: Run, folder: Path) -> None:
    out = folder.parent / "out"
    assert rpt("track", "2026-02", "-p", folder, "-o", out).code == 0
    assert not out.exists()


def test_the_saved_plan_is_the_plan(rpt: Run, folder: Path) -> None:
    rpt("plan", "2026", "-p", folder, "-o", folder.parent / "out", "-f", "json")
    said = rpt("track", "2026-01", "-p", folder)
    assert "计划依据2026年4月12日保存的2026年计划" in said.out


@pytest.mark.parametrize(
    ("month", "code", "told"),
    [
        ("2025-13", 2, "应为月份，如 2025-11"),
        ("三月", 2, "应为月份，如 2025-11"),
        ("2026-05", 2, "2026年5月还没有到"),
        ("2026-04", 1, "没有2026年4月的数据"),
    ],
)
def test_months_that_cannot_be_tracked(rpt: Run, folder: Path, month: str, code: int, told: str) -> None:
    said = rpt("track", month, "-p", folder)
    assert (said.code, told in said.err) == (code, True), said.err


def test_a_month_that_is_not_whole(rpt: Run, folder: Path) -> None:
    rows = daily(date(2025, 1, 1), date(2026, 3, 31) - timedelta(5), 天猫=150)
    project(folder, {"渠道日报": rows, "年度目标": TARGETS})
    said = rpt("track", "2026-03", "-p", folder)
    assert said.code == 1
    assert "2026年3月的数据只到2026年3月26日，未满一个月" in said.err


def test_a_year_without_targets(rpt: Run, folder: Path) -> None:
    project(folder, {"渠道日报": daily(date(2025, 1, 1), date(2026, 3, 31), 天猫=150)})
    said = rpt("track", "2026-03", "-p", folder)
    assert said.code == 1
    assert "没有2026年的成交目标可以跟踪" in said.err
