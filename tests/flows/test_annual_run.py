"""What a run does with data that are not two full years of everything."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.projects import daily, project

Rpt = Callable[..., Any]


def numbers(folder: Path, year: int = 2025) -> dict[str, dict[str, Any]]:
    report = json.loads((folder / "out" / f"annual-{year}.json").read_text(encoding="utf-8"))
    return {number["id"]: number for number in report["numbers"]}


def page(folder: Path, year: int = 2025) -> str:
    return (folder / "out" / f"annual-{year}.html").read_text(encoding="utf-8")


def test_channel_data_alone_make_a_report(rpt: Rpt, tmp_path: Path) -> None:
    """Chapters without data are left out, and the appendix says which."""
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=500)})
    said = rpt("annual", "2025", "-p", tmp_path, "--format", "html")
    assert said.code == 0, said
    html = page(tmp_path)
    assert 'id="chapter-channel"' in html
    assert "chapter-member" not in html
    assert "chapter-supply" not in html
    assert "因没有数据而略去的章：上年计划兑现、商品表现、大促表现、会员经营、供应链保障、下一年目标与举措。" in html
    assert "缺少表“会员月报”" in html


def test_a_year_that_is_not_over_is_compared_to_the_same_day(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 9, 30), 天猫=1000)})
    said = rpt("annual", "2025", "-p", tmp_path, "--format", "json,html")
    assert said.code == 0, said
    assert "数据只到 2025-09-30，2025 年未满一年；各年都只算到同一天" in said.out
    assert "数据截至2025年9月30日" in page(tmp_path)
    gmv = numbers(tmp_path)["gmv@2025"]
    assert (gmv["value"], gmv["prior"]) == ("273000", "274000")  # 2024 had a 29 February


def test_as_of_cuts_both_years(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)})
    assert rpt("annual", "2025", "-p", tmp_path, "--format", "json", "--as-of", "2025年1月10日").code == 0
    gmv = numbers(tmp_path)
    assert (gmv["gmv@2025"]["value"], gmv["gmv@2025"]["prior"]) == ("10000", "10000")
    late = rpt("annual", "2025", "-p", tmp_path, "--format", "json", "--as-of", "2024-06-30")
    assert late.code == 2
    assert "不在 2025 年内" in late.err


def test_without_a_prior_year_nothing_is_compared(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": daily(date(2025, 1, 1), date(2025, 12, 31), 天猫=1000)})
    said = rpt("annual", "2025", "-p", tmp_path, "--format", "json,html")
    assert said.code == 0, said
    assert "没有 2024 年的数据，不计算同比" in said.out
    gmv = numbers(tmp_path)["gmv@2025"]
    assert (gmv["prior"], gmv["growth"], gmv["reason"]) == (None, None, "无基数")
    html = page(tmp_path)
    assert "上年同期无可比数据" in html
    assert "持平" not in html


def test_more_than_two_years(rpt: Rpt, tmp_path: Path) -> None:
    project(tmp_path, {"渠道日报": daily(date(2023, 1, 1), date(2025, 12, 31), 天猫=1000)})
    assert rpt("annual", "2024", "-p", tmp_path, "--format", "json").code == 0
    found = numbers(tmp_path, 2024)
    assert (found["gmv@2024"]["value"], found["gmv@2024"]["prior"]) == ("366000", "365000")
    assert not any(number["period"].startswith("2025") for number in found.values())


@pytest.mark.parametrize(
    ("last", "today", "year"),
    [
        (date(2025, 12, 31), "2026-03-01", 2025),
        (date(2025, 9, 30), "2025-10-15", 2024),
        (date(2025, 12, 31), "2025-12-31", 2025),
    ],
)
def test_without_a_year_the_last_complete_one(
    rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: date, today: str, year: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch(f"{today}T12:00:00+08:00")))
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), last, 天猫=1000)})
    assert rpt("annual", "-p", tmp_path, "--format", "json").code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"annual-{year}.json"]


def epoch(moment: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(moment).timestamp())


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_dates_are_shanghai_whatever_the_zone_of_the_server(
    rpt: Rpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch("2026-01-01T00:30:00+08:00")))  # still 2025 in London
    monkeypatch.setenv("TZ", zone)
    if hasattr(time, "tzset"):
        time.tzset()
    try:
        project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)})
        assert rpt("annual", "-p", tmp_path, "--format", "html,json").code == 0
        assert "<dt>生成日期</dt><dd>2026年1月1日</dd>" in page(tmp_path)
        assert numbers(tmp_path)["gmv@2025-01"]["value"] == "31000"
    finally:
        monkeypatch.delenv("TZ")
        if hasattr(time, "tzset"):
            time.tzset()


@pytest.mark.parametrize("target", [300_000, 400_000], ids=["reached", "missed"])
def test_one_platform_held_against_its_target(rpt: Rpt, tmp_path: Path, target: int) -> None:
    """Its bullet has one row, whose figures a PDF's reader takes as neighbours: they are where the proof looks."""
    targets = [["年份", "指标", "范围", "目标值"], [2025, "成交总额", "平台=天猫", target]]
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000), "年度目标": targets})
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "pdf")
    assert said.code == 0, said
