"""How a project stands: its last runs, its schedules with what they missed, what waits to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rpt.delivery import crontab, systemd
from rpt.delivery.outbox import Outbox
from rpt.flows.clock import now
from rpt.flows.schedule import planned, times_after
from rpt.language.cron import moment_text
from rpt.language.delivery import STATES
from rpt.language.ending import ending
from rpt.project.model import Project
from rpt.state.lock import HELD, holder
from rpt.state.log import Log, in_short
from rpt.values.delivery import State
from rpt.values.issue import UserError
from rpt.values.schedule import Planned
from rpt.values.status import Due, Holder, Logged, Status

_SHOWN = 10  # runs
_UNSENT = 5
_UNSETTLED = (State.IN_DOUBT, State.REFUSED, State.QUEUED)
_GRACE = timedelta(minutes=2)  # that cron and Python may take to begin


def status(project: Project) -> Status:
    """Look at the log, the lock, the crontab and the outbox; no lock is needed."""
    log, moment = Log(project.state), now()
    runs, running = log.runs(), holder(project.state)
    notes: list[str] = []
    try:
        text = crontab.read()
        schedules = [
            (planned(one, crontab.zone(text)), crontab.zone(text)) for one in crontab.schedules(text, project.folder)
        ]
    except UserError as error:
        schedules = []
        notes.append(f"定时任务无法查看：{error.message}")
    if timers := systemd.installed(project.folder):
        notes.append(
            f"systemd 定时器 {'、'.join(timers)} 的上次与下次：systemctl --user list-timers；关机错过的开机后会补"
        )
    since = None if log.is_whole() or not runs else runs[0].at
    dues = tuple(_due(one, zone, runs, since, moment) for one, zone in schedules)
    trouble = [*_failed(runs, running), *(said for due in dues for said in _trouble(due, running))]
    letters = _letters(project, running)
    if waiting := {state: letters[state] for state in _UNSETTLED if letters.get(state)}:
        counts = "、".join(f"{STATES[state]} {count} 封" for state, count in waiting.items())
        trouble.append(f"发件箱有{counts}：输入 rpt outbox 查看怎么处理")
    code = _UNSENT if waiting else 1 if trouble else 0
    shown = runs[::-1][:_SHOWN]
    return Status(running, shown, dues, letters, tuple(dict.fromkeys(trouble)), tuple(notes), code)


def _letters(project: Project, running: Holder | None) -> Mapping[State, int]:
    """How many letters of the outbox are in each state; what a dead run left is in doubt."""
    outbox = Outbox(project.state)
    if running is None:
        outbox.recover()
    return Counter(entry.state for entry in outbox.entries())


def _due(one: Planned, zone: str, runs: Sequence[Logged], known_since: datetime | None, moment: datetime) -> Due:
    """What a schedule missed: the times since its command last began, by itself or by hand, as far as the log goes."""
    scheduled, short = one.scheduled, in_short(one.scheduled.command)
    begun = [
        run for run in runs if run.at >= scheduled.added and (run.schedule == scheduled.number or run.command == short)
    ]
    last = begun[-1] if begun else None
    if scheduled.cron is None:
        return Due(one, last, ())
    since = max(at for at in (scheduled.added, known_since, last.at if last else None) if at)
    return Due(one, last, tuple(times_after(scheduled.cron, since, zone, moment - _GRACE)))


def _failed(runs: Sequence[Logged], running: Holder | None) -> list[str]:
    """The last run that should have written something; one that found the lock held did no harm."""
    written = [run for run in runs if run.writes and run.code != HELD]
    return [_said(run, running) for run in written[-1:] if _is_failed(run, running)]


def _trouble(due: Due, running: Holder | None) -> list[str]:
    said: list[str] = []
    what = f"定时 {due.planned.scheduled.number}（{due.planned.words}）"
    if due.missed:
        times = "、".join(moment_text(at) for at in due.missed[-3:])
        more = f"等 {len(due.missed)} 次" if len(due.missed) > 3 else ""
        said.append(f"{what}错过了 {times}{more}：到时没有运行，请确认 cron 在运行、机器没有关机，再手动补跑")
    if due.last is not None and _is_failed(due.last, running):
        said.append(_said(due.last, running))
    return said


def _is_failed(run: Logged, running: Holder | None) -> bool:
    return run.code != 0 and not run.is_running(running)


def _said(run: Logged, running: Holder | None) -> str:
    return f"{moment_text(run.at)} 的 {run.command} 没有成功：{ending(run, running)}"
