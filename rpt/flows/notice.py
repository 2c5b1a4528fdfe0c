"""Telling the owner, and nobody else: a short mail about a run that was to send and did not, and one when it is mended.

Notices go through the outbox like reports do: a stream of them for each command (for deliveries: each set of reports),
so that what a schedule repeats is told once, and told again where something else, or a success, came between.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from html import escape

from rpt.delivery.addresses import mailbox
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import post
from rpt.flows.channels import Post, post_of
from rpt.flows.clock import now
from rpt.language.cron import moment_text
from rpt.language.delivery import STATES
from rpt.language.ending import ended
from rpt.project.model import Project
from rpt.state.lock import HELD
from rpt.values.delivery import Entry, Letter, State
from rpt.values.digest import Digest
from rpt.values.issue import Issue, Level, UserError

REPORT = "notice"  # what stands in the outbox in place of a report
STOPPED = "stopped"  # the code of an issue that is the error which ended a run
UNDELIVERED = "undelivered"  # that of a letter that did not reach somebody
MOST = 20  # reasons that are written out
_TODO = "“存疑”的请先问收件人是否收到，再输入 rpt outbox resolve 编号 --sent 或 --resend"


class Told(StrEnum):
    """What became of a notice: mailed now, known to the owner since an earlier run, not to be mailed, or nobody is
    set."""

    SENT = "sent"
    KNOWN = "known"
    UNTOLD = "untold"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Ended:
    """How a run that was to send ended: its command in short, its exit code, and the errors that stopped it."""

    command: str
    code: int
    reasons: tuple[Issue, ...] = ()

    @property
    def undelivered(self) -> tuple[Issue, ...]:
        """The letters that did not reach somebody."""
        return tuple(reason for reason in self.reasons if reason.code == UNDELIVERED)


@dataclass(frozen=True)
class _Notice:
    stream: str
    identity: str  # equal where the failure is the same one
    title: str
    lines: tuple[str, ...]


def undelivered(entries: Sequence[Entry]) -> tuple[Issue, ...]:
    """Rows of the outbox that nobody got for sure, as the reasons of a notice."""
    return tuple(
        Issue(
            UNDELIVERED,
            Level.ERROR,
            f"{e.title} → {e.recipient}：{STATES[e.state]}（{e.detail}）",
            value=f"{e.report} {e.id}.{e.revision}.{e.state}",
        )
        for e in entries
        if e.report != REPORT
    )


def tell(project: Project, run: Ended) -> tuple[Told | None, list[Issue]]:
    """Mail the owner how a run ended: a failure once until it changes, a success where a failure was told before it
    (None: there is nothing to tell). What stops the mail is an issue."""
    notice = _failure(project, run) if run.code else _recovery(project, run)
    if notice is None:
        return None, []
    mail = project.settings.mail
    if mail is None or not mail.owner:
        return Told.NOBODY, []
    try:
        by = post_of(project)
        assert by is not None
        outbox = Outbox(project.state, now)
        with contextlib.closing(outbox), outbox.exclusive():
            return _notify(outbox, by, notice)
    except UserError as error:
        return Told.UNTOLD, [_untold(mail.owner, error.message)]


def _failure(project: Project, run: Ended) -> _Notice | None:
    if not run.reasons:
        return None  # a slip on the command line, or nothing but an earlier notice that did not arrive
    parts = [str(run.code)]
    for reason in run.reasons:
        # who holds a lock, and what stands in a bad cell, may be another each time: the failure is the same
        said = reason.message if reason.code == STOPPED and run.code != HELD else ""
        known = reason.value if reason.code == UNDELIVERED else ""
        parts += [reason.code, str(reason.origin), said, known or ""]
    lines = [
        f"{reason.origin}　{reason.message}" if str(reason.origin) else reason.message for reason in run.reasons[:MOST]
    ]
    if len(run.reasons) > MOST:
        lines.append(f"另有{len(run.reasons) - MOST}处")
    if run.undelivered:
        reports = dict.fromkeys((reason.value or "").partition(" ")[0] for reason in run.undelivered)
        return _Notice("、".join(reports), _digest(parts), "报告没有全部发到", (*lines, _TODO))
    about = (
        f"项目：{project.settings.report.company}（{project.folder}）",
        f"命令：{run.command}（{moment_text(now())}，北京时间）",
        f"结果：{ended(run.code)}（退出码 {run.code}），报告没有发出，收件人没有收到任何通知",
        *lines,
        f"改正后再运行一次上面的命令，或等下次定时；详情：在项目文件夹输入 rpt status，或看 {project.state / 'log'}",
    )
    return _Notice(run.command, _digest(parts), f"报告没有发出：{ended(run.code)}", about)


def _recovery(project: Project, run: Ended) -> _Notice | None:
    outbox = Outbox(project.state, now)
    with contextlib.closing(outbox):
        told = [entry for entry in outbox.entries() if entry.report == REPORT and entry.period == run.command]
    if not told:
        return None
    notice = _Notice(run.command, _digest(["0"]), "报告已恢复发送", (f"{run.command} 这次成功了，此前没有成功",))
    last = max(told, key=lambda entry: entry.updated_at)
    return None if (last.content_hash, last.state) == (notice.identity, State.SENT) else notice


def _notify(outbox: Outbox, by: Post, notice: _Notice) -> tuple[Told, list[Issue]]:
    owner = mailbox(by.mail.owner).spec
    html = "".join(f"<p>{escape(line)}</p>" for line in notice.lines)
    letter = Letter(
        report=REPORT,
        period=notice.stream,
        title=f"[rpt] {notice.title}",
        digest=Digest(notice.title, "", ""),
        html=f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><body>{html}</body></html>\n',
        text="\n".join(notice.lines) + "\n",
        attachments=(),
        content_hash=notice.identity,
        audience="owner",
        to=(owner,),
    )
    (entry,) = outbox.enqueue(letter, by.transport.name, [owner])
    if entry.state is not State.QUEUED:
        return Told.KNOWN, []
    once = replace(by.patience, deadline=0)
    (receipt,) = post(outbox, by.transport, replace(letter, revision=entry.revision), [owner], once)
    if receipt.state is not State.SENT:
        return Told.UNTOLD, [_untold(owner, receipt.detail)]
    return Told.SENT, []


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _untold(owner: str, reason: str) -> Issue:
    return Issue(
        "owner_untold", Level.WARNING, f"没能通知负责人 {owner}：{reason}", hint="请检查 rpt.toml 的 [mail] owner"
    )
