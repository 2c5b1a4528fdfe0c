"""Servers that wait for the next run: the same process serves it, unless its environment is another or it has died."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from rpt.processes import warm
from rpt.processes.serving import DONE, Job
from rpt.processes.worker import Worker

# a program that serves jobs: the answer to each is its exit code, and who did it is told in the log
SERVER = """
import os, sys
from rpt.processes.serving import Job, serve
print("started", flush=True, file=sys.stderr)
def do(job):
    sys.stderr.write(f"pid {os.getppid()}\\n")
    sys.stderr.flush()
    return 0
serve(Job, do)
"""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    return (sys.executable, str(script))


def served(command: tuple[str, ...], folder: Path) -> int:
    """Have one job done by a worker of its own; the process that served it."""
    worker = Worker(command, folder / "worker.log")
    try:
        ended = worker.do(Job())
    finally:
        worker.end()
    assert ended.code == DONE, ended
    return int(ended.words.split("pid ")[1])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_single_run_keeps_nothing(command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "_blocks", [])
    first, second = (served(command, tmp_path) for _ in range(2))
    assert first != second
    assert not is_running(first)


def test_one_process_serves_one_run_after_the_other(command: tuple[str, ...], tmp_path: Path) -> None:
    with warm.kept():
        first, second = (served(command, tmp_path) for _ in range(2))
        assert first == second
        assert is_running(first)
    assert not is_running(first)


def test_another_environment_or_a_death_asks_for_another_process(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warm.kept():
        first = served(command, tmp_path)
        monkeypatch.setenv("RPT_PROJECT", "elsewhere")
        second = served(command, tmp_path)
        assert second != first
        os.kill(second, signal.SIGKILL)
        os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)
        third = served(command, tmp_path)
        assert third not in (first, second)
        monkeypatch.delenv("RPT_PROJECT")
        assert served(command, tmp_path) == first


def test_two_at_once_are_two_processes(command: tuple[str, ...], tmp_path: Path) -> None:
    with warm.kept():
        one, other = Worker(command, tmp_path / "one.log"), Worker(command, tmp_path / "other.log")
        pids = {int(worker.do(Job()).words.split("pid ")[1]) for worker in (one, other)}
        assert len(pids) == 2
        one.end()
        other.end()
        assert served(command, tmp_path) in pids
