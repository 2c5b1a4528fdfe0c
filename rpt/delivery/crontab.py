"""The lines of the user's crontab that are rpt's: a block per project between two markers; every other byte is kept.

A block holds, for each schedule, a line that says what it is and the line that cron runs. The line sets nothing for the
lines of others: folder, PATH, locale and log are set for its own command, since cron starts with next to nothing.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rpt.language.cron import parse_cron
from rpt.language.parse import ParseError
from rpt.values.issue import UserError
from rpt.values.schedule import Cron, Scheduled

LONGEST = 990  # bytes of a command: Vixie cron takes 1,000 and drops what is longer
_NONE = re.compile(r"no crontab for|can't open|cannot open", re.IGNORECASE)
_ABOUT = re.compile(r"# rpt:(\d+) (\S+) (.+)")
_TIMES = re.compile(r"(@[a-z]+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+\S.*")


@dataclass(frozen=True)
class Start:
    """How a scheduled command is started: the interpreter, the project's folder, where what it says is appended to
    (within the folder where relative), its environment, and how many seconds it waits for another run to end."""

    python: Path
    folder: Path
    log: Path
    environment: Mapping[str, str]
    wait: int

    def words(self, command: Sequence[str]) -> list[str]:
        """The command line in words; ``-P`` since a project's folder may hold a module of any name."""
        return [str(self.python), "-P", "-m", "rpt", "--wait", str(self.wait), *command]


def read() -> str:
    """The user's crontab; '' where there is none. Bytes that are no UTF-8 stay what they are when written back.

    Raises UserError (exit 3) where there is no crontab program, or it refuses.
    """
    done = _crontab("-l")
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "surrogateescape")
    said = done.stderr.decode("utf-8", "replace")
    if _NONE.search(said):
        return ""
    raise _refused(said)


def write(text: str) -> None:
    """Replace the user's crontab; an empty one is removed. Raises UserError (exit 3) where the program refuses."""
    done = _crontab("-", content=text.encode("utf-8", "surrogateescape")) if text else _crontab("-r")
    if done.returncode != 0:
        raise _refused(done.stderr.decode("utf-8", "replace"))
    if read() != text:
        raise UserError("crontab 写入后与写入的内容不一致", "可能有其他程序同时在改；请用 crontab -l 核对后重试", 3)


def schedules(text: str, folder: Path) -> tuple[Scheduled, ...]:
    """The schedules of a project. Raises UserError where a marker is missing or stands twice."""
    lines = text.split("\n")
    begin, end = _block(lines, folder)
    return tuple(
        Scheduled(int(found[1]), _cron(lines[at + 1]), tuple(shlex.split(found[3])), datetime.fromisoformat(found[2]))
        for at in range(begin, end)
        if (found := _ABOUT.fullmatch(lines[at]))
    )


def added(text: str, new: Scheduled, start: Start) -> str:
    """The crontab with one more schedule, at the end of its project's block. Raises UserError for what cannot be."""
    if new.cron is None:
        raise ValueError("a schedule to be added has its times")
    lines = text.split("\n")
    about = f"# rpt:{new.number} {new.added.isoformat(timespec='seconds')} {shlex.join(new.command)}"
    ours = [about, f"{new.cron.text} {command_line(new, start)}"]
    begin, end = _block(lines, start.folder)
    if begin == end == -1:
        opening, closing = _markers(start.folder)
        lines = [*(lines if lines[-1] else lines[:-1]), opening, *ours, closing, ""]
    else:
        lines[end:end] = ours
    return "\n".join(lines)


def removed(text: str, folder: Path, number: int | None) -> str:
    """The crontab without a schedule, or (None) without any of the project's. What others wrote stays, and so do the
    markers around it."""
    lines = text.split("\n")
    begin, end = _block(lines, folder)
    kept: list[str] = []
    at = begin + 1
    while at < end:
        found = _ABOUT.fullmatch(lines[at])
        if found and number in (None, int(found[1])):
            at += 2
        else:
            kept.append(lines[at])
            at += 1
    if begin >= 0:
        lines[begin : end + 1] = [lines[begin], *kept, lines[end]] if kept else []
    return "\n".join(lines)


def command_line(scheduled: Scheduled, start: Start) -> str:
    """What cron hands to the shell, as a crontab has it (``%`` with a backslash). Raises UserError for a folder that
    no crontab can name, and where the line is longer than cron takes."""
    log = start.log
    make = f"mkdir -p {shlex.quote(str(log.parent))} && " if log.parent != Path() else ""
    settings = {**start.environment, "RPT_SCHEDULE": str(scheduled.number)}
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    run = f"{given} {shlex.join(start.words(scheduled.command))} >> {shlex.quote(str(log))} 2>&1"
    line = f"cd {shlex.quote(str(start.folder))} && {make}{run}".replace("%", r"\%")
    if any(ord(character) < 32 for character in line):
        raise UserError("命令或文件夹的名字里有换行等控制字符，不能写进 crontab", "请改名后重试")
    if len(line.encode("utf-8", "surrogateescape")) > LONGEST:
        hint = "cron 会丢弃过长的命令；请把项目放在路径较短的文件夹，或减少选项"
        raise UserError(f"这一行超过 cron 允许的 {LONGEST} 字节", hint)
    return line


def zone(text: str) -> str:
    """The time zone that the crontab itself sets for what is appended to it (``CRON_TZ``); '' for the machine's."""
    found = re.findall(r"(?m)^\s*CRON_TZ\s*=\s*[\"']?([^\"'\s]+)", text)
    return found[-1] if found else ""


def _cron(line: str) -> Cron | None:
    found = _TIMES.fullmatch(line)
    try:
        return parse_cron(found[1]) if found else None
    except ParseError:
        return None


def _markers(folder: Path) -> tuple[str, str]:
    return f"# >>> rpt {folder} >>> 由 rpt schedule 管理", f"# <<< rpt {folder} <<<"


def _block(lines: Sequence[str], folder: Path) -> tuple[int, int]:
    """Where the project's block begins and ends, its markers; -1 and -1 where it has none."""
    opening, closing = _markers(folder)
    begins = [at for at, line in enumerate(lines) if line == opening]
    ends = [at for at, line in enumerate(lines) if line == closing]
    if not begins and not ends:
        return -1, -1
    if len(begins) == len(ends) == 1 and begins[0] < ends[0]:
        return begins[0], ends[0]
    numbers = "、".join(str(at + 1) for at in sorted(begins + ends))
    hint = f"一个项目应有“{opening}”与“{closing}”各一行，前者在前；请用 crontab -e 改好后重试"
    raise UserError(f"crontab 里 rpt 的标记不成对（第 {numbers} 行）", hint)


def _crontab(*arguments: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("crontab")
    if program is None:
        hint = "Debian 或 Ubuntu：sudo apt-get install cron；用 systemd 的系统可加 --systemd 得到定时器的写法"
        raise UserError("这台机器没有 crontab 程序", hint, 3)
    try:
        environment = {**os.environ, "LC_ALL": "C"}
        return subprocess.run([program, *arguments], input=content, capture_output=True, env=environment, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(str(error)) from error


def _refused(said: str) -> UserError:
    words = " ".join(said.split())[:300]
    return UserError(f"crontab 程序没有接受：{words}", "请先在终端里试 crontab -l；没有权限时请联系管理员", 3)
