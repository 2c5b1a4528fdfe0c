"""Reports to group chats, end to end: a small project, a server that answers as 企业微信 and 钉钉 do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpt.commands import run
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


def write(folder: Path, paid: int) -> None:
    rows = daily(date(2025, 11, 1), date(2025, 12, 31), 天猫=paid, 抖音=500)
    project(folder, {"渠道日报": rows}, SETTINGS + ROBOTS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose report of 2025 was made as a workbook (``first.xlsx``), and again from other rows, as a PDF too
    (``out``); tests work on copies."""
    folder = tmp_path_factory.mktemp("made") / "shop"
    folder.mkdir()
    for paid, formats in ((1000, "xlsx"), (2000, "pdf,xlsx")):
        write(folder, paid)
        assert run(["annual", "2025", "-p", str(folder), "-f", formats, "-q"]) == 0
        if paid == 1000:
            (folder / "out/annual-2025.xlsx").rename(folder / "first.xlsx")
    return folder


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chat_server() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, chat: Chat, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RPT_ROBOT_LEADERS", chat.wecom)
    monkeypatch.setenv("RPT_ROBOT_OPS", chat.dingtalk)
    monkeypatch.setenv("RPT_ROBOT_OPS_SIGN", SIGN)
    return Path(shutil.copytree(made, tmp_path / "shop"))


def both(shop: Path) -> tuple[Path, Path]:
    """The files of the second report."""
    return shop / "out/annual-2025.pdf", shop / "out/annual-2025.xlsx"


def test_each_group_gets_it_once_and_changed_content_as_a_correction(rpt: Rpt, shop: Path, chat: Chat) -> None:
    assert rpt("send", shop / "first.xlsx", "-p", shop).code == 0
    summary, card = chat.shown
    content = summary["markdown"]["content"]
    assert content.startswith(f"## {TITLE}\n")
    assert "2025年成交总额为9.2万元" in content
    assert "> 成交总额：**9.2万元**" in content
    assert f"文件在共享盘/年报：{TITLE}.xlsx" in card["markdown"]["text"]

    again = rpt("send", shop / "first.xlsx", "-p", shop)
    assert again.code == 0
    assert len(chat.shown) == 2

    assert rpt("send", *both(shop), "-p", shop).code == 0
    _, _, summary, file, card = chat.shown
    content = summary["markdown"]["content"]
    assert content.startswith(f"## 更正：{TITLE}\n")
    assert "**更正内容**\n1. " in content
    assert "更正为15.3万元" in content, content
    assert "全文见随后的文件" in content
    assert chat.media[file["file"]["media_id"]] == (f"{TITLE}.pdf", both(shop)[0].read_bytes())
    assert f"文件在共享盘/年报：{TITLE}.pdf、{TITLE}.xlsx" in card["markdown"]["text"]
    assert rpt("send", *both(shop), "-p", shop).code == 0
    assert len(chat.shown) == 5


def test_what_is_in_doubt_is_listed_and_not_sent_again(rpt: Rpt, shop: Path, chat: Chat) -> None:
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
    said = rpt("send", shop / "out/annual-2025.xlsx", "-p", shop)
    assert said.code == 2
    assert "没有找到机器人“运营群”的地址" in said.err
    assert chat.requests == []


def test_a_dry_run_writes_what_would_be_posted(
    rpt: Rpt, shop: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaders, ops = (shop / "out" / f"annual-2025-{name}.json" for name in ("领导群", "运营群"))
    with monkeypatch.context() as without:  # no address is needed, and none is looked for
        without.delenv("RPT_ROBOT_LEADERS")
        without.delenv("RPT_ROBOT_OPS")
        said = rpt("send", *both(shop), "-p", shop, "--dry-run")
    assert (said.code, said.out.count("（没有发送）")) == (0, 2)
    assert (chat.requests, (shop / ".rpt/outbox.sqlite").exists()) == ([], False)
    summary, file = json.loads(leaders.read_text(encoding="utf-8"))
    assert summary["markdown"]["content"].startswith(f"## {TITLE}\n")
    assert file == {"msgtype": "file", "file": {"media_id": f"（上传 {TITLE}.pdf 后由企业微信给出）"}}

    assert rpt("send", shop / "first.xlsx", "-p", shop).code == 0
    assert rpt("send", *both(shop), "-p", shop, "--dry-run").code == 0
    (card,) = json.loads(ops.read_text(encoding="utf-8"))
    assert card["markdown"]["title"] == f"更正：{TITLE}"
    summary, _ = json.loads(leaders.read_text(encoding="utf-8"))
    assert len(chat.shown) == 2
    assert rpt("send", *both(shop), "-p", shop).code == 0
    assert [chat.shown[2], chat.shown[4]] == [summary, card]
