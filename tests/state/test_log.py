"""The log: what a run did, never what it read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rpt import __version__
from rpt.state.log import Log, in_short
from tests.projects import daily, project

AT = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = daily(date(2024, 1, 1), date(2025, 12, 31), 天猫=1000)


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / ".rpt" / "log" / "rpt.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_from_start_to_end(tmp_path: Path, rpt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, {"渠道日报": DAYS})
    monkeypatch.setenv("RPT_SCHEDULE", "3")
    assert rpt("annual", "2025", "-p", tmp_path, "-f", "json,html", "--out", tmp_path / "给张三").code == 0
    logged = lines(tmp_path)
    assert len({line["run"] for line in logged}) == 1
    assert all(line["at"].endswith("+08:00") for line in logged)
    start, *between, end = logged
    assert {key: start[key] for key in ("event", "command", "version", "schedule")} == {
        "event": "start", "command": "rpt annual 2025 -f --out", "version": __version__, "schedule": 3,
    }  # fmt: skip
    steps = [line["name"] for line in between if line["event"] == "step"]
    assert steps == ["读取数据", "计算指标", "对比与查找问题", "编制计划", "撰写报告", "生成文件"]
    files = {line["file"]: line for line in between if line["event"] == "artifact"}
    assert set(files) == {"annual-2025.json", "annual-2025.html"}
    assert all(len(file["sha256"]) == 64 and file["bytes"] > 0 for file in files.values())
    assert (end["event"], end["code"]) == ("end", 0)
    assert end["seconds"] >= sum(line["seconds"] for line in between if line["event"] == "step") - 0.01
    (run,) = Log(tmp_path / ".rpt").runs()
    assert (run.command, run.schedule, run.code, run.files) == (
        "rpt annual 2025 -f --out", 3, 0, ("annual-2025.json", "annual-2025.html"),
    )  # fmt: skip


def test_problems_are_counted_and_no_cell_is_quoted(tmp_path: Path, rpt: Callable[..., Any]) -> None:
    rows = [list(row) for row in DAYS]
    rows[5][5], rows[6][5] = "李四13800138000", "王五"
    project(tmp_path, {"渠道日报": rows})
    assert rpt("annual", "2025", "-p", tmp_path).code == 1
    logged = lines(tmp_path)
    (issues,) = [line["counts"] for line in logged if line["event"] == "issues"]
    assert [one["count"] for one in issues if one["level"] == "error"] == [2]
    assert logged[-1]["code"] == 1
    text = json.dumps(logged, ensure_ascii=False)
    assert not any(word in text for word in ("李四", "13800138000", "王五", str(tmp_path)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("annual 2025 --project /home/甲 --out=/tmp/x -q", "rpt annual 2025 --out"),
        ("--wait 600 monthly 2025-11 -pfolder", "rpt monthly 2025-11"),
        ("send out/annual-2025.pdf --to zhang@example.com -f pdf", "rpt send --to -f"),
        ("年报 2025", "rpt 年报 2025"),
        ("monthly 上月 --as-of 2025-09-30", "rpt monthly 上月 --as-of 2025-09-30"),
        ("metrics 13800138000", "rpt metrics"),
    ],
)
def test_a_command_in_short_holds_nothing_that_people_filled_in(typed: str, kept: str) -> None:
    assert in_short(typed.split()) == kept


def test_full_files_are_put_away_and_the_oldest_are_dropped(tmp_path: Path) -> None:
    log = Log(tmp_path, size=200, kept=2)
    for number in range(6):
        log.rotate()
        log.write(f"r{number}", AT, "start", command="rpt annual " + "x" * 200, pid=1)
    assert sorted(path.name for path in log.folder.glob("*.jsonl*")) == ["rpt.jsonl", "rpt.jsonl.1", "rpt.jsonl.2"]
    assert [run.id for run in log.runs()] == ["r3", "r4", "r5"]
    assert not log.is_whole()


def test_what_cron_wrote_is_rotated_too(tmp_path: Path) -> None:
    log = Log(tmp_path, size=10, kept=2)
    log.folder.mkdir()
    (log.folder / "cron.log").write_text("twenty bytes and more")
    log.rotate()
    assert [path.name for path in log.folder.glob("cron*")] == ["cron.log.1"]


def test_lines_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write("a", AT, "start", command="rpt annual", pid=1)
    with log.path.open("ab") as file:
        file.write(b'\xff\n{"run": "b"}\n[1]\nnull\n{"at":"2026","run":"c","event":"sta\n')
    log.write("a", AT, "end", code=130, seconds=1.5)
    (run,) = log.runs()
    assert (run.id, run.code, run.seconds) == ("a", 130, 1.5)


def test_a_log_that_cannot_be_written_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    log = Log(tmp_path)
    log.write("a", AT, "start", command="rpt annual", pid=1)
    assert log.runs() == ()
