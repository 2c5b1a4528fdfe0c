"""The project's lock: who holds it is said, and a crash frees it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rpt.state.lock import holder, holding
from rpt.values.issue import UserError
from rpt.values.status import Holder
from tests.projects import daily, project

ROOT = Path(__file__).parents[2]
SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_HOLD = """
import sys
from datetime import datetime
from pathlib import Path
from rpt.state.lock import holding
with holding(Path(sys.argv[1]), "rpt annual 2025", datetime.fromisoformat(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", _HOLD, str(state), SINCE.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_held_lock_says_who_holds_it(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        assert holder(tmp_path) == Holder(process.pid, "2026-01-05T08:00:00+00:00", "rpt annual 2025")
        with pytest.raises(UserError) as caught, holding(tmp_path, "rpt plan", SINCE):
            pytest.fail("two runs at once")
    assert caught.value.exit_code == 6
    assert f"rpt annual 2025（进程 {process.pid}，2026-01-05 08:00:00 开始）" in caught.value.message
    assert "--wait" in caught.value.hint


def test_waiting_for_the_other_run(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        with pytest.raises(UserError, match="占用") as caught, holding(tmp_path, "rpt plan", SINCE, 0.1):
            pytest.fail("two runs at once")
        assert "已等候 0.1 秒" in caught.value.hint
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        with holding(tmp_path, "rpt plan", SINCE, 30):
            found = holder(tmp_path)
            assert found is not None
            assert found.command == "rpt plan"
    assert holder(tmp_path) is None


def test_a_crash_frees_the_lock_whatever_it_left_behind(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / "running.json").exists()
        assert holder(tmp_path) is None
        with holding(tmp_path, "rpt plan", SINCE):
            pass
    assert not (tmp_path / "running.json").exists()


def test_nobody_has_ever_held_it(tmp_path: Path) -> None:
    assert holder(tmp_path / ".rpt") is None
    assert not (tmp_path / ".rpt").exists()


def test_what_says_who_holds_it_may_be_damaged(tmp_path: Path) -> None:
    with another(tmp_path):
        (tmp_path / "running.json").write_text("[]")
        assert holder(tmp_path) == Holder(0, "", "")
        with pytest.raises(UserError, match=r"由另一次运行占用$"), holding(tmp_path, "rpt plan", SINCE):
            pytest.fail("two runs at once")


def test_runs_that_write_are_refused_and_others_are_not(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)})
    with another(tmp_path / ".rpt"):
        for written in (
            ["annual", "2025"],
            ["plan", "2026"],
            ["monthly", "2025-11"],
            ["channel", "2025", "-f", "json"],
        ):
            said = rpt(*written, "-p", tmp_path)
            assert (said.code, said.out) == (6, "")
            assert "正由另一次运行占用：rpt annual 2025" in said.err
        assert rpt("--wait", "0.1", "annual", "2025", "-p", tmp_path).code == 6
        assert not (tmp_path / "out").exists()
        for read in (["channel", "2025"], ["problems", "2025"], ["check"], ["metrics"]):
            project_of = [] if read == ["metrics"] else ["-p", tmp_path]
            assert rpt(*read, *project_of).code == 0
    assert rpt("annual", "2025", "-p", tmp_path, "-f", "json").code == 0


def test_a_state_folder_that_cannot_be_written_stops_no_report(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    project(tmp_path, {"渠道日报": daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)})
    (tmp_path / ".rpt").write_text("a file where the folder should be")
    said = rpt("annual", "2025", "-p", tmp_path, "-f", "json")
    assert said.code == 0
    assert ".rpt 不可写，无法防止两次运行同时进行" in said.out
