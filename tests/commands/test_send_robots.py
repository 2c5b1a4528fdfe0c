"""Reports to group chats, end to end: a small project, a server that answers as 企业微信 and 钉钉 do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.chat_server import SIGN, WECOM_KEY, Chat, Handler, chat_server
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
TITLE = "2025年电商运营年度报告"
ROBOTS = """
[mail]
host = "127.0.0.1"
port = 9
security = "none"
sender = "rpt@example.com"
to = ["领导群", "运营群"]
retry_minutes = 0
[robots."领导群"]
kind = "wecom"
secret_env = "RPT_ROBOT_LEADERS"
[robots."运营群"]
kind = "dingtalk"
secret_env = "RPT_ROBOT_OPS"
files_at = "共享盘/年报"
"""


def write(folder: Path, paid: int = 1000) -> None:
    project(folder, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=paid, 抖音=500)}, SETTINGS + ROBOTS)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chat_server() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RPT_ROBOT_LEADERS", chat.wecom)
    monkeypatch.setenv("RPT_ROBOT_OPS", chat.dingtalk)
    monkeypatch.setenv("RPT_ROBOT_OPS_SIGN", SIGN)
    write(tmp_path)
    return tmp_path


def test_each_group_gets_it_once_and_changed_content_as_a_correction(rpt: Rpt, shop: Path, chat: Chat) -> None:
    make = ("annual", "2025", "-p", shop, "-f", "pdf,xlsx", "--send")
    assert rpt(*make).code == 0
    summary, file, card = chat.shown
    content = summary["markdown"]["content"]
    assert content.startswith(f"## {TITLE}\n")
    assert "2025年成交总额为54.8万元" in content
    assert "> 成交总额：**54.8万元**" in content
    assert "全文见随后的文件" in content
    assert chat.media[file["file"]["media_id"]] == (f"{TITLE}.pdf", (shop / "out/annual-2025.pdf").read_bytes())
    assert f"文件在共享盘/年报：{TITLE}.pdf、{TITLE}.xlsx" in card["markdown"]["text"]

    again = rpt(*make)
    assert again.code == 0
    assert len(chat.shown) == 3

    write(shop, paid=2000)
    assert rpt(*make).code == 0
    assert len(chat.shown) == 6
    assert chat.shown[3]["markdown"]["content"].startswith(f"## 更正：{TITLE}\n")
    assert "**更正内容**\n1. " in chat.shown[3]["markdown"]["content"]
    assert "更正为91.3万元" in chat.shown[3]["markdown"]["content"], chat.shown[3]["markdown"]["content"]


def test_what_is_in_doubt_is_listed_and_not_sent_again(rpt: Rpt, shop: Path, chat: Chat) -> None:
    assert rpt("annual", "2025", "-p", shop, "-f", "xlsx").code == 0
    file = shop / "out/annual-2025.xlsx"
    chat.script += [Handler.hang_up, {"errcode": 130101, "errmsg": "send too fast"}]
    said = rpt("send", file, "-p", shop)
    assert said.code == 5
    listed = rpt("outbox", "-p", shop).out
    assert "领导群" in listed
    assert "存疑" in listed
    assert WECOM_KEY not in listed + said.out + said.err
    assert chat.shown == []
    assert rpt("send", file, "-p", shop).code == 5  # 钉钉 takes it now, 企业微信 is still in doubt
    assert len(chat.shown) == 1
    assert rpt("send", file, "-p", shop).code == 5
    assert len(chat.shown) == 1


def test_an_address_that_is_missing_is_said_before_anything_is_sent(
    rpt: Rpt, shop: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RPT_ROBOT_OPS")
    assert rpt("annual", "2025", "-p", shop, "-f", "xlsx").code == 0
    said = rpt("send", shop / "out/annual-2025.xlsx", "-p", shop)
    assert said.code == 2
    assert "没有找到机器人“运营群”的地址" in said.err
    assert chat.requests == []
