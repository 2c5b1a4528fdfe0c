"""rpt check --map on a command line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.projects import SETTINGS, project

HEAD = ["日期", "平台", "支付金额", "推广花费【含税】", "店铺来客数"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    days = [[date(2025, 1, 1 + at), "天猫", 100, 3, 5] for at in range(9)]
    jd = [["时间", "访客数", "成交单量", "成交金额"], ["2025-01-01", 1, 2, 3]]
    project(folder, {"渠道日报": [HEAD, *days], "导出": jd}, SETTINGS + "# 末尾的说明\n")
    return folder


def test_nothing_is_written_without_consent(rpt: Callable[..., Any], shop: Path) -> None:
    before = (shop / "rpt.toml").read_bytes()
    said = rpt("check", "--map", "-p", shop)
    assert (said.code, said.err) == (0, "")
    assert all(
        word in said.out for word in ("推广花费【含税】", "ad_spend", "高", "预设“京东商智”", "没有写入", "--yes")
    )
    assert (shop / "rpt.toml").read_bytes() == before
    assert sorted(path.name for path in shop.iterdir()) == ["data.xlsx", "rpt.toml"]


def test_with_consent_it_is_written_and_read(rpt: Callable[..., Any], shop: Path) -> None:
    said = rpt("检查", "--map", "--yes", "-p", shop)
    assert said.code == 0
    assert "rpt.toml.bak" in said.out
    text = (shop / "rpt.toml").read_text(encoding="utf-8")
    assert text.startswith(SETTINGS + "# 末尾的说明\n")
    assert '[aliases.channel_daily]\nad_spend = ["推广花费【含税】"]' in text
    assert '[exports."京东商智"]' in text
    checked = rpt("check", "-p", shop)
    assert checked.code == 0
    assert "推广花费" not in checked.out
    assert "data.xlsx › 导出" in checked.out
    assert "data.xlsx › 渠道日报" in checked.out  # the other sheet of the file is still read
    assert "没有可以提出" in rpt("check", "--map", "-p", shop).out or "不写入" in rpt("check", "--map", "-p", shop).out


def test_yes_alone_is_a_slip(rpt: Callable[..., Any], shop: Path) -> None:
    said = rpt("check", "--yes", "-p", shop)
    assert said.code == 2
    assert "--map" in said.err
