"""One at a time: who holds the project's lock, what happens when two begin at once, and what the log has of whom."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rpt.delivery.outbox import Outbox
from rpt.state.lock import holder, holding
from tests.crontabs import Crontab
from tests.delivery.mailserver import Running
from tests.projects import SETTINGS, daily, project

Rpt = Callable[..., Any]
ROOT = Path(__file__).parents[2]
MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "rpt@example.com"
to = ["a@example.com", "b@example.com"]
"""


@pytest.fixture
def shop(tmp_path: Path, running: Running) -> Path:
    running.box.clear()
    running.box.pause = 0
    folder = tmp_path / "shop"
    folder.mkdir()
    rows = daily(date(2025, 11, 1), date(2025, 12, 31), 天猫=1000)
    project(folder, {"渠道日报": rows}, SETTINGS + MAIL.format(port=running.port))
    return folder


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("annual", "2025", "--send"), 6),
        (("send", "out/annual-2025.xlsx"), 6),
        (("outbox", "resolve", "1", "--sent"), 6),
        (("runs", "--prune", "1"), 6),
        (("runs",), 0),
        (("outbox",), 0),
        (("status",), 0),
    ],
)
def test_what_changes_something_waits_for_its_turn(rpt: Rpt, shop: Path, command: tuple[str, ...], code: int) -> None:
    with holding(shop / ".rpt", "rpt annual", datetime.now(UTC)):
        said = rpt(*command, "-p", shop)
        assert said.code == code
        assert ("正由另一次运行占用：rpt annual" in said.err) == (code == 6)


def test_who_only_looks_holds_nobody_up(shop: Path) -> None:
    """Status and the outbox's list hold both locks for a moment; a run that begins in it is not turned away."""
    child = f"""
import time
from pathlib import Path
from rpt.delivery.outbox import Outbox
from rpt.state.lock import holder
state = Path({str(shop / ".rpt")!r})
print("ready", flush=True)
while True:
    holder(state), Outbox(state).recover(), time.sleep(0.002)
"""
    with holding(shop / ".rpt", "", datetime.now(UTC)), Outbox(shop / ".rpt").exclusive():
        pass
    with subprocess.Popen([sys.executable, "-c", child], cwd=ROOT, stdout=subprocess.PIPE) as looking:
        assert looking.stdout is not None
        looking.stdout.readline()
        try:
            for _ in range(30):
                with holding(shop / ".rpt", "rpt send", datetime.now(UTC)), Outbox(shop / ".rpt").exclusive():
                    assert holder(shop / ".rpt") is not None
        finally:
            looking.kill()


def test_two_that_send_at_once_send_nothing_twice(rpt: Rpt, shop: Path, running: Running) -> None:
    """``annual --send`` and ``send`` of its file, begun together, three times: each has its turn or ends with 6."""
    assert rpt("annual", "2025", "-f", "xlsx", "-p", shop).code == 0
    file = str(shop / "out/annual-2025.xlsx")
    running.box.pause = 0.02  # at each answer, so that they meet while sending
    commands = (["annual", "2025", "-f", "xlsx", "--send"], ["send", file], ["--wait", "60", "send", file])
    begun = [
        subprocess.Popen([sys.executable, "-m", "rpt", *command, "-p", str(shop)], cwd=ROOT, stderr=subprocess.PIPE)
        for command in commands
    ]
    said = [(child.communicate(timeout=120)[1].decode(), child.returncode) for child in begun]
    assert [code for _, code in said if code not in (0, 6)] == [], said
    assert said[2][1] == 0, said
    assert Counter(to for to, _ in running.box.taken) == {"a@example.com": 1, "b@example.com": 1}


def test_what_acts_is_in_the_log(rpt: Rpt, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Crontab(tmp_path / "bin", monkeypatch)
    for command in (
        ("check", "--mark"),
        ("schedule", "add", "annual", "--at", "0 8 * * 1"),
        ("schedule", "remove", "all"),
        ("runs", "--prune", "1"),
        ("verify", "nothing.pdf"),
        ("outbox",),
    ):
        rpt(*command, "-p", shop)
    lines = map(json.loads, (shop / ".rpt/log/rpt.jsonl").read_text(encoding="utf-8").splitlines())
    told = [
        (line["event"], line.get("command", line.get("code"))) for line in lines if line["event"] in ("start", "end")
    ]
    assert told == [
        ("start", "rpt check --mark"),
        ("end", 0),
        ("start", "rpt schedule --at"),
        ("end", 0),
        ("start", "rpt schedule"),
        ("end", 0),
        ("start", "rpt runs --prune"),
        ("end", 0),
        ("start", "rpt verify"),
        ("end", 2),
        ("start", "rpt outbox"),
        ("end", 0),
    ]
