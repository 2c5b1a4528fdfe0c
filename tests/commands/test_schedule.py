"""``rpt schedule``: what it writes into a crontab, what it leaves alone, and what cron makes of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crontabs import Crontab
from tests.projects import project

Rpt = Callable[..., Any]
THEIRS = (
    b"# mine, \xd6\xd0\xce\xc4 in another encoding\nMAILTO=me\n\n5 4 * * *  echo \\%hi\t\n"
    b"# >>> rpt /another >>> \xe7\x94\xb1 rpt schedule \xe7\xae\xa1\xe7\x90\x86\n0 1 * * * other\n"
    b"# <<< rpt /another <<<\n"
)


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crontab:
    for name in [name for name in os.environ if name.startswith("RPT_")]:
        monkeypatch.delenv(name)
    return Crontab(tmp_path / "bin", monkeypatch)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "我的 项目's 100%"
    folder.mkdir()
    project(folder)
    return folder


@pytest.fixture(autouse=True)
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """The machine's clock shows Beijing's time; call it to move the machine."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    move("Asia/Shanghai")
    yield move
    monkeypatch.undo()
    time.tzset()


def test_a_line_is_added_listed_and_removed_and_others_are_kept(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    crontab.file.write_bytes(THEIRS)
    said = rpt("schedule", "add", "annual 2025", "--at", "0 8 5 1 *", "-p", shop)
    assert said.code == 0, said.err
    assert "已添加定时 1：每年1月5日8:00 运行 rpt annual 2025，下次 20" in said.out
    assert "01-05 08:00（北京时间）" in said.out
    assert "时间按本机时区（UTC+8），与 rpt 计日用的北京时间一致" in said.out
    assert "每次都做 2025 年的；想每次做最近一个完整年度，请不写年份" in said.out
    said = rpt("定时", "添加", "monthly", "上月", "--at", "30 9 3 * *", "-p", shop)
    assert (said.code, "每次都做" in said.out) == (0, False)
    assert crontab.content.startswith(THEIRS)
    listed = rpt("schedule", "list", "-p", shop).out
    assert re.search(r"1 +rpt annual 2025 +每年1月5日8:00 +20\d\d-01-05 08:00", listed)
    assert re.search(r"2 +rpt monthly 上月 +每月3日9:30 ", listed)
    assert "已删除定时 1：rpt annual 2025" in rpt("schedule", "remove", "1", "-p", shop).out
    assert rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop).code == 0  # never the number of another
    assert re.findall(r"RPT_SCHEDULE=(\d)", "\n".join(crontab.lines)) == ["2", "3"]
    assert rpt("schedule", "remove", "all", "-p", shop).code == 0
    assert crontab.content == THEIRS
    assert "这个项目没有定时" in rpt("schedule", "remove", "all", "-p", shop).out


def test_a_crontab_that_was_not_there_is_not_there_again(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    assert "还没有定时" in rpt("schedule", "list", "-p", shop).out
    assert rpt("schedule", "add", "annual", "--at", "@monthly", "-p", shop).code == 0
    assert rpt("schedule", "remove", "all", "-p", shop).code == 0
    assert not crontab.file.exists()


def test_lines_that_others_wrote_into_the_block_are_kept(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop)
    text = crontab.content.decode().replace("# <<<", "7 7 * * * mine\n# <<<").replace("0 8 5 1 *", "#0 8 5 1 *")
    crontab.file.write_text(text, encoding="utf-8")
    assert "已停用或被改动" in rpt("schedule", "list", "-p", shop).out
    assert rpt("schedule", "remove", "1", "-p", shop).code == 0
    assert crontab.lines == ["7 7 * * * mine"]
    assert rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop).code == 0
    assert crontab.lines[0] == "7 7 * * * mine"


def test_markers_that_do_not_match_are_told_and_nothing_is_changed(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop)
    broken = crontab.content.replace(b"# <<<", b"# <<")
    crontab.file.write_bytes(broken)
    for arguments in (["add", "plan", "--at", "0 8 * * *"], ["remove", "all"], ["list"]):
        said = rpt("schedule", *arguments, "-p", shop)
        assert said.code == 2
        assert "crontab 里 rpt 的标记不成对（第 1 行）" in said.err
    assert crontab.content == broken


