"""Commands that run by themselves: lines added to the user's crontab, listed and removed; or a systemd timer."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rpt.delivery import crontab, systemd
from rpt.flows.clock import now
from rpt.language.cron import cron_text, moment_text, parse_cron
from rpt.language.parse import ParseError
from rpt.project.find import FILE
from rpt.project.model import Project
from rpt.state.log import TEXT
from rpt.values.issue import UserError
from rpt.values.schedule import Cron, Planned, Scheduled

_GIVEN = {"RPT_PROJECT", "RPT_SCHEDULE"}  # variables that the line sets itself


def add(project: Project, at: str, command: Sequence[str], log: Path | None, wait: int) -> Planned:
    """Add a schedule to the user's crontab. Raises UserError for a wrong expression, one that is there already, and
    (exit 3) where there is no crontab program."""
    cron, text = _read(at), crontab.read()
    there = crontab.schedules(text, project.folder)
    for one in there:
        if one.cron and one.cron.text == cron.text and one.command == tuple(command):
            raise UserError(f"已有相同的定时，编号 {one.number}", "查看：rpt schedule list")
    number = max((one.number for one in there), default=0) + 1
    new = Scheduled(number, cron, tuple(command), now())
    crontab.write(crontab.added(text, new, _start(project, log, wait)))
    return planned(new, crontab.zone(text))


def pair(project: Project, at: str, command: Sequence[str], wait: int) -> tuple[Planned, tuple[tuple[str, str], ...]]:
    """The same as a systemd timer and its service, name and content of each file; nothing is written."""
    new = Scheduled(1, _read(at), tuple(command), now())
    start = _start(project, None, wait)
    told = planned(new, "")
    name = systemd.unit_name(new, start)
    return told, (
        (f"{name}.timer", systemd.timer(new, told.words)),
        (f"{name}.service", systemd.service(new, start)),
    )


def all_of(project: Project) -> tuple[Planned, ...]:
    """The project's schedules."""
    text = crontab.read()
    return tuple(planned(one, crontab.zone(text)) for one in crontab.schedules(text, project.folder))


def remove(project: Project, number: int | None) -> tuple[Scheduled, ...]:
    """Remove a schedule by its number, or all (None), and return them. Raises UserError for a number that is none."""
    text = crontab.read()
    there = crontab.schedules(text, project.folder)
    gone = tuple(one for one in there if number in (None, one.number))
    if number is not None and not gone:
        known = "、".join(str(one.number) for one in there)
        raise UserError(f"没有编号为 {number} 的定时", f"现有编号：{known}" if known else "这个项目还没有定时")
    if gone:
        crontab.write(crontab.removed(text, project.folder, number))
    return gone


def planned(scheduled: Scheduled, zone: str) -> Planned:
    """A schedule with its words and next time; ``zone`` is that of its crontab, '' for the machine's."""
    if scheduled.cron is None:
        return Planned(scheduled, "（这一行已停用或被改动，认不出时间）", None)
    coming = times_after(scheduled.cron, now(), zone)[0]
    notes = [_zone_note(coming, zone)]
    if missing := sorted(name for name in os.environ if name.startswith("RPT_") and name not in _GIVEN):
        notes.append(f"cron 运行时没有终端里的环境变量 {'、'.join(missing)}；密钥请改放在文件里，写进 rpt.toml")
    return Planned(scheduled, cron_text(scheduled.cron), coming, tuple(notes))


def times_after(cron: Cron, moment: datetime, zone: str, until: datetime | None = None) -> list[datetime]:
    """The next time after a moment; all up to ``until`` where that is given, a thousand at most."""
    where = ZoneInfo(zone) if zone else None
    found: list[datetime] = []
    for wall in cron.after(moment.astimezone(where).replace(tzinfo=None)):
        at = wall.replace(tzinfo=where) if where else wall.astimezone()
        if (until is not None and at > until) or len(found) == 1000:
            break
        found.append(at)
        if until is None:
            break
    return found


def _read(at: str) -> Cron:
    try:
        return parse_cron(at)
    except ParseError as error:
        hint = "例：0 8 5 1 *（每年1月5日8:00）、0 8 3 * *（每月3日8:00）、0 8 * * 1（每周一8:00）"
        raise UserError(f"--at 不对：{error}", hint) from error


def _start(project: Project, log: Path | None, wait: int) -> crontab.Start:
    python = Path(sys.executable)
    folders = [str(python.parent), "/usr/local/bin", "/usr/bin", "/bin"]
    environment = {"PATH": ":".join(dict.fromkeys(folders)), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    if sys.platform == "darwin":  # where Homebrew keeps Pango
        environment["DYLD_FALLBACK_LIBRARY_PATH"] = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
    environment["RPT_PROJECT"] = str(project.folder if project.file.name == FILE else project.file)
    text = log or project.state.relative_to(project.folder) / "log" / TEXT
    return crontab.Start(python, project.folder, text, environment, wait)


def _zone_note(coming: datetime, zone: str) -> str:
    """Whose clock it is, and what it shows in Beijing, where rpt counts its days."""
    offset = coming.utcoffset()
    hours = (offset.total_seconds() if offset else 0) / 3600
    name = f"UTC{hours:+g}"
    whose = f"crontab 里 CRON_TZ 的时区 {zone}（{name}）" if zone else f"本机时区（{name}）"
    if hours == 8:
        return f"时间按{whose}，与 rpt 计日用的北京时间一致"
    return f"时间按{whose}，不是北京时间：下次即北京时间 {moment_text(coming)}；rpt 按北京时间计日"
