"""``rpt send`` and ``rpt outbox`` end to end: a small project, a real server on loopback."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpt.commands import run
from rpt.state.runs import RunStore
from tests.delivery.mailserver import DROP, Running, Script
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
TITLE = "2025年电商运营年度报告"


def mail(port: int, more: str = "") -> str:
    return f"""
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "运营报告 <rpt@example.com>"
owner = "ops@example.com"
to = ["leader@example.com", "管理层"]
retry_minutes = 0
{more}
[mail.groups]
"管理层" = ["Boss@example.com", "leader@example.com"]
"""


def write(folder: Path, settings: str, paid: int = 1000) -> None:
    rows = daily(date(2025, 11, 1), date(2025, 12, 31), 天猫=paid, 抖音=500)
    project(folder, {"渠道日报": rows}, SETTINGS + settings)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, running: Running) -> Path:
    """A project with its report of 2025 as a workbook, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("made") / "shop"
    folder.mkdir()
    write(folder, mail(running.port))
    assert run(["annual", "2025", "-p", str(folder), "-f", "xlsx", "-q"]) == 0
    return folder


@pytest.fixture
def shop(tmp_path: Path, running: Running, made: Path) -> Path:
    running.box.clear()
    return Path(shutil.copytree(made, tmp_path / "shop"))


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_report_reaches_everyone_once_and_changed_content_as_a_correction(
    rpt: Rpt, shop: Path, running: Running
) -> None:
    make = ("annual", "2025", "-p", shop, "-f", "xlsx", "--send")
    first = rpt(*make)
    assert first.code == 0, first
    assert [to for to, _ in running.box.taken] == ["leader@example.com", "Boss@example.com"]
    sent = parsed(running.box.taken[0][1])
    assert sent["Subject"] == TITLE
    assert str(sent["From"]) == "运营报告 <rpt@example.com>"
    assert [part.get_filename() for part in sent.iter_attachments()] == [f"{TITLE}.xlsx"]
    html, text = sent.get_body(("html",)), sent.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "成交总额" in text.get_content()
    assert "<table" in html.get_content()
    assert not re.search(r"<img|https?://|<link|<script|\{\{", html.get_content())

    again = rpt(*make)
    assert again.code == 0
    assert again.out.count("内容没有变化") == 2
    assert len(running.box.taken) == 2

    before = (shop / "out/annual-2025.xlsx").rename(shop / "before.xlsx")
    write(shop, mail(running.port), paid=1001)
    changed = rpt(*make)
    assert changed.code == 0, changed
    assert len(running.box.taken) == 4
    correction = parsed(running.box.taken[2][1])
    assert correction["Subject"] == f"更正：{TITLE}"
    body = correction.get_body(("plain",))
    assert body is not None
    assert re.search(r"成交总额由\S+更正为\S+", body.get_content())
    assert correction["Message-ID"] != sent["Message-ID"]

    assert rpt("send", before, "-p", shop).code == 0  # and back again: they have the other figures now
    assert len(running.box.taken) == 6
    back = parsed(running.box.taken[4][1])
    assert back["Subject"] == f"更正：{TITLE}"
    assert back["Message-ID"] not in (sent["Message-ID"], correction["Message-ID"])


def test_who_is_refused_or_in_doubt_is_listed_and_the_owner_is_told(rpt: Rpt, shop: Path, running: Running) -> None:
    file = shop / "out" / "annual-2025.xlsx"
    running.box.scripts[:] = [Script(recipients={"leader@example.com": "550 no such"}), Script({"taken": DROP})]
    said = rpt("send", file, "-p", shop)
    assert said.code == 5
    assert "被拒收" in said.out
    assert "550 no such" in said.out
    assert "存疑" in said.out
    told = [content for to, content in running.box.taken if to == "ops@example.com"]
    assert len(told) == 1
    body = parsed(told[0]).get_body(("plain",))
    assert body is not None
    assert "leader@example.com" in body.get_content()
    assert running.box.count("Boss@example.com") == 1

    again = rpt("send", file, "-p", shop)  # nothing goes out by itself, and the owner has heard of it
    assert again.code == 5
    assert (running.box.count("leader@example.com"), running.box.count("Boss@example.com")) == (0, 1)
    assert running.box.count("ops@example.com") == 1

    listed = rpt("outbox", "-p", shop)
    assert listed.code == 5
    assert "rpt outbox resolve 2 --sent" in listed.out
    assert rpt("outbox", "resolve", "2", "--sent", "-p", shop).code == 0
    assert rpt("outbox", "resolve", "1", "--resend", "-p", shop).code == 0
    assert rpt("outbox", "-p", shop).code == 0
    assert rpt("outbox", "resolve", "2", "--sent", "-p", shop).code == 2
    assert rpt("send", file, "-p", shop).code == 0
    assert (running.box.count("leader@example.com"), running.box.count("Boss@example.com")) == (1, 1)


def test_what_is_not_as_it_was_made_is_not_sent(rpt: Rpt, shop: Path, running: Running) -> None:
    file = shop / "out" / "annual-2025.xlsx"
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["A1"] = "改过"
    book.save(file)
    said = rpt("send", file, "-p", shop)
    assert said.code == 4
    assert "没有发送" in said.err
    assert [to for to, _ in running.box.taken] == ["ops@example.com"]


