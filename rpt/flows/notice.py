"""Telling the owner: a short mail about what failed, to nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from rpt.delivery.addresses import mailbox
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import post
from rpt.flows.channels import Post
from rpt.language.delivery import STATES
from rpt.values.delivery import Entry, Letter, State
from rpt.values.digest import Digest
from rpt.values.issue import Issue, Level, UserError


def tell_owner(outbox: Outbox, by: Post, failed: Sequence[Entry]) -> list[Issue]:
    """Mail the owner who was not reached and why, once for the same failures. What stops that is an issue."""
    lines = [f"{e.title} → {e.recipient}：{STATES[e.state]}（{e.detail}）" for e in failed]
    hint = "“存疑”的请先问收件人是否收到，再输入 rpt outbox resolve 编号 --sent 或 --resend"
    return notify(outbox, by, "报告没有全部发到", (*lines, hint))


def notify(outbox: Outbox, by: Post, title: str, lines: Sequence[str]) -> list[Issue]:
    """A mail to the owner; nothing where none is set."""
    if not by.mail.owner:
        return []
    text = "\n".join(lines)
    digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    html = "".join(f"<p>{escape(line)}</p>" for line in lines)
    try:
        owner = mailbox(by.mail.owner).spec
        page = f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><body>{html}</body></html>\n'
        letter = Letter(
            report="notice",
            period="",
            title=f"[rpt] {title}",
            digest=Digest(title, "", ""),
            html=page,
            text=f"{text}\n",
            attachments=(),
            content_hash=digest,
            audience="owner",
            to=(owner,),
        )
        (entry,) = outbox.enqueue(letter, by.transport.name, [owner])
        if entry.state is State.QUEUED:
            once = replace(by.patience, deadline=0)
            (receipt,) = post(outbox, by.transport, replace(letter, revision=entry.revision), [owner], once)
            if receipt.state is not State.SENT:
                return [_untold(owner, receipt.detail)]
    except UserError as error:
        return [_untold(by.mail.owner, error.message)]
    return []


def _untold(owner: str, reason: str) -> Issue:
    return Issue(
        "owner_untold", Level.WARNING, f"没能通知负责人 {owner}：{reason}", hint="请检查 rpt.toml 的 [mail] owner"
    )
