"""What a terminal shows of schedules."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rpt.language.cron import moment_text
from rpt.values.schedule import Planned

if TYPE_CHECKING:
    from rpt.console import Console


def show_schedules(console: Console, rows: Sequence[Planned]) -> None:
    """The schedules of a project as a table."""
    if not rows:
        console.line('这个项目还没有定时；添加：rpt schedule add annual --at "0 8 5 1 *"')
        return
    console.table(
        "",
        ("编号", "命令", "时间", "下次（北京时间）"),
        [(str(r.scheduled.number), shown(r.scheduled.command), r.words, moment_text(r.coming)) for r in rows],
        right=(0,),
    )


def shown(command: Sequence[str]) -> str:
    """A command as people type it."""
    words = (word if word and not set(word) & set(" '\"\\$\t") else shlex.quote(word) for word in command)
    return " ".join(("rpt", *words))
