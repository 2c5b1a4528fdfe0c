"""``rpt status``: the last runs, what was missed, what waits to be sent; and whether a person is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rpt.delivery.outbox import Outbox
from rpt.flows import schedule, status
from rpt.state.lock import holding
from rpt.state.log import Log
from rpt.values.delivery import Receipt, State
from tests.crontabs import Crontab
from tests.delivery.letters import letter
from tests.projects import project

Rpt = Callable[..., Any]
ADDED = datetime.fromisoformat("2026-01-01T12:00:00+08:00")


class Clock:
    """What time it is for the commands."""

    def __init__(self) -> None:
        self.now = ADDED

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (schedule, status):
        monkeypatch.setattr(module, "now", clock)
    return clock


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a crontab whose times are Beijing's."""
    crontab = Crontab(tmp_path / "bin", monkeypatch)
    crontab.file.write_text("CRON_TZ=Asia/Shanghai\n", encoding="utf-8")
    folder = tmp_path / "shop"
    folder.mkdir()
    project(folder)
    return folder


def ran(folder: Path, at: datetime, command: str, code: int | None, schedule: int | None = None) -> None:
    """Have the log tell of a run that took a minute; without an end where the code is None."""
    log, id = Log(folder / ".rpt"), at.isoformat()
    number = {} if schedule is None else {"schedule": schedule}
    log.write(id, at, "start", command=command, pid=1, writes=True, **number)
    log.write(id, at, "issues", counts=[{"level": "warning", "code": "x", "count": 2}])
    if code is not None:
        log.write(id, at + timedelta(minutes=1), "end", code=code, seconds=60.0)


def test_nothing_yet(rpt: Rpt, clock: Clock, shop: Path) -> None:
    said = rpt("status", "-p", shop)
    assert said.code == 0
    assert said.out.splitlines() == ["没有需要处理的事", "还没有运行记录", "发件箱　空"]
    assert not (shop / ".rpt").exists()
    assert rpt("状态", "-p", shop, "-q").out == ""


def test_runs_the_latest_first(rpt: Rpt, clock: Clock, shop: Path) -> None:
    ran(shop, ADDED, "rpt annual 2025", 0)
    ran(shop, ADDED + timedelta(hours=1), "rpt plan 2026", 1)
    said = rpt("status", "-p", shop)
    assert said.code == 1
    assert "2026-01-01 13:00 的 rpt plan 2026 没有成功：数据有错误" in said.out
    lines = [line for line in said.out.splitlines() if line.startswith("2026")]
    assert [line.split()[2:] for line in lines] == [
        ["rpt", "plan", "2026", "数据有错误", "60.0", "秒", "提醒2"],
        ["rpt", "annual", "2025", "完成", "60.0", "秒", "提醒2"],
    ]
    ran(shop, ADDED + timedelta(hours=2), "rpt plan 2026", 0)
    assert rpt("status", "-p", shop).code == 0


def test_a_run_that_was_killed_and_one_that_goes_on(rpt: Rpt, clock: Clock, shop: Path, monkeypatch: Any) -> None:
    ran(shop, ADDED, "rpt annual", None)
    assert "rpt annual 没有成功：中断，没有做完" in rpt("status", "-p", shop, "-q").out
    monkeypatch.setattr("os.getpid", lambda: 1)
    with holding(shop / ".rpt", "rpt annual", ADDED):
        said = rpt("status", "-p", shop)
    assert said.code == 0
    assert "正在运行：rpt annual（进程 1，2026-01-01T12:00:00 开始）" in said.out
    assert "进行中" in said.out


