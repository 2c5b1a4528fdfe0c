"""A schedule as a systemd timer and its service, to be put into ``~/.config/systemd/user``."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from rpt.delivery.crontab import Start
from rpt.values.schedule import Cron, Scheduled

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def unit_name(scheduled: Scheduled, start: Start) -> str:
    """The name of the pair: of the project's folder and what is run, so that the same schedule replaces itself."""
    key = sha256(f"{start.folder}\n{' '.join(scheduled.command)}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"rpt-{scheduled.command[0] if scheduled.command[0].isascii() else 'run'}-{key}"


def timer(scheduled: Scheduled, words: str) -> str:
    """The timer. A time that passed while the machine was off is made up for (``Persistent``)."""
    if scheduled.cron is None:
        raise ValueError("a timer has its times")
    calendar = "\n".join(f"OnCalendar={one}" for one in on_calendar(scheduled.cron))
    return f"""[Unit]
Description=rpt {_escaped(" ".join(scheduled.command))}（{words}）

[Timer]
{calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""


def service(scheduled: Scheduled, start: Start) -> str:
    """The service that the timer starts; what it says goes to the journal."""
    environment = "\n".join(f"Environment={_quoted(f'{name}={value}')}" for name, value in start.environment.items())
    return f"""[Unit]
Description=rpt {_escaped(" ".join(scheduled.command))}

[Service]
Type=oneshot
WorkingDirectory={_escaped(str(start.folder))}
{environment}
ExecStart={" ".join(_quoted(word.replace("$", "$$")) for word in start.words(scheduled.command))}
"""


def installed(folder: Path) -> tuple[str, ...]:
    """The names of the timers that the user has installed for a project's folder; when they ran, systemd knows."""
    where = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    line = f"WorkingDirectory={_escaped(str(folder))}"
    return tuple(
        timer.name
        for timer in sorted(where.glob("rpt-*.timer"))
        if line in _text(timer.with_suffix(".service")).splitlines()
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def on_calendar(cron: Cron) -> tuple[str, ...]:
    """A cron expression as calendar events; two where a day counts by its number or by its weekday."""
    months = "*" if len(cron.months) == 12 else _listed(cron.months)
    time = f"{_every(cron.hours, 24)}:{_every(cron.minutes, 60)}:00"
    days = f"*-{months}-{'*' if len(cron.days) == 31 else _listed(cron.days)} {time}"
    names = ",".join(_WEEKDAYS[day] for day in cron.weekdays)
    if len(cron.weekdays) == 7:
        return (days,)
    if cron.is_either:
        return days, f"{names} *-{months}-* {time}"
    return (f"{names} {days}",)


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(f"{number:02}" for number in numbers)


def _every(numbers: tuple[int, ...], whole: int) -> str:
    return "*" if len(numbers) == whole else _listed(numbers)


def _escaped(text: str) -> str:
    """What a unit file has for text: ``%`` begins a specifier there."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_escaped(escaped)}"'
