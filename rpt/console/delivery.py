"""What was sent to whom, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rpt.language.delivery import STATES
from rpt.values.delivery import Entry, State

if TYPE_CHECKING:
    from rpt.console import Console

_STYLES = {"已发送": "green", "未发出": "yellow", "存疑": "yellow", "被拒收": "red", "发送中": ""}
_BEIJING = ZoneInfo("Asia/Shanghai")
_RECENT = 20


def show_sent(console: Console, entries: Sequence[Entry], unchanged: Sequence[Entry]) -> None:
    """Everyone a sending concerned; failures are said in quiet runs too."""
    same = {entry.id for entry in unchanged}
    for entry in entries:
        if entry.id in same:
            console.line(f"未发送　{entry.title} → {entry.recipient}：内容没有变化，{_when(entry)}已发送过")
        elif entry.state is State.SENT:
            console.line(f"已发送　{entry.title} → {entry.recipient}")
    show_failed(console, [entry for entry in entries if entry.state is not State.SENT])


def show_failed(console: Console, entries: Sequence[Entry]) -> None:
    """Those who were not reached for sure, each with what to do."""
    for entry in entries:
        word = STATES[entry.state]
        detail = f"（{entry.detail}）" if entry.detail else ""
        console.marked(word, _STYLES[word], f"{entry.title} → {entry.recipient}{detail}", _todo(entry))


def show_outbox(console: Console, entries: Sequence[Entry], *, everything: bool) -> None:
    """The outbox as a table: what is not settled, and the last rows that are."""
    if not entries:
        console.line("发件箱是空的：还没有发送过报告")
        return
    settled = [entry for entry in entries if entry.state is State.SENT]
    hidden = 0 if everything else max(0, len(settled) - _RECENT)
    dropped = {entry.id for entry in settled[:hidden]}
    rows = [
        [str(e.id), _when(e), STATES[e.state], e.recipient, e.title, e.channel, e.detail]
        for e in entries
        if e.id not in dropped
    ]
    console.table("发件箱", ("编号", "时间", "状态", "收件人", "报告", "渠道", "说明"), rows, (0,), _STYLES)
    if hidden:
        console.line(f"另有{hidden}条已发送的没有列出，加 --verbose 查看")
    for entry in entries:
        if entry.state is State.IN_DOUBT:
            console.marked("存疑", "yellow", f"编号 {entry.id}：{entry.recipient}", _todo(entry))


def _todo(entry: Entry) -> str:
    match entry.state:
        case State.IN_DOUBT:
            return (
                f"请先问收件人是否收到：收到了输入 rpt outbox resolve {entry.id} --sent；"
                f"没收到输入 rpt outbox resolve {entry.id} --resend，再发送一次"
            )
        case State.REFUSED:
            return f"对方拒收，不会再试；改正地址后重新发送，或输入 rpt outbox resolve {entry.id} --resend 再试一次"
        case _:
            return "下次发送同一份报告时会再试"


def _when(entry: Entry) -> str:
    return f"{entry.updated_at.astimezone(_BEIJING):%Y-%m-%d %H:%M}"