def test_times_that_passed_without_a_run(rpt: Rpt, clock: Clock, shop: Path) -> None:
    rpt("schedule", "add", "annual", "--at", "0 8 * * 1", "-p", shop)  # Mondays: the 5th, 12th, 19th and 26th

    def missed() -> list[str]:
        said = rpt("status", "-p", shop, "--json")
        told = json.loads(said.out)
        (one,) = told["schedules"]
        assert said.code == told["exit_code"] == (1 if one["missed"] or told["trouble"] else 0)
        return [at[:10] for at in one["missed"]]

    clock.now = datetime.fromisoformat("2026-01-05T08:01:00+08:00")
    assert missed() == []  # it may be about to begin
    clock.now += timedelta(minutes=5)
    assert missed() == ["2026-01-05"]
    ran(shop, datetime.fromisoformat("2026-01-05T08:00:01+08:00"), "rpt annual", 0, schedule=1)
    assert missed() == []
    clock.now = datetime.fromisoformat("2026-01-20T00:00:00+08:00")
    assert missed() == ["2026-01-12", "2026-01-19"]
    words = "定时 1（每周一8:00）错过了 2026-01-12 08:00、2026-01-19 08:00：到时没有运行"
    assert words in rpt("status", "-p", shop, "-q").out
    ran(shop, clock.now, "rpt annual", 0)  # made up for by hand
    assert missed() == []
    clock.now += timedelta(days=7)
    ran(shop, clock.now, "rpt annual", 6, schedule=1)  # it was refused: there is no report
    assert missed() == []
    assert "没有成功：项目被占用，没有运行" in rpt("status", "-p", shop).out


def test_what_the_log_no_longer_tells_is_not_missed(
    rpt: Rpt, clock: Clock, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rpt("schedule", "add", "annual", "--at", "0 8 * * *", "-p", shop)
    monkeypatch.setattr(Log, "is_whole", lambda self: False)
    ran(shop, datetime.fromisoformat("2026-03-01T09:00:00+08:00"), "rpt plan", 0)
    clock.now = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    (one,) = json.loads(rpt("status", "-p", shop, "--json").out)["schedules"]
    assert [at[:10] for at in one["missed"]] == ["2026-03-02"]


def test_a_crontab_that_cannot_be_read_is_a_note(
    rpt: Rpt, clock: Clock, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(shop))
    said = rpt("status", "-p", shop)
    assert said.code == 0
    assert "说明　定时任务无法查看：这台机器没有 crontab 程序" in said.out


def test_timers_of_systemd_are_named_since_it_knows_when_they_ran(
    rpt: Rpt, clock: Clock, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    other = tmp_path / "other"
    other.mkdir()
    project(other)
    units = tmp_path / "config/systemd/user"
    units.mkdir(parents=True)
    (units / "rpt-of-nobody.timer").touch()
    for folder in (shop, other):
        said = rpt("schedule", "add", "annual", "--at", "0 8 * * 1", "-p", folder, "--systemd")
        for name, content in re.findall(r"# ~/.config/systemd/user/(\S+)\n(.*?)(?=\n# )", said.out, re.DOTALL):
            (units / name).write_text(content, encoding="utf-8")
    timers = sorted(units.glob("rpt-annual-*.timer"))
    assert len(timers) == 2
    said = rpt("status", "-p", shop)
    assert said.code == 0
    assert [timer.name in said.out for timer in timers].count(True) == 1
    assert "systemctl --user list-timers" in said.out


@pytest.mark.parametrize(
    ("state", "code", "told"),
    [(State.SENT, 0, ""), (State.REFUSED, 5, "被拒收 1 封"), (State.IN_DOUBT, 5, "存疑 1 封")],
)
def test_the_outbox(rpt: Rpt, clock: Clock, shop: Path, state: State, code: int, told: str) -> None:
    outbox = Outbox(shop / ".rpt")
    outbox.enqueue(letter(shop), "smtp", ["a@example.com"])
    outbox.committing(letter(shop), "smtp", ["a@example.com"])
    outbox.record(letter(shop), "smtp", Receipt("a@example.com", state, "", ADDED))
    said = rpt("status", "-p", shop)
    assert said.code == code
    assert told in said.out
    assert json.loads(rpt("status", "-p", shop, "--json").out)["outbox"] == {state.value: 1}


def test_a_letter_that_a_dead_run_left_is_in_doubt(rpt: Rpt, clock: Clock, shop: Path) -> None:
    outbox = Outbox(shop / ".rpt")
    outbox.enqueue(letter(shop), "smtp", ["a@example.com"])
    outbox.committing(letter(shop), "smtp", ["a@example.com"])
    assert rpt("status", "-p", shop).code == 5