def test_a_dry_run_writes_the_mail_beside_the_file(rpt: Rpt, shop: Path, running: Running) -> None:
    said = rpt("send", shop / "out" / "annual-2025.xlsx", "-p", shop, "--dry-run", "--to", "管理层")
    assert said.code == 0
    assert running.box.taken == []
    sent = parsed((shop / "out" / "annual-2025-管理层.eml").read_bytes())
    assert sent["To"].addresses[0].addr_spec == "Boss@example.com"
    assert not (shop / ".rpt" / "outbox.sqlite").exists()


@pytest.mark.parametrize(
    ("settings", "typed", "message"),
    [
        ("", [], "rpt.toml 里没有写往哪里发"),
        (mail(9).replace('"127.0.0.1"', '"mail.example.com"'), [], 'security 不能是 "none"'),
        (mail(9), ["--to", "财务"], "没有名为“财务”的收件人组或机器人"),
        (mail(9), ["--to", "a@b@c"], "邮箱地址不对"),
        (mail(9), ["--to", "a@b.com\r\nBcc: x@y.com"], "不能有换行"),
        (mail(9, 'domains = ["example.com"]'), ["--to", "a@other.com"], "不在允许的邮箱域名内：a@other.com"),
        (mail(9, 'username = "rpt"'), [], "不加密的连接不能登录邮箱"),
        (mail(9).replace("security = ", 'username = "rpt"\n#').replace("127.0.0.1", "a.cn"), [], "没有找到邮箱密码"),
    ],
)
def test_settings_that_cannot_work_are_said(
    rpt: Rpt, shop: Path, settings: str, typed: list[str], message: str
) -> None:
    project(shop, settings=SETTINGS + settings)
    said = rpt("send", shop / "out" / "annual-2025.xlsx", "-p", shop, *typed)
    assert said.code == 2, said
    assert message in said.err


@pytest.mark.parametrize("key", ["password", "passwd", "smtp_token", "授权码"])
def test_a_password_in_rpt_toml_is_refused_and_not_repeated(rpt: Rpt, tmp_path: Path, key: str) -> None:
    (tmp_path / "rpt.toml").write_text(SETTINGS + mail(9, f'"{key}" = "hunter2"'), encoding="utf-8")
    said = rpt("outbox", "-p", tmp_path)
    assert said.code == 2
    assert "RPT_MAIL_PASSWORD" in said.err
    assert "hunter2" not in said.err + said.out


def test_an_empty_outbox(rpt: Rpt, tmp_path: Path) -> None:
    shop = project(tmp_path).folder
    said = rpt("outbox", "-p", shop)
    assert (said.code, said.out.strip()) == (0, "发件箱是空的：还没有发送过报告")
    assert rpt("outbox", "resolve", "1", "-p", shop).code == 2
    assert rpt("outbox", "resolve", "1", "--sent", "-p", shop).code == 2


def test_a_damaged_outbox_is_said(rpt: Rpt, tmp_path: Path) -> None:
    shop = project(tmp_path).folder
    (shop / ".rpt").mkdir()
    (shop / ".rpt" / "outbox.sqlite").write_bytes(b"not a database at all" * 100)
    said = rpt("outbox", "-p", shop)
    assert said.code == 3
    assert "发件箱无法读写" in said.err
    assert sqlite3.DatabaseError.__name__ not in said.err


def test_what_the_outbox_tells_of_stays_in_the_archive(rpt: Rpt, shop: Path, running: Running) -> None:
    file, old = shop / "out/annual-2025.xlsx", shop / "old.xlsx"
    running.box.scripts[:] = [Script({"taken": DROP}), Script({"taken": DROP})]
    assert rpt("send", file, "-p", shop).code == 5  # both in doubt
    file.rename(old)
    store = RunStore(shop / ".rpt")
    (in_doubt,) = store.list()
    unsent = replace(in_doubt, made_at="2020" + in_doubt.made_at[4:], artifacts=())
    store.keep(replace(store.load(in_doubt.id), record=unsent))
    write(shop, mail(running.port) + "[archive]\nkeep = 1\n", paid=1001)
    assert rpt("annual", "2025", "-p", shop, "-f", "xlsx", "-q").code == 0
    assert [record.id for record in store.list() if record.id == in_doubt.id] == [in_doubt.id]
    assert len(store.list()) == 2
    assert "已清理0次运行" in rpt("runs", "--prune", "1", "-p", shop).out
    assert [rpt("outbox", "resolve", id, "--resend", "-p", shop).code for id in "12"] == [0, 0]
    assert rpt("send", old, "-p", shop).code == 0
    assert rpt("send", file, "-p", shop).code == 0
    correction = parsed(running.box.taken[-1][1])
    assert correction["Subject"] == f"更正：{TITLE}"
    body = correction.get_body(("plain",))
    assert body is not None
    assert re.search(r"成交总额由\S+更正为\S+", body.get_content())


def test_each_report_goes_to_the_group_of_its_name(rpt: Rpt, tmp_path: Path, running: Running) -> None:
    running.box.clear()
    write(tmp_path, mail(running.port) + '"天猫" = ["tmall@example.com"]\n')
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "xlsx", "--each", "平台", "--send")
    assert said.code == 0, said
    subjects = {(to, str(parsed(content)["Subject"])) for to, content in running.box.taken}
    assert {to for to, subject in subjects if "（天猫）" in subject} == {"tmall@example.com"}
    assert {to for to, subject in subjects if "（抖音）" in subject} == {"leader@example.com", "Boss@example.com"}
