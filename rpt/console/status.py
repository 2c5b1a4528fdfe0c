"""What a terminal shows of how a project stands, and the same as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from rpt.console.schedules import shown
from rpt.language.cron import moment_text
from rpt.language.delivery import STATES
from rpt.language.ending import ending
from rpt.values.status import Due, Holder, Logged, Status

if TYPE_CHECKING:
    from rpt.console import Console


def show_status(console: Console, status: Status) -> None:
    """What needs a person first, which quiet says too; then runs, schedules and outbox. Times are Beijing's."""
    for trouble in status.trouble:
        console.marked("注意", "yellow", trouble, "")
    if not status.trouble:
        console.line("没有需要处理的事")
    for note in status.notes:
        console.note(note)
    if status.holder is not None:
        console.line(f"正在运行：{status.holder.command}（进程 {status.holder.pid}，{status.holder.since[:19]} 开始）")
    if status.runs:
        heads = ("开始（北京时间）", "命令", "结果", "用时", "问题", "文件")
        console.table("最近的运行", heads, [_run(run, status.holder) for run in status.runs], right=(3,))
    else:
        console.line("还没有运行记录")
    if status.schedules:
        heads = ("编号", "命令", "时间", "上次", "下次", "错过")
        console.table("定时（北京时间）", heads, [_due(due) for due in status.schedules], right=(0, 5))
    counts = (f"{STATES[state]} {count}" for state, count in status.outbox.items())
    console.line("发件箱　" + ("　".join(counts) or "空"))


def status_text(status: Status) -> str:
    """The same as JSON; moments in ISO 8601."""
    return json.dumps(
        {
            "exit_code": status.exit_code,
            "trouble": status.trouble,
            "notes": status.notes,
            "running": vars(status.holder) if status.holder else None,
            "runs": [_run_json(run, status.holder) for run in status.runs],
            "schedules": [
                {
                    "number": due.planned.scheduled.number,
                    "command": due.planned.scheduled.command,
                    "at": due.planned.scheduled.cron.text if due.planned.scheduled.cron else None,
                    "words": due.planned.words,
                    "next": _iso(due.planned.coming),
                    "last": _run_json(due.last, status.holder) if due.last else None,
                    "missed": [_iso(at) for at in due.missed],
                }
                for due in status.schedules
            ],
            "outbox": {state.value: count for state, count in status.outbox.items()},
        },
        ensure_ascii=False,
        indent=1,
        default=dict,
    )


def _run(run: Logged, holder: Holder | None) -> tuple[str, ...]:
    took = "" if run.seconds is None else f"{run.seconds:.1f} 秒"
    words = {"error": "错误", "warning": "提醒"}
    issues = "、".join(f"{name}{run.issues[level]}" for level, name in words.items() if run.issues.get(level))
    return moment_text(run.at), run.command, ending(run, holder), took, issues, "、".join(run.files)


def _due(due: Due) -> tuple[str, ...]:
    scheduled = due.planned.scheduled
    times = moment_text(due.last.at if due.last else None), moment_text(due.planned.coming)
    return str(scheduled.number), shown(scheduled.command), due.planned.words, *times, str(len(due.missed) or "")


def _run_json(run: Logged, holder: Holder | None) -> dict[str, object]:
    return {
        "id": run.id,
        "at": _iso(run.at),
        "command": run.command,
        "schedule": run.schedule,
        "exit_code": run.code,
        "ending": ending(run, holder),
        "seconds": run.seconds,
        "last_step": run.step,
        "issues": dict(run.issues),
        "files": run.files,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
