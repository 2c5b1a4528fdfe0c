"""Whom a run tells that was to send and did not: the owner, once, and nobody else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from rpt.state.lock import holding
from rpt.values.issue import Issue, Level
from tests.delivery.letters import subject_and_text
from tests.delivery.mailserver import DROP, Running, Script
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
DAYS = daily(date(2025, 11, 1), date(2025, 12, 31), 天猫=1000)
NO_DAY = [*DAYS, ["不是日期", "天猫", 1, 1, 1, 1]]
NO_AMOUNT = [*DAYS, [date(2025, 10, 31), "天猫", 1, 1, 1, "不是数"]]
ANNUAL = ("annual", "2025", "-f", "xlsx", "--send")


@pytest.fixture
def shop(tmp_path: Path, running: Running) -> Path:
    running.box.clear()
    folder = tmp_path / "shop"
    folder.mkdir()
    write(folder, DAYS, running.port)
    return folder


def write(folder: Path, rows: list[Any], port: int, owner: str = 'owner = "ops@example.com"') -> None:
    mail = f"""
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "rpt@example.com"
to = ["leader@example.com"]
retry_minutes = 0
{owner}
"""
    project(folder, {"渠道日报": rows}, SETTINGS + mail)


def told(running: Running) -> list[tuple[str, str]]:
    """Subject and text of what went out, which was for the owner only."""
    assert {to for to, _ in running.box.taken} <= {"ops@example.com"}
    return [subject_and_text(content) for _, content in running.box.taken]


def outcomes(folder: Path) -> list[str]:
    """What the log says of each notice."""
    lines = (folder / ".rpt/log/rpt.jsonl").read_text(encoding="utf-8").splitlines()
    assert "ops@example.com" not in "".join(lines)
    return [line["outcome"] for line in map(json.loads, lines) if line["event"] == "notice"]


def test_data_errors_are_told_once_and_again_when_they_are_others(rpt: Rpt, shop: Path, running: Running) -> None:
    write(shop, NO_DAY, running.port)
    assert [rpt(*ANNUAL, "-p", shop).code for _ in range(3)] == [1, 1, 1]
    ((subject, text),) = told(running)
    assert subject == "[rpt] 报告没有发出：数据有错误"
    assert f"项目：测试公司（{shop}）" in text
    assert "命令：rpt annual 2025 -f --send（" in text
    assert "结果：数据有错误（退出码 1），报告没有发出，收件人没有收到任何通知" in text
    assert re.search(r"data\.xlsx › 渠道日报 › A\d+　.*不是日期", text), text
    assert outcomes(shop) == ["sent", "known", "known"]

    write(shop, NO_AMOUNT, running.port)
    assert rpt(*ANNUAL, "-p", shop).code == 1
    assert len(told(running)) == 2
    write(shop, NO_DAY, running.port)  # the first one is back
    assert rpt(*ANNUAL, "-p", shop).code == 1
    assert len(told(running)) == 3
    ids = {re.search(rb"Message-ID: (\S+)", content)[1] for _, content in running.box.taken}  # type: ignore[index]
    assert len(ids) == 3


def test_a_success_after_a_failure_is_told_once(rpt: Rpt, shop: Path, running: Running) -> None:
    write(shop, NO_DAY, running.port)
    assert rpt(*ANNUAL, "-p", shop).code == 1
    write(shop, DAYS, running.port)
    assert rpt(*ANNUAL, "-p", shop).code == 0
    got = [(to, subject_and_text(content)[0]) for to, content in running.box.taken]
    assert got[1:] == [
        ("leader@example.com", "2025年电商运营年度报告"),
        ("ops@example.com", "[rpt] 报告已恢复发送"),
    ]
    assert rpt(*ANNUAL, "-p", shop).code == 0
    assert len(running.box.taken) == 3


def test_files_that_do_not_verify(rpt: Rpt, shop: Path, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Issue("figure_differs", Level.ERROR, "成交总额印作1元，应为2元")
    monkeypatch.setattr("rpt.flows.proof.Prover.breaks", lambda *about: [broken])
    assert [rpt(*ANNUAL, "-p", shop).code for _ in range(2)] == [4, 4]
    ((subject, text),) = told(running)
    assert subject == "[rpt] 报告没有发出：成品核对不符"
    assert "成交总额印作1元，应为2元" in text
    file = shop / "out/annual-2025.xlsx"
    file.write_bytes(b"")
    assert rpt("send", file, "-p", shop).code == 4
    assert "文件与生成时不一样" in told(running)[1][1]


def test_an_error_of_our_own(rpt: Rpt, shop: Path, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*about: object) -> None:
        raise KeyError("a name that differs from run to run")

    monkeypatch.setattr("rpt.flows.annual.read_and_measure", crash)
    for _ in range(2):
        with pytest.raises(KeyError):
            rpt(*ANNUAL, "-p", shop)
    ((subject, text),) = told(running)
    assert subject == "[rpt] 报告没有发出：程序出错"
    assert "程序出错（KeyError）" in text
    assert "differs" not in text


def test_a_lock_that_is_held(rpt: Rpt, shop: Path, running: Running) -> None:
    for hour in (8, 9):
        with holding(shop / ".rpt", "rpt annual", datetime(2026, 1, 5, hour).astimezone()):
            assert rpt(*ANNUAL, "-p", shop).code == 6
    ((subject, _),) = told(running)
    assert subject == "[rpt] 报告没有发出：项目被占用，没有运行"


def test_settings_that_cannot_send_stop_a_run_before_it_makes_anything(rpt: Rpt, shop: Path, running: Running) -> None:
    file = shop / "rpt.toml"
    with file.open("a", encoding="utf-8") as settings:
        settings.write('[robots."群"]\nkind = "wecom"\nsecret_env = "RPT_ROBOT_NONE"\n')
    file.write_text(file.read_text(encoding="utf-8").replace('["leader@', '["群", "leader@'), encoding="utf-8")
    said = rpt(*ANNUAL, "-p", shop)
    assert (said.code, "没有找到机器人“群”的地址" in said.err) == (2, True)
    assert not (shop / "out").exists()
    assert "没有找到机器人“群”的地址" in told(running)[0][1]


@pytest.mark.parametrize(("command", "at_terminal"), [(ANNUAL, True), (ANNUAL[:-1], False)])
def test_nobody_is_told_what_somebody_sees_or_what_was_not_to_be_sent(
    rpt: Rpt,
    shop: Path,
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    at_terminal: bool,
) -> None:
    write(shop, NO_DAY, running.port)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_terminal)
    assert rpt(*command, "-p", shop).code == 1
    assert told(running) == []
    assert outcomes(shop) == []


def test_without_an_owner_only_the_log_tells(rpt: Rpt, shop: Path, running: Running) -> None:
    write(shop, NO_DAY, running.port, owner="")
    assert rpt(*ANNUAL, "-p", shop).code == 1
    assert told(running) == []
    assert outcomes(shop) == ["nobody"]


def test_a_notice_that_does_not_arrive_is_said_and_tried_again(rpt: Rpt, shop: Path, running: Running) -> None:
    write(shop, NO_DAY, running.port)
    running.box.scripts[:] = [Script({"mail": DROP})]
    said = rpt(*ANNUAL, "-p", shop)
    assert said.code == 1
    assert "没能通知负责人 ops@example.com" in said.out
    assert rpt(*ANNUAL, "-p", shop).code == 1
    assert len(told(running)) == 1
    assert outcomes(shop) == ["untold", "sent"]