def test_the_line_runs_as_cron_runs_it(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    """cron hands the shell what stands after the five fields, a backslash before % taken away, and hardly any
    environment. The command fails on the empty project, and its words are in the log."""
    assert rpt("schedule", "add", "annual 2025 -f json", "--at", "0 8 5 1 *", "-p", shop).code == 0
    command = crontab.lines[0].split(None, 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    environment = {"HOME": "/", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace(r"\%", "%")], cwd="/", env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert "没有找到任何来源文件" in (shop / ".rpt/log/cron.log").read_text(encoding="utf-8")
    assert '"schedule":1' in (shop / ".rpt/log/rpt.jsonl").read_text(encoding="utf-8")


def test_where_the_words_go(rpt: Rpt, crontab: Crontab, shop: Path, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "rpt.txt"
    assert rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop, "--log", log).code == 0
    assert f"mkdir -p {log.parent} && " in crontab.lines[0]
    assert crontab.lines[0].endswith(f" >> {log} 2>&1")


@pytest.mark.parametrize(
    ("command", "at", "told"),
    [
        ("anual 2025", "0 8 5 1 *", "没有“anual”这个命令"),
        ("annual 2025 --fromat pdf", "0 8 5 1 *", "没有“--fromat”这个选项"),
        ("annual 2025 --format docx", "0 8 5 1 *", "不认识的格式 docx"),
        ("annual 25", "0 8 5 1 *", "年份不在 1990—2100 之内"),
        ("monthly 2025-13", "0 8 5 1 *", "应为月份"),
        ("annual --as-of 昨天", "0 8 5 1 *", "应为日期"),
        ("annual -p elsewhere", "0 8 5 1 *", "--project 请写在 rpt schedule add 后面"),
        ("init here", "0 8 5 1 *", "rpt init 不能定时运行"),
        ("schedule list", "0 8 5 1 *", "rpt schedule 不能定时运行"),
        ("rpt", "0 8 5 1 *", "没有写要运行的命令"),
        ("annual 2025", "0 8 5 13 *", "--at 不对：“月”应在 1—12 之内：13"),
        ("annual 2025", "8 点", "--at 不对：应为“分 时 日 月 星期”五段"),
    ],
)
def test_a_slip_is_told_now(rpt: Rpt, crontab: Crontab, shop: Path, command: str, at: str, told: str) -> None:
    said = rpt("schedule", "add", command, "--at", at, "-p", shop)
    assert said.code == 2
    assert told in said.err
    assert crontab.content == b""


def test_the_same_twice_and_a_number_that_is_none(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    assert rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop).code == 0
    assert "已有相同的定时，编号 1" in rpt("schedule", "add", "rpt annual", "--at", "0  8 5 1 *", "-p", shop).err
    assert "没有编号为 7 的定时" in rpt("schedule", "remove", "7", "-p", shop).err
    assert "应为编号或 all" in rpt("schedule", "remove", "annual", "-p", shop).err
    assert len(crontab.lines) == 1


def test_a_folder_that_no_crontab_line_holds(rpt: Rpt, crontab: Crontab, tmp_path: Path) -> None:
    for folder, told in ((tmp_path / "a\nb", "控制字符"), (tmp_path.joinpath(*["长" * 60] * 5), "990 字节")):
        folder.mkdir(parents=True)
        project(folder)
        said = rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", folder)
        assert (said.code, told in said.err) == (2, True)
    assert crontab.content == b""


def test_the_machine_is_not_in_beijing(
    rpt: Rpt, crontab: Crontab, shop: Path, beijing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    beijing("UTC")
    monkeypatch.setenv("RPT_ID_KEY", "secret")
    said = rpt("schedule", "add", "annual", "--at", "0 20 4 1 *", "-p", shop)
    assert "时间按本机时区（UTC+0），不是北京时间：下次即北京时间 20" in said.out
    assert "01-05 04:00；rpt 按北京时间计日" in said.out
    assert "没有终端里的环境变量 RPT_ID_KEY" in said.out
    assert "secret" not in said.out
    crontab.file.write_bytes(b"CRON_TZ=Asia/Tokyo\n" + crontab.content)
    assert re.search(r"20\d\d-01-04 19:00", rpt("schedule", "list", "-p", shop).out)


def test_no_crontab_program(rpt: Rpt, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shop))
    said = rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop)
    assert said.code == 3
    assert "这台机器没有 crontab 程序" in said.err
    assert "apt-get install cron" in said.err
    assert "--systemd" in said.err


def test_a_crontab_program_that_refuses(rpt: Rpt, crontab: Crontab, shop: Path) -> None:
    crontab.refuse("You (tester) are not allowed to use this program (crontab)")
    said = rpt("schedule", "add", "annual", "--at", "0 8 5 1 *", "-p", shop)
    assert said.code == 3
    assert "crontab 程序没有接受：You (tester) are not allowed" in said.err


def test_a_systemd_timer(rpt: Rpt, crontab: Crontab, shop: Path, tmp_path: Path) -> None:
    said = rpt("schedule", "add", "annual 2025", "--at", "*/20 8 5 1,7 1", "-p", shop, "--systemd")
    assert said.code == 0
    assert crontab.content == b""
    for line in (
        "OnCalendar=*-01,07-05 08:00,20,40:00",
        "OnCalendar=Mon *-01,07-* 08:00,20,40:00",
        "Persistent=true",
        f"WorkingDirectory={str(shop).replace('%', '%%')}",
        'Environment="LANG=C.UTF-8"',
    ):
        assert line in said.out.splitlines()
    assert re.search(r'ExecStart="/\S+" "-P" "-m" "rpt" "--wait" "1800" "annual" "2025"\n', said.out)
    assert "systemctl --user enable --now rpt-annual-" in said.out
    if program := shutil.which("systemd-analyze"):
        units = re.findall(r"# ~/.config/systemd/user/(\S+)\n(.*?)(?=\n# )", said.out, re.DOTALL)
        assert [Path(name).suffix for name, _ in units] == [".timer", ".service"]
        for name, content in units:
            (tmp_path / name).write_text(content, encoding="utf-8")
        for calendar in re.findall(r"OnCalendar=(.*)", said.out):
            subprocess.run([program, "calendar", calendar], check=True, capture_output=True)
        checked = subprocess.run(
            [program, "verify", "--user", tmp_path / units[1][0]], capture_output=True, text=True, check=False
        )
        assert units[1][0] not in checked.stderr, checked.stderr


@pytest.mark.skipif(shutil.which("crontab") is None, reason="no crontab program here")
def test_the_real_crontab_program(rpt: Rpt, shop: Path) -> None:
    """Only where the user has no crontab, so that nothing of anybody's can be lost."""
    if subprocess.run(["crontab", "-l"], capture_output=True).returncode == 0:
        pytest.skip("this user has a crontab")
    assert rpt("schedule", "add", "monthly 上月", "--at", "0 8 3 jan-mar,12 mon", "-p", shop).code == 0
    try:
        assert "rpt monthly 上月" in rpt("schedule", "list", "-p", shop).out
    finally:
        assert rpt("schedule", "remove", "all", "-p", shop).code == 0
    assert subprocess.run(["crontab", "-l"], capture_output=True).returncode == 1
