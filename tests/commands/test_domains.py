"""``rpt channel``, ``rpt member`` and ``rpt supply``: one domain of a year."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rpt.console.review_tables import domain_tables
from rpt.flows.steps import review
from rpt.values.domain import DOMAINS
from tests.projects import daily, measured, project

SHEETS = {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000, 抖音=500)}


@pytest.mark.parametrize("command", ["channel", "渠道"])
def test_a_domain_is_listed_and_nothing_is_written(tmp_path: Path, rpt: Callable[..., Any], command: str) -> None:
    project(tmp_path, SHEETS)
    said = rpt(command, "2025", "-p", str(tmp_path))
    assert said.code == 0, said.err
    assert "2025年渠道经营" in said.out
    assert "54.8万元" in said.out  # 365 × 1500
    assert "短视频" in said.out
    assert "抖音" in said.out
    assert not (tmp_path / "out").exists()
    assert "▁" not in said.out
    assert "\x1b" not in said.out


def test_a_terminal_shows_the_months(tmp_path: Path) -> None:
    from rich.console import Console

    for width in (80, 140):
        rich = Console(width=width, record=True, file=StringIO(), force_terminal=True)
        found = measured(tmp_path, SHEETS)
        domain_tables(rich, review(found), DOMAINS["channel"], found.line.cut, sparks=True)
        text = rich.export_text()
        assert "▁" in text
        assert "█" in text
        assert "支付转化率" in text
        assert "…" not in text


@pytest.mark.parametrize(
    ("command", "missing"), [("member", "会员经营"), ("会员", "会员经营"), ("supply", "供应链保障")]
)
def test_a_domain_without_data_says_so(tmp_path: Path, rpt: Callable[..., Any], command: str, missing: str) -> None:
    project(tmp_path, SHEETS)
    said = rpt(command, "2025", "-p", str(tmp_path), "-q")
    assert said.code == 1
    assert f"没有{missing}的数据" in said.err
    assert "缺少表" in said.err


def test_files_hold_the_domains_chapters_alone(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, SHEETS)
    said = rpt("channel", "2025", "-p", str(tmp_path), "-o", str(tmp_path / "made"), "-f", "html,json", "-q")
    assert said.code == 0, said.err
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == ["channel-2025.html", "channel-2025.json"]
    html = (tmp_path / "made" / "channel-2025.html").read_text(encoding="utf-8")
    assert "渠道经营" in html
    assert "总体情况" in html
    assert "存在问题及原因" not in html
    assert 'class="toc"' not in html
    numbers = json.loads((tmp_path / "made" / "channel-2025.json").read_text(encoding="utf-8"))["numbers"]
    assert next(n["value"] for n in numbers if n["id"] == "gmv@2025") == "547500"


def test_a_format_that_is_not_made(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, SHEETS)
    assert rpt("channel", "2025", "-p", str(tmp_path), "-f", "docx").code == 2


def test_no_source_file_is_written_over(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, SHEETS)
    source = (tmp_path / "data.xlsx").rename(tmp_path / "channel-2025.xlsx")
    before = source.read_bytes()
    said = rpt("channel", "2025", "-p", tmp_path, "-o", tmp_path, "-f", "xlsx,json")
    assert said.code == 2
    assert "会覆盖来源文件" in said.err
    assert source.read_bytes() == before
    assert not (tmp_path / "channel-2025.json").exists()
